/** Owns what other programs say of files of video: exiftool and ffprobe. */

import { execFileSync } from "node:child_process";
import { readFfprobe } from "./ffmpeg.ts";

/** Each tag of the file by its name, as exiftool names it. */
export function tagsOf(path: string): Readonly<Record<string, unknown>> {
  const [tags] = JSON.parse(execFileSync("exiftool", ["-json", path], { encoding: "utf8" })) as Record<
    string,
    unknown
  >[];
  return tags ?? {};
}

export type ProbedSideData = {
  readonly side_data_type: string;
  readonly projection?: string;
  readonly type?: string;
  readonly padding?: number;
};

/** What FFmpeg's own program says of the first video: its side data, and its frames' times in seconds. */
export function probed(path: string): {
  readonly sideData: readonly ProbedSideData[];
  readonly times: readonly number[];
} {
  const entries = "stream=side_data_list:stream_side_data_list:frame=pts_time";
  const options = ["-select_streams", "v:0", "-show_streams", "-show_entries", entries, "-of", "json"];
  const { streams, frames } = JSON.parse(readFfprobe([...options, "-show_frames", path])) as {
    readonly streams: readonly { readonly side_data_list?: readonly ProbedSideData[] }[];
    readonly frames: readonly { readonly pts_time: string }[];
  };
  return { sideData: streams[0]?.side_data_list ?? [], times: frames.map(({ pts_time: time }) => Number(time)) };
}
