/**
 * Owns a room's stream for players by HTTP (HLS) in three sizes: it begins when somebody asks for it, and ends a while after nobody
 * does. In the main process.
 *
 * HS1 While nobody watches by HLS, and no folder wants it, nothing is encoded for it.
 * HS2 All sizes begin and end together; each is cut at the same times, and fails alone.
 */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { type Milliseconds, now } from "../../shared/time.ts";
import { type PictureSize, scaledSize } from "../../shared/video.ts";
import { type HlsReport, type HlsVariant, masterPlaylist } from "../encode/mux/hls-playlist.ts";
import { PART_MS, SEGMENT_MS } from "../encode/mux/segment-cuts.ts";
import type { SessionOutputs } from "../session/session-outputs.ts";
import { HlsAudience } from "./hls-audience.ts";
import { HlsRendition } from "./hls-rendition.ts";
import { Waiters } from "./waiters.ts";

/** The sizes, as parts of the scene's, and their part of its bit rate and its frames. */
const sizes = [
  { name: "high", scale: 1, bits: 1, maxFps: Number.POSITIVE_INFINITY },
  { name: "middle", scale: 2 / 3, bits: 0.41, maxFps: 30 },
  { name: "low", scale: 1 / 3, bits: 0.17, maxFps: 30 },
] as const;

const IDLE_MS = 30_000;
const LOOK_MS = 2000;
/** How long the first asker waits for the first pictures. */
const FIRST_MS = 15_000;
/** After the first size is there, the others are not waited for longer. */
const OTHERS_MS = 3000;
/** What containers and key frames may add to a bit rate. */
const OVERHEAD = 1.1;
const MIN_BPS = 100_000;

/** What the scene gives, as of now. */
export type HlsSource = { readonly size: PictureSize; readonly maxFps: number; readonly bitrateBps: number };

export type HlsStreamOptions = {
  readonly outputs: Pick<SessionOutputs, "want">;
  readonly source: () => HlsSource;
  readonly title: () => string;
  readonly clock?: () => Milliseconds;
};

export type HlsStreamEvents = {
  readonly started: Record<never, never>;
  readonly stopped: Record<never, never>;
  /** Players were sent so much. */
  readonly sent: { readonly bytes: number };
  /** One of its sizes is no more. */
  readonly failed: { readonly name: string; readonly error: StreamError };
};

export class HlsStream extends Emitter<HlsStreamEvents> {
  readonly renditions: readonly HlsRendition[];
  readonly audience: HlsAudience;
  readonly #options: HlsStreamOptions;
  /** What wants it though nobody asks. */
  readonly #holders = new Set<object>();
  /** Who wants the playlist of all sizes. */
  readonly #waiters = new Waiters();
  #timer: NodeJS.Timeout | null = null;
  #sentBytes = 0;

  constructor(options: HlsStreamOptions) {
    super();
    this.#options = options;
    this.audience = new HlsAudience(options.clock ?? now);
    this.renditions = sizes.map((size, index) => {
      const target = () => (index === 0 ? null : targetOf(options.source(), size));
      const reports = () => this.#reportsBeside(size.name);
      const rendition = new HlsRendition({ name: size.name, outputs: options.outputs, target, reports });
      rendition.on("changed", () => {
        this.#waiters.answer();
        const { error } = rendition;
        if (error !== null) this.emit("failed", { name: size.name, error });
      });
      return rendition;
    });
  }

  get title(): string {
    return this.#options.title();
  }

  get isRunning(): boolean {
    return this.#timer !== null;
  }

  /** What was sent to players, and what is held for them. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  get heldBytes(): number {
    return this.renditions.reduce((sum, { window }) => sum + window.bytes, 0);
  }

  /** Requests that wait for the next part. */
  get waiting(): number {
    return this.renditions.reduce((sum, rendition) => sum + rendition.waiting, 0);
  }

  get watching(): number {
    return this.isRunning ? this.audience.count : 0;
  }

  countSent(bytes: number): void {
    this.#sentBytes += bytes;
    this.emit("sent", { bytes });
  }

  /** Somebody asked for its playlist: `waits` for the next part, or will come again for the next segment. */
  noteReload(waits: boolean): void {
    this.audience.note(waits ? PART_MS : SEGMENT_MS);
  }

  /** Somebody asks: starts it, and keeps it going for a while. */
  use(): void {
    this.audience.touch();
    this.#start();
  }

  /** Keeps it going until the function is called that it returns. */
  hold(): () => void {
    const holder = {};
    this.#holders.add(holder);
    this.#start();
    return () => void this.#holders.delete(holder);
  }

  rendition(name: string): HlsRendition | null {
    return this.renditions.find((rendition) => rendition.name === name) ?? null;
  }

  /**
   * The playlist of all sizes that there are, when they are; who asked has `gone` when it aborts. Rejects with `StreamError` where there is
   * none, or too many wait for it, and with why who asked has gone.
   */
  async master(gone?: AbortSignal): Promise<string> {
    const untilMs = performance.now() + FIRST_MS;
    const isOver = () => this.renditions.every(({ isRunning }) => !isRunning);
    await this.#when(() => this.#ready.length > 0 || isOver(), FIRST_MS, gone);
    const isSettled = ({ window, isRunning }: HlsRendition) => window.init !== null || !isRunning;
    const restMs = Math.max(0, Math.min(untilMs - performance.now(), OTHERS_MS));
    await this.#when(() => this.renditions.every(isSettled), restMs, gone);
    const variants = this.variants;
    if (variants.length > 0) return masterPlaylist(variants, { title: this.title });
    const error = this.renditions.find((rendition) => rendition.error !== null)?.error;
    throw error ?? new StreamError("room-lost", "The scene has not shown a picture yet. Try again in a second.");
  }

  /** The sizes that there are, the best first. */
  get variants(): readonly HlsVariant[] {
    const source = this.#options.source();
    return this.renditions.flatMap(({ name, window }, index) => {
      const size = sizes[index];
      if (window.init === null || size === undefined) return [];
      const { bitrateBps, maxFps } = targetOf(source, size);
      const { rates } = window;
      return {
        uri: `${name}/live.m3u8`,
        bandwidthBps: Math.max(OVERHEAD * bitrateBps, rates?.maxBps ?? 0),
        ...(rates === null ? {} : { averageBps: rates.meanBps }),
        codecs: window.init.codecs,
        size: window.init.size,
        maxFps,
      };
    });
  }

  /** Ends it. The room is no more. */
  close(): void {
    this.#holders.clear();
    this.#stop();
  }

  get #ready(): readonly HlsRendition[] {
    return this.renditions.filter(({ window }) => window.init !== null);
  }

  #reportsBeside(name: string): HlsReport[] {
    return this.renditions
      .filter((other) => other.name !== name && !other.window.isEmpty)
      .map(({ name: uri, window: { lastSequence, lastPart } }) => ({
        uri: `../${uri}/live.m3u8`,
        lastSequence,
        lastPart,
      }));
  }

  #start(): void {
    if (this.#timer === null) {
      this.#timer = setInterval(() => this.#look(), LOOK_MS);
      this.emit("started", {});
    }
    // One that failed is tried anew when all are.
    if (this.renditions.every(({ isRunning }) => !isRunning))
      for (const rendition of this.renditions) rendition.start();
  }

  #look(): void {
    if (this.#holders.size === 0 && this.audience.silentMs > IDLE_MS) this.#stop();
  }

  #stop(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
    for (const rendition of this.renditions) rendition.stop();
    this.#waiters.answerAll();
    this.emit("stopped", {});
  }

  /** Resolves when it is so, will not be, or has not been for so long. Rejects as `master`. */
  async #when(isSo: () => boolean, maxMs: number, gone: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const off = this.#waiters.add(isSo, maxMs, () => resolve());
    gone?.addEventListener("abort", () => resolve(), { once: true });
    await promise;
    off();
    gone?.throwIfAborted();
  }
}

function targetOf(
  { size, maxFps, bitrateBps }: HlsSource,
  { scale, bits, maxFps: most }: (typeof sizes)[number],
): { size: PictureSize; of: PictureSize; maxFps: number; bitrateBps: number } {
  return {
    size: scale === 1 ? size : scaledSize(size, scale),
    of: size,
    maxFps: Math.min(maxFps, most),
    bitrateBps: Math.max(MIN_BPS, Math.round(bitrateBps * bits)),
  };
}
