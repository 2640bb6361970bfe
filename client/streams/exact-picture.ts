/**
 * Owns the exact picture of a scene at rest: asked for as soon as the server draws it, and shown over the video for as long
 * as the frame that is seen is one of those that show the same picture.
 *
 * EP1 the exact picture is never over another picture than its own: it goes in the callback that tells of another
 *     frame.
 * EP2 what is fetched is given up at the first sign that the scene moves.
 * EP3 while the scene rests nothing is asked of the server but the exact picture, and that not for ever.
 *
 * Motion JPEG has none: its pictures have no names.
 */

import type { ExactLayer } from "../picture/exact-layer.ts";
import { RestFrames } from "./rest-frames.ts";
import type { Transport } from "./transport.ts";

export type ExactPictureOptions = {
  readonly layer: Pick<ExactLayer, "show" | "hide">;
  /** Fetches a picture; null where the server has it no more, or will not have it. Rejects where it may be tried again. */
  readonly fetch: (picture: string, signal: AbortSignal) => Promise<ImageBitmap | null>;
};

type Rest = {
  readonly picture: string;
  readonly frames: Map<Transport, RestFrames>;
  readonly ending: AbortController;
  bitmap: ImageBitmap | null;
};

const MAX_ATTEMPTS = 4;
const RETRY_MS = 500;

export class ExactPicture {
  readonly #options: ExactPictureOptions;
  /** The last frame of each stream that was shown. */
  readonly #seen = new Map<Transport, number | null>();
  #shown: Transport | null = null;
  #rest: Rest | null = null;

  constructor(options: ExactPictureOptions) {
    this.#options = options;
  }

  /** The server draws a picture with which the scene may come to rest. */
  handleBegun(picture: string): void {
    if (this.#rest?.picture !== picture) this.#begin(picture, true);
  }

  /** The server says that a frame of a stream, and no earlier one, shows this picture. */
  handleRest(transport: Transport, frame: number, picture: string): void {
    const rest = this.#rest;
    const isGivenUp = rest?.ending.signal.aborted === true && rest.bitmap === null;
    if (rest?.picture !== picture || isGivenUp) this.#begin(picture, false);
    const frames = this.#rest?.frames.get(transport) ?? new RestFrames();
    this.#rest?.frames.set(transport, frames);
    frames.announce(frame);
    this.#update();
  }

  /** A frame of a stream is on the screen; null where the browser does not say which. */
  handleFrame(transport: Transport, name: number | null): void {
    this.#seen.set(transport, name);
    if (transport === this.#shown) this.#update();
  }

  /** A frame of the shown stream came and is about to be. */
  handleArrival(transport: Transport, name: number): void {
    const frames = this.#rest?.frames.get(transport);
    if (transport === this.#shown && frames?.judge(name) === "after") this.#withdraw();
  }

  /** Another stream is seen from now on. */
  setShown(transport: Transport | null): void {
    this.#shown = transport;
    this.#update();
  }

  /** A stream is over; the names of its frames mean nothing any more. */
  forget(transport: Transport): void {
    this.#seen.delete(transport);
    this.#rest?.frames.delete(transport);
    this.#update();
  }

  /** Takes the picture away and gives up what is fetched. */
  clear(): void {
    const rest = this.#rest;
    this.#rest = null;
    this.#options.layer.hide();
    rest?.ending.abort();
    rest?.bitmap?.close();
  }

  /** The scene moves, or the word that it still rests is late: then it need not be fetched again. */
  #withdraw(): void {
    this.#options.layer.hide();
    this.#rest?.ending.abort();
  }

  /** `isEarly`: it is only being drawn. */
  #begin(picture: string, isEarly: boolean): void {
    this.clear();
    const rest: Rest = { picture, frames: new Map(), ending: new AbortController(), bitmap: null };
    this.#rest = rest;
    void this.#load(rest, isEarly);
  }

  async #load(rest: Rest, isEarly: boolean): Promise<void> {
    const { signal } = rest.ending;
    let mayComeYet = isEarly;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && !signal.aborted; attempt += 1) {
      try {
        const bitmap = await this.#options.fetch(rest.picture, signal);
        if (signal.aborted) return bitmap?.close();
        // It was asked for early, and in vain; where the scene rests with it after all, it is fetched then.
        if (bitmap === null && rest.frames.size === 0) rest.ending.abort();
        if (bitmap === null && mayComeYet) {
          // The word that it does was faster than that answer.
          mayComeYet = false;
          continue;
        }
        rest.bitmap = bitmap;
        return this.#update();
      } catch {
        // The scene moves, which ends this, or the way was bad for a moment.
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS * attempt));
      }
    }
  }

  #update(): void {
    const rest = this.#rest;
    if (rest === null || this.#shown === null) return this.#options.layer.hide();
    const name = this.#seen.get(this.#shown);
    const verdict = typeof name === "number" ? rest.frames.get(this.#shown)?.judge(name) : undefined;
    if (verdict === "after") this.#withdraw();
    else if (verdict === "resting" && rest.bitmap !== null) this.#options.layer.show(rest.bitmap);
    else this.#options.layer.hide();
  }
}
