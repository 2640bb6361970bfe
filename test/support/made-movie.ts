/** Owns making movies for tests by the program ffmpeg. */

import { runFfmpeg } from "./ffmpeg.ts";

export type MadeMovie = {
  /** A source of FFmpeg's, with its options. Default testsrc2: moving test pictures, each with its number. */
  readonly picture?: string;
  readonly size?: string;
  readonly fps?: string;
  readonly seconds: number;
  /** What the sound is coded by; null for none. Default AAC with two channels. */
  readonly sound?: readonly string[] | null;
  /** Further words for the output. */
  readonly more?: readonly string[];
};

/** Pictures of H.264, and a tone. */
export function makeMovie(
  path: string,
  { picture = "testsrc2", size = "320x180", fps = "30", seconds, sound, more = [] }: MadeMovie,
): void {
  const source = `${picture}${picture.includes("=") ? ":" : "="}size=${size}:rate=${fps}`;
  const tone = sound === null ? [] : ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"];
  const coded = sound === null ? [] : (sound ?? ["-c:a", "aac", "-ac", "2", "-b:a", "64k"]);
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  runFfmpeg(["-f", "lavfi", "-i", source, ...tone, "-t", String(seconds), ...video, ...coded, ...more, path]);
}

/** Makes a file of others; `words` are those of ffmpeg before its output. Gives the file's path. */
export function remakeMovie(words: readonly string[], path: string): string {
  runFfmpeg([...words, path]);
  return path;
}
