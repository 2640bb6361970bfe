/**
 * Owns the body of a request that fills a value: reads it as fast as it is taken, and no slower than a client may be. In the main process.
 *
 * DU1 the body is read only as fast as it is taken, and one that is held back is asked for when it is wanted.
 * DU2 a client that sends nothing for 10 s while it is read, or after 30 s less than 64 KiB a second, is cut off.
 * DU3 who is refused is answered before its body is there, and what it goes on sending is dropped for a second, so that it reads why.
 * DU4 one that gives way to another (upload-order.ts) is answered at once, and changes nothing.
 */

import type { IncomingMessage } from "node:http";
import type { Request, Response } from "express";
import { refuse } from "../refusals.ts";
import { askForBody, isHeldBack, takeBodyLimit } from "../request-bodies.ts";

export type UploadPace = {
  readonly silenceMs: number;
  readonly graceMs: number;
  readonly minBytesPerSecond: number;
};

export const uploadPace: UploadPace = { silenceMs: 10_000, graceMs: 30_000, minBytesPerSecond: 64 * 1024 };

const CHECK_MS = 500;
const DRAIN_MS = 1_000;
const gaveWay = "A host had to wait for this upload, so it was broken off. Send it again.";

export class DataUpload {
  readonly #request: Request;
  readonly #response: Response;
  readonly #pace: UploadPace;
  readonly #gone = new AbortController();
  /** Since when it is kept waiting; null while it is the client that is waited for, and when all of it is there. */
  #heldSince: number | null = performance.now();

  constructor(request: Request, response: Response, pace: UploadPace = uploadPace) {
    this.#request = request;
    this.#response = response;
    this.#pace = pace;
    takeBodyLimit(request);
    response.once("close", () => this.#gone.abort(new Error("The client is gone.")));
  }

  /** Aborts when the client is gone, or was answered. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** For how long it has been kept waiting, its turn or what takes its bytes, in milliseconds. */
  get heldMs(): number {
    return this.#heldSince === null ? 0 : performance.now() - this.#heldSince;
  }

  get isGone(): boolean {
    return this.#gone.signal.aborted || this.#request.socket.destroyed;
  }

  /** The bytes as they come (DU1, DU2). */
  async *chunks(): AsyncGenerator<Uint8Array> {
    const [request, pace] = [this.#request, this.#pace];
    askForBody(request, this.#response);
    let [bytes, waitedMs, waitingSince] = [0, 0, performance.now()];
    this.#heldSince = null;
    const checks = setInterval(() => {
      if (waitingSince === 0) return;
      const silentMs = performance.now() - waitingSince;
      const allMs = waitedMs + silentMs;
      const isSlow = allMs > pace.graceMs && bytes < (allMs / 1000) * pace.minBytesPerSecond;
      if (silentMs > pace.silenceMs || isSlow) request.destroy(new Error("The body came too slowly."));
    }, CHECK_MS);
    try {
      // Else it would be destroyed, and the connection with it, where it is refused.
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
        waitedMs += performance.now() - waitingSince;
        bytes += chunk.byteLength;
        waitingSince = 0;
        this.#heldSince = performance.now();
        yield chunk;
        waitingSince = performance.now();
        this.#heldSince = null;
      }
    } finally {
      clearInterval(checks);
    }
  }

  /** DU4 */
  giveWay(): void {
    // What is all there holds up nobody.
    if (this.#request.complete || this.#response.headersSent || this.isGone) return;
    // An answer that has ended does not end the body.
    this.#response.once("finish", () => this.#request.destroy(new Error(gaveWay)));
    refuse(this.#response.set("Connection", "close"), 503, gaveWay);
    this.#gone.abort(new Error(gaveWay));
  }
}

/** Refuses a request whose body may still be on its way (DU3). */
export function refuseUnread(request: Request, response: Response, status: number, sentence: string): void {
  if (request.complete) return refuse(response, status, sentence);
  response.set("Connection", "close");
  if (isHeldBack(request)) return refuse(response, status, sentence);
  takeBodyLimit(request);
  const finish = (): void => {
    clearTimeout(timer);
    if (!response.writableEnded) response.end();
  };
  const timer = setTimeout(finish, DRAIN_MS);
  drop(request, finish);
  const body = `${sentence}\n`;
  if (status === 429 || status === 503) response.set("Retry-After", "1");
  response
    .status(status)
    .type("text/plain")
    .set("Content-Length", String(Buffer.byteLength(body)));
  // The client has its whole answer by this; the connection ends later.
  response.write(body);
}

function drop(request: IncomingMessage, then: () => void): void {
  request.once("end", then);
  request.once("close", then);
  request.resume();
}
