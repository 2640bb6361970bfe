/**
 * Owns `/access`, where a page shows the token that came in the fragment of its link and gets a cookie for it:
 * `POST {"token": "…"}`, the server's token or a link's, is answered 204 with the cookie, 401, 403 or 429; `GET` tells
 * whether the cookie is there, 204 or the same.
 */

import express, { type Request, type Response, type Router } from "express";
import { type AccessGate, isRefusal, type Refusal } from "../../access/access-gate.ts";
import { refuse, refuseMethod } from "../refusals.ts";

const MAX_BYTES = 1024;

export type AccessRoutesOptions = {
  /** The room that a request leads to. */
  roomOf(request: Request): string;
  /** Hears why somebody was not let in. */
  refused(refusal: Refusal, request: Request): void;
};

/** The routes under `/access`. */
export function accessRoutes(gate: AccessGate, { roomOf, refused }: AccessRoutesOptions): Router {
  const router = express.Router();
  const body = express.json({ limit: MAX_BYTES, inflate: false, type: "application/json" });
  router.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router
    .route("/")
    .get(async (request, response) => {
      const known = await gate.identify(request, roomOf(request));
      if (isRefusal(known)) sendRefusal(response, known);
      else response.sendStatus(204);
    })
    .post(body, async (request, response) => {
      const token = tokenOf(request);
      if (token === null) return refuse(response, 400, 'The body must be JSON like {"token": "…"}.');
      const known = await gate.identifyToken(request, token, roomOf(request));
      if (isRefusal(known)) {
        refused(known, request);
        return sendRefusal(response, known);
      }
      const cookie = await gate.cookieFor(request, known);
      if (cookie !== null) response.set("Set-Cookie", cookie);
      response.sendStatus(204);
    })
    .all((_request, response) => refuseMethod(response, "GET, POST"));
  return router;
}

/** Answers who was refused. */
export function sendRefusal(response: Response, { status, sentence, headers }: Refusal): void {
  refuse(response.set(headers), status, sentence);
}

function tokenOf(request: Request): string | null {
  const body: unknown = request.body;
  const token = typeof body === "object" && body !== null && "token" in body ? body.token : null;
  return typeof token === "string" ? token : null;
}
