/**
 * Owns the pictures of a video file, decoded by FFmpeg on its own threads and given one after the other. Loaded at first use,
 * since node-av is large. Render thread.
 */

import { Decoder, Demuxer, FilterAPI } from "node-av/api";
import { AV_LOG_FATAL, AVSEEK_FLAG_BACKWARD } from "node-av/constants";
import { type Frame, Log } from "node-av/lib";
import { copyRows } from "../../../platform/rgba-pixels.ts";
import type { Pixels } from "./decode-image.ts";

// FFmpeg would write to the terminal; what matters comes back as errors.
Log.setLevel(AV_LOG_FATAL);

const MICROSECONDS = 1_000_000;

/** A picture and when it is shown, in seconds from the beginning. */
export type VideoPicture = { readonly time: number; readonly pixels: Pixels };

export class AvVideo {
  /** In seconds. */
  readonly duration: number;
  readonly width: number;
  readonly height: number;
  readonly #file: string;
  readonly #demuxer: Demuxer;
  readonly #decoder: Decoder;
  readonly #filter: FilterAPI;
  readonly #frames: AsyncGenerator<Frame | null>;
  readonly #from: number;
  #closing: Promise<void> | null = null;

  /** Opens a file to be read from the picture that is shown at `from` seconds. Rejects where there is no video in it. */
  static async open(file: string, from: number = 0): Promise<AvVideo> {
    const demuxer = await Demuxer.open(file);
    const stream = demuxer.video();
    if (stream === undefined) {
      await demuxer.close();
      throw new DOMException("There is no video in the file.", "NotSupportedError");
    }
    // To the key frame before it; a file that cannot be seeked is read from its beginning. By no stream's units: it takes seconds
    // as those of FFmpeg for all of a file.
    if (from > 0) await demuxer.seek(from, -1, AVSEEK_FLAG_BACKWARD);
    const decoder = await Decoder.create(stream);
    // By way of a filter, which goes by the colour space that each picture says.
    const filter = FilterAPI.create("format=rgba");
    const frames = filter.frames(decoder.frames(demuxer.packets(stream.index)));
    const { width, height } = stream.codecpar;
    const duration = Number(demuxer.getFormatContext().duration) / MICROSECONDS;
    return new AvVideo({ file, from, demuxer, decoder, filter, frames }, { width, height, duration });
  }

  private constructor(
    parts: {
      readonly file: string;
      readonly from: number;
      readonly demuxer: Demuxer;
      readonly decoder: Decoder;
      readonly filter: FilterAPI;
      readonly frames: AsyncGenerator<Frame | null>;
    },
    facts: { readonly width: number; readonly height: number; readonly duration: number },
  ) {
    this.#file = parts.file;
    this.#from = parts.from;
    this.#demuxer = parts.demuxer;
    this.#decoder = parts.decoder;
    this.#filter = parts.filter;
    this.#frames = parts.frames;
    this.width = facts.width;
    this.height = facts.height;
    this.duration = facts.duration;
  }

  /** The same file from another time, in seconds. Closes this one. */
  async reopen(from: number): Promise<AvVideo> {
    const next = await AvVideo.open(this.#file, from);
    await this.close();
    return next;
  }

  /** The next picture, or null after the last. Those that were shown before the time asked for are passed over. */
  async next(): Promise<VideoPicture | null> {
    for (;;) {
      const { value: frame, done } = await this.#frames.next();
      if (done || frame === null) return null;
      try {
        const { num, den } = frame.timeBase;
        const time = (Number(frame.pts) * num) / den;
        const end = time + (Number(frame.duration) * num) / den;
        if (end > this.#from) return { time, pixels: pixelsOfFrame(frame) };
      } finally {
        frame.free();
      }
    }
  }

  /** Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#frames.return(null);
    this.#filter.close();
    this.#decoder.close();
    await this.#demuxer.close();
  }
}

function pixelsOfFrame(frame: Frame): Pixels {
  const { width, height } = frame;
  const data = new Uint8ClampedArray(width * height * 4);
  const [rows = Buffer.alloc(0)] = frame.data ?? [];
  copyRows(rows, frame.linesize[0] ?? width * 4, { width, height }, data);
  return { data, width, height };
}
