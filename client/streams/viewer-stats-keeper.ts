/** Owns keeping the figures of a viewer: joins what the browser, the server and the screen say about the stream. */

import type { StreamPulse } from "../../shared/feedback.ts";
import type { ShownFrame } from "../picture/screen.ts";
import { FreezeCount } from "./freeze-count.ts";
import { LatencyMeter } from "./latency-meter.ts";
import { PageTrace } from "./page-trace.ts";
import { noDigest } from "./receiver-stats.ts";
import type { FallbackReason, ReceiverDigest, ViewerStats } from "./viewer-stats.ts";

/** The server sends a pulse each second while frames flow; without one for this long they do not. */
const PULSE_LIFE_MS = 1600;
const WINDOW_MS = 1000;
/** As many as a message takes. */
const MAX_PRESSES = 64;

export class ViewerStatsKeeper {
  /** What the server wants to know while it takes a trace. */
  readonly trace: PageTrace = new PageTrace();
  readonly latency: LatencyMeter = new LatencyMeter((sequence, inputMs, shownMs, name) => {
    this.trace.note("press-to-picture", inputMs, shownMs, sequence, name);
    if (this.#presses.length < MAX_PRESSES) this.#presses.push(shownMs - inputMs);
  });
  /** What `takeFelt` tells next. */
  #presses: number[] = [];
  #stalls = 0;
  #toldFrames = 0;
  readonly #freezes = new FreezeCount();
  #receiver: ReceiverDigest = noDigest;
  #pulse: StreamPulse | null = null;
  #pulseMs = Number.NEGATIVE_INFINITY;
  #framesShown = 0;
  #presentedBefore = 0;
  #recentFrames: { readonly timeMs: number; readonly frames: number }[] = [];

  /** Another stream is shown: its counters begin at 0. */
  restartStream(): void {
    this.#receiver = noDigest;
    this.#presentedBefore = 0;
    this.#freezes.restart();
    this.latency.restartFrames();
  }

  /** The viewer looks away, or looks again: no time in between counts. */
  setPaused(isPaused: boolean, nowMs: number): void {
    this.#freezes.setPaused(isPaused, nowMs);
    this.latency.restart();
  }

  handleReceiver(digest: ReceiverDigest, nowMs: number): void {
    const freezes = this.#freezes.count(digest.freezes, nowMs);
    this.#stalls += Math.max(0, freezes - this.#receiver.freezes);
    this.#receiver = { ...digest, freezes };
  }

  handlePulse(pulse: StreamPulse, nowMs: number): void {
    this.#pulse = pulse;
    this.#pulseMs = nowMs;
  }

  handleFrame(frame: ShownFrame, nowMs: number): void {
    // The callback comes at most once an animation frame; the counter misses nothing.
    const isFirst = this.#presentedBefore === 0;
    const frames = isFirst ? 1 : Math.max(1, frame.presentedFrames - this.#presentedBefore);
    this.#presentedBefore = frame.presentedFrames;
    this.#framesShown += frames;
    this.#recentFrames.push({ timeMs: nowMs, frames });
    this.#forget(nowMs);
    this.trace.noteFrame(frame);
    if (frame.name !== null) this.latency.handleFrame(frame.name, frame.timeMs);
  }

  /** How it was since the last call; null where no picture came. */
  takeFelt(): { readonly presses: readonly number[]; readonly stalls: number } | null {
    const felt = { presses: this.#presses, stalls: this.#stalls };
    const hasSeen = this.#framesShown > this.#toldFrames;
    [this.#presses, this.#stalls, this.#toldFrames] = [[], 0, this.#framesShown];
    return hasSeen ? felt : null;
  }

  /** The figures of this moment. */
  read(nowMs: number, fallbackReason: FallbackReason | null): ViewerStats {
    this.#forget(nowMs);
    const isFlowing = nowMs - this.#pulseMs < PULSE_LIFE_MS;
    return {
      ...this.#receiver,
      fallbackReason,
      shownFps: this.#recentFrames.reduce((sum, { frames }) => sum + frames, 0),
      renderedFps: isFlowing ? (this.#pulse?.renderedFps ?? 0) : 0,
      serverRenderMs: this.#pulse?.renderMs ?? null,
      serverEncodeMs: this.#pulse?.encodeMs ?? null,
      clickToPictureMs: this.latency.digest(),
      framesShown: this.#framesShown,
    };
  }

  #forget(nowMs: number): void {
    while ((this.#recentFrames[0]?.timeMs ?? nowMs) < nowMs - WINDOW_MS) this.#recentFrames.shift();
  }
}
