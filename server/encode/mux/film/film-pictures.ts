/**
 * Owns encoding the pictures of a movie into all its renditions at once, from one decoding. In the process that encodes.
 *
 * VP1 Each picture of the movie is one of each rendition, at the same time.
 * VP2 Key pictures stand at the same times in all renditions, where the time is a multiple of two seconds or a part of the segment, so
 *     segments begin at the same times (VC1), also where it is gone on with.
 */

import type { PictureSize } from "../../../../shared/video.ts";
import { type FilmInput, TICKS, type TimedPicture } from "./film-input.ts";
import { FilmScaler } from "./film-scaler.ts";
import { RenditionEncoder } from "./rendition-encoder.ts";
import { SegmentCutter } from "./segment-cutter.ts";
import { CannotGoOn, type TrackFolder } from "./track-folder.ts";

/** A player that is asked to jump finds a key picture so often at least. */
const KEY_SECONDS = 2;

export type FilmTrack = {
  readonly folder: TrackFolder;
  readonly size: PictureSize;
  readonly bitrateBps: number;
};

export type FilmPicturesOptions = {
  readonly input: FilmInput;
  readonly tracks: readonly FilmTrack[];
  readonly segmentSeconds: number;
  /** The time to go on at, in ticks; 0 begins. */
  readonly from: number;
};

type Line = { readonly encoder: RenditionEncoder; readonly cutter: SegmentCutter };

export class FilmPictures {
  readonly #options: FilmPicturesOptions;
  readonly #scaler: FilmScaler;
  readonly #lines: readonly Line[];
  readonly #keyTicks: number;
  readonly #frameTicks: number;
  readonly codecs: readonly (string | null)[];
  #lastKeys: number[];
  #end = 0;
  #begins: number | null = null;

  constructor(options: FilmPicturesOptions) {
    this.#options = options;
    const { input, tracks, segmentSeconds } = options;
    const fps = fpsOf(input);
    this.#frameTicks = TICKS / fps;
    this.#keyTicks = (segmentSeconds * TICKS) / Math.ceil(segmentSeconds / KEY_SECONDS);
    this.#lastKeys = tracks.map(() => Number.NEGATIVE_INFINITY);
    this.#scaler = new FilmScaler(
      input.video,
      tracks.map(({ size }) => size),
    );
    this.#lines = tracks.map((track) => lineFor(track, fps, segmentSeconds));
    this.codecs = this.#lines.map(({ cutter }) => cutter.muxer.codecs);
  }

  /** When the last picture ends, in seconds. */
  get seconds(): number {
    return this.#end / TICKS;
  }

  get fps(): number {
    return TICKS / this.#frameTicks;
  }

  /** Encodes all; after each picture it gives the time. Throws `StreamError` "input-failed" or "output-failed", or `CannotGoOn`. */
  *encode(): Generator<number> {
    const { input, from } = this.#options;
    const take = (frame: Parameters<RenditionEncoder["encode"]>[0], at: number): void => {
      this.#lines[at]?.encoder.encode(frame, this.#isKey(Number(frame.pts), at));
    };
    for (const picture of input.pictures(from)) {
      const duration = this.#durationOf(picture);
      if (this.#begins === null && from > 0 && picture.ticks !== from) throw new CannotGoOn();
      this.#begins ??= picture.ticks;
      this.#end = picture.ticks + duration;
      this.#scaler.scale({ ...picture, duration }, take);
      yield this.#end / TICKS;
    }
    this.#scaler.scale(null, take);
    for (const { encoder, cutter } of this.#lines) {
      encoder.finish();
      cutter.finish();
    }
  }

  /** Frees FFmpeg's memory. */
  close(): void {
    this.#scaler.close();
    for (const { encoder, cutter } of this.#lines) {
      encoder.close();
      cutter.close();
    }
  }

  /** VP2 */
  #isKey(ticks: number, line: number): boolean {
    const number = Math.floor(ticks / this.#keyTicks);
    const isKey = number > (this.#lastKeys[line] ?? 0);
    if (isKey) this.#lastKeys[line] = number;
    return isKey;
  }

  #durationOf({ frame }: TimedPicture): number {
    const { num, den } = this.#options.input.video.timeBase;
    const ticks = (Number(frame.duration) * num * TICKS) / den;
    return Math.round(ticks > 0 ? ticks : this.#frameTicks);
  }
}

function fpsOf({ video }: FilmInput): number {
  for (const { num, den } of [video.avgFrameRate, video.rFrameRate]) {
    const fps = den > 0 ? num / den : 0;
    if (fps > 0 && fps <= 1000) return fps;
  }
  return 25;
}

function lineFor({ folder, size, bitrateBps }: FilmTrack, fps: number, seconds: number): Line {
  const encoder: RenditionEncoder = new RenditionEncoder({ size, bitrateBps, fps }, (packet) =>
    cutter.write(packet, packet.isKeyframe),
  );
  const cutter = new SegmentCutter(folder, { ticksPerSecond: TICKS, seconds }, (stream) =>
    stream.codecpar.fromContext(encoder.context),
  );
  return { encoder, cutter };
}
