/**
 * Owns a movie that is read by FFmpeg: what it has, its pictures decoded, its sound as packets. In the process that calls it.
 *
 * FJ1 Whatever a file says, no other file and no address is opened for it: lists and descriptions that name others are no movies here.
 * FJ2 Times count from the file's own beginning, in ticks of 1/90000 s, and pictures have ever later ones.
 */

import { AV_LOG_FATAL, AV_NOPTS_VALUE, AVERROR_EOF, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { type CodecContext, Frame, Log, type Packet, type Stream } from "node-av/lib";
import { StreamError } from "../../../../shared/errors.ts";
import { oneFileOptions } from "../../../platform/movie-formats.ts";
import { MovieInput, saidSecondsOf } from "../../movie-input.ts";
import { openDecoder } from "../../open-decoder.ts";

Log.setLevel(AV_LOG_FATAL);

export const TICKS = 90_000;

/** FJ1 */
const options = oneFileOptions("dv,mpegvideo,m4v,rm,wtv,apng");
/** So many bad packets in a row, and so much of all, are too many. */
const MAX_BAD_IN_A_ROW = 500;

/** A decoded picture, which is gone with the next, and its time. */
export type TimedPicture = { readonly frame: Frame; readonly ticks: number };

export class FilmInput {
  readonly #path: string;
  readonly #name: string;
  readonly #input: MovieInput;
  /** The one with pictures. */
  readonly video: Stream;
  readonly sound: Stream | null;
  readonly #zeroSeconds: number;
  /** Packets that no decoder understood. */
  damaged = 0;

  /** `name` is what sentences call it. Throws `StreamError` "input-failed". */
  constructor(path: string, name: string) {
    this.#path = path;
    this.#name = name;
    this.#input = new MovieInput(path, { options, refused: () => this.#failed("is no movie that can be read") });
    try {
      const video = this.#input.bestOf(AVMEDIA_TYPE_VIDEO);
      if (video === null || video.codecpar.width < 1 || video.codecpar.height < 1)
        throw this.#failed("has no pictures");
      this.video = video;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.sound = this.#input.bestOf(AVMEDIA_TYPE_AUDIO);
    this.#zeroSeconds = this.#input.startSeconds;
  }

  /** How long it says it is; null where it does not say. What its pictures take counts, where that is known. */
  get seconds(): number | null {
    return saidSecondsOf(this.video) ?? this.#input.seconds;
  }

  /** Pictures in their order, the first at `from` ticks or later. Throws `StreamError` "input-failed" where hardly one can be decoded. */
  *pictures(from: number): Generator<TimedPicture> {
    if (from > 0) this.#seek(from);
    using decoder = new Decoder(this.video, () => this.#failed("has pictures in a form that cannot be decoded"));
    let last = Number.NEGATIVE_INFINITY;
    let bad = 0;
    const wanted = (frame: Frame): TimedPicture | null => {
      const ticks = this.#ticksOf(frame.bestEffortTimestamp, this.video, TICKS);
      if (ticks === null || ticks <= last || ticks < from) return null;
      last = ticks;
      return { frame, ticks };
    };
    for (const packet of this.#packetsWithEnd(this.video.index)) {
      if (decoder.send(packet)) bad = 0;
      else this.damaged += 1;
      if (decoder.wasBad && ++bad > MAX_BAD_IN_A_ROW) throw this.#failed("cannot be decoded");
      for (const frame of decoder.frames()) {
        const picture = wanted(frame);
        if (picture !== null) yield picture;
      }
    }
  }

  /** Packets of the sound, each overwritten by the next, with their times in ticks of the sample rate. */
  *soundPackets(): Generator<{ readonly packet: Packet; readonly at: number }> {
    const { sound } = this;
    if (sound === null) return;
    for (const packet of this.#packetsWithEnd(sound.index)) {
      if (packet === null) return;
      const at = this.#ticksOf(
        packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts,
        sound,
        sound.codecpar.sampleRate,
      );
      if (at !== null) yield { packet, at };
    }
  }

  /** The sound decoded, each frame overwritten by the next, its `pts` in ticks of the sample rate. */
  *soundFrames(): Generator<Frame> {
    const { sound } = this;
    if (sound === null) return;
    using decoder = new Decoder(sound, () => this.#failed("has sound in a form that cannot be decoded"));
    for (const packet of this.#packetsWithEnd(sound.index)) {
      if (!decoder.send(packet)) this.damaged += 1;
      for (const frame of decoder.frames()) {
        const at = this.#ticksOf(frame.bestEffortTimestamp, sound, sound.codecpar.sampleRate);
        if (at === null) continue;
        frame.pts = BigInt(at);
        yield frame;
      }
    }
  }

  /** Throws `StreamError` "input-failed" where what came ends long before what was promised. */
  checkEnd(seconds: number): void {
    const [exact, rough] = [saidSecondsOf(this.video), this.#input.seconds];
    const missing = exact === null ? (rough ?? seconds) - seconds : exact - seconds;
    const allowed = exact === null ? Math.max(5, (rough ?? 0) * 0.05) : Math.max(1, exact * 0.01);
    if (missing <= allowed) return;
    const all = (exact ?? rough ?? 0).toFixed(1);
    throw this.#failed(`is cut off or broken: its pictures end after ${seconds.toFixed(1)} of ${all} s`);
  }

  [Symbol.dispose](): void {
    this.#input[Symbol.dispose]();
  }

  #seek(ticks: number): void {
    const { timeBase } = this.video;
    const at = ((ticks / TICKS + this.#zeroSeconds) * timeBase.den) / timeBase.num;
    if (!this.#input.seek(this.video, Math.floor(at))) throw this.#failed("cannot be read from its middle on");
  }

  /** FJ2: null for what has no time. */
  #ticksOf(time: bigint, { timeBase }: Stream, ticks: number): number | null {
    if (time === AV_NOPTS_VALUE) return null;
    return Math.round(((Number(time) * timeBase.num) / timeBase.den - this.#zeroSeconds) * ticks);
  }

  /** Null is the end. A file that breaks off ends there. */
  *#packetsWithEnd(stream: number): Generator<Packet | null> {
    while (this.#input.read(stream) === "packet") yield this.#input.packet;
    yield null;
  }

  #failed(what: string): StreamError {
    return new StreamError("input-failed", `${this.#name} ${what}.`, { cause: new Error(this.#path) });
  }
}

class Decoder {
  readonly #context: CodecContext;
  readonly #frame = new Frame();
  wasBad = false;

  constructor(stream: Stream, failed: () => StreamError) {
    try {
      this.#context = openDecoder(stream, { threads: 0 });
    } catch {
      throw failed();
    }
    this.#frame.alloc();
  }

  /** Whether it was understood; null is the end. Frames are to be taken after each. */
  send(packet: Packet | null): boolean {
    const result = this.#context.sendPacketSync(packet);
    this.wasBad = result < 0 && result !== AVERROR_EOF;
    return !this.wasBad;
  }

  *frames(): Generator<Frame> {
    while (this.#context.receiveFrameSync(this.#frame) >= 0) {
      yield this.#frame;
      this.#frame.unref();
    }
  }

  [Symbol.dispose](): void {
    this.#frame.free();
    this.#context.freeContext();
  }
}
