/**
 * Owns the exact picture of a scene at rest, in the main process: which one it is, and its forms, each of them made
 * once for all who ask and forgotten when the scene moves. Who asks while the picture is being drawn waits for it, and
 * what is waited for is made as soon as it is there.
 */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { isPictureTag } from "../encode/pictures/picture-protocol.ts";
import { ExactCosts } from "./exact-costs.ts";
import type { TakenSnapshot } from "./picture-requests.ts";
import type { ExactFormat } from "./session-protocol.ts";

export type ExactPictureEvents = {
  /** The picture at rest is another, or the scene moves: what was made of the one before is of no more use. */
  readonly changed: Record<never, never>;
  /** A form of it was made. */
  readonly made: { readonly format: ExactFormat; readonly encodeMs: number };
};

export type ExactPictureOptions = {
  readonly size: PictureSize;
  /** Takes a snapshot of the newest picture; rejects with `StreamError`. */
  readonly take: (format: ExactFormat) => Promise<TakenSnapshot>;
};

/** The picture, in the form that it has. */
export type MadePicture = { readonly format: ExactFormat; readonly bytes: Uint8Array };

type Making = Map<ExactFormat, Promise<MadePicture | null>>;

export class ExactPicture extends Emitter<ExactPictureEvents> {
  readonly #take: ExactPictureOptions["take"];
  #costs: ExactCosts;
  #picture: string | null = null;
  #making: Making = new Map();
  /** A picture that is being drawn, and who waits for it: each is told whether it came. */
  #begun: { readonly picture: string; readonly waiting: Set<(isThere: boolean) => void> } | null = null;

  constructor({ size, take }: ExactPictureOptions) {
    super();
    this.#take = take;
    this.#costs = new ExactCosts(size);
  }

  /** Pictures have this size from now on. */
  setSize(size: PictureSize): void {
    this.#costs = new ExactCosts(size);
  }

  /** A picture is being drawn with which the scene may come to rest. */
  handleBegun(picture: string): void {
    if (picture === this.#begun?.picture || picture === this.#picture) return;
    this.#endWaiting(null);
    this.#begun = { picture, waiting: new Set() };
  }

  /** The scene rests with this picture, or moves (null). */
  handleRest(picture: string | null): void {
    if (picture !== this.#picture) {
      this.#picture = picture;
      this.#making = new Map();
      this.emit("changed", {});
    }
    this.#endWaiting(picture);
  }

  /**
   * A picture, in the form that is there first on a way that carries so many bits a second (null: PNG). Null
   * where it is not the one at rest, or not any more. Rejects with `StreamError`.
   */
  async take(picture: string, bitrateBps: number | null): Promise<MadePicture | null> {
    if (picture === this.#begun?.picture && !(await this.#wait(this.#begun.waiting))) return null;
    if (picture !== this.#picture) return null;
    const format = bitrateBps === null ? "png" : this.#costs.soonest(bitrateBps);
    const making = this.#making.get(format) ?? this.#make(picture, format);
    try {
      const made = await making;
      return picture === this.#picture ? made : null;
    } catch (error) {
      // That of a picture that is over, as of another size, is no fault of anybody's, nor where its process knows so before we do.
      const hasNone = error instanceof StreamError && error.code === "room-lost";
      if (hasNone || picture !== this.#picture) return null;
      throw error;
    }
  }

  #wait(waiting: Set<(isThere: boolean) => void>): Promise<boolean> {
    return new Promise((resolve) => waiting.add(resolve));
  }

  #endWaiting(picture: string | null): void {
    const begun = this.#begun;
    this.#begun = null;
    for (const tell of begun?.waiting ?? []) tell(begun?.picture === picture);
  }

  #make(picture: string, format: ExactFormat): Promise<MadePicture | null> {
    const makings = this.#making;
    const making = this.#attempt(picture, format);
    makings.set(format, making);
    // Who asks again may have more luck.
    making.catch(() => makings.delete(format));
    return making;
  }

  async #attempt(picture: string, format: ExactFormat): Promise<MadePicture | null> {
    const { tag, bytes, encodeMs } = await this.#take(format);
    if (bytes === null || !isPictureTag(tag, picture)) return null;
    this.#costs.note(format, bytes.byteLength, encodeMs);
    this.emit("made", { format, encodeMs });
    return { format, bytes };
  }
}
