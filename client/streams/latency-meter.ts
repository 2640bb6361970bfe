/**
 * Owns the time from hand to eye: from the DOM event of an input to the picture that first shows it. Pure.
 *
 * Three things are told, in any order after the first: an input with its time, an echo of the server ("the picture with
 * this name is the first to show this input"), and a picture with the time at which it is on the screen. When the screen
 * skipped the very picture of an echo, the next one counts. A picture's name is its RTP time stamp over WebRTC and its
 * number over the WebSocket (feedback.ts). All memory is bounded.
 */

import type { LatencyDigest } from "./viewer-stats.ts";

type Echo = { readonly rtpTimestamp: number; readonly sequence: number; readonly serverMs: number };
type ShownFrame = { readonly rtpTimestamp: number; readonly timeMs: number };

const MAX_INPUTS = 1024;
const MAX_ECHOES = 128;
const MAX_FRAMES = 128;
const MAX_SAMPLES = 50;

/** Beyond this the input and the picture have nothing to do with each other. */
const MAX_MS = 10_000;

/** Told of each measurement, with the name of the picture. */
export type MeasuredLatency = (sequence: number, inputMs: number, shownMs: number, rtpTimestamp: number) => void;

export class LatencyMeter {
  readonly #measured: MeasuredLatency | null;
  readonly #inputs = new Map<number, number>();
  #echoes: Echo[] = [];
  #frames: ShownFrame[] = [];
  #samplesMs: number[] = [];
  #lastServerMs = 0;

  constructor(measured: MeasuredLatency | null = null) {
    this.#measured = measured;
  }

  /** The input `sequence` was made at `timeMs` on the clock of `performance.now()`. */
  handleInput(sequence: number, timeMs: number): void {
    this.#inputs.set(sequence, timeMs);
    for (const oldest of this.#inputs.keys()) {
      if (this.#inputs.size <= MAX_INPUTS) break;
      this.#inputs.delete(oldest);
    }
  }

  /** The server says that the picture `rtpTimestamp` is the first to show `sequence`. */
  handleEcho(echo: Echo): void {
    const index = this.#frames.findIndex((frame) => isAtOrAfter(frame.rtpTimestamp, echo.rtpTimestamp));
    const frame = this.#frames[index];
    if (frame === undefined) {
      this.#echoes = [...this.#echoes, echo].slice(-MAX_ECHOES);
      return;
    }
    // When the oldest picture still known is already later, the right one may have been forgotten.
    const mayBeForgotten = index === 0 && this.#frames.length === MAX_FRAMES;
    if (mayBeForgotten && frame.rtpTimestamp !== echo.rtpTimestamp) return;
    this.#measure(echo, frame.timeMs);
  }

  /** The picture `rtpTimestamp` is on the screen at `timeMs`. */
  handleFrame(rtpTimestamp: number, timeMs: number): void {
    this.#frames.push({ rtpTimestamp, timeMs });
    if (this.#frames.length > MAX_FRAMES) this.#frames.shift();
    if (this.#echoes.length === 0) return;
    const shown = this.#echoes.filter((echo) => isAtOrAfter(rtpTimestamp, echo.rtpTimestamp));
    this.#echoes = this.#echoes.filter((echo) => !shown.includes(echo));
    for (const echo of shown) this.#measure(echo, timeMs);
  }

  /** Another session: inputs are numbered anew. The measurements stay. */
  restart(): void {
    this.#inputs.clear();
    this.restartFrames();
  }

  /** Another stream: the names of its pictures have nothing to do with the old ones. */
  restartFrames(): void {
    this.#echoes = [];
    this.#frames = [];
  }

  /** The last 50 measurements; null before the first. */
  digest(): LatencyDigest | null {
    const lastMs = this.#samplesMs.at(-1);
    if (lastMs === undefined) return null;
    const sorted = [...this.#samplesMs].sort((a, b) => a - b);
    const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? lastMs;
    return { lastMs, lastServerMs: this.#lastServerMs, medianMs: rank(0.5), p95Ms: rank(0.95), count: sorted.length };
  }

  #measure(echo: Echo, shownMs: number): void {
    const inputMs = this.#inputs.get(echo.sequence);
    if (inputMs === undefined) return;
    for (const sequence of this.#inputs.keys()) {
      if (sequence > echo.sequence) break;
      this.#inputs.delete(sequence);
    }
    const sampleMs = shownMs - inputMs;
    if (!(sampleMs >= 0 && sampleMs <= MAX_MS)) return;
    this.#measured?.(echo.sequence, inputMs, shownMs, echo.rtpTimestamp);
    this.#lastServerMs = Math.min(sampleMs, Math.max(0, echo.serverMs));
    this.#samplesMs.push(sampleMs);
    if (this.#samplesMs.length > MAX_SAMPLES) this.#samplesMs.shift();
  }
}

/** Whether `timestamp` is `reference` or later on the RTP clock, which wraps around at 2^32. */
function isAtOrAfter(timestamp: number, reference: number): boolean {
  return ((timestamp - reference) | 0) >= 0;
}
