/** Owns the routes to single pictures: Motion JPEG at `/stream.mjpg`, snapshots at `/snapshot.png`, `.jpg` and `.webp`. */

import express, { type Request, type Response, type Router } from "express";
import type { PictureSize } from "../../../shared/video.ts";
import type { Metrics } from "../../monitoring/metrics.ts";
import type { TakenSnapshot } from "../../session/picture-requests.ts";
import type { JpegForm, SnapshotForm } from "../../session/session-protocol.ts";
import { type ErrorStatuses, refuseFor, refuseMethod } from "../refusals.ts";
import { type MultipartOptions, MultipartStream, multipartDefaults, multipartType } from "./multipart-stream.ts";
import { parseJpegQuery, parseSnapshotQuery } from "./picture-query.ts";

/** Who has the pictures. */
export type PictureHandler = {
  /** The size of the scene's picture. */
  size(): PictureSize;
  /** Shows pictures until the function that it returns is called. Throws `StreamError`. */
  watch(form: JpegForm, watcher: (jpeg: Uint8Array) => void): () => void;
  /** Takes a snapshot; `known` are the tags of those that the asker has. Rejects with `StreamError`. */
  take(form: SnapshotForm, known: readonly string[]): Promise<TakenSnapshot>;
};

export const contentTypes = { png: "image/png", jpg: "image/jpeg", webp: "image/webp" } as const;
const statuses: ErrorStatuses = {
  "encoder-failed": 500,
  "not-allowed": 404,
  "no-room": 404,
};
const formats = ["png", "jpg", "webp"] as const;
type Format = (typeof formats)[number];
const MAX_KNOWN_TAGS = 16;

export type PictureRoutesOptions = {
  /** May throw `StreamError` where there is no such scene and can be none. */
  readonly picturesOf: (request: Request) => PictureHandler;
  /** What a stream may take, in bits a second; null for as much as there is. */
  readonly maxBpsOf: (request: Request) => number | null;
  readonly metrics: Metrics;
  readonly multipart: MultipartOptions | undefined;
};

export function pictureRoutes(options: PictureRoutesOptions): Router {
  const { picturesOf, metrics } = options;
  const router = express.Router();
  router
    .route("/stream.mjpg")
    .get((request, response) => {
      const pictures = attempt(response, () => picturesOf(request));
      if (pictures !== null) stream(pictures, options, request, response);
    })
    .all((_request, response) => refuseMethod(response, "GET, HEAD"));
  for (const format of formats) {
    router
      .route(`/snapshot.${format}`)
      .get(async (request, response) => {
        const pictures = attempt(response, () => picturesOf(request));
        if (pictures !== null) await snapshot(pictures, metrics, format, request, response);
      })
      .all((_request, response) => refuseMethod(response, "GET, HEAD"));
  }
  return router;
}

function stream(
  pictures: PictureHandler,
  { maxBpsOf, metrics, multipart = multipartDefaults }: PictureRoutesOptions,
  request: Request,
  response: Response,
): void {
  const form = attempt(response, () => parseJpegQuery(request.query, pictures.size()));
  if (form === null) return;
  const type = multipartType(request.headers.accept);
  if (request.method === "HEAD") {
    response.set("Content-Type", type).vary("Accept").set("Cache-Control", "no-store").end();
    return;
  }
  const parts = new MultipartStream(response, metrics, { ...multipart, maxBps: maxBpsOf(request) }, type);
  const off = attempt(response, () => pictures.watch(form, (jpeg) => parts.show(jpeg)));
  if (off === null) return parts.close();
  metrics.addJpegWatchers(1);
  response.once("close", () => {
    off();
    parts.close();
    metrics.addJpegWatchers(-1);
  });
}

async function snapshot(
  pictures: PictureHandler,
  metrics: Metrics,
  format: Format,
  request: Request,
  response: Response,
): Promise<void> {
  const form = attempt(response, () => parseSnapshotQuery(format, request.query, pictures.size()));
  if (form === null) return;
  try {
    const { tag, bytes } = await pictures.take(form, tagsOf(request.headers["if-none-match"]));
    metrics.countSnapshot(format, bytes === null ? "unchanged" : "taken");
    // It may be kept, and must be asked about each time: there may be a newer picture.
    response.set({ ETag: `"${tag}"`, "Cache-Control": "private, no-cache" });
    if (bytes === null) response.status(304).end();
    else response.type(contentTypes[format]).send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    metrics.countSnapshot(format, "refused");
    refuseFor(response, error, statuses);
  }
}

/** The tags in `If-None-Match` (RFC 9110 section 13.1.2), which compares them weakly. */
export function tagsOf(header: string | undefined): string[] {
  const tags = header?.matchAll(/"([\x21\x23-\x7e]{1,128})"/g) ?? [];
  return [...tags].slice(0, MAX_KNOWN_TAGS).flatMap(([, tag]) => tag ?? []);
}

/** Does the work, or answers with what is wrong and gives null. */
function attempt<Result>(response: Response, work: () => Result): Result | null {
  try {
    return work();
  } catch (error) {
    refuseFor(response, error, statuses);
    return null;
  }
}
