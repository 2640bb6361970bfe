/**
 * Owns a room's stream in one size: what is wanted of the scene's process, what came of it, and who waits for more. In the main
 * process.
 *
 * HR1 What fails costs the other sizes nothing.
 * HR2 Who waits is answered when what it waits for is there, when it has waited too long, and when there will be nothing.
 */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { milliseconds } from "../../shared/time.ts";
import type { HlsReport } from "../encode/mux/hls-playlist.ts";
import type { StreamPiece } from "../encode/mux/mux-protocol.ts";
import { SEGMENT_MS } from "../encode/mux/segment-cuts.ts";
import type { EncodeTarget } from "../encode/video/encode-protocol.ts";
import type { OutputOpening } from "../session/output-wish.ts";
import type { OutputHandle, SessionOutputs, WantedOutput } from "../session/session-outputs.ts";
import { HlsWindow, TARGET_SECONDS } from "./hls-window.ts";
import { Waiters } from "./waiters.ts";

/** While the scene rests: a part has a picture at its beginning, so that it is as long as others. */
const REST_GAP_MS = 250;
/** How long an asker waits at most (section 6.2.5.2). */
const MAX_WAIT_MS: number = 3 * TARGET_SECONDS * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A part, or a whole segment where `part` is null, that is waited for. */
export type Awaited = { readonly sequence: number; readonly part: number | null };

type Run = { handle: OutputHandle | null };

export type HlsRenditionOptions = {
  readonly name: string;
  readonly outputs: Pick<SessionOutputs, "want">;
  /** What it is to be, as of now; null for the best that there is. */
  readonly target: () => EncodeTarget | null;
  /** How far the other sizes are, seen from the playlist of this one. */
  readonly reports: () => readonly HlsReport[];
};

export type HlsRenditionEvents = {
  /** It has more, or will have nothing. */
  readonly changed: Record<never, never>;
};

export class HlsRendition extends Emitter<HlsRenditionEvents> {
  readonly name: string;
  readonly window: HlsWindow;
  readonly #options: HlsRenditionOptions;
  readonly #waiters = new Waiters();
  #run: Run | null = null;
  #error: StreamError | null = null;

  constructor(options: HlsRenditionOptions) {
    super();
    this.name = options.name;
    this.#options = options;
    this.window = new HlsWindow(options.reports);
    this.window.on("changed", () => this.#waiters.answer());
  }

  /** Why it does not run; null while it does, or was ended in order. */
  get error(): StreamError | null {
    return this.#error;
  }

  get isRunning(): boolean {
    return this.#run !== null;
  }

  get waiting(): number {
    return this.#waiters.count;
  }

  start(): void {
    if (this.#run !== null) return;
    const run: Run = { handle: null };
    this.#run = run;
    this.#error = null;
    run.handle = this.#options.outputs.want(this.#wanted(run));
  }

  /** Ends it, and forgets what there is of it. */
  stop(): void {
    const run = this.#run;
    this.#run = null;
    run?.handle?.end();
    this.window.clear();
    this.#waiters.answerAll();
  }

  /**
   * Calls `done` when the playlist names what is awaited, and says whether it does; at once where it does by now. Returns what takes it
   * off. Throws `TypeError` where it is too far ahead, `StreamError` "too-fast" where too many wait.
   */
  whenThere({ sequence, part }: Awaited, done: (isThere: boolean) => void): () => void {
    if (!this.window.isEmpty && sequence > this.window.lastSequence + 2) {
      throw new TypeError("_HLS_msn must be at most two segments ahead.");
    }
    return this.#waiters.add(() => this.window.has(sequence, part), MAX_WAIT_MS, done);
  }

  /** What one that was ended still says is of no use. */
  #wanted(run: Run): WantedOutput {
    const isNow = () => this.#run === run;
    return {
      keepsRoom: true,
      open: () => openingOf(this.#options.target()),
      // Its pieces say all.
      told: () => undefined,
      pieceReceived: (piece) => {
        if (isNow()) this.#take(piece);
      },
      fell: () => {
        if (isNow()) this.window.breakOff();
      },
      ended: (error) => {
        if (isNow()) this.#handleEnd(error ?? new StreamError("closed"));
      },
    };
  }

  #take(piece: StreamPiece): void {
    this.window.take(piece);
    if (piece.kind === "init") this.emit("changed", {});
  }

  #handleEnd(error: StreamError): void {
    this.#run = null;
    this.#error = error;
    this.window.breakOff();
    this.#waiters.answerAll();
    this.emit("changed", {});
  }
}

function openingOf(target: EncodeTarget | null): OutputOpening {
  return {
    codec: "h264",
    target,
    maxKeyFrameGapMs: SEGMENT_MS,
    maxGapMs: REST_GAP_MS,
    isOnGrid: true,
    // The same for all sizes; from the epoch of the clock its seconds would be more than some players can count.
    to: { kind: "segments", epoch: milliseconds(new Date().setUTCHours(0, 0, 0, 0) - DAY_MS) },
  };
}
