/** Owns the session's handle of the mirror thread, which gives the pictures of a room to others on this machine. */

import { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import type { PictureWish } from "../../frames/picture-wish.ts";
import { siblingUrl } from "../../platform/threads.ts";
import { RingThread } from "../ring-thread.ts";
import type { FromMirrorThread, MirrorThreadData, ToMirrorThread } from "./mirror-protocol.ts";

export type MirrorsEvents = {
  readonly worked: { readonly cpuMs: number };
  /** A mirror is over whose memory could not be written. */
  readonly refused: { readonly mirrorId: string; readonly reason: string };
  /** The thread is gone without having been asked. */
  readonly ended: StreamError;
};

export class Mirrors extends Emitter<MirrorsEvents> {
  readonly #thread: RingThread<ToMirrorThread, FromMirrorThread>;

  /** Starts the thread. */
  constructor(data: MirrorThreadData) {
    super();
    const url = siblingUrl(import.meta.url, "./mirror.worker");
    this.#thread = new RingThread(url, "mirror thread", data, "encoder-failed");
    this.#thread.on("messageReceived", (message) => {
      if (message.kind === "worked") this.emit("worked", message);
      if (message.kind === "refused") this.emit("refused", message);
    });
    this.#thread.on("ended", (error) => this.emit("ended", error));
  }

  /** Begins a mirror, or has it go on otherwise. */
  show(mirrorId: string, wish: PictureWish): void {
    this.#thread.post({ kind: "show", mirrorId, wish });
  }

  end(mirrorId: string): void {
    this.#thread.post({ kind: "end", mirrorId });
  }

  close(): Promise<void> {
    return this.#thread.close({ kind: "close" });
  }
}
