/** Makes small movies of every kind by the program ffmpeg. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { runFfmpeg } from "./ffmpeg.ts";

const SIZE = "160x90";

/** Sample → the arguments of ffmpeg after its pictures, which have numbers in them and move. */
const samples = {
  "h264-open-gop.mp4": "-c:v libx264 -pix_fmt yuv420p -g 12 -bf 3 -x264-params open-gop=1:scenecut=0",
  "h264-open-gop.ts": "-c:v libx264 -pix_fmt yuv420p -g 12 -bf 3 -x264-params open-gop=1:scenecut=0",
  "hevc-open-gop.mkv": "-c:v libx265 -pix_fmt yuv420p -g 12 -x265-params log-level=none:open-gop=1",
  "vp8-hidden.webm": "-c:v libvpx -auto-alt-ref 1 -lag-in-frames 12 -deadline good -cpu-used 5 -g 20",
  "vp9.webm": "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 15",
  "av1.mp4": "-c:v libsvtav1 -preset 12 -g 15",
  "intra-refresh.ts": "-c:v libx264 -pix_fmt yuv420p -x264-params intra-refresh=1:keyint=12:bframes=0",
  "prores.mov": "-c:v prores_ks",
  "mpeg2.ts": "-c:v mpeg2video -bf 2 -g 12",
  "ffv1.mkv": "-c:v ffv1",
  "mjpeg.avi": "-c:v mjpeg",
  "mpeg4.avi": "-c:v mpeg4 -bf 2",
  "variable.mkv": "-vf select='not(mod(n\\,3))+not(mod(n\\,7))' -vsync vfr -c:v libx264 -pix_fmt yuv420p -g 8",
  "hd.mp4":
    "-s 1280x720 -c:v libx264 -pix_fmt yuv420p -preset ultrafast -colorspace bt709 -color_primaries bt709 -color_trc bt709",
} as const;

export type MovieSample = keyof typeof samples;

/** Makes one of `frames` pictures at 25 a second in `folder`, unless it is there, and gives its path. */
export function makeSample(folder: string, sample: MovieSample, frames = 40): string {
  makeSamples(folder, [sample], frames);
  return join(folder, sample);
}

/** Makes several of them, at once: to start ffmpeg takes longer than most of them. */
export function makeSamples(folder: string, wanted: readonly MovieSample[], frames = 40): void {
  const missing = wanted.filter((sample) => !existsSync(join(folder, sample)));
  if (missing.length === 0) return;
  const source = ["-f", "lavfi", "-i", `testsrc2=size=${SIZE}:rate=25`];
  const outputs = missing.flatMap((sample) => [
    ...["-frames:v", String(frames), ...samples[sample].split(" "), "-threads", "1"],
    join(folder, sample),
  ]);
  runFfmpeg([...source, ...outputs]);
}
