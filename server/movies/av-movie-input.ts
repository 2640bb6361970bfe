/**
 * Owns the file of a movie as FFmpeg's demuxers read it: what it says of itself, its packets, and jumping among them. In the thread
 * that calls it.
 *
 * MI1 Nothing but this one file is read, whatever is written in it: no list of other files, no address.
 */

import { existsSync } from "node:fs";
import {
  AV_LOG_QUIET,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AV_PKT_FLAG_DISCARD,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_VIDEO,
} from "node-av/constants";
import { avGetCodecName, Log, type Packet, type Stream } from "node-av/lib";
import { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { MovieInput, saidSecondsOf } from "../encode/movie-input.ts";
import { oneFileOptions } from "../platform/movie-formats.ts";
import { type Orientation, orientationOf } from "./orientation.ts";

// FFmpeg would write to the terminal; what matters comes back as errors.
Log.setLevel(AV_LOG_QUIET);

/** MI1 */
const options = oneFileOptions("dv,mpegvideo,m4v,mjpeg,av1,vc1,rm,wtv,swf");
/** Nine hours at 60 frames a second. */
const MAX_PACKETS = 2_000_000;

/** What FFmpeg tells of a packet: all that an index is made from. */
export type ReadPacket = {
  readonly pts: number | null;
  readonly dts: number | null;
  readonly pos: number;
  readonly size: number;
  readonly isKey: boolean;
  readonly isDiscarded: boolean;
  /** Of the first byte of VP8 (RFC 6386 section 9.1): such a packet is for others alone. */
  readonly isHidden: boolean;
};

export class AvMovieInput {
  readonly path: string;
  readonly stream: Stream;
  /** FFmpeg's name, such as h264 or prores. */
  readonly codec: string;
  readonly size: PictureSize;
  readonly orientation: Orientation;
  /** Frames a second as the file says; null where it does not. */
  readonly saidRate: number | null;
  /** In seconds, as the file says; null where it does not. */
  readonly saidSeconds: number | null;
  readonly #input: MovieInput;
  readonly #startSeconds: number;

  /** Opens a file. Throws `StreamError` "input-failed" where it is none, or has no video. */
  constructor(path: string) {
    this.path = path;
    this.#input = new MovieInput(path, { options, refused: () => unreadable(path) });
    try {
      this.stream = onlyVideo(this.#input, path);
      const { codecpar, avgFrameRate } = this.stream;
      this.codec = avGetCodecName(codecpar.codecId) ?? "unknown";
      this.size = { width: codecpar.width, height: codecpar.height };
      this.orientation = orientationOf(codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
      this.saidRate = avgFrameRate.num > 0 && avgFrameRate.den > 0 ? avgFrameRate.num / avgFrameRate.den : null;
      this.saidSeconds = saidSecondsOf(this.stream);
      this.#startSeconds = this.#input.startSeconds;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** The packet that was read last. */
  get packet(): Packet {
    return this.#input.packet;
  }

  /** The time of a count of ticks, in seconds from the beginning of the movie. */
  secondsOf(ticks: number): number {
    const { num, den } = this.stream.timeBase;
    return (ticks * num) / den - this.#startSeconds;
  }

  /** The count of ticks at a time in seconds, of the file's own or, as `secondsOf` gives them, from the beginning. */
  ticksAt(seconds: number, isFromBeginning: boolean): number {
    const { num, den } = this.stream.timeBase;
    return Math.round(((seconds + (isFromBeginning ? this.#startSeconds : 0)) * den) / num);
  }

  /** Reads the next packet of the video into `packet`; false at the end, or where nothing more can be read. */
  read(): boolean {
    return this.#input.read(this.stream.index) === "packet";
  }

  /** What is told of the packet that was read. */
  describe(): ReadPacket {
    const { packet, codec } = this;
    const { pts, dts, size } = packet;
    const isHidden = codec === "vp8" && ((packet.data?.[0] ?? 0x10) & 0x10) === 0;
    return {
      pts: pts === AV_NOPTS_VALUE ? null : Number(pts),
      dts: dts === AV_NOPTS_VALUE ? null : Number(dts),
      pos: Number(packet.pos),
      size,
      isKey: packet.isKeyframe,
      isDiscarded: packet.hasFlags(AV_PKT_FLAG_DISCARD),
      isHidden,
    };
  }

  /** Reads all packets, from the first on. Throws `StreamError` "input-failed" where there are too many. */
  readAll(): ReadPacket[] {
    const packets: ReadPacket[] = [];
    while (this.read()) {
      packets.push(this.describe());
      if (packets.length > MAX_PACKETS) throw new StreamError("input-failed", `${this.path} has too many packets.`);
    }
    return packets;
  }

  /** Jumps to a packet at or before a count of ticks; false where that cannot be done. */
  seek(ticks: number): boolean {
    return this.#input.seek(this.stream, ticks);
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    this.#input[Symbol.dispose]();
  }
}

/** Nothing else of the file is read from then on. */
function onlyVideo(input: MovieInput, path: string): Stream {
  const found = input.bestOf(AVMEDIA_TYPE_VIDEO);
  if (found === null || found.codecpar.width <= 0) {
    throw new StreamError("input-failed", `There is no video in ${path}.`);
  }
  for (const stream of input.streams) if (stream.index !== found.index) stream.discard = AVDISCARD_ALL;
  return found;
}

function unreadable(path: string): StreamError {
  const sentence = existsSync(path) ? `${path} is no movie that FFmpeg can read.` : `There is no file ${path}.`;
  return new StreamError("input-failed", sentence);
}
