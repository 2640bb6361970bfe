/**
 * Owns the encoders of a scene, one for each codec that a viewer takes: starts them when first needed, runs them only
 * while somebody takes their frames, and keeps key frames apart. In the scene's process.
 */

import { availableParallelism } from "node:os";
import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import { now } from "../../shared/time.ts";
import { type VideoCodec, videoCodecs } from "../../shared/video.ts";
import type { PacketMessage } from "../encode/encode-protocol.ts";
import { Encoder } from "../encode/encoder.ts";
import type { FrameRingInit } from "../frames/frame-ring.ts";

/**
 * How far two key frames are apart at least, by why the second is asked for. Who lost a picture may ask again before it saw
 * the key frame that was sent for it. Who begins, or looks again after a pause, was sent none, and waits for its first
 * picture; it is late for a frame that was just sent to others, so it does not wait for the rest of the longer pause.
 */
const KEY_FRAME_PAUSE_MS = { start: 100, loss: 250 } as const;
export type KeyFrameReason = keyof typeof KEY_FRAME_PAUSE_MS;
const MOST_THREADS = 4;

export type EncoderSetEvents = {
  readonly packetEncoded: PacketMessage;
  /** None works for this codec and size. Asked for again, it is tried again. */
  readonly refused: { readonly codec: VideoCodec; readonly error: StreamError };
  readonly failed: StreamError;
};

type Entry = {
  readonly encoder: Promise<Encoder>;
  lastKeyFrameAt: number;
  pendingKeyFrame: { readonly timer: NodeJS.Timeout; readonly at: number } | null;
  wanted: boolean;
};

export class EncoderSet extends Emitter<EncoderSetEvents> {
  readonly #ring: FrameRingInit;
  readonly #maxFps: number;
  readonly #bitrateBps: number;
  readonly #entries = new Map<VideoCodec, Entry>();
  #closed = false;

  /** The ring must have a reader for each of `videoCodecs`. */
  constructor(ring: FrameRingInit, maxFps: number, bitrateBps: number) {
    super();
    this.#ring = ring;
    this.#maxFps = maxFps;
    this.#bitrateBps = bitrateBps;
  }

  /** Starts the encoder of a codec if it does not run. Rejects with `StreamError` "no-encoder". */
  async start(codec: VideoCodec): Promise<Encoder> {
    return await this.#entryOf(codec).encoder;
  }

  /** Runs the encoders of these codecs and no others. One that begins gives a key frame first. */
  setWanted(codecs: ReadonlySet<VideoCodec>): void {
    for (const codec of codecs) this.#entryOf(codec);
    for (const [codec, entry] of this.#entries) {
      const wanted = codecs.has(codec);
      if (entry.wanted === wanted) continue;
      entry.wanted = wanted;
      if (wanted) entry.lastKeyFrameAt = now();
      void entry.encoder.then((encoder) => encoder.setWanted(entry.wanted)).catch(() => undefined);
    }
  }

  /** Asks for a key frame at once, or as soon as the last one is old enough. */
  requestKeyFrame(codec: VideoCodec, reason: KeyFrameReason): void {
    const entry = this.#entryOf(codec);
    const at = Math.max(now(), entry.lastKeyFrameAt + KEY_FRAME_PAUSE_MS[reason]);
    if (entry.pendingKeyFrame !== null && entry.pendingKeyFrame.at <= at) return;
    clearTimeout(entry.pendingKeyFrame?.timer);
    const ask = () => {
      entry.pendingKeyFrame = null;
      // Who asks while it is being made is served by it.
      entry.lastKeyFrameAt = now();
      void entry.encoder.then((encoder) => encoder.requestKeyFrame()).catch(() => undefined);
    };
    entry.pendingKeyFrame = { timer: setTimeout(ask, at - now()), at };
  }

  async close(): Promise<void> {
    this.#closed = true;
    const entries = [...this.#entries.values()];
    for (const entry of entries) clearTimeout(entry.pendingKeyFrame?.timer);
    await Promise.allSettled(entries.map(async ({ encoder }) => (await encoder).close()));
  }

  #entryOf(codec: VideoCodec): Entry {
    const known = this.#entries.get(codec);
    if (known !== undefined) return known;
    const encoder = Encoder.start({
      codec,
      maxFps: this.#maxFps,
      bitrateBps: this.#bitrateBps,
      threads: Math.min(MOST_THREADS, Math.max(1, availableParallelism() >> 1)),
      ring: this.#ring,
      reader: videoCodecs.indexOf(codec),
    });
    const entry: Entry = { encoder, lastKeyFrameAt: -Infinity, pendingKeyFrame: null, wanted: false };
    this.#entries.set(codec, entry);
    encoder.then(
      (started) => this.#follow(started, entry),
      (error: StreamError) => {
        this.#entries.delete(codec);
        this.emit("refused", { codec, error });
      },
    );
    return entry;
  }

  /** A key frame serves everybody who waits for one. */
  #noteKeyFrame(entry: Entry): void {
    entry.lastKeyFrameAt = now();
    clearTimeout(entry.pendingKeyFrame?.timer);
    entry.pendingKeyFrame = null;
  }

  #follow(encoder: Encoder, entry: Entry): void {
    encoder.on("packetEncoded", (packet) => {
      if (packet.isKeyFrame) this.#noteKeyFrame(entry);
      this.emit("packetEncoded", packet);
    });
    encoder.on("ended", (error) => {
      if (!this.#closed) this.emit("failed", error);
    });
  }
}
