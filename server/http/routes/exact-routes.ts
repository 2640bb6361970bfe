/**
 * Owns the route to the exact picture of a scene at rest, `/exact/<picture>?viewer=<id>&bps=<rate>&receipts=<number>`, for
 * the pages that show it over their video. It is PNG, or WebP that loses nothing where that is there sooner and the page
 * takes it. A response that still runs when the scene moves ends early: the way is the video's then. `X-Exact-Bytes` says
 * how long the whole is. On a slow way, `bps` says how slow, it leaves room for the first frames of a movement; that it may
 * be faster than that, the receipts of the page say, by its WebSocket.
 */

import { TLSSocket } from "node:tls";
import express, { type Request, type Response, type Router } from "express";
import { StreamError } from "../../../shared/errors.ts";
import type { Metrics } from "../../monitoring/metrics.ts";
import type { MadePicture } from "../../session/exact-picture.ts";
import { refuse, refuseMethod } from "../refusals.ts";
import { PacedBody } from "./paced-body.ts";

/** Who has the exact pictures of a room. */
export type ExactHandler = {
  /** Whether somebody of this id watches. */
  isViewer(viewerId: string): boolean;
  /**
   * The picture, in the form that is there first on a way that carries so many bits a second (null: as PNG); null where that
   * picture is over or never came. Rejects with `StreamError`.
   */
  take(picture: string, bitrateBps: number | null): Promise<MadePicture | null>;
  /** Calls when the scene moves, until the function that it returns is called. */
  whenOver(over: () => void): () => void;
  /** Calls with how much of a picture has come, as the viewer says, until the function that it returns is called. */
  whenReceived(viewerId: string, request: number, received: (bytes: number) => void): () => void;
};

const MAX_FOR_A_VIEWER = 2;
const MAX_AT_ONCE = 64;
/** A way that carries this has a picture soon enough, and may carry far more than anybody tried. */
const FAST_BPS = 12_000_000;
const MIN_BPS = 100_000;
/** Of a way of which nothing is known. */
const UNKNOWN_BPS = 2_000_000;
const contentTypes = { png: "image/png", "webp-exact": "image/webp" } as const;

export type ExactRoutesOptions = {
  /** May throw `StreamError` where there is no such scene. */
  readonly exactOf: (request: Request) => ExactHandler;
  /** What a picture may take of its way, in bits a second; null for as much as there is. */
  readonly maxBpsOf: (request: Request) => number | null;
  readonly metrics: Metrics;
};

export function exactRoutes({ exactOf, maxBpsOf, metrics }: ExactRoutesOptions): Router {
  const running = new Map<string, number>();
  let total = 0;

  function count(viewerId: string, change: 1 | -1): void {
    total += change;
    const left = (running.get(viewerId) ?? 0) + change;
    if (left > 0) running.set(viewerId, left);
    else running.delete(viewerId);
  }

  async function answer(request: Request<{ picture: string }>, response: Response): Promise<void> {
    const viewerId = String(request.query["viewer"]);
    const pictures = exactOf(request);
    if (!pictures.isViewer(viewerId)) return refuse(response, 404, "There is no such viewer.");
    if ((running.get(viewerId) ?? 0) >= MAX_FOR_A_VIEWER)
      return refuse(response, 429, "A viewer may only fetch two exact pictures at once.");
    if (total >= MAX_AT_ONCE)
      return refuse(response, 503, "Too many exact pictures are being fetched at once. Try again in a second.");
    count(viewerId, 1);
    response.once("close", () => count(viewerId, -1));
    const maxBps = maxBpsOf(request);
    const bps = Math.min(rateOf(request.query["bps"]), maxBps ?? Number.POSITIVE_INFINITY);
    const made = await pictures.take(request.params.picture, takesWebp(request) ? bps : null);
    if (response.destroyed) return;
    // A proxy that gathered it could not give it up.
    response.set({ "Cache-Control": "private, no-store", "X-Accel-Buffering": "no" });
    // Nothing is wrong, so that no browser says so in its console.
    if (made === null) return void response.status(204).end();
    response.set({ "Content-Type": contentTypes[made.format], "X-Exact-Bytes": String(made.bytes.byteLength) });
    send(request, response, pictures, made, bps);
  }

  function send(
    request: Request,
    response: Response,
    pictures: ExactHandler,
    { bytes }: MadePicture,
    bps: number,
  ): void {
    if (request.method === "HEAD" || bps >= FAST_BPS) {
      response.once(
        "close",
        pictures.whenOver(() => cut(response)),
      );
      response.once("finish", () => metrics.countExactPictureSent(bytes.byteLength));
      response.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      return;
    }
    const body = new PacedBody(response, { bytes, bitrateBps: bps });
    const receipts = Number.parseInt(String(request.query["receipts"]), 10);
    // A way that is held may carry more, which is not to be found out.
    const received = (count: number) => maxBpsOf(request) === null && body.noteReceived(count);
    const ends = [
      pictures.whenOver(() => body.end()),
      pictures.whenReceived(String(request.query["viewer"]), receipts, received),
      () => metrics.countExactPictureSent(body.sentBytes),
    ];
    response.once("close", () => {
      for (const end of ends) end();
    });
  }

  const router = express.Router();
  router
    .route("/exact/:picture")
    .get(async (request, response) => {
      try {
        await answer(request, response);
      } catch (error) {
        if (!(error instanceof StreamError)) throw error;
        refuse(response, error.code === "no-room" ? 404 : 503, error.message);
      }
    })
    .all((_request, response) => refuseMethod(response, "GET, HEAD"));
  return router;
}

/** Only where it says so: who takes anything may be an old one. */
function takesWebp({ headers }: Request): boolean {
  return headers.accept?.includes("image/webp") === true;
}

/** The rate of the way in bits a second. */
function rateOf(value: unknown): number {
  return /^\d{1,9}$/.test(String(value)) ? Math.max(MIN_BPS, Number(value)) : UNKNOWN_BPS;
}

/** Drops what waits to be sent as well, where the socket can (TLS cannot). */
function cut(response: Response): void {
  const { socket } = response;
  if (socket === null || socket instanceof TLSSocket) response.destroy();
  else socket.resetAndDestroy();
}
