/** Owns how far a render is, how fast it goes and how long that will take. Pure but for its clock. */

/** How a render goes. */
export type RenderProgressReport = {
  /** Rendering frames, or joining the pieces of a movie. */
  readonly stage: "render" | "join";
  /** Frames in all, and those that are done, earlier runs included. */
  readonly frames: { readonly done: number; readonly total: number };
  readonly pieces: { readonly done: number; readonly total: number };
  /** Frames a second over the last 20 seconds; null before there are any. */
  readonly fps: number | null;
  /** What is left at this rate; null where it is not known. */
  readonly secondsLeft: number | null;
};

const WINDOW_MS = 20_000;

type Mark = { readonly at: number; readonly frames: number };

export class RenderProgressMeter {
  readonly #total: RenderProgressReport["frames"]["total"];
  readonly #pieces: number;
  readonly #clock: () => number;
  /** Frames of pieces that are done, and of those that are on their way. */
  #finished: { frames: number; pieces: number };
  readonly #running = new Map<number, number>();
  #marks: Mark[];
  #joined: number | null = null;

  /** `earlier` is what was done by earlier runs. */
  constructor(
    total: { readonly frames: number; readonly pieces: number },
    earlier: { readonly frames: number; readonly pieces: number },
    clock: () => number = () => performance.now(),
  ) {
    this.#total = total.frames;
    this.#pieces = total.pieces;
    this.#finished = { ...earlier };
    this.#clock = clock;
    this.#marks = [{ at: clock(), frames: earlier.frames }];
  }

  /** A piece has so many frames; a piece that is begun again has none. */
  note(piece: number, frames: number): void {
    this.#running.set(piece, frames);
    const now = this.#clock();
    this.#marks.push({ at: now, frames: this.#done });
    const oldest = this.#marks.findIndex(({ at }) => at >= now - WINDOW_MS);
    if (oldest > 0) this.#marks = this.#marks.slice(oldest);
  }

  finish(piece: number, frames: number): void {
    this.note(piece, frames);
    this.#running.delete(piece);
    this.#finished = { frames: this.#finished.frames + frames, pieces: this.#finished.pieces + 1 };
  }

  /** So many frames of all are joined. */
  noteJoined(frames: number): void {
    this.#joined = frames;
  }

  get report(): RenderProgressReport {
    const done = this.#joined ?? this.#done;
    const fps = this.#joined === null ? this.#rate : null;
    return {
      stage: this.#joined === null ? "render" : "join",
      frames: { done, total: this.#total },
      pieces: { done: this.#finished.pieces, total: this.#pieces },
      fps,
      secondsLeft: fps === null || fps <= 0 ? null : (this.#total - done) / fps,
    };
  }

  get #done(): number {
    return [...this.#running.values()].reduce((sum, frames) => sum + frames, this.#finished.frames);
  }

  get #rate(): number | null {
    const [oldest] = this.#marks;
    const ms = oldest === undefined ? 0 : this.#clock() - oldest.at;
    const frames = this.#done - (oldest?.frames ?? 0);
    return ms > 0 && frames > 0 ? (frames * 1000) / ms : null;
  }
}
