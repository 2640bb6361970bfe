/**
 * Owns the exact picture of a scene at rest, in the main process: which one it is, and its still, made once for all who
 * ask and forgotten when the scene moves.
 */

import { Emitter } from "../../shared/emitter.ts";
import type { TakenStill } from "./picture-requests.ts";

export type ExactStillEvents = {
  /** The picture at rest is another, or the scene moves: stills of the one before are of no more use. */
  readonly changed: Record<never, never>;
};

export class ExactStill extends Emitter<ExactStillEvents> {
  readonly #take: () => Promise<TakenStill>;
  #picture: string | null = null;
  #making: Promise<Uint8Array | null> | null = null;

  /** `take` makes a still of the newest picture without loss; it rejects with `StreamError`. */
  constructor(take: () => Promise<TakenStill>) {
    super();
    this.#take = take;
  }

  /** The scene rests with this picture, or moves (null). */
  handleRest(picture: string | null): void {
    if (picture === this.#picture) return;
    this.#picture = picture;
    this.#making = null;
    this.emit("changed", {});
  }

  /** The still of a picture as PNG; null where it is not the one at rest any more. Rejects with `StreamError`. */
  async take(picture: string): Promise<Uint8Array | null> {
    if (picture !== this.#picture) return null;
    this.#making ??= this.#make(picture);
    const bytes = await this.#making;
    return picture === this.#picture ? bytes : null;
  }

  async #make(picture: string): Promise<Uint8Array | null> {
    try {
      const { tag, bytes } = await this.#take();
      return tag === picture ? bytes : null;
    } catch (error) {
      // Who asks again may have more luck.
      if (picture === this.#picture) this.#making = null;
      throw error;
    }
  }
}
