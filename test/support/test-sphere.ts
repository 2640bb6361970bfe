/** Owns a world with marked directions, its pictures in each layout, and finding the marks again. */

import { writeFileSync } from "node:fs";
import { directionAt, type SphereLayout } from "../../server/encode/sphere/layouts.ts";
import type { PictureSize } from "../../shared/video.ts";
import { readFfmpeg, runFfmpeg } from "./ffmpeg.ts";

export type Direction = readonly [x: number, y: number, z: number];
/** RGB, the top row first. */
export type SpherePicture = PictureSize & { readonly rgb: Uint8Array };

/** Each shines alone in its part of the sky. Some lie near the seams of a cube, and near its corners. */
export const marks: readonly Direction[] = (
  [
    [0, 0, -1],
    [1, 0, 0.1],
    [-1, 0.2, 0],
    [0.1, 1, 0.1],
    [0.2, -1, -0.1],
    [0.1, 0.1, 1],
    [1, 0.1, -0.9],
    [-0.9, -1, 0.1],
    [0.8, 0.9, 0.9],
    [-0.8, 0.7, -0.8],
  ] as const
).map(([x, y, z]) => {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
});
const MARK = Math.cos((3.5 * Math.PI) / 180);

function dot(one: Direction, other: Direction): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

/** A smooth ground in which no two directions are alike, and marks with soft edges. */
function colourOf(direction: Direction): readonly number[] {
  const [x, y, z] = direction;
  const ground = [x + 0.4 * Math.sin(6 * y), y + 0.4 * Math.sin(7 * z), z + 0.4 * Math.sin(5 * x + 1)];
  const near = Math.max(...marks.map((mark) => dot(mark, direction)));
  const light = 1 / (1 + Math.exp(-(near - MARK) * 3000));
  return ground.map((side) => (96 + 50 * side) * (1 - light) + 250 * light);
}

/** What a camera all around would give, each pixel from four places in it. */
export function spherePicture(layout: SphereLayout, size: PictureSize): SpherePicture {
  const rgb = new Uint8Array(size.width * size.height * 3);
  for (let row = 0; row < size.height; row += 1) {
    for (let column = 0; column < size.width; column += 1) {
      const samples = [0.25, 0.75].flatMap((x) =>
        [0.25, 0.75].map((y) =>
          colourOf(directionAt(layout, (column + x) / size.width, (row + y) / size.height, size)),
        ),
      );
      for (const channel of [0, 1, 2]) {
        const sum = samples.reduce((all, sample) => all + (sample[channel] ?? 0), 0);
        rgb[(row * size.width + column) * 3 + channel] = Math.round(sum / 4);
      }
    }
  }
  return { ...size, rgb };
}

/** How far the marks of a picture are from where they should be, in degrees, each. */
export function markErrors(layout: SphereLayout, { width, height, rgb }: SpherePicture): readonly number[] {
  const sums = marks.map(() => [0, 0, 0]);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = (row * width + column) * 3;
      const light = Math.min(rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0) - 190;
      if (light <= 0) continue;
      const direction = directionAt(layout, (column + 0.5) / width, (row + 0.5) / height, { width, height });
      const nearest = marks.reduce((best, mark, index) => {
        return dot(mark, direction) > dot(marks[best] ?? mark, direction) ? index : best;
      }, 0);
      // In an equirectangular picture a pixel is less of the sky towards the poles.
      const weight = light * (layout.kind === "equirect" ? Math.hypot(direction[0], direction[2]) : 1);
      const sum = sums[nearest];
      for (const axis of [0, 1, 2] as const)
        if (sum !== undefined) sum[axis] = (sum[axis] ?? 0) + weight * direction[axis];
    }
  }
  return sums.map(([x = 0, y = 0, z = 0], index) => {
    const length = Math.hypot(x, y, z);
    const cosine = length === 0 ? -1 : dot(marks[index] ?? [0, 0, 0], [x / length, y / length, z / length]);
    return (Math.acos(Math.min(1, cosine)) * 180) / Math.PI;
  });
}

/** In decibels, over the pixels of which `counts` holds. */
export function psnrOf(one: SpherePicture, other: SpherePicture, counts: (u: number, v: number) => boolean): number {
  let [sum, count] = [0, 0];
  for (let row = 0; row < one.height; row += 1) {
    for (let column = 0; column < one.width; column += 1) {
      if (!counts((column + 0.5) / one.width, (row + 0.5) / one.height)) continue;
      for (const channel of [0, 1, 2]) {
        const at = (row * one.width + column) * 3 + channel;
        sum += ((one.rgb[at] ?? 0) - (other.rgb[at] ?? 0)) ** 2;
        count += 1;
      }
    }
  }
  return 10 * Math.log10(255 ** 2 / (sum / count));
}

export type TestMovie = {
  /** When each picture is shown, in seconds. */
  readonly times: readonly number[];
  /** A file whose sound is put beside them. */
  readonly sound?: string;
};

/** A movie of one picture again and again, with pictures that need later ones, in units of a thousandth. */
export function writeSphereMovie(
  path: string,
  { width, height, rgb }: SpherePicture,
  { times, sound }: TestMovie,
): void {
  const raw = `${path}.rgb`;
  writeFileSync(raw, rgb);
  const cases = times.map((time, at) => `eq(N,${at})*${Math.round(time * 1000)}`).join("+");
  const from = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`, "-r", "25", "-stream_loop"];
  const tones = sound === undefined ? [] : ["-i", sound, "-c:a", "copy", "-map", "0:v", "-map", "1:a"];
  const filter = `settb=1/1000,setpts='${cases}',scale=out_color_matrix=bt709,format=yuv420p`;
  const coding = ["-c:v", "libx264", "-qp", "6", "-bf", "2", "-colorspace", "bt709", "-color_range", "tv"];
  const timing = ["-fps_mode", "passthrough", "-enc_time_base", "1/1000", "-video_track_timescale", "1000"];
  const input = [...from, String(times.length - 1), "-i", raw, ...tones];
  runFfmpeg([...input, "-vf", filter, ...coding, ...timing, path]);
}

/** The first picture of a movie. */
export function readSpherePicture(path: string, size: PictureSize): SpherePicture {
  const filter = "scale=in_color_matrix=bt709";
  const rgb = readFfmpeg(["-i", path, "-frames:v", "1", "-vf", filter, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]);
  if (rgb.length !== size.width * size.height * 3) throw new Error(`${path} has a picture of ${rgb.length} bytes.`);
  return { ...size, rgb };
}
