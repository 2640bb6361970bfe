/**
 * Owns encoding one movie, a file, for HLS: all sizes, the sound, the playlists, into a folder. A piece of work (jobs/piece-protocol.ts);
 * in the process that does it.
 *
 * EM1 A folder that was left half done is gone on with after the last segment that is whole in every size; the sound is done anew, or
 *     is there. What was begun otherwise, or cannot be gone on with to the picture, is begun anew.
 * EM2 The master playlist is written last, so where there is one, all is there.
 */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { StreamError } from "../../shared/errors.ts";
import type { PictureSize } from "../../shared/video.ts";
import { FilmInput, TICKS } from "../encode/mux/film/film-input.ts";
import { FilmPictures } from "../encode/mux/film/film-pictures.ts";
import { shownSize } from "../encode/mux/film/film-scaler.ts";
import { type FilmSoundInfo, writeSound } from "../encode/mux/film/film-sound.ts";
import {
  CannotGoOn,
  headerName,
  segmentName,
  TrackFolder,
  type WrittenSegment,
} from "../encode/mux/film/track-folder.ts";
import type { PieceContext } from "../jobs/piece-protocol.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolderSync } from "../platform/made-folder.ts";
import { textIn, writeSmallFile } from "../platform/small-file.ts";
import { bitRatesOf, filmPlaylist, type ListedSegment, trackPlaylist } from "./hls-playlists.ts";
import { type Rendition, renditionsOf } from "./renditions.ts";

/** What to encode, and where to. */
export type MovieEncoding = {
  readonly path: string;
  /** What sentences call it. */
  readonly title: string;
  /** Is made where it is not there; nothing but the movie is in it. */
  readonly folder: string;
  readonly sizes: readonly number[];
  readonly segmentSeconds: number;
};

/** How far it is; of how many seconds is null where the file does not say. */
export type EncodeProgress = { readonly seconds: number; readonly ofSeconds: number | null };

/** What came of it. */
export type EncodedMovie = {
  readonly seconds: number;
  readonly size: PictureSize;
  readonly frames: number;
  readonly renditions: readonly { readonly name: string; readonly size: PictureSize; readonly peakBps: number }[];
  readonly sound: { readonly channels: number; readonly isCopied: boolean } | null;
  /** Packets that could not be decoded, and were left out. */
  readonly damaged: number;
};

type Context = PieceContext<EncodeProgress>;
type Sound = FilmSoundInfo & { readonly segments: readonly WrittenSegment[] };

const SOUND_NOTE = "sound.json";
const BEGUN_NOTE = "encoding.json";
const TELL_MS = 200;
/** More than this part of a movie must not be damaged. */
const MAX_DAMAGED = 0.1;

/** Rejects with `StreamError` "input-failed", "output-failed", "no-encoder", or "closed". */
export async function encodeMovie(encoding: MovieEncoding, context: Context): Promise<EncodedMovie> {
  using input = new FilmInput(encoding.path, encoding.title);
  const size = shownSize(input.video);
  const renditions = renditionsOf(size, encoding.sizes);
  beginOrGoOn(encoding, renditions);
  const sound = await soundOf(encoding, context);
  const folders = renditions.map(({ name }) => new TrackFolder(join(encoding.folder, name)));
  const work = { encoding, renditions, folders, context };
  const pictures = (await encodePictures(work, wholeIn(folders))) ?? (await encodePictures(work, 0));
  if (pictures === null) throw new StreamError("input-failed", `${encoding.title} has no pictures.`);
  const frames = folders[0]?.segments.reduce((sum, { count }) => sum + count, 0) ?? 0;
  if (pictures.damaged > MAX_DAMAGED * frames) {
    throw new StreamError("input-failed", `${encoding.title} is broken: much of it cannot be decoded.`);
  }
  const listed = folders.map(({ segments }) => listedOf(segments, TICKS));
  writePlaylists({ ...work, listed, sound, pictures });
  const soundSegments = sound === null ? null : { segments: listedOf(sound.segments, sound.sampleRate) };
  return {
    ...{ seconds: pictures.seconds, size, frames, damaged: pictures.damaged },
    renditions: renditions.map(({ name, size: own }, at) => {
      return { name, size: own, peakBps: bitRatesOf({ segments: listed[at] ?? [] }, soundSegments).peakBps };
    }),
    sound: sound === null ? null : { channels: sound.channels, isCopied: sound.isCopied },
  };
}

/** EM1: what was begun with other settings goes. */
function beginOrGoOn({ folder, segmentSeconds }: MovieEncoding, renditions: readonly Rendition[]): void {
  const settings = JSON.stringify({ segmentSeconds, renditions });
  const note = join(folder, BEGUN_NOTE);
  try {
    if (textIn(note) === settings) return;
    rmSync(folder, { recursive: true, force: true });
    makeFolderSync(folder);
    writeSmallFile(note, settings);
  } catch (error) {
    throw diskWords(folder, error);
  }
}

/** The sound is a track of its own, read from the file before the pictures are. */
async function soundOf(
  { path, title, folder, segmentSeconds }: MovieEncoding,
  context: Context,
): Promise<Sound | null> {
  using input = new FilmInput(path, title);
  if (input.sound === null || input.sound.codecpar.sampleRate < 1) return null;
  const note = join(folder, SOUND_NOTE);
  const known = textIn(note);
  if (known !== null) return JSON.parse(known) as Sound;
  const track = new TrackFolder(join(folder, "sound"));
  track.keep(0);
  const writing = writeSound(input, input.sound, track, segmentSeconds);
  for (const turn = new Turns(); ; ) {
    const { done, value } = writing.next();
    if (done === true) {
      const sound = { ...value, segments: track.segments };
      if (sound.segments.length === 0) return null;
      writeSmallFile(note, JSON.stringify(sound));
      return sound;
    }
    if (turn.isOver) await turn.pass(context, () => undefined);
  }
}

type PictureWork = {
  readonly encoding: MovieEncoding;
  readonly renditions: readonly Rendition[];
  readonly folders: readonly TrackFolder[];
  readonly context: Context;
};

type EncodedPictures = {
  readonly seconds: number;
  readonly fps: number;
  readonly codecs: readonly (string | null)[];
  readonly damaged: number;
};

/** After so many segments that are whole. Null where that cannot be, or there is nothing. */
async function encodePictures(work: PictureWork, whole: number): Promise<EncodedPictures | null> {
  const { encoding, renditions, folders, context } = work;
  for (const folder of folders) folder.keep(whole);
  const from = folders[0]?.segments.at(-1)?.end ?? 0;
  using input = new FilmInput(encoding.path, encoding.title);
  const tracks = renditions.map((rendition, at) => ({ ...rendition, folder: folders[at] ?? unknownFolder() }));
  const pictures = new FilmPictures({ input, tracks, segmentSeconds: encoding.segmentSeconds, from });
  try {
    const { seconds: ofSeconds } = input;
    for (const turn = new Turns(), going = pictures.encode(); ; ) {
      const { done, value: seconds } = going.next();
      if (done === true) break;
      if (turn.isOver) await turn.pass(context, () => context.progressed({ seconds, ofSeconds }));
    }
    const seconds = Math.max(pictures.seconds, from / TICKS);
    if (seconds === 0) return null;
    input.checkEnd(seconds);
    context.progressed({ seconds, ofSeconds: seconds });
    return { seconds, fps: pictures.fps, codecs: pictures.codecs, damaged: input.damaged };
  } catch (error) {
    if (error instanceof CannotGoOn && whole > 0) return null;
    throw error;
  } finally {
    pictures.close();
  }
}

/** How many segments are whole in all sizes, at the same times. */
function wholeIn(folders: readonly TrackFolder[]): number {
  const [first, ...others] = folders.map(({ segments }) => segments);
  if (first === undefined) return 0;
  const differs = first.findIndex(({ end }, at) => others.some((other) => other[at]?.end !== end));
  return differs < 0 ? first.length : differs;
}

/** EM2 */
function writePlaylists({
  encoding: { folder, title },
  renditions,
  folders,
  listed,
  sound,
  pictures,
}: PictureWork & {
  readonly listed: readonly (readonly ListedSegment[])[];
  readonly sound: Sound | null;
  readonly pictures: EncodedPictures;
}): void {
  const playlist = (segments: readonly ListedSegment[]): string => trackPlaylist(segments, headerName, segmentName);
  for (const [at, track] of folders.entries()) track.finish(playlist(listed[at] ?? []));
  const variants = renditions.map(({ name, size }, at) => {
    const codecs = pictures.codecs[at] ?? unnamed(title);
    return { name, size, fps: pictures.fps, segments: listed[at] ?? [], codecs };
  });
  const segments = sound === null ? [] : listedOf(sound.segments, sound.sampleRate);
  try {
    if (sound !== null) new TrackFolder(join(folder, "sound")).finish(playlist(segments));
    const heard = sound === null ? null : { ...sound, codecs: sound.codecs ?? unnamed(title), segments };
    rmSync(join(folder, SOUND_NOTE), { force: true });
    rmSync(join(folder, BEGUN_NOTE), { force: true });
    writeSmallFile(join(folder, "master.m3u8"), filmPlaylist(variants, heard));
  } catch (error) {
    throw diskWords(folder, error);
  }
}

function listedOf(segments: readonly WrittenSegment[], ticksPerSecond: number): readonly ListedSegment[] {
  return segments.map(({ start, end, bytes }) => ({ seconds: (end - start) / ticksPerSecond, bytes }));
}

/** Lets messages in between, now and then. */
class Turns {
  #until = performance.now() + TELL_MS;

  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  async pass({ signal }: Context, tell: () => void): Promise<void> {
    tell();
    await setImmediate();
    signal.throwIfAborted();
    this.#until = performance.now() + TELL_MS;
  }
}

function unnamed(title: string): never {
  throw new StreamError("no-encoder", `What ${title} was encoded to has no name that players know.`);
}

function unknownFolder(): never {
  throw new TypeError("Each rendition must have a folder.");
}
