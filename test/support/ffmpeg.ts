/** Runs the programs ffmpeg and ffprobe, which are not ours: they make movies for tests, and say what is in a file. */

import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What a failed run printed is in its error; a test prints nothing of it. The process waits for the program, with the server in it:
 * one that waits for more of a stream would go on for ever.
 */
const piped: Pick<ExecFileSyncOptions, "stdio" | "maxBuffer" | "timeout"> = {
  stdio: ["ignore", "pipe", "pipe"],
  maxBuffer: 2 ** 28,
  timeout: 100_000,
};

/** Runs ffmpeg, which overwrites what is there. */
export function runFfmpeg(words: readonly string[]): void {
  readFfmpeg(["-y", ...words]);
}

/** Runs ffmpeg; gives what it wrote to `-`, its standard output. */
export function readFfmpeg(words: readonly string[]): Buffer {
  return execFileSync("ffmpeg", ["-v", "error", ...words], { ...piped, encoding: "buffer" });
}

/** Runs ffprobe; gives what it wrote. */
export function readFfprobe(words: readonly string[]): string {
  return execFileSync("ffprobe", ["-v", "error", ...words], { ...piped, encoding: "utf8" });
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
  const read = JSON.parse(readFfprobe([...hash, ...shown, path])) as Record<string, Readonly<Record<string, string>>[]>;
  return read[`${what}s`] ?? [];
}

/** The MD5 of each picture of a file, as it is coded, in order. */
export function framesMd5(path: string): string[] {
  const words = ["-noautorotate", "-i", path, "-map", "0:v:0", "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  return sumsIn(readFfmpeg(words).toString());
}

/** The same of several files in one run, in their order; `folder` is for notes. */
export function framesMd5Of(paths: readonly string[], folder: string): string[][] {
  const notes = paths.map((_, at) => join(folder, `frames-${at}.md5`));
  const inputs = paths.flatMap((path) => ["-noautorotate", "-i", path]);
  const outputs = notes.flatMap((note, at) => [
    ...["-map", `${at}:v:0`, "-fps_mode", "passthrough", "-f", "framemd5"],
    note,
  ]);
  runFfmpeg([...inputs, ...outputs]);
  return notes.map((note) => sumsIn(readFileSync(note, "utf8")));
}

function sumsIn(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

/** The pixels of a frame as ffmpeg gives them, turned as they are shown: RGBA. */
export function framePixels(path: string, frame: number): Buffer {
  const words = ["-i", path, "-map", "0:v:0", "-vf", `select=eq(n\\,${frame})`, "-frames:v", "1", "-pix_fmt", "rgba"];
  return readFfmpeg([...words, "-f", "rawvideo", "-"]);
}
