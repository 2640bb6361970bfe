/**
 * Owns `/outputs` of a room, for hosts: `GET` lists what is sent on to servers of others, `POST {"address"}` begins one, `DELETE
 * /outputs/<id>` ends it. No answer has a key in it.
 */

import express, { type Request, type Response, type Router } from "express";
import type { Admission } from "../../access/identity.ts";
import { type ErrorStatuses, orRefuse, refuse, refuseMethod } from "../refusals.ts";

/** What is told of an output. */
export type OutputTold = {
  readonly id: string;
  /** Without its key. */
  readonly address: string;
  /** `waiting` for the scene, `connecting`, `sending`, `ended` or `failed`. */
  readonly state: string;
  readonly startedAt: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly connections: number;
  readonly error: string | null;
};

/** Who has the outputs of a room. What they throw is `TypeError` or `StreamError`. */
export type OutputsHandler = {
  list(): readonly OutputTold[];
  start(address: unknown): OutputTold;
  /** False where there is none of that name. */
  end(id: string): boolean;
};

export type OutputRoutesOptions = {
  admissionOf(request: Request): Admission;
  /** Throws `StreamError` where there is no such room. */
  outputsOf(admission: Admission): OutputsHandler;
};

const MAX_BYTES = 4096;
const statuses: ErrorStatuses = { "not-allowed": 409, "no-room": 404, "too-fast": 429 };

export function outputRoutes({ admissionOf, outputsOf }: OutputRoutesOptions): Router {
  const router = express.Router();
  const answer = (work: (handler: OutputsHandler, request: Request, response: Response) => void) =>
    orRefuse(statuses, (request, response) => work(outputsOf(admissionOf(request)), request, response));
  router.use((request, response, next) => {
    response.set("Cache-Control", "no-store");
    if (admissionOf(request).identity.role === "host") return next();
    refuse(response, 403, "Only hosts may send the picture on.");
  });
  router
    .route("/")
    .get(answer((handler, _request, response) => response.json({ outputs: handler.list() })))
    .post(express.json({ limit: MAX_BYTES, inflate: false, type: "application/json" }), answer(start))
    .all((_request, response) => refuseMethod(response, "GET, HEAD, POST"));
  router
    .route("/:id")
    .delete(answer(end))
    .all((_request, response) => refuseMethod(response, "DELETE"));
  return router;
}

function start(handler: OutputsHandler, request: Request, response: Response): void {
  const body: unknown = request.body;
  const address = typeof body === "object" && body !== null && "address" in body ? body.address : undefined;
  const output = handler.start(address);
  response.status(201).location(`outputs/${output.id}`).json(output);
}

function end(handler: OutputsHandler, { params }: Request, response: Response): void {
  const { id } = params;
  if (typeof id === "string" && handler.end(id)) response.sendStatus(204);
  else refuse(response, 404, "There is no such output.");
}
