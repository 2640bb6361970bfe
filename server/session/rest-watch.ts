/**
 * Owns whether the scene rests, in its process: what the encoders made is told to it before it is sent. A frame of an
 * encoder that is behind another says nothing new.
 */

import type { PacketMessage } from "../encode/encode-protocol.ts";

export type RestWatchOptions = {
  /** What the still of a frame is called. */
  nameOf(frame: number): string;
  /** Called when the scene has come to rest with a picture, or moves again (null). */
  changed(picture: string | null): void;
};

export class RestWatch {
  readonly #options: RestWatchOptions;
  #newest = 0;
  #picture: string | null = null;

  constructor(options: RestWatchOptions) {
    this.#options = options;
  }

  /** Takes note of an encoded frame. Gives the name of the picture where it shows the one at rest, else null. */
  note({ frame, settled }: Pick<PacketMessage, "frame" | "settled">): string | null {
    if (frame < this.#newest) return null;
    this.#newest = frame;
    const picture = settled ? this.#options.nameOf(frame) : null;
    if (picture !== this.#picture) {
      this.#picture = picture;
      this.#options.changed(picture);
    }
    return picture;
  }
}
