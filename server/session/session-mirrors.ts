/**
 * Owns which studios on this machine want the pictures of a room, in the main process. What is wanted stays when the scene's process is
 * started again: the next one gives them, too.
 */

import type { PictureWish } from "../frames/picture-wish.ts";
import type { ToSession } from "./session-protocol.ts";

export class SessionMirrors {
  readonly #send: (message: ToSession) => boolean;
  readonly #wanted = new Map<string, PictureWish>();

  /** `send` returns false, and sends nothing, while the scene is not live. */
  constructor(send: (message: ToSession) => boolean) {
    this.#send = send;
  }

  /** Whether there are any, so that the room is kept. */
  get areWanted(): boolean {
    return this.#wanted.size > 0;
  }

  /** Wants the pictures, or the same otherwise, now or as soon as the scene is live; null: no more. */
  want(mirrorId: string, wish: PictureWish | null): void {
    if (wish === null) {
      if (!this.#wanted.delete(mirrorId)) return;
    } else this.#wanted.set(mirrorId, wish);
    this.#send({ kind: "mirror-wanted", mirrorId, wish });
  }

  /** Tells this room, a studio, how a room does that it asked for. */
  tell(mirrorId: string, trouble: string | null): void {
    this.#send({ kind: "mirror-told", mirrorId, trouble });
  }

  /** A process of the scene is live that knows of nothing yet. */
  handleLive(): void {
    for (const [mirrorId, wish] of this.#wanted) this.#send({ kind: "mirror-wanted", mirrorId, wish });
  }
}
