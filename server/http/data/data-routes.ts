/**
 * Owns `/data`, what a scene takes from other programs: `GET /data` lists the values, and of `/data/<name>` `GET` gives one, `PUT` fills
 * it, `PATCH` fills a part, `DELETE` removes it. For hosts, and for links that were made for it. In the main process.
 */

import express, { type NextFunction, type Request, type RequestHandler, type Response, type Router } from "express";
import { isArrayForm } from "../../../shared/data.ts";
import { StreamError } from "../../../shared/errors.ts";
import { type Admission, mayUseData } from "../../access/identity.ts";
import type { DataAnswer, DataInfo } from "../../data/data-contract.ts";
import type { DataBody } from "../../data/formats/data-body.ts";
import { formatOfContentType, UnknownFormat } from "../../data/formats/data-format.ts";
import { receiveData, receivePart } from "../../data/formats/receive-data.ts";
import type { RoomData } from "../../data/room-data.ts";
import { type ErrorStatuses, refuse, refuseMethod } from "../refusals.ts";
import { sendValue } from "./data-download.ts";
import { parseColumns, parseRange, parseShape } from "./data-request.ts";
import { DataUpload, refuseUnread } from "./data-upload.ts";
import type { UploadOrder } from "./upload-order.ts";

/** The data of a room, as far as requests reach it. */
export type DataHandler = Pick<
  RoomData,
  "list" | "declarationOf" | "begin" | "beginPatch" | "maxBytes" | "read" | "remove"
>;

export type DataRoutesOptions = {
  admissionOf(request: Request): Admission;
  /** The data of the room that is asked about; one that is to be filled is opened. Throws `StreamError` where there is none. */
  dataOf(admission: Admission, isFilled: boolean): DataHandler;
  /** Counts a request; false when that is too many. */
  allows(admission: Admission): boolean;
  /** Who gives way to whom. */
  readonly order: UploadOrder;
  /** Keeps a response in sight until it ends. Returns why there may not be one more, as a sentence, else null. */
  follow(response: Response, admission: Admission): string | null;
};

export const notForData =
  'Your link is not for data. A host makes one that is: scenecast link --data, or POST /links with "data": true.';
export const tooOften = "Data is being sent too often by your link or from your address. Try again in a second.";

export const dataStatuses: ErrorStatuses = {
  "not-allowed": 403,
  "no-room": 404,
  "data-missing": 404,
  "data-refused": 409,
  "data-too-large": 413,
  "data-full": 507,
};

/** The routes under `/data`. */
export function dataRoutes(options: DataRoutesOptions): Router {
  const router = express.Router();
  router.use(guard(options));
  router
    .route("/")
    .get((request, response) => {
      const { dataOf, admissionOf } = options;
      const data = dataOf(admissionOf(request), false).list();
      response.set("Cache-Control", "no-store").json({ data: data.map(shown) });
    })
    .all((_request, response) => refuseMethod(response, "GET, HEAD"));
  router
    .route("/:name")
    .get((request, response) => give(options, request, response))
    .put((request, response) => fill(options, request, response, null))
    .patch((request, response) => {
      const { headers, query } = request;
      const offset = query["offset"] === undefined ? undefined : String(query["offset"]);
      return fill(options, request, response, parseRange(headers["content-range"], offset));
    })
    .delete((request, response) => remove(options, request, response))
    .all((_request, response) => refuseMethod(response, "GET, HEAD, PUT, PATCH, DELETE"));
  router.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
    const status = statusOf(error);
    if (status === null || response.headersSent) return next(error);
    refuseUnread(request, response, status, (error as Error).message);
  });
  return router;
}

/** What an error is answered with; null for one of ours. */
export function statusOf(error: unknown): number | null {
  if (error instanceof UnknownFormat) return 415;
  if (error instanceof TypeError) return 400;
  return error instanceof StreamError ? (dataStatuses[error.code] ?? 503) : null;
}

/** What somebody is told of what they filled. */
export function answerOf({ name, version, taken, form, bytes }: DataAnswer): Readonly<Record<string, unknown>> {
  return { name, version, taken, type: form.type, ...(isArrayForm(form) ? { shape: form.shape } : {}), bytes };
}

function guard({ admissionOf, allows, follow }: DataRoutesOptions): RequestHandler {
  return (request, response, next) => {
    const admission = admissionOf(request);
    if (!mayUseData(admission.identity)) return refuseUnread(request, response, 403, notForData);
    if (!allows(admission)) return refuseUnread(request, response, 429, tooOften);
    const refusal = follow(response, admission);
    if (refusal === null) return next();
    refuseUnread(request, response, 503, refusal);
  };
}

function shown({ name, declaration, form, bytes, version }: DataInfo): Readonly<Record<string, unknown>> {
  const shape = form !== null && isArrayForm(form) ? { shape: form.shape } : {};
  return { name, declared: declaration, type: form?.type ?? null, ...shape, bytes, version };
}

async function give({ dataOf, admissionOf }: DataRoutesOptions, request: Request, response: Response): Promise<void> {
  const name = String(request.params["name"]);
  const reading = dataOf(admissionOf(request), false).read(name);
  if (reading === null) throw new StreamError("data-missing", `There is no value ${quoted(name)} yet.`);
  await sendValue(reading, request, response);
}

function remove({ dataOf, admissionOf }: DataRoutesOptions, request: Request, response: Response): void {
  const name = String(request.params["name"]);
  if (dataOf(admissionOf(request), false).remove(name)) response.sendStatus(204);
  else refuse(response, 404, `There is no value ${quoted(name)}.`);
}

/** Fills a value, or, where there is a range, a part of one. */
async function fill(
  { dataOf, admissionOf, order }: DataRoutesOptions,
  request: Request,
  response: Response,
  range: ReturnType<typeof parseRange> | null,
): Promise<void> {
  const { identity, room } = admissionOf(request);
  const data = dataOf(admissionOf(request), true);
  const name = String(request.params["name"]);
  const upload = new DataUpload(request, response);
  const body = bodyOf(request, upload);
  const isHost = identity.role === "host";
  const over = isHost ? order.wait(room, () => upload.heldMs) : order.add(room, () => upload.giveWay());
  try {
    const answer = await (range === null ? receiveData(data, name, body) : receivePart(data, name, range, body));
    response.set("Cache-Control", "no-store").json(answerOf(answer));
  } catch (error) {
    // It broke off, and nobody is there to be told.
    if (!upload.isGone) throw error;
    if (!response.writableEnded) response.destroy();
  } finally {
    over();
  }
}

/** Throws `TypeError`, `UnknownFormat`. */
function bodyOf(request: Request, upload: DataUpload): DataBody {
  const { headers, query } = request;
  const coding = headers["content-encoding"]?.toLowerCase() ?? "identity";
  if (coding !== "identity") throw new UnknownFormat("The body must come as it is, without Content-Encoding.");
  const length = headers["content-length"];
  const type = headerText(request, "x-data-type");
  return {
    chunks: upload.chunks(),
    isGivenAway: true,
    byteLength: length === undefined || headers["transfer-encoding"] !== undefined ? null : Number(length),
    format: formatOfContentType(headers["content-type"]),
    type: type?.toLowerCase(),
    shape: parseShape(headerText(request, "x-data-shape")),
    columns: parseColumns(query["columns"] === undefined ? undefined : String(query["columns"])),
    signal: upload.signal,
  };
}

/** Of several of one name Node makes one with commas, which is none of ours. */
function headerText({ headers }: Request, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 64));
}
