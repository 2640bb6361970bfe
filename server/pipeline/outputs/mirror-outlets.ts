/**
 * Owns the ways out of a room's pictures to studios on this machine, in the scene's process: they read the ring, in a thread of their own
 * that is not started before somebody asks.
 */

import { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import { Mirrors } from "../../encode/pictures/mirror.ts";
import type { FrameRingInit } from "../../frames/frame-ring.ts";
import type { ReaderPool } from "../../frames/reader-pool.ts";
import type { FromSession, ToSession } from "../../session/session-protocol.ts";
import type { Output } from "./output.ts";

export type MirrorOutletsOptions = {
  readonly ring: FrameRingInit;
  /** One is taken from it at once. */
  readonly readers: ReaderPool;
  /** To the main process. */
  readonly send: (message: FromSession) => void;
};

export type MirrorOutletsEvents = {
  /** `isWatching` may have changed. */
  readonly watchingChanged: Record<never, never>;
  readonly worked: { readonly cpuMs: number };
  /** The thread is gone for good. */
  readonly failed: StreamError;
};

export class MirrorOutlets extends Emitter<MirrorOutletsEvents> implements Output {
  readonly #options: MirrorOutletsOptions;
  readonly #reader: number;
  readonly #wanted = new Set<string>();
  #mirrors: Mirrors | null = null;
  #closed = false;

  constructor(options: MirrorOutletsOptions) {
    super();
    this.#options = options;
    this.#reader = options.readers.reserve();
  }

  get isWatching(): boolean {
    return this.#wanted.size > 0;
  }

  handle({ mirrorId, wish }: Extract<ToSession, { readonly kind: "mirror-wanted" }>): void {
    if (this.#closed) return;
    if (wish === null) return this.#end(mirrorId);
    this.#mirrors ??= this.#start();
    const isNew = !this.#wanted.has(mirrorId);
    this.#wanted.add(mirrorId);
    if (isNew) this.emit("watchingChanged", {});
    this.#mirrors.show(mirrorId, wish);
  }

  /** Ends the thread. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#mirrors?.close();
  }

  #end(mirrorId: string): void {
    if (!this.#wanted.delete(mirrorId)) return;
    this.#mirrors?.end(mirrorId);
    this.emit("watchingChanged", {});
  }

  #start(): Mirrors {
    const mirrors = new Mirrors({ ring: this.#options.ring, reader: this.#reader });
    mirrors.on("worked", (worked) => this.emit("worked", worked));
    mirrors.on("refused", ({ mirrorId, reason }) => {
      this.#end(mirrorId);
      this.#options.send({ kind: "mirror-refused", mirrorId, reason });
    });
    mirrors.on("ended", (error) => this.emit("failed", error));
    return mirrors;
  }
}
