/**
 * Owns reading any frame of a movie, in the thread that calls it, which it keeps busy: workers and processes of their own do that. The
 * frames that follow each other are decoded one after the other; to others it jumps, to the key frame from which they are decoded.
 *
 * YR1 Frame n is the nth picture, from 0, that FFmpeg's programs decode of the whole file, to the bit, wherever it is read from.
 * YR2 A packet is known again after a jump by its mark; one that a container's own index does not know has it made anew from the packets.
 */

import { statSync } from "node:fs";
import type { Frame } from "node-av/lib";
import { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { AvMovieDecoder } from "./av-movie-decoder.ts";
import { AvMovieInput } from "./av-movie-input.ts";
import { AvRgbaConverter } from "./av-rgba-converter.ts";
import { containerIndex } from "./container-index.ts";
import { FrameIndex, type PlainIndex } from "./frame-index.ts";
import type { MovieInfo, MoviePicture } from "./movie-info.ts";
import { turnedSize } from "./orientation.ts";
import { packetIndex } from "./packet-index.ts";

/** Larger files are not read whole where their container says enough. */
const MAX_WHOLE_BYTES = 2 ** 26;
/** A decoder may give so many pictures after one before it is taken that this one does not come. */
const MAX_LATE = 32;
/** So many key frames further back a frame is tried again that cannot be decoded whole. */
const MAX_TRIES = 3;

export type MovieReaderOptions = {
  /** Threads of the decoder: 1 by default, which gives single frames soonest. */
  readonly threads?: number;
  /** What an earlier reader of the same file found. */
  readonly index?: PlainIndex;
  /** From how many bytes on the container's own index is used. */
  readonly maxWholeBytes?: number;
};

export type ReadOptions = {
  /** The size in which it is given; that of the movie, if not said. */
  readonly size?: PictureSize;
  /** Where the pixels are written: width x height x 4 bytes at least. Memory of its own, if not said. */
  readonly into?: Uint8Array<ArrayBuffer>;
};

class UnknownPacket extends Error {}

export class MovieReader {
  readonly path: string;
  #input: AvMovieInput;
  #index: FrameIndex;
  #isUnsure: boolean;
  #isMisled = false;
  readonly #bytes: number;
  readonly #decoder: AvMovieDecoder;
  readonly #converter: AvRgbaConverter;
  /** The packet that is read next; null where that is not known, as at first. */
  #next: number | null = null;
  /** The frame that was given last by the decoder. */
  #last = -1;
  /** The frame that the decoder still has; -1 for none. */
  #held = -1;
  #isDrained = false;
  #hasJumped = false;

  /** Opens a movie and makes its index. Rejects with `StreamError` "input-failed" where FFmpeg cannot read or decode it. */
  static async open(path: string, options: MovieReaderOptions = {}): Promise<MovieReader> {
    const input = new AvMovieInput(path);
    try {
      const bytes = statSync(path).size;
      const { threads = 1, index: plain, maxWholeBytes = MAX_WHOLE_BYTES } = options;
      const given = plain === undefined ? null : new FrameIndex(plain);
      const quick = given ?? (bytes > maxWholeBytes ? await containerIndex(input) : null);
      const index = quick ?? packetIndex(input);
      if (index.frameCount === 0) throw new StreamError("input-failed", `There are no pictures in ${path}.`);
      return new MovieReader(input, index, { threads, bytes, isUnsure: quick !== null });
    } catch (error) {
      input.close();
      throw error;
    }
  }

  private constructor(
    input: AvMovieInput,
    index: FrameIndex,
    { threads, bytes, isUnsure }: { readonly threads: number; readonly bytes: number; readonly isUnsure: boolean },
  ) {
    this.path = input.path;
    this.#input = input;
    this.#index = index;
    this.#isUnsure = isUnsure;
    this.#bytes = bytes;
    this.#decoder = new AvMovieDecoder(input.stream, { threads, path: input.path });
    this.#converter = new AvRgbaConverter(input.orientation);
  }

  /** What there is to know of the movie. */
  get info(): MovieInfo {
    const { codec, size, orientation, saidRate, stream } = this.#input;
    const { num, den } = stream.codecpar.sampleAspectRatio;
    const index = this.#index;
    const last = index.secondsOf(index.frameCount - 1);
    const frameRate = saidRate ?? index.meanRate() ?? 0;
    return {
      ...turnedSize(size, orientation),
      codec,
      frameCount: index.frameCount,
      frameRate,
      isRateVariable: index.isRateVariable(),
      seconds: last - index.secondsOf(0) + (frameRate > 0 ? 1 / frameRate : 0),
      rotation: orientation.turn,
      pixelAspectRatio: num > 0 && den > 0 ? num / den : 1,
      bytes: this.#bytes,
    };
  }

  /** Whether the container had said what is not so, so that the index is another one than at first. */
  get isMisled(): boolean {
    return this.#isMisled;
  }

  /** What was found out on opening, for another reader of the same file. */
  get index(): PlainIndex {
    return this.#index.plain;
  }

  /** When a frame is shown, in seconds from the beginning. Throws `RangeError` where there is no such frame. */
  secondsOf(frame: number): number {
    return this.#index.secondsOf(frame);
  }

  /** The frame that is shown at a time in seconds. */
  frameAt(seconds: number): number {
    return this.#index.frameAt(seconds);
  }

  /**
   * Reads a frame, as RGBA. Throws `RangeError` where there is no such frame, `TypeError` where `into` is too small, `StreamError`
   * "input-failed" where it cannot be decoded.
   */
  read(frame: number, { size, into }: ReadOptions = {}): MoviePicture {
    const shown = size ?? turnedSize(this.#input.size, this.#input.orientation);
    const bytes = shown.width * shown.height * 4;
    if (into !== undefined && into.byteLength < bytes) throw new TypeError(`into must have ${bytes} bytes at least.`);
    const pixels = into ?? new Uint8Array(bytes);
    this.#converter.convert(this.decode(frame), shown, pixels);
    return { frame, seconds: this.secondsOf(frame), ...shown, pixels };
  }

  /** Decodes a frame as the file has it, neither turned nor converted: the reader's own, until the next one. Throws as `read` does. */
  decode(frame: number): Frame {
    this.#index.packetOf(frame);
    if (frame === this.#held) return this.#decoder.frame;
    this.#held = -1;
    try {
      if (this.#find(frame)) {
        this.#held = frame;
        return this.#decoder.frame;
      }
    } catch (error) {
      if (!(error instanceof UnknownPacket)) throw error;
    }
    this.#forgetPlace();
    if (!this.#isUnsure) throw new StreamError("input-failed", `Frame ${frame} of ${this.path} cannot be decoded.`);
    this.#indexAnew();
    return this.decode(frame);
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    this.#decoder.close();
    this.#converter.close();
    this.#input.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Brings a frame into the decoder's. YR1 */
  #find(frame: number): boolean {
    const index = this.#index;
    let start = index.startOf(frame);
    const isAhead = this.#next !== null && frame > this.#last && start <= this.#next;
    if (isAhead && this.#decodeTo(frame) && !this.#mustTryAgain(start)) return true;
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      this.#jumpTo(start);
      if (this.#decodeTo(frame) && (start === 0 || !this.#decoder.isDamaged || tries + 1 === MAX_TRIES)) return true;
      if (start === 0) return false;
      start = index.keyBefore(start);
    }
    return false;
  }

  /** What was decoded from its beginning is as good as it gets. */
  #mustTryAgain(start: number): boolean {
    return this.#decoder.isDamaged && this.#hasJumped && start > 0;
  }

  /** Decodes until a frame is there; false where it does not come. */
  #decodeTo(frame: number): boolean {
    for (;;) {
      const number = this.#decoder.receive();
      const shown = number === null ? null : this.#index.frameOf(number);
      if (shown !== null) this.#last = Math.max(this.#last, shown);
      if (shown === frame) return true;
      if (shown !== null && shown > frame + MAX_LATE) return false;
      if (number === null && !this.#feed()) return false;
    }
  }

  /** Gives the decoder the next packet; false where there is none and it was told so. */
  #feed(): boolean {
    if (this.#isDrained) return false;
    if (this.#input.read()) {
      const packet = this.#numberOf(this.#next);
      this.#decoder.send(this.#input.packet, packet);
      this.#next = packet + 1;
    } else {
      this.#decoder.send(null, 0);
      this.#isDrained = true;
    }
    return true;
  }

  /** The number of the packet that was read; -1, which is no frame's, where it is not known. YR2 */
  #numberOf(expected: number | null): number {
    const packet = this.#input.describe();
    const mark = packet[this.#index.plain.markedBy];
    if (expected !== null && mark === this.#index.markOf(expected)) return expected;
    const number = mark === null ? null : this.#index.find(mark, packet.size);
    if (number === null && this.#isUnsure) throw new UnknownPacket();
    return number ?? -1;
  }

  /** Goes to a packet, which is the next to be decoded. */
  #jumpTo(start: number): void {
    this.#forgetPlace();
    this.#hasJumped = start > 0;
    for (let key = start; ; key = this.#index.keyBefore(key)) {
      if (key > 0 ? this.#seek(key) && this.#skipTo(start) : this.#begin(start)) return;
      if (key === 0) return;
    }
  }

  #seek(packet: number): boolean {
    const { markedBy } = this.#index.plain;
    const ticks =
      markedBy === "pts"
        ? this.#index.markOf(packet)
        : this.#input.ticksAt(this.#index.plain.seconds[packet] ?? 0, true);
    return this.#input.seek(ticks);
  }

  /** Reads from the very beginning of the file. */
  #begin(start: number): boolean {
    this.#input.close();
    this.#input = new AvMovieInput(this.path);
    return start === 0 || this.#skipTo(start);
  }

  /** Passes over the packets before one, and gives that to the decoder; false where it lies behind. */
  #skipTo(start: number): boolean {
    while (this.#input.read()) {
      const packet = this.#numberOf(null);
      if (packet > start) return false;
      if (packet !== start) continue;
      this.#decoder.send(this.#input.packet, packet);
      this.#next = packet + 1;
      return true;
    }
    return false;
  }

  #forgetPlace(): void {
    this.#decoder.flush();
    this.#next = null;
    this.#last = -1;
    this.#isDrained = false;
  }

  /** YR2 */
  #indexAnew(): void {
    this.#input.close();
    this.#input = new AvMovieInput(this.path);
    this.#index = packetIndex(this.#input);
    this.#isUnsure = false;
    this.#isMisled = true;
  }
}
