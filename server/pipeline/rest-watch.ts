/**
 * Owns whether the scene rests, in its process: what the encoders made is told to it before it is sent. A frame of an
 * encoder that is behind another says nothing new.
 */

import type { PacketMessage } from "../encode/video/encode-protocol.ts";

export type RestWatchOptions = {
  /** What the picture of a frame is called. */
  nameOf(frame: number): string;
  /** Called when the scene may be about to rest with this picture. `changed` follows, at the latest when it moves again. */
  begun(picture: string): void;
  /** Called when the scene has come to rest with a picture, or moves again (null). */
  changed(picture: string | null): void;
};

export class RestWatch {
  readonly #options: RestWatchOptions;
  #newest = 0;
  #picture: string | null = null;
  /** The frame that is being drawn with care and not encoded yet. */
  #begun: number | null = null;
  /** Whether the last one that was begun never came: a scene that stirs now and then would have everybody ask each time. */
  #wasInVain = false;

  constructor(options: RestWatchOptions) {
    this.#options = options;
  }

  /**
   * Takes note that a frame of the scene at rest is being drawn. Another comes in its place when the scene moves; after that
   * nothing more is told of those that are begun, until one came.
   */
  noteBegun(frame: number): void {
    if (frame <= this.#newest || frame === this.#begun || this.#wasInVain) return;
    this.#begun = frame;
    this.#options.begun(this.#options.nameOf(frame));
  }

  /** Takes note of an encoded frame. Gives the name of the picture where it shows the one at rest, else null. */
  note({ frame, atRest }: Pick<PacketMessage, "frame" | "atRest">): string | null {
    if (frame < this.#newest) return null;
    this.#newest = frame;
    const picture = atRest ? this.#options.nameOf(frame) : null;
    const isAwaited = this.#begun !== null && frame >= this.#begun;
    if (isAwaited) this.#begun = null;
    if (isAwaited || picture !== null) this.#wasInVain = picture === null;
    if (picture !== this.#picture || (isAwaited && picture === null)) {
      this.#picture = picture;
      this.#options.changed(picture);
    }
    return picture;
  }
}
