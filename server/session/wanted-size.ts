/** Owns the size that a program wants of a scene's picture, over the lives of its processes, in the main process. */

import type { PictureSize } from "../../shared/video.ts";
import type { ToSession } from "./session-protocol.ts";

export class WantedSize {
  readonly #send: (message: ToSession) => boolean;
  /** What was wanted last; null where nothing was. */
  #wanted: { readonly size: PictureSize | null } | null = null;

  constructor(send: (message: ToSession) => boolean) {
    this.#send = send;
  }

  /** The size that was fixed; null where none is. */
  get fixed(): PictureSize | null {
    return this.#wanted?.size ?? null;
  }

  /** The picture has this size from now on, whatever windows say; null: it follows the window of who steers. */
  want(size: PictureSize | null): void {
    this.#wanted = { size };
    this.#send({ kind: "size-wanted", size });
  }

  /** A process is live that knows of nothing. */
  handleLive(): void {
    if (this.#wanted !== null) this.#send({ kind: "size-wanted", ...this.#wanted });
  }
}
