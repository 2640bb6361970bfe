/**
 * Owns the route to the exact picture of a scene at rest, `/still/<picture>?viewer=<id>&bps=<rate>`, for the pages that
 * show it over their video. A response that still runs when the scene moves is cut: the way is the video's then. On a slow
 * way, `bps` says how slow, it goes at that rate, so that the first frames of the movement do not wait behind it.
 */

import { TLSSocket } from "node:tls";
import express, { type Request, type Response, type Router } from "express";
import { StreamError } from "../../shared/errors.ts";
import { sendPaced } from "./paced-body.ts";
import { refuse, refuseMethod } from "./refusals.ts";

/** Who has the stills of a room. */
export type StillHandler = {
  /** Whether somebody of this id watches. */
  isViewer(viewerId: string): boolean;
  /** The still as PNG; null where that picture is over. Rejects with `StreamError`. */
  take(picture: string): Promise<Uint8Array | null>;
  /** Calls when the scene moves, until the function that it returns is called. */
  whenOver(over: () => void): () => void;
};

const MOST_FOR_A_VIEWER = 2;
const MOST = 64;
/** A way that carries this has a still soon enough, and may carry far more than anybody tried. */
const FAST_BPS = 12_000_000;
const LEAST_BPS = 100_000;

/** `stillsOf` may throw `StreamError` where there is no such scene. */
export function stillRoutes(stillsOf: (request: Request) => StillHandler): Router {
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
    const stills = stillsOf(request);
    if (!stills.isViewer(viewerId)) return refuse(response, 404, "There is no such viewer.");
    if ((running.get(viewerId) ?? 0) >= MOST_FOR_A_VIEWER)
      return refuse(response, 429, "Two stills at once are enough.");
    if (total >= MOST) return refuse(response, 503, "Too many stills are asked for at once.");
    count(viewerId, 1);
    response.once("close", () => count(viewerId, -1));
    const bytes = await stills.take(request.params.picture);
    if (response.destroyed) return;
    if (bytes === null) return refuse(response.set("Cache-Control", "no-store"), 410, "That picture is over.");
    response.once(
      "close",
      stills.whenOver(() => cut(response)),
    );
    // A proxy that gathered it could not give it up.
    response.set({ "Cache-Control": "private, no-store", "X-Accel-Buffering": "no" });
    response.type("image/png");
    const slowBps = slowRateOf(request.query["bps"]);
    if (slowBps !== null) sendPaced(response, bytes, slowBps);
    else response.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  const router = express.Router();
  router
    .route("/still/:picture")
    .get(async (request, response) => {
      try {
        await answer(request, response);
      } catch (error) {
        if (!(error instanceof StreamError)) throw error;
        refuse(response, error.code === "not-allowed" ? 404 : 503, error.message);
      }
    })
    .all((_request, response) => refuseMethod(response, "GET, HEAD"));
  return router;
}

/** The rate of a slow way in bits a second; null where it is not slow, or not known. */
function slowRateOf(value: unknown): number | null {
  const bps = /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.POSITIVE_INFINITY;
  return bps < FAST_BPS ? Math.max(bps, LEAST_BPS) : null;
}

/** Drops what waits to be sent as well, where the socket can (TLS cannot). */
function cut(response: Response): void {
  const { socket } = response;
  if (socket === null || socket instanceof TLSSocket) response.destroy();
  else socket.resetAndDestroy();
}
