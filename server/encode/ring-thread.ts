/** Owns what the handles of all threads that block on the frame ring have in common: they are woken to read a message. */

import type { StreamErrorCode } from "../../shared/errors.ts";
import { FrameRingControl, type FrameRingInit } from "../frames/frame-ring.ts";
import { Thread } from "../platform/threads.ts";

/** What such a thread is started with: the ring, and which of its readers it is. */
export type RingThreadData = { readonly ring: FrameRingInit; readonly reader: number };

/** A thread that waits on the ring. What it held there is free again once it is gone (FR5 in frame-ring.ts). */
export class RingThread<To, From extends { readonly kind: string }> extends Thread<To, From> {
  readonly #ring: FrameRingControl;
  readonly #reader: number;

  constructor(url: URL, name: string, data: RingThreadData, fallback: StreamErrorCode) {
    super(url, name, data, fallback);
    this.#ring = new FrameRingControl(data.ring);
    this.#reader = data.reader;
    this.on("ended", () => this.#ring.forgetReader(this.#reader));
  }

  override post(message: To): void {
    super.post(message);
    this.#ring.wake();
  }

  override async close(message: To): Promise<void> {
    await super.close(message);
    this.#ring.forgetReader(this.#reader);
  }
}
