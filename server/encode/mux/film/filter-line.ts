/** Owns one graph of FFmpeg's filters with one way in and one or several out. In the process that calls it. */

import { FFmpegError, type FilterContext, FilterGraph, Frame } from "node-av/lib";

export type FilterLineOptions = {
  readonly kind: "pictures" | "sound";
  /** What comes in, in the words of FFmpeg's filter `buffer` or `abuffer`. */
  readonly source: string;
  /** From `[in]` to `[out0]`, `[out1]` and so on. */
  readonly filters: string;
  readonly outputs: number;
};

export class FilterLine {
  readonly #graph = new FilterGraph();
  readonly #source: FilterContext;
  readonly #sinks: readonly FilterContext[];
  readonly #frame = new Frame();

  /** Throws what FFmpeg says. */
  constructor({ kind, source, filters, outputs }: FilterLineOptions) {
    const prefix = kind === "pictures" ? "" : "a";
    const names = Array.from({ length: outputs }, (_, at) => `${prefix}buffersink@out${at}`);
    const ends = names.map((name, at) => `[out${at}]${name}`);
    this.#frame.alloc();
    this.#graph.alloc();
    const all = [`${prefix}buffer@in=${source}[in]`, filters, ...ends].join(";");
    FFmpegError.throwIfError(this.#graph.parsePtr(all, null, null), all);
    FFmpegError.throwIfError(this.#graph.configSync(), all);
    this.#source = this.#find(`${prefix}buffer@in`);
    this.#sinks = names.map((name) => this.#find(name));
  }

  /** Takes a frame, which is empty afterwards; null is the end. What comes out is to be taken after each. */
  push(frame: Frame | null): void {
    FFmpegError.throwIfError(this.#source.buffersrcAddFrameSync(frame), "filter");
  }

  /** What came out at one end; each frame is gone with the next. */
  *taken(output: number): Generator<Frame> {
    const sink = this.#sinks[output];
    while (sink !== undefined && sink.buffersinkGetFrameSync(this.#frame) >= 0) {
      yield this.#frame;
      this.#frame.unref();
    }
  }

  /** Frees FFmpeg's memory. */
  close(): void {
    this.#frame.free();
    this.#graph.free();
  }

  #find(name: string): FilterContext {
    const found = this.#graph.getFilter(name);
    if (found === null) throw new Error(`FFmpeg made no ${name}`);
    return found;
  }
}
