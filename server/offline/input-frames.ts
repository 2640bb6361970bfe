/** Owns reading the frames of a render's input in a row, each before it is needed. In the process of a piece. */

import { readPicture } from "../encode/pictures/picture-file.ts";
import { Movie } from "../movies/movie.ts";
import type { InputPicture } from "../render/offline-protocol.ts";
import type { DescribedInput } from "./described-input.ts";

/** So many are read before their turn. */
const AHEAD = 2;

/** Where the frames of a piece come from. */
export type FrameSource = {
  readonly input: DescribedInput;
  /** Which frame of the input each frame shows; null where it is the one of the same number. */
  readonly shown: readonly number[] | null;
};

export class InputFrames {
  readonly #source: FrameSource;
  readonly #movie: Movie | null;
  readonly #last: number;
  /** By the numbers of the input. */
  readonly #asked = new Map<number, Promise<InputPicture>>();
  #given = -1;

  /** Opens the input, to be read to the frame `last`. Rejects with `StreamError` "input-failed". */
  static async open(source: FrameSource, last: number): Promise<InputFrames> {
    const { input } = source;
    if (input.kind === "pictures") return new InputFrames(source, null, last);
    const { path, index } = input;
    return new InputFrames(source, await Movie.start({ path, index, threads: 1, isReadWhole: true }), last);
  }

  private constructor(source: FrameSource, movie: Movie | null, last: number) {
    this.#source = source;
    this.#movie = movie;
    this.#last = last;
  }

  /**
   * The picture that a frame shows, whose memory is the caller's; null where it is the same as the last that was taken. Frames must be
   * taken in their order. Rejects with `StreamError` "input-failed".
   */
  async take(frame: number): Promise<InputPicture | null> {
    for (let ahead = frame; ahead <= Math.min(this.#last, frame + AHEAD); ahead += 1) this.#ask(this.#numberOf(ahead));
    const number = this.#numberOf(frame);
    if (number === this.#given) return null;
    const picture = await this.#asked.get(number);
    this.#asked.delete(number);
    this.#given = number;
    return picture ?? null;
  }

  async close(): Promise<void> {
    this.#asked.clear();
    await this.#movie?.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #numberOf(frame: number): number {
    return this.#source.shown === null ? frame : (this.#source.shown[frame] ?? 0);
  }

  #ask(number: number): void {
    if (number <= this.#given || this.#asked.has(number)) return;
    const asked = this.#read(number);
    // What fails is told when it is its turn.
    asked.catch(() => undefined);
    this.#asked.set(number, asked);
  }

  async #read(number: number): Promise<InputPicture> {
    const { input } = this.#source;
    if (input.kind === "pictures") {
      return { number, seconds: 0, ...(await readPicture(input.paths[number] ?? "")) };
    }
    const picture = await this.#movie?.frame(number);
    if (picture === undefined) throw new RangeError(`There is no frame ${number}.`);
    const { frame, ...rest } = picture;
    return { number: frame, ...rest };
  }
}
