/**
 * Owns `/access`, where a page shows the token that came in the fragment of its link and gets a cookie for it, or a key where
 * its browser keeps no cookie. `POST {"token": "…"}`, the server's token or a link's, is answered 204 with the cookie, 401,
 * 403 or 429; `POST {"token": "…", "wantsKey": true}` is answered 200 with `{"key", "expiresSeconds"}` instead, and so is
 * `POST {"wantsKey": true}` to who shows a key that still works. `GET` tells whether the cookie or the key is right, 204 or the
 * same. Pages of other sites that are not allowed are told so, in JSON (AC9). `GET /access/driver?origin=…` tells our page in a
 * frame whether pages of this origin may drive it, 204 or 403 (AC10).
 */

import express, { type Request, type RequestHandler, type Response, type Router } from "express";
import type { StreamErrorCode } from "../../../shared/errors.ts";
import { TUNNEL_HEADER } from "../../../shared/tunnel.ts";
import { type AccessGate, isRefusal, type Refusal } from "../../access/access-gate.ts";
import type { Identity } from "../../access/identity.ts";
import { refuse, refuseMethod } from "../refusals.ts";

const MAX_BYTES = 1024;
const refusedCode: StreamErrorCode = "origin-refused";

export type AccessRoutesOptions = {
  /** The room that a request leads to; null for none in particular. */
  roomOf(request: Request): string | null;
  /** Hears why somebody was not let in. */
  refused(refusal: Refusal, request: Request): void;
};

/** The routes under `/access`. */
export function accessRoutes(gate: AccessGate, { roomOf, refused }: AccessRoutesOptions): Router {
  const router = express.Router();
  const body = express.json({ limit: MAX_BYTES, inflate: false, type: "application/json" });
  router.use((request, response, next) => {
    response.set("Cache-Control", "no-store");
    const refusal = gate.refuseOrigin(request);
    if (refusal === null) return next();
    if (request.method === "OPTIONS") return answerPreflight(response);
    refused(refusal, request);
    tellOtherSite(response, refusal);
  });
  router
    .route("/")
    .get(async (request, response) => {
      const known = await gate.identify(request, roomOf(request));
      if (isRefusal(known)) sendRefusal(response, known);
      else response.sendStatus(204);
    })
    .post(body, async (request, response) => {
      const { token, wantsKey } = wishOf(request);
      if (token === null && !wantsKey) return refuse(response, 400, 'The body must be JSON like {"token": "…"}.');
      const room = roomOf(request);
      const known = await (token === null ? gate.identify(request, room) : gate.identifyToken(request, token, room));
      if (isRefusal(known)) {
        refused(known, request);
        return sendRefusal(response, known);
      }
      if (wantsKey) await giveKey(gate, known, response);
      else await giveCookie(gate, known, request, response);
    })
    .all((_request, response) => refuseMethod(response, "GET, POST"));
  return router;
}

/** The route `/access/driver`. */
export function driverRoute(gate: AccessGate): RequestHandler {
  return (request, response) => {
    response.set("Cache-Control", "no-store");
    if (gate.isFrameDriver(String(request.query["origin"]))) response.sendStatus(204);
    else refuse(response, 403, "Pages of this origin may not drive ours in a frame.");
  };
}

/** Answers who was refused. */
export function sendRefusal(response: Response, { status, sentence, headers }: Refusal): void {
  refuse(response.set(headers), status, sentence);
}

async function giveCookie(gate: AccessGate, known: Identity, request: Request, response: Response): Promise<void> {
  const cookie = await gate.cookieFor(request, known);
  if (cookie !== null) response.set("Set-Cookie", cookie);
  response.sendStatus(204);
}

async function giveKey(gate: AccessGate, known: Identity, response: Response): Promise<void> {
  const issued = await gate.keyFor(known);
  if (issued === null) response.sendStatus(204);
  else response.json(issued);
}

/** Any page may read it: it learns that it may not use this server, which it would have found out. */
function tellOtherSite(response: Response, { status, sentence }: Refusal): void {
  response.set({ "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" });
  response.status(status).json({ code: refusedCode, message: sentence });
}

/** Only for the header of a tunnel, without which such a page could not be told anything. */
function answerPreflight(response: Response): void {
  response.set({ "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": TUNNEL_HEADER });
  response.status(204).end();
}

function wishOf(request: Request): { readonly token: string | null; readonly wantsKey: boolean } {
  const body: unknown = request.body;
  if (typeof body !== "object" || body === null) return { token: null, wantsKey: false };
  const token = "token" in body && typeof body.token === "string" ? body.token : null;
  return { token, wantsKey: "wantsKey" in body && body.wantsKey === true };
}
