/**
 * Owns the ways out for single pictures in the scene's process: Motion JPEG streams and stills. Beside the video, not in
 * its way: each has a thread of its own, and none before somebody asks.
 */

import { Emitter } from "../../../shared/emitter.ts";
import { type StreamError, toPlainError } from "../../../shared/errors.ts";
import { type Milliseconds, milliseconds, now } from "../../../shared/time.ts";
import { JpegEncoder } from "../../encode/pictures/jpeg-encoder.ts";
import { PicturePool } from "../../encode/pictures/picture-pool.ts";
import { pictureName } from "../../encode/pictures/picture-protocol.ts";
import type { FrameRingInit } from "../../frames/frame-ring.ts";
import type { FromSession, JpegForm, SnapshotForm, ToSession } from "../../session/session-protocol.ts";

/** How many readers of the ring the outlets need. */
export const outletReaders = 2;

/** How long after the drawing began a still waits for a frame of its own, and for the finer picture of a scene at rest. */
const FRESH_MS = 2_000;
const AT_REST_MS = 500;

export type PictureOutletsEvents = {
  /** Somebody began or stopped to look: `isWatching` changed. */
  readonly wantsChanged: Record<never, never>;
  /** For the main process. */
  readonly told: FromSession;
  /** The JPEG thread worked for so long, in milliseconds of processor time. */
  readonly worked: { readonly cpuMs: number };
  /** A thread is gone for good. */
  readonly failed: StreamError;
};

type StillWanted = Extract<ToSession, { readonly kind: "still-wanted" }>;
type JpegWanted = Extract<ToSession, { readonly kind: "jpeg-wanted" }>;
type JpegUnwanted = Extract<ToSession, { readonly kind: "jpeg-unwanted" }>;

export class PictureOutlets extends Emitter<PictureOutletsEvents> {
  readonly #ring: FrameRingInit;
  readonly #firstReader: number;
  readonly #streams = new Set<string>();
  /** The beginning of the tags of stills, so that those of another life of the process are not taken for ours. */
  readonly #tag: string = Math.round(now()).toString(36);
  #jpeg: JpegEncoder | null = null;
  #pool: PicturePool | null = null;
  #stillsWaiting = 0;
  /** Since when the scene has been drawn without a break; null while it is not. */
  #drawnSince: Milliseconds | null = null;
  #closed = false;

  /** Takes `outletReaders` readers of the ring, from the number `firstReader` on. */
  constructor(ring: FrameRingInit, firstReader: number) {
    super();
    this.#ring = ring;
    this.#firstReader = firstReader;
  }

  /** Whether the scene must be drawn for them. */
  get isWatching(): boolean {
    return this.#streams.size > 0 || this.#stillsWaiting > 0;
  }

  /** Tells whether the scene is drawn, for them or for others. Before the render thread is told. */
  handleWatched(watched: boolean): void {
    if (!watched) this.#drawnSince = null;
    else this.#drawnSince ??= now();
  }

  /** What the picture of a frame is called: the beginning of the tags of its stills. */
  pictureName(frame: number): string {
    return pictureName(this.#tag, frame);
  }

  handle(message: StillWanted | JpegWanted | JpegUnwanted): void {
    if (this.#closed) return;
    switch (message.kind) {
      case "jpeg-wanted":
        return this.#begin(message.streamId, message.form);
      case "jpeg-unwanted":
        return this.#endStream(message.streamId);
      case "still-wanted":
        void this.#takeStill(message.requestId, message.form, message.known);
    }
  }

  /** Ends the threads. Idempotent. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([this.#jpeg?.close(), this.#pool?.close()]);
  }

  #begin(streamId: string, { maxFps, quality, size }: JpegForm): void {
    if (this.#streams.has(streamId)) return;
    this.#jpeg ??= this.#startJpeg();
    this.#streams.add(streamId);
    this.emit("wantsChanged", {});
    this.#jpeg.begin({ streamId, maxFps, quality, size: size ?? this.#ring.size });
  }

  #endStream(streamId: string): void {
    if (!this.#streams.delete(streamId)) return;
    this.#jpeg?.end(streamId);
    this.emit("wantsChanged", {});
  }

  #startJpeg(): JpegEncoder {
    const jpeg = new JpegEncoder({ ring: this.#ring, reader: this.#firstReader });
    jpeg.on("pictureEncoded", ({ streamId, bytes, cpuMs }) => {
      this.emit("worked", { cpuMs });
      if (this.#streams.has(streamId)) this.emit("told", { kind: "jpeg-encoded", streamId, bytes });
    });
    jpeg.on("refused", ({ streamId, reason }) => {
      this.emit("told", { kind: "log", level: "warn", text: `A Motion JPEG stream ended: ${reason}` });
      this.#endStream(streamId);
    });
    jpeg.on("ended", (error) => this.emit("failed", error));
    return jpeg;
  }

  async #takeStill(requestId: number, form: SnapshotForm, known: readonly string[]): Promise<void> {
    this.#pool ??= new PicturePool({ ring: this.#ring, reader: this.#firstReader + 1 });
    this.#stillsWaiting += 1;
    this.emit("wantsChanged", {});
    const freshFrom = this.#drawnSince ?? now();
    const [freshBy, atRestBy] = [milliseconds(freshFrom + FRESH_MS), milliseconds(freshFrom + AT_REST_MS)];
    try {
      const still = await this.#pool.take({ ...form, freshFrom, freshBy, atRestBy, session: this.#tag, known });
      this.emit("told", { kind: "still-taken", requestId, ...still });
    } catch (error) {
      this.emit("told", { kind: "still-refused", requestId, error: toPlainError(error) });
    }
    this.#stillsWaiting -= 1;
    if (!this.#closed) this.emit("wantsChanged", {});
  }
}
