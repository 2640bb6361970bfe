/**
 * Owns the ways out for single pictures in the scene's process: Motion JPEG streams and snapshots. They take no packets but
 * read the ring, each in a thread of its own that is not started before somebody asks.
 */

import { Emitter } from "../../../shared/emitter.ts";
import { type StreamError, toPlainError } from "../../../shared/errors.ts";
import { type Milliseconds, milliseconds, now } from "../../../shared/time.ts";
import { JpegEncoder } from "../../encode/pictures/jpeg-encoder.ts";
import { PicturePool } from "../../encode/pictures/picture-pool.ts";
import { pictureName } from "../../encode/pictures/picture-protocol.ts";
import type { FrameRingInit } from "../../frames/frame-ring.ts";
import type { ReaderPool } from "../../frames/reader-pool.ts";
import type { FromSession, JpegForm, SnapshotForm, ToSession } from "../../session/session-protocol.ts";
import type { Output } from "./output.ts";

/** How long after the drawing began a snapshot waits for a frame of its own, and for the finer picture of a scene at rest. */
const FRESH_MS = 2_000;
const AT_REST_MS = 500;

export type PictureOutletsOptions = {
  readonly ring: FrameRingInit;
  /** Two are taken from it at once. */
  readonly readers: ReaderPool;
  /** To the main process. */
  readonly send: (message: FromSession) => void;
};

export type PictureOutletsEvents = {
  /** `isWatching` may have changed. */
  readonly watchingChanged: Record<never, never>;
  /** The JPEG thread worked for so long, in milliseconds of processor time. */
  readonly worked: { readonly cpuMs: number };
  /** A thread is gone for good. */
  readonly failed: StreamError;
};

type SnapshotWanted = Extract<ToSession, { readonly kind: "snapshot-wanted" }>;
type JpegWanted = Extract<ToSession, { readonly kind: "jpeg-wanted" }>;
type JpegUnwanted = Extract<ToSession, { readonly kind: "jpeg-unwanted" }>;

export class PictureOutlets extends Emitter<PictureOutletsEvents> implements Output {
  readonly #ring: FrameRingInit;
  readonly #send: (message: FromSession) => void;
  readonly #jpegReader: number;
  readonly #snapshotReader: number;
  readonly #streams = new Set<string>();
  /** The beginning of the tags of snapshots, so that those of another life of the process are not taken for ours. */
  readonly #tag: string = Math.round(now()).toString(36);
  #jpeg: JpegEncoder | null = null;
  #pool: PicturePool | null = null;
  #snapshotsWaiting = 0;
  /** Since when the scene has been drawn without a break; null while it is not. */
  #drawnSince: Milliseconds | null = null;
  #closed = false;

  constructor({ ring, readers, send }: PictureOutletsOptions) {
    super();
    this.#ring = ring;
    this.#send = send;
    this.#jpegReader = readers.reserve();
    this.#snapshotReader = readers.reserve();
  }

  /** Whether somebody waits for pictures. */
  get isWatching(): boolean {
    return this.#streams.size > 0 || this.#snapshotsWaiting > 0;
  }

  /** Tells whether the scene is drawn, for them or for others. Before the render thread is told. */
  handleWatched(watched: boolean): void {
    if (!watched) this.#drawnSince = null;
    else this.#drawnSince ??= now();
  }

  /** What the picture of a frame is called: the beginning of the tags of its snapshots. */
  pictureName(frame: number): string {
    return pictureName(this.#tag, frame);
  }

  handle(message: SnapshotWanted | JpegWanted | JpegUnwanted): void {
    if (this.#closed) return;
    switch (message.kind) {
      case "jpeg-wanted":
        return this.#begin(message.streamId, message.form);
      case "jpeg-unwanted":
        return this.#endStream(message.streamId);
      case "snapshot-wanted":
        void this.#takeSnapshot(message.requestId, message.form, message.known);
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
    this.emit("watchingChanged", {});
    this.#jpeg.begin({ streamId, maxFps, quality, size });
  }

  #endStream(streamId: string): void {
    if (!this.#streams.delete(streamId)) return;
    this.#jpeg?.end(streamId);
    this.emit("watchingChanged", {});
  }

  #startJpeg(): JpegEncoder {
    const jpeg = new JpegEncoder({ ring: this.#ring, reader: this.#jpegReader });
    jpeg.on("pictureEncoded", ({ streamId, bytes, cpuMs }) => {
      this.emit("worked", { cpuMs });
      if (this.#streams.has(streamId)) this.#send({ kind: "jpeg-encoded", streamId, bytes });
    });
    jpeg.on("refused", ({ streamId, reason }) => {
      this.#send({ kind: "log", level: "warn", text: `A Motion JPEG stream ended: ${reason}` });
      this.#endStream(streamId);
    });
    jpeg.on("ended", (error) => this.emit("failed", error));
    return jpeg;
  }

  async #takeSnapshot(requestId: number, form: SnapshotForm, known: readonly string[]): Promise<void> {
    this.#pool ??= new PicturePool({ ring: this.#ring, reader: this.#snapshotReader });
    this.#snapshotsWaiting += 1;
    this.emit("watchingChanged", {});
    const freshFrom = this.#drawnSince ?? now();
    const [freshBy, atRestBy] = [milliseconds(freshFrom + FRESH_MS), milliseconds(freshFrom + AT_REST_MS)];
    try {
      const snapshot = await this.#pool.take({ ...form, freshFrom, freshBy, atRestBy, session: this.#tag, known });
      this.#send({ kind: "snapshot-taken", requestId, ...snapshot });
    } catch (error) {
      this.#send({ kind: "snapshot-refused", requestId, error: toPlainError(error) });
    }
    this.#snapshotsWaiting -= 1;
    if (!this.#closed) this.emit("watchingChanged", {});
  }
}
