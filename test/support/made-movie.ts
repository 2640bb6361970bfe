/** Owns making movies for tests by the program ffmpeg, which is not ours. */

import { execFileSync } from "node:child_process";

export type MadeMovie = {
  readonly size?: string;
  readonly fps?: string;
  readonly seconds: number;
  /** What the sound is coded by; null for none. Default AAC with two channels. */
  readonly sound?: readonly string[] | null;
  /** Further words for the output. */
  readonly more?: readonly string[];
};

/** Moving test pictures, each with its number, and a tone. */
export function makeMovie(path: string, { size = "320x180", fps = "30", seconds, sound, more = [] }: MadeMovie): void {
  const pictures = ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${fps}`];
  const tone = sound === null ? [] : ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"];
  const coded = sound === null ? [] : (sound ?? ["-c:a", "aac", "-ac", "2", "-b:a", "64k"]);
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
  runFfmpeg([...pictures, ...tone, "-t", String(seconds), ...video, ...coded, ...more, path]);
}

export function runFfmpeg(words: readonly string[]): void {
  execFileSync("ffmpeg", ["-v", "error", "-y", ...words], { stdio: ["ignore", "ignore", "pipe"] });
}

/** What ffprobe tells of packets or frames of the streams of one kind. */
export function probe(
  path: string,
  kind: "v" | "a",
  what: "packet" | "frame" | "stream",
  entries: string,
): readonly Readonly<Record<string, string>>[] {
  const shown = ["-show_entries", `${what}=${entries}`, "-select_streams", kind, "-of", "json"];
  const hash = entries.includes("data_hash") ? ["-show_data_hash", "md5"] : [];
  const text = execFileSync("ffprobe", ["-v", "error", ...hash, ...shown, path], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return (JSON.parse(text) as Record<string, Readonly<Record<string, string>>[]>)[`${what}s`] ?? [];
}
