/**
 * Owns `/access`, where a page shows the token that came in the fragment of its link and gets a cookie for it:
 * `POST {"token": "…"}` is answered 204 with the cookie, 401 or 429; `GET` tells whether the cookie is there, 204 or 401.
 */

import express, { type Request, type Response, type Router } from "express";
import type { AccessGate, Refusal } from "./access-gate.ts";

const MOST_BYTES = 1024;

/** The routes under `/access`. `refused` is told why somebody was not let in. */
export function accessRoutes(gate: AccessGate, refused: (refusal: Refusal, request: Request) => void): Router {
  const router = express.Router();
  const body = express.json({ limit: MOST_BYTES, inflate: false, type: "application/json" });
  router.use((_request, response, next) => {
    response.set("Cache-Control", "no-store");
    next();
  });
  router
    .route("/")
    .get((request, response) => {
      const refusal = gate.refuseStranger(request);
      if (refusal === null) response.sendStatus(204);
      else sendRefusal(response, refusal);
    })
    .post(body, (request, response) => {
      const token = tokenOf(request);
      if (token === null) return sendSentence(response, 400, 'The body must be JSON like {"token": "…"}.');
      const refusal = gate.refuseToken(request, token);
      if (refusal !== null) {
        refused(refusal, request);
        return sendRefusal(response, refusal);
      }
      const cookie = gate.cookieFor(request);
      if (cookie !== null) response.set("Set-Cookie", cookie);
      response.sendStatus(204);
    })
    .all((_request, response) => sendSentence(response.set("Allow", "GET, POST"), 405, "Only GET and POST work here."));
  return router;
}

/** Answers who was refused. */
export function sendRefusal(response: Response, { status, sentence, headers }: Refusal): void {
  sendSentence(response.set(headers), status, sentence);
}

function tokenOf(request: Request): string | null {
  const body: unknown = request.body;
  const token = typeof body === "object" && body !== null && "token" in body ? body.token : null;
  return typeof token === "string" ? token : null;
}

function sendSentence(response: Response, status: number, sentence: string): void {
  response.status(status).type("text/plain").send(`${sentence}\n`);
}
