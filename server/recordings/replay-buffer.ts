/**
 * Owns the replay buffer of a room, in the main process: the last seconds of what was shown, held in the scene's process while
 * somebody watches and for as long afterwards, so that it costs nothing where nobody looks.
 */

import { StreamError } from "../../shared/errors.ts";
import { now } from "../../shared/time.ts";
import type { VideoCodec } from "../../shared/video.ts";
import { type FileTarget, noFigures, type OutputFigures } from "../encode/mux/mux-protocol.ts";
import type { OutputOpening } from "../session/output-wish.ts";
import type { OutputHandle, SessionOutputs, WantedOutput } from "../session/session-outputs.ts";

/** A clip begins at most so long before what was asked for. */
const KEY_FRAME_GAP_MS = 2000;
/** What it may take beyond the bits of its seconds: key frames, and the one that is on its way. */
const SPARE_BYTES: number = 8 * 1024 * 1024;

export type ReplayBufferOptions = {
  readonly outputs: Pick<SessionOutputs, "want" | "saveClip">;
  readonly codec: VideoCodec;
  readonly seconds: number;
  /** The ceiling of its bit rate. */
  readonly bitrateBps: number;
  /** It could not go on; a sentence for the log. */
  readonly failed: (error: StreamError) => void;
};

export class ReplayBuffer implements WantedOutput {
  readonly keepsRoom = false;
  readonly codec: VideoCodec;
  readonly seconds: number;
  readonly #options: ReplayBufferOptions;
  #handle: OutputHandle | null = null;
  #figures: OutputFigures = noFigures;
  #ending: NodeJS.Timeout | undefined;
  #isWatched = false;
  /** It was told to end, and has not yet. */
  #isEnding = false;

  constructor(options: ReplayBufferOptions) {
    this.#options = options;
    this.codec = options.codec;
    this.seconds = options.seconds;
  }

  /** What it holds. */
  get figures(): OutputFigures {
    return this.#figures;
  }

  /** Somebody watches, or nobody does any more. */
  setWatched(isWatched: boolean): void {
    clearTimeout(this.#ending);
    this.#isWatched = isWatched;
    if (isWatched) this.#handle ??= this.#options.outputs.want(this);
    else this.#ending = setTimeout(() => this.#end(), this.seconds * 1000).unref();
  }

  /** Rejects with `StreamError`. */
  async save(seconds: number, to: FileTarget): Promise<OutputFigures> {
    if (this.#handle === null) throw new StreamError("nothing-to-save");
    return await this.#options.outputs.saveClip(this.#handle.outputId, { seconds, at: now() }, to);
  }

  open(): OutputOpening {
    const { codec, seconds, bitrateBps } = this.#options;
    const maxBytes = Math.round((bitrateBps / 8) * seconds * 1.25) + SPARE_BYTES;
    return { codec, target: null, maxKeyFrameGapMs: KEY_FRAME_GAP_MS, to: { kind: "replay", seconds, maxBytes } };
  }

  told(figures: OutputFigures): void {
    this.#figures = figures;
  }

  fell(): void {
    this.#figures = noFigures;
  }

  ended(error: StreamError | null): void {
    const wasEnding = this.#isEnding;
    [this.#handle, this.#isEnding] = [null, false];
    this.fell();
    if (error !== null) this.#options.failed(error);
    // Somebody came while it ended.
    else if (wasEnding && this.#isWatched) this.setWatched(true);
  }

  close(): void {
    clearTimeout(this.#ending);
    this.#isWatched = false;
  }

  #end(): void {
    this.#isEnding = true;
    this.#handle?.end();
  }
}
