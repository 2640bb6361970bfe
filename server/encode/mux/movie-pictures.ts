/**
 * Owns the pictures of a movie one after another, at a constant rate and one size, as encoders take them. In the thread that calls it,
 * decoded on threads of FFmpeg.
 */

import { existsSync } from "node:fs";
import { Decoder, Demuxer, FilterAPI } from "node-av/api";
import { AV_LOG_FATAL } from "node-av/constants";
import { type Frame, Log } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import type { Chroma, PictureSize } from "../../../shared/video.ts";
import { copyRows } from "../../platform/rgba-pixels.ts";
import type { FrameRate } from "../video/movie-encoder.ts";

Log.setLevel(AV_LOG_FATAL);

export type WantedPictures = {
  /** They fit into it, and are not enlarged; null for the size that they have. */
  readonly box: PictureSize | null;
  /** Null for the rate of the movie. */
  readonly fps: FrameRate | null;
  /** With "420" both sides are even. */
  readonly chroma: Chroma;
};

const MICROSECONDS = 1_000_000;
const USUAL_RATE: FrameRate = { num: 25, den: 1 };
const MAX_RATE = 240;

export class MoviePictures {
  readonly size: PictureSize;
  readonly fps: FrameRate;
  readonly hasSound: boolean;
  /** About how many there will be; null where the file does not say. */
  readonly frames: number | null;
  readonly #demuxer: Demuxer;
  readonly #decoder: Decoder;
  readonly #filter: FilterAPI;
  readonly #frames: AsyncGenerator<Frame | null>;

  /** Rejects with `StreamError` "input-failed" where there is no video that can be read. */
  static async open(path: string, wanted: WantedPictures): Promise<MoviePictures> {
    if (!existsSync(path)) throw new StreamError("input-failed", `There is no file ${path}.`);
    const demuxer = await Demuxer.open(path).catch((error: unknown) => {
      throw new StreamError("input-failed", `${path} is no file that FFmpeg can read.`, { cause: error });
    });
    const stream = demuxer.video();
    try {
      if (stream === undefined) throw new StreamError("input-failed", `${path} has no video.`);
      return new MoviePictures(path, demuxer, await Decoder.create(stream), wanted);
    } catch (error) {
      await demuxer.close();
      throw error;
    }
  }

  private constructor(path: string, demuxer: Demuxer, decoder: Decoder, { box, fps, chroma }: WantedPictures) {
    const stream = demuxer.video();
    if (stream === undefined) throw new StreamError("input-failed", `${path} has no video.`);
    const { width, height } = stream.codecpar;
    this.#demuxer = demuxer;
    this.#decoder = decoder;
    this.size = fitInto({ width, height }, box, chroma === "420");
    this.fps = fps ?? rateOf(stream.avgFrameRate) ?? USUAL_RATE;
    this.hasSound = demuxer.audio() !== undefined;
    const seconds = Number(demuxer.getFormatContext().duration) / MICROSECONDS;
    this.frames = seconds > 0 ? Math.round((seconds * this.fps.num) / this.fps.den) : null;
    const rate = `fps=${this.fps.num}/${this.fps.den}`;
    // The colours by what each picture says of itself, the bottom row first.
    this.#filter = FilterAPI.create(`${rate},scale=${this.size.width}:${this.size.height},format=rgba,vflip`);
    this.#frames = this.#filter.frames(decoder.frames(demuxer.packets(stream.index)));
  }

  /** Each as RGBA with the bottom row first, good until the next one is asked for. */
  async *pictures(): AsyncGenerator<Uint8Array> {
    const { width, height } = this.size;
    const pixels = new Uint8Array(width * height * 4);
    for await (const frame of this.#frames) {
      if (frame === null) return;
      try {
        const [rows = Buffer.alloc(0)] = frame.data ?? [];
        copyRows(rows, frame.linesize[0] ?? width * 4, { width, height }, pixels);
      } finally {
        frame.free();
      }
      yield pixels;
    }
  }

  async close(): Promise<void> {
    await this.#frames.return(null);
    this.#filter.close();
    this.#decoder.close();
    await this.#demuxer.close();
  }
}

function fitInto(size: PictureSize, box: PictureSize | null, isEven: boolean): PictureSize {
  const scale = box === null ? 1 : Math.min(1, box.width / size.width, box.height / size.height);
  const side = (length: number): number => {
    const scaled = Math.max(16, Math.round(length * scale));
    return isEven ? scaled - (scaled % 2) : scaled;
  };
  return { width: side(size.width), height: side(size.height) };
}

function rateOf({ num, den }: FrameRate): FrameRate | null {
  return num > 0 && den > 0 && num / den <= MAX_RATE ? { num, den } : null;
}
