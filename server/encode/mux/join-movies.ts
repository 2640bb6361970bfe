/**
 * Owns joining movies of one coding to one, and putting the sound of a file beside it, all as it is coded. In the thread that calls it.
 *
 * JM1 Pictures have times by their count, or those that they are given, whatever the files of the pieces say.
 * JM2 Packets of sound are copied as they are: those that begin before the pictures end, from the time on at which these begin; of the
 *     sound of a movie that is shown whole all of them.
 */

import { AV_NOPTS_VALUE, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { avGetCodecName, Dictionary, FormatContext, type Packet, Rational, type Stream } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import { MovieInput, unreadable } from "../movie-input.ts";
import type { FrameRate } from "../video/movie-encoder.ts";
import { draftOf, isMp4, placeMovie, removeDrafts } from "./movie-drafts.ts";
import { fileError } from "./movie-file.ts";
import { sphericalHeader, sphericalOf } from "./spherical-side-data.ts";

export type JoinedMovie = {
  readonly pieces: readonly { readonly path: string; readonly frames: number }[];
  /** Where the movie is written, which is there only when it is whole. */
  readonly path: string;
  /** FFmpeg's name of the format: mp4, mov, matroska or webm. */
  readonly format: string;
  readonly fps: FrameRate;
  /** When each picture is shown, in seconds from the first; null where that follows from `fps`. */
  readonly times: readonly number[] | null;
  readonly sound: JoinedSound | null;
};

export type JoinedSound = {
  readonly path: string;
  /** The time in it at which the pictures begin. */
  readonly fromSeconds: number;
  /** Whether that counts from the beginning of its file, and not from the zero of its times. */
  readonly isFromBeginning: boolean;
  /** Whether what lies before the pictures, and after them, is copied too. */
  readonly hasStart: boolean;
  readonly hasEnd: boolean;
};

/** Joins. Throws `StreamError` "output-failed", or "input-failed" where a file is none, has no sound, or ends too early. */
export function joinMovies(movie: JoinedMovie, progressed: (frames: number) => void): void {
  const output = new FormatContext();
  const check = (result: number): void => {
    if (result < 0) throw fileError(movie.path, result);
  };
  using sound = movie.sound === null ? null : new SoundSource(movie.sound);
  try {
    check(output.allocOutputContext2(null, movie.format, `file:${draftOf(movie.path)}`));
    const stream = describe(output, movie);
    const soundStream = sound?.describe(output) ?? null;
    check(output.openOutputSync());
    const projection = sphericalOf(stream);
    const options = { ...headerOptions(movie.format), ...(projection === null ? {} : sphericalHeader) };
    const header = output.writeHeaderSync(Dictionary.fromObject(options));
    if (header < 0 && sound !== null) throw refusedSound(movie, sound, header);
    check(header);
    const write = (packet: Packet): void => check(output.interleavedWriteFrameSync(packet));
    let count = 0;
    for (const packet of packetsOf(movie)) {
      const seconds = secondsOf(movie, count);
      if (sound !== null && soundStream !== null) sound.copyUntil(seconds, soundStream, write);
      setTimes(packet, count, movie, stream);
      write(packet);
      count += 1;
      progressed(count);
    }
    const end = movie.sound?.hasEnd === true ? Number.POSITIVE_INFINITY : secondsOf(movie, count);
    if (sound !== null && soundStream !== null) sound.copyUntil(end, soundStream, write);
    check(output.writeTrailerSync());
    output.closeOutputSync();
    placeMovie(movie.path, movie.format, projection);
  } finally {
    output.freeContext();
    removeDrafts(movie.path);
  }
}

/** How many pictures a movie has; null where it is none, or not whole. */
export function countPictures(path: string): number | null {
  try {
    let count = 0;
    for (const _ of packetsIn(path)) count += 1;
    return count;
  } catch {
    return null;
  }
}

/** Whether a file has sound. Throws `StreamError` "input-failed" where it is none that FFmpeg can read. */
export function hasSound(path: string): boolean {
  using input = new MovieInput(path);
  return input.bestOf(AVMEDIA_TYPE_AUDIO) !== null;
}

function headerOptions(format: string): Record<string, string> {
  return isMp4(format) ? { movflags: "+faststart" } : {};
}

function refusedSound({ path }: JoinedMovie, sound: SoundSource, result: number): StreamError {
  const sentence = `${path} cannot have the sound of ${sound.path} (${sound.codec}) beside its pictures.`;
  const advice = " Sound is copied as it is; a file of Matroska (.mkv) takes every kind.";
  return new StreamError("output-failed", `${sentence}${advice}`, { cause: fileError(path, result) });
}

/** The pictures' stream is as that of the first piece, which all are like. */
function describe(output: FormatContext, { pieces, fps, times, path }: JoinedMovie): Stream {
  const [first] = pieces;
  if (first === undefined) throw new TypeError("pieces must have one at least.");
  const stream = output.newStream(null);
  using input = new MovieInput(first.path);
  const found = input.bestOf(AVMEDIA_TYPE_VIDEO);
  if (found === null) throw unreadable(first.path);
  const result = found.codecpar.copy(stream.codecpar);
  if (result < 0) throw fileError(path, result);
  stream.codecpar.codecTag = 0;
  stream.timeBase = times === null ? new Rational(fps.den, fps.num) : fineTime();
  stream.avgFrameRate = new Rational(fps.num, fps.den);
  return stream;
}

function* packetsOf({ pieces }: JoinedMovie): Generator<Packet> {
  for (const { path, frames } of pieces) {
    let count = 0;
    for (const packet of packetsIn(path)) {
      count += 1;
      yield packet;
    }
    if (count !== frames) throw new StreamError("input-failed", `${path} has ${count} pictures, not ${frames}.`);
  }
}

function* packetsIn(path: string): Generator<Packet> {
  using input = new MovieInput(path);
  const stream = input.bestOf(AVMEDIA_TYPE_VIDEO);
  if (stream === null) throw unreadable(path);
  yield* input.packets(stream.index);
}

/** JM1 */
function setTimes(packet: Packet, count: number, movie: JoinedMovie, stream: Stream): void {
  const { fps, times } = movie;
  packet.streamIndex = stream.index;
  const ticks = (at: number): bigint => BigInt(Math.round(secondsOf(movie, at) * FINE_TICKS));
  packet.pts = packet.dts = times === null ? BigInt(count) : ticks(count);
  packet.duration = times === null ? 1n : ticks(count + 1) - packet.pts;
  packet.rescaleTs(times === null ? new Rational(fps.den, fps.num) : fineTime(), stream.timeBase);
}

/** As fine as the times of most files. */
const FINE_TICKS = 90_000;

function fineTime(): Rational {
  return new Rational(1, FINE_TICKS);
}

/** When a picture is shown. One after the last would be as long after it as those are apart on the whole. */
function secondsOf({ fps, times }: JoinedMovie, count: number): number {
  const gap = fps.den / fps.num;
  if (times === null) return count * gap;
  return times[count] ?? (times.at(-1) ?? 0) + gap * (count - times.length + 1);
}

/** JM2 */
class SoundSource {
  readonly path: string;
  readonly codec: string;
  readonly #input: MovieInput;
  readonly #stream: Stream;
  readonly #fromSeconds: number;
  readonly #hasStart: boolean;
  readonly #packets: Generator<Packet>;
  #next: IteratorResult<Packet>;

  constructor({ path, fromSeconds, isFromBeginning, hasStart }: JoinedSound) {
    this.path = path;
    this.#input = new MovieInput(path);
    this.#fromSeconds = fromSeconds + (isFromBeginning ? this.#input.startSeconds : 0);
    this.#hasStart = hasStart;
    const stream = this.#input.bestOf(AVMEDIA_TYPE_AUDIO);
    if (stream === null) {
      this.#input[Symbol.dispose]();
      throw new StreamError("input-failed", `${path} has no sound.`);
    }
    this.#stream = stream;
    this.codec = avGetCodecName(stream.codecpar.codecId) ?? "an unknown codec";
    this.#packets = this.#input.packets(stream.index);
    this.#next = this.#packets.next();
  }

  /** Makes the stream that it is copied into. */
  describe(output: FormatContext): Stream {
    const stream = output.newStream(null);
    const result = this.#stream.codecpar.copy(stream.codecpar);
    if (result < 0) throw fileError(this.path, result);
    stream.codecpar.codecTag = 0;
    stream.timeBase = this.#stream.timeBase;
    return stream;
  }

  /** Copies what begins before so many seconds of the movie. */
  copyUntil(seconds: number, into: Stream, write: (packet: Packet) => void): void {
    const { num, den } = this.#stream.timeBase;
    const shift = BigInt(Math.round((this.#fromSeconds * den) / num));
    while (this.#next.done !== true) {
      const packet = this.#next.value;
      const time = packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts;
      const begins = (Number(time) * num) / den - this.#fromSeconds;
      if (begins >= seconds) return;
      const ends = begins + (Number(packet.duration) * num) / den;
      // What leads in at the start of a file lies before its time 0.
      if (this.#hasStart || ends > 0) {
        packet.pts -= shift;
        packet.dts -= shift;
        packet.streamIndex = into.index;
        packet.rescaleTs(this.#stream.timeBase, into.timeBase);
        write(packet);
      }
      this.#next = this.#packets.next();
    }
  }

  [Symbol.dispose](): void {
    this.#packets.return(undefined);
    this.#input[Symbol.dispose]();
  }
}
