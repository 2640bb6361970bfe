/**
 * Owns a movie that is read by FFmpeg: what it has, its pictures decoded, its sound as packets. In the process that calls it.
 *
 * FJ1 Whatever a file says, no other file and no address is opened for it: lists and descriptions that name others are no movies here.
 * FJ2 Times count from the file's own beginning, in ticks of 1/90000 s, and pictures have ever later ones.
 */

import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_LOG_FATAL,
  AV_NOPTS_VALUE,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_FLAG_BACKWARD,
} from "node-av/constants";
import { Codec, CodecContext, Dictionary, FormatContext, Frame, Log, Packet, type Stream } from "node-av/lib";
import { StreamError } from "../../../../shared/errors.ts";

Log.setLevel(AV_LOG_FATAL);

export const TICKS = 90_000;

/** FFmpeg's names of what holds a movie by itself (FJ1). */
const FORMATS =
  "mov,matroska,mpegts,mpeg,mpegvideo,avi,flv,ogg,asf,nut,mxf,rm,dv,gif,wtv,ivf,h264,hevc,m4v,obu,yuv4mpegpipe,3gp,apng";
/** So many bad packets in a row, and so much of all, are too many. */
const MAX_BAD_IN_A_ROW = 500;

/** A decoded picture, which is gone with the next, and its time. */
export type TimedPicture = { readonly frame: Frame; readonly ticks: number };

export class FilmInput {
  readonly #path: string;
  readonly #name: string;
  readonly #context = new FormatContext();
  readonly #packet = new Packet();
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
    this.#packet.alloc();
    try {
      this.#open(path);
      const video = this.#bestOf(AVMEDIA_TYPE_VIDEO);
      if (video === null || video.codecpar.width < 1 || video.codecpar.height < 1)
        throw this.#failed("has no pictures");
      this.video = video;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
    this.sound = this.#bestOf(AVMEDIA_TYPE_AUDIO);
    const zero = this.#context.startTime;
    this.#zeroSeconds = zero === AV_NOPTS_VALUE ? 0 : Number(zero) / 1e6;
  }

  /** FJ1 */
  #open(path: string): void {
    const options = Dictionary.fromObject({ protocol_whitelist: "file", format_whitelist: FORMATS });
    const opened = this.#context.openInputSync(`file:${path}`, null, options);
    if (opened < 0 || this.#context.findStreamInfoSync(null) < 0) throw this.#failed("is no movie that can be read");
  }

  /** How long it says it is; null where it does not say. What its pictures take counts, where that is known. */
  get seconds(): number | null {
    return this.#pictureSeconds ?? this.#wholeSeconds;
  }

  get #pictureSeconds(): number | null {
    const { duration, timeBase } = this.video;
    return duration === AV_NOPTS_VALUE || duration <= 0n ? null : (Number(duration) * timeBase.num) / timeBase.den;
  }

  get #wholeSeconds(): number | null {
    const { duration } = this.#context;
    return duration === AV_NOPTS_VALUE || duration <= 0n ? null : Number(duration) / 1e6;
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
    const [exact, rough] = [this.#pictureSeconds, this.#wholeSeconds];
    const missing = exact === null ? (rough ?? seconds) - seconds : exact - seconds;
    const allowed = exact === null ? Math.max(5, (rough ?? 0) * 0.05) : Math.max(1, exact * 0.01);
    if (missing <= allowed) return;
    const all = (exact ?? rough ?? 0).toFixed(1);
    throw this.#failed(`is cut off or broken: its pictures end after ${seconds.toFixed(1)} of ${all} s`);
  }

  [Symbol.dispose](): void {
    this.#packet.free();
    this.#context.closeInputSync();
    this.#context.freeContext();
  }

  #bestOf(type: typeof AVMEDIA_TYPE_AUDIO | typeof AVMEDIA_TYPE_VIDEO): Stream | null {
    const index = this.#context.findBestStream(type);
    const stream = index < 0 ? undefined : this.#context.streams[index];
    // The cover of a song is no movie.
    return stream === undefined || stream.hasDisposition(AV_DISPOSITION_ATTACHED_PIC) ? null : stream;
  }

  #seek(ticks: number): void {
    const { timeBase, index } = this.video;
    const at = ((ticks / TICKS + this.#zeroSeconds) * timeBase.den) / timeBase.num;
    const result = this.#context.seekFrameSync(index, BigInt(Math.floor(at)), AVSEEK_FLAG_BACKWARD);
    if (result < 0) throw this.#failed("cannot be read from its middle on");
  }

  /** FJ2: null for what has no time. */
  #ticksOf(time: bigint, { timeBase }: Stream, ticks: number): number | null {
    if (time === AV_NOPTS_VALUE) return null;
    return Math.round(((Number(time) * timeBase.num) / timeBase.den - this.#zeroSeconds) * ticks);
  }

  /** Null is the end. A file that breaks off ends there. */
  *#packetsWithEnd(stream: number): Generator<Packet | null> {
    const packet = this.#packet;
    for (;;) {
      const result = this.#context.readFrameSync(packet);
      if (result === AVERROR_EAGAIN) continue;
      if (result < 0) break;
      if (packet.streamIndex === stream) yield packet;
      packet.unref();
    }
    yield null;
  }

  #failed(what: string): StreamError {
    return new StreamError("input-failed", `${this.#name} ${what}.`, { cause: new Error(this.#path) });
  }
}

class Decoder {
  readonly #context = new CodecContext();
  readonly #frame = new Frame();
  wasBad = false;

  constructor(stream: Stream, failed: () => StreamError) {
    this.#frame.alloc();
    const codec = Codec.findDecoder(stream.codecpar.codecId);
    if (codec === null) throw failed();
    this.#context.allocContext3(codec);
    if (stream.codecpar.toContext(this.#context) < 0) throw failed();
    this.#context.pktTimebase = stream.timeBase;
    this.#context.threadCount = 0;
    if (this.#context.open2Sync(codec, null) < 0) throw failed();
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
