/**
 * Owns sending a body no faster than its way carries it (exact-pace.ts), so that what is sent by other ways meanwhile does
 * not wait behind it, and little is on its way when it is given up.
 */

import type { Response } from "express";
import { ExactPace } from "./exact-pace.ts";

const TICK_MS = 10;

export type PacedBodyOptions = {
  readonly bytes: Uint8Array;
  /** What the way is thought to carry, in bits a second. */
  readonly bitrateBps: number;
};

export class PacedBody {
  readonly #response: Response;
  readonly #bytes: Uint8Array;
  readonly #pace: ExactPace;
  readonly #timer: NodeJS.Timeout;
  #at = 0;

  /** Begins to send. The response ends with it. */
  constructor(response: Response, { bytes, bitrateBps }: PacedBodyOptions) {
    this.#response = response;
    this.#bytes = bytes;
    this.#pace = new ExactPace(bitrateBps, performance.now());
    this.#timer = setInterval(() => this.#send(), TICK_MS);
    response.once("close", () => clearInterval(this.#timer));
    this.#send();
  }

  /** How many bytes were sent. */
  get sentBytes(): number {
    return this.#at;
  }

  /** The receiver says that so many bytes have come. */
  noteReceived(bytes: number): void {
    this.#pace.noteReceived(bytes, performance.now());
    this.#send();
  }

  /** Sends no more. The response ends as if that had been all. */
  end(): void {
    clearInterval(this.#timer);
    if (!this.#response.writableEnded) this.#response.end();
  }

  #send(): void {
    if (this.#response.writableEnded || this.#response.writableNeedDrain) return;
    const at = performance.now();
    const piece = this.#bytes.subarray(this.#at, this.#at + this.#pace.allowance(at));
    if (piece.byteLength === 0) return;
    this.#response.write(piece);
    this.#at += piece.byteLength;
    this.#pace.noteSent(piece.byteLength, at);
    if (this.#at >= this.#bytes.byteLength) this.end();
  }
}
