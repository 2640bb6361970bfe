/**
 * Owns WHEP (draft-ietf-wish-whep-03): `POST /whep` with an SDP offer makes a viewer, `DELETE` on what `Location` names ends
 * it. ICE candidates come in the offer and the answer (no trickle), so `PATCH` is not there (section 4.3).
 *
 * Players on other origins are normal for WHEP, but as long as no token is asked for, allowing them would let every web site
 * watch what runs on its visitor's machine. Pages of our own and of allowed origins work (other-sites.ts), and programs.
 */

import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { StreamError, type StreamErrorCode } from "../../../shared/errors.ts";
import { MAX_SIGNALING_BYTES } from "../../../shared/signaling.ts";
import type { Admission } from "../../access/identity.ts";
import { refuse, refuseMethod } from "../refusals.ts";

/** Who answers the offers. */
export type WhepHandler = {
  /** Makes a viewer and answers its offer. Rejects with a `StreamError`. */
  offered(sdp: string, admission: Admission): Promise<{ readonly id: string; readonly answer: string }>;
  /** Ends a viewer. False when there is none of this id. */
  ended(id: string): boolean;
};

const statuses: Partial<Record<StreamErrorCode, number>> = {
  "bad-sdp": 400,
  "bad-message": 400,
  "no-common-codec": 406,
  "not-allowed": 404,
  "no-room": 404,
  "too-many-viewers": 503,
  "too-many-rooms": 503,
  "room-lost": 503,
  closed: 503,
};

/** The routes under `/whep`. */
export function whepRoutes(handler: WhepHandler, admissionOf: (request: Request) => Admission): Router {
  const router = express.Router();
  const body = express.text({ type: "application/sdp", limit: MAX_SIGNALING_BYTES, inflate: false });
  router
    .route("/")
    .options((_request, response) => {
      response.set({ Allow: "OPTIONS, POST", "Accept-Post": "application/sdp" }).sendStatus(204);
    })
    .post(requireSdp, body, (request, response) => answer(handler, admissionOf(request), request, response))
    .all((_request, response) => refuseMethod(response, "OPTIONS, POST"));
  router
    .route("/:id")
    .options((_request, response) => {
      response.set("Allow", "DELETE, OPTIONS").sendStatus(204);
    })
    .delete((request, response) => {
      if (handler.ended(request.params.id)) response.type("text/plain").send("The stream ended.\n");
      else refuse(response, 404, "There is no such stream.");
    })
    .all((_request, response) => refuseMethod(response, "DELETE, OPTIONS"));
  return router;
}

async function answer(handler: WhepHandler, admission: Admission, request: Request, response: Response): Promise<void> {
  const sdp: unknown = request.body;
  if (typeof sdp !== "string" || !/^v=0\r?\n/.test(sdp) || !/^m=video /m.test(sdp)) {
    return refuse(
      response,
      400,
      "The body must be a session description (SDP): it starts with v=0 and has an m=video line.",
    );
  }
  try {
    const { id, answer } = await handler.offered(sdp, admission);
    if (request.socket.destroyed || response.closed) {
      handler.ended(id);
      return;
    }
    // Relative, so that it holds under any path prefix (RFC 9110 section 10.2.2).
    const location = URL.parse(request.originalUrl, "http://host")?.pathname.endsWith("/") ? id : `whep/${id}`;
    response.status(201).set("Location", location).type("application/sdp").send(answer);
  } catch (error) {
    if (!(error instanceof StreamError)) throw error;
    refuse(response, statuses[error.code] ?? 500, error.message);
  }
}

function requireSdp(request: Request, response: Response, next: NextFunction): void {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/sdp") next();
  else refuse(response.set("Accept-Post", "application/sdp"), 415, "The content type must be application/sdp.");
}
