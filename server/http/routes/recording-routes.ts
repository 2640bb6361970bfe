/**
 * Owns `/recordings` and `/replay` of a room, for hosts: `POST /recordings` starts one, `GET` lists them, `GET /recordings/<file>` is
 * the file, in ranges where that is asked for, `POST /recordings/<file>/stop` ends it, `DELETE` removes it; `POST /replay` saves the
 * last seconds and answers with them. What files may be called, the handler says.
 */

import express, { type NextFunction, type Request, type Response, type Router } from "express";
import type { Admission } from "../../access/identity.ts";
import { type ErrorStatuses, orRefuse, refuse, refuseMethod } from "../refusals.ts";

/** What is told of a recording. */
export type RecordingTold = {
  readonly file: string;
  /** `recording`, `waiting` for the scene, `ended` or `failed`. */
  readonly state: string;
  readonly startedAt: string;
  readonly bytes: number;
  readonly seconds: number | null;
  readonly error: string | null;
};

/** Who has the recordings of a room. What they reject with is `TypeError` or `StreamError`. */
export type RecordingsHandler = {
  readonly replaySeconds: number | null;
  list(): Promise<readonly RecordingTold[]>;
  start(wish: unknown): Promise<RecordingTold>;
  /** Null where none of that name runs. */
  stop(file: string): Promise<RecordingTold | null>;
  remove(file: string): Promise<boolean>;
  saveReplay(wish: unknown): Promise<RecordingTold>;
  /** The folder and the name of a file in it; null for what can be none. */
  placeOf(file: string): { readonly root: string; readonly file: string } | null;
};

export type RecordingRoutesOptions = {
  admissionOf(request: Request): Admission;
  /** Throws `StreamError` where there can be no such room. */
  recordingsOf(admission: Admission): RecordingsHandler;
};

const MAX_BYTES = 1024;
const NO_FILE = "There is no such recording.";
const statuses: ErrorStatuses = {
  "not-allowed": 409,
  "nothing-to-save": 409,
  "no-room": 404,
  "output-failed": 507,
  "too-fast": 429,
};

export function recordingRoutes({ admissionOf, recordingsOf }: RecordingRoutesOptions): Router {
  const router = express.Router();
  const body = express.json({ limit: MAX_BYTES, inflate: false, type: "application/json" });
  const ours = ["/recordings", "/replay"];
  router.use(ours, (request: Request, response: Response, next: NextFunction) => {
    response.set("Cache-Control", "no-store");
    if (admissionOf(request).identity.role === "host") return next();
    refuse(response, 403, "Only hosts may record.");
  });
  const answer = (work: (handler: RecordingsHandler, request: Request, response: Response) => Promise<void>) =>
    orRefuse(statuses, (request, response) => work(recordingsOf(admissionOf(request)), request, response));
  router
    .route("/recordings")
    .get(answer(list))
    .post(body, answer(start))
    .all((_request, response) => refuseMethod(response, "GET, HEAD, POST"));
  router
    .route("/recordings/:file")
    .get(answer(send))
    .delete(answer(remove))
    .all((_request, response) => refuseMethod(response, "GET, HEAD, DELETE"));
  router
    .route("/recordings/:file/stop")
    .post(answer(stop))
    .all((_request, response) => refuseMethod(response, "POST"));
  router
    .route("/replay")
    .post(body, answer(saveReplay))
    .all((_request, response) => refuseMethod(response, "POST"));
  return router;
}

async function list(handler: RecordingsHandler, _request: Request, response: Response): Promise<void> {
  response.json({ recordings: await handler.list(), replaySeconds: handler.replaySeconds });
}

async function start(handler: RecordingsHandler, request: Request, response: Response): Promise<void> {
  const recording = await handler.start(request.body ?? {});
  response
    .status(201)
    .location(`recordings/${encodeURIComponent(recording.file)}`)
    .json(recording);
}

async function stop(handler: RecordingsHandler, request: Request, response: Response): Promise<void> {
  const stopped = await handler.stop(fileIn(request));
  if (stopped === null) refuse(response, 404, "No recording of that name is running.");
  else response.json(stopped);
}

async function remove(handler: RecordingsHandler, request: Request, response: Response): Promise<void> {
  if (await handler.remove(fileIn(request))) response.sendStatus(204);
  else refuse(response, 404, NO_FILE);
}

async function saveReplay(handler: RecordingsHandler, request: Request, response: Response): Promise<void> {
  const { file } = await handler.saveReplay(request.body ?? {});
  // Relative, as the page is.
  sendFile(handler, file, response.status(200).set("Content-Location", `recordings/${encodeURIComponent(file)}`));
}

async function send(handler: RecordingsHandler, request: Request, response: Response): Promise<void> {
  sendFile(handler, fileIn(request), response);
  await Promise.resolve();
}

function sendFile(handler: RecordingsHandler, file: string, response: Response): void {
  const place = handler.placeOf(file);
  if (place === null) return refuse(response, 404, NO_FILE);
  response.set("Cache-Control", "private, no-cache").attachment(place.file);
  response.sendFile(place.file, { root: place.root, dotfiles: "deny", cacheControl: false }, (error) => {
    // The asker may have gone in the middle of it.
    if (error === undefined || response.headersSent) return;
    response.removeHeader("Content-Disposition");
    const isBeyond = "status" in error && error.status === 416;
    refuse(response, isBeyond ? 416 : 404, isBeyond ? "The file has no such part." : NO_FILE);
  });
}

function fileIn({ params }: Request): string {
  const { file } = params;
  return typeof file === "string" ? file : "";
}
