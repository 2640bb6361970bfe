/**
 * Owns the encoders of a scene: one for each codec that a viewer takes, at most two more for viewers whose ways carry less or
 * more than those of others (tier-plan.ts), and those of sinks (sink-plan.ts). Starts them when first needed, runs them only
 * while somebody takes their frames, and keeps key frames apart. In the scene's process.
 *
 * ES1 Tier 0 of each codec has a reader of the ring reserved, so that no codec is refused for want of one.
 * ES2 The others take what is free in the pool, those for viewers `MAX_SPARE_TIERS` at most. One that nobody took for a while
 *     is closed; its reader is given back when its thread is gone and the ring has forgotten it (FR5 in frame-ring.ts).
 */

import { Emitter } from "../../../shared/emitter.ts";
import type { StreamError } from "../../../shared/errors.ts";
import { now } from "../../../shared/time.ts";
import { type SceneContent, type StreamCodec, streamCodecs } from "../../../shared/video.ts";
import type { EncodeTarget, PacketMessage } from "../../encode/video/encode-protocol.ts";
import { Encoder } from "../../encode/video/encoder.ts";
import type { FrameRingInit } from "../../frames/frame-ring.ts";
import type { ReaderPool } from "../../frames/reader-pool.ts";
import { MAX_TIERS } from "./tier-plan.ts";

/**
 * How far two key frames are apart at least, by why the second is asked for. Who lost a picture may ask again before it saw
 * the key frame that was sent for it. Who begins, or looks again after a pause, was sent none, and waits for its first
 * picture; it is late for a frame that was just sent to others, so it does not wait for the rest of the longer pause.
 */
const KEY_FRAME_PAUSE_MS = { start: 100, loss: 250 } as const;
export type KeyFrameReason = keyof typeof KEY_FRAME_PAUSE_MS;
const MAX_SPARE_TIERS = 2;
/** Who left may come back. */
const CLOSE_AFTER_MS = 5000;

/** Names an encoder. Tiers below `MAX_TIERS` are for viewers, and for sinks that take the same frames; others for sinks. */
export type EncoderId = { readonly codec: StreamCodec; readonly tier: number };

/** An encoder that gives frames, and what it makes of them. */
export type RunningEncoder = EncodeTarget & { readonly codec: StreamCodec };

export type EncoderSetEvents = {
  readonly packetEncoded: PacketMessage;
  /** None works for this codec and size. Asked for again, it is tried again. */
  readonly refused: EncoderId & { readonly error: StreamError };
  readonly failed: StreamError;
};

type Entry = EncoderId & {
  readonly encoder: Promise<Encoder>;
  readonly reader: number;
  target: EncodeTarget;
  lastKeyFrameAt: number;
  pendingKeyFrame: { readonly timer: NodeJS.Timeout; readonly at: number } | null;
  wanted: boolean;
  closeTimer: NodeJS.Timeout | undefined;
};

export type EncoderSetOptions = {
  readonly ring: FrameRingInit;
  /** One for each codec is taken from it at once. */
  readonly readers: ReaderPool;
  /** What encoders begin with, in the ring's size. */
  readonly maxFps: number;
  readonly bitrateBps: number;
  /** How long one of a tier that nobody takes any more is kept, in milliseconds. Default: 5000. */
  readonly closeAfterMs?: number;
};

export class EncoderSet extends Emitter<EncoderSetEvents> {
  readonly #ring: FrameRingInit;
  readonly #readers: ReaderPool;
  readonly #reserved: Readonly<Record<StreamCodec, number>>;
  readonly #first: EncodeTarget;
  readonly #closeAfterMs: number;
  readonly #entries = new Map<string, Entry>();
  /** Tiers of viewers besides the first ones, with those whose threads are about to end. */
  #spareTiers = 0;
  readonly #closing = new Set<Promise<void>>();
  #content: SceneContent = "surfaces";
  #closed = false;

  /** Throws `TypeError` where the pool has fewer readers than there are codecs. */
  constructor({ ring, readers, maxFps, bitrateBps, closeAfterMs = CLOSE_AFTER_MS }: EncoderSetOptions) {
    super();
    this.#ring = ring;
    this.#readers = readers;
    const reserved = streamCodecs.map((codec) => [codec, readers.reserve()] as const);
    this.#reserved = Object.fromEntries(reserved) as Record<StreamCodec, number>;
    this.#first = { maxFps, bitrateBps, size: ring.size };
    this.#closeAfterMs = closeAfterMs;
  }

  /** What the pictures are mostly made of. */
  get content(): SceneContent {
    return this.#content;
  }

  /** The encoders that give frames now. */
  get running(): readonly RunningEncoder[] {
    const wanted = [...this.#entries.values()].filter((entry) => entry.wanted);
    return wanted.map(({ codec, target: { size, maxFps, bitrateBps } }) => ({ codec, size, maxFps, bitrateBps }));
  }

  /** The tiers of a codec that there are or could be now for viewers. */
  tiersOf(codec: StreamCodec): readonly number[] {
    let spare = Math.min(MAX_SPARE_TIERS - this.#spareTiers, this.#readers.free);
    return Array.from({ length: MAX_TIERS }, (_, tier) => tier).filter((tier) => {
      if (tier === 0 || this.#entries.has(keyOf({ codec, tier }))) return true;
      spare -= 1;
      return spare >= 0;
    });
  }

  /** Starts the first encoder of a codec if it does not run. Rejects with `StreamError` "no-encoder". */
  async start(codec: StreamCodec): Promise<Encoder | null> {
    return (await this.#entryOf({ codec, tier: 0 })?.encoder) ?? null;
  }

  /** Runs these encoders and no others. One that begins gives a key frame first. */
  setWanted(ids: readonly EncoderId[]): void {
    const wantedKeys = new Set(ids.map(keyOf));
    for (const id of ids) this.#entryOf(id);
    for (const [key, entry] of this.#entries) {
      const wanted = wantedKeys.has(key);
      if (entry.wanted === wanted) continue;
      entry.wanted = wanted;
      if (wanted) entry.lastKeyFrameAt = now();
      void entry.encoder.then((encoder) => encoder.setWanted(entry.wanted)).catch(() => undefined);
      clearTimeout(entry.closeTimer);
      if (!wanted && entry.tier > 0) entry.closeTimer = setTimeout(() => this.#closeEntry(entry), this.#closeAfterMs);
    }
  }

  /** Changes what an encoder gives, and starts it where it does not run. Returns false where no reader is free for it. */
  setTarget(id: EncoderId, target: EncodeTarget): boolean {
    const entry = this.#entryOf(id, target);
    if (entry === undefined) return false;
    if (entry.target === target) return true;
    entry.target = target;
    void entry.encoder.then((encoder) => encoder.setTarget(entry.target)).catch(() => undefined);
    return true;
  }

  /** Says what the pictures are made of. Encoders that make use of it begin anew, with a key frame. */
  setContent(content: SceneContent): void {
    if (this.#content === content) return;
    this.#content = content;
    for (const { encoder } of this.#entries.values()) {
      void encoder.then((started) => started.setContent(content)).catch(() => undefined);
    }
  }

  /** Asks for a key frame at once, or as soon as the last one is old enough. */
  requestKeyFrame(id: EncoderId, reason: KeyFrameReason): void {
    const entry = this.#entryOf(id);
    if (entry === undefined) return;
    const at = Math.max(now(), entry.lastKeyFrameAt + KEY_FRAME_PAUSE_MS[reason]);
    if (entry.pendingKeyFrame !== null && entry.pendingKeyFrame.at <= at) return;
    clearTimeout(entry.pendingKeyFrame?.timer);
    const ask = () => {
      entry.pendingKeyFrame = null;
      // Who asks while it is being made is served by it.
      entry.lastKeyFrameAt = now();
      void entry.encoder.then((encoder) => encoder.requestKeyFrame()).catch(() => undefined);
    };
    entry.pendingKeyFrame = { timer: setTimeout(ask, Math.max(0, at - now())), at };
  }

  /** Has the newest picture encoded once more, where no other comes. */
  requestPicture(id: EncoderId): void {
    const entry = this.#entries.get(keyOf(id));
    void entry?.encoder.then((encoder) => encoder.requestPicture()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const entry of [...this.#entries.values()]) this.#closeEntry(entry);
    await Promise.allSettled(this.#closing);
  }

  /** Undefined where there is none and no reader for one (ES2). */
  #entryOf(id: EncoderId, target: EncodeTarget = this.#first): Entry | undefined {
    const known = this.#entries.get(keyOf(id));
    if (known !== undefined) return known;
    const reader = this.#closed ? null : this.#takeReader(id);
    if (reader === null) return undefined;
    const { codec, tier } = id;
    const encoder = Encoder.start({
      codec,
      tier,
      maxFps: this.#first.maxFps,
      target,
      content: this.#content,
      ring: this.#ring,
      reader,
    });
    const times = { lastKeyFrameAt: -Infinity, pendingKeyFrame: null, closeTimer: undefined };
    const entry: Entry = { codec, tier, encoder, reader, target, wanted: false, ...times };
    this.#entries.set(keyOf(id), entry);
    encoder.then(
      (started) => this.#follow(started, entry),
      (error: StreamError) => {
        this.#drop(entry);
        this.#giveBack(entry);
        this.emit("refused", { codec, tier, error });
      },
    );
    return entry;
  }

  #takeReader({ codec, tier }: EncoderId): number | null {
    if (tier === 0) return this.#reserved[codec];
    const isForViewers = tier < MAX_TIERS;
    if (isForViewers && this.#spareTiers >= MAX_SPARE_TIERS) return null;
    const reader = this.#readers.take();
    if (reader !== null && isForViewers) this.#spareTiers += 1;
    return reader;
  }

  #giveBack({ tier, reader }: Entry): void {
    if (tier === 0) return;
    this.#readers.giveBack(reader);
    if (tier < MAX_TIERS) this.#spareTiers -= 1;
  }

  #drop(entry: Entry): void {
    clearTimeout(entry.pendingKeyFrame?.timer);
    clearTimeout(entry.closeTimer);
    if (this.#entries.get(keyOf(entry)) === entry) this.#entries.delete(keyOf(entry));
  }

  #closeEntry(entry: Entry): void {
    this.#drop(entry);
    const closed = entry.encoder
      .then((encoder) => encoder.close())
      .then(() => this.#giveBack(entry))
      // One that was refused gave its reader back already.
      .catch(() => undefined);
    this.#closing.add(closed);
    void closed.then(() => this.#closing.delete(closed));
  }

  /** A key frame serves everybody who waits for one. */
  #noteKeyFrame(entry: Entry): void {
    entry.lastKeyFrameAt = now();
    clearTimeout(entry.pendingKeyFrame?.timer);
    entry.pendingKeyFrame = null;
  }

  #follow(encoder: Encoder, entry: Entry): void {
    encoder.on("packetEncoded", (packet) => {
      if (this.#entries.get(keyOf(entry)) !== entry) return;
      if (packet.isKeyFrame) this.#noteKeyFrame(entry);
      this.emit("packetEncoded", packet);
    });
    encoder.on("ended", (error) => {
      if (!this.#closed) this.emit("failed", error);
    });
  }
}

function keyOf({ codec, tier }: EncoderId): string {
  return `${codec} ${tier}`;
}
