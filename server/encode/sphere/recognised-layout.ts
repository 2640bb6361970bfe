/** Owns recognising how a file shows all around: by what it says, else by its shape and its seams. In the thread that calls it. */

import { FilterAPI } from "node-av/api";
import { AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import type { Frame, Stream } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { MovieInput } from "../movie-input.ts";
import { sphericalOf } from "../mux/spherical-side-data.ts";
import { type CubeLayout, type SphereLayout, sphereLayouts, tilesText } from "./layouts.ts";
import { MoviePictures } from "./movie-pictures.ts";
import { differenceOf, type EdgeLine, findTiles, type TileEdges } from "./seams.ts";

export type RecognisedLayout = {
  readonly layout: SphereLayout;
  /** How it is known, in words. */
  readonly by: string;
};

/** Pictures that are looked at, spread over the file. */
const PICTURES = 6;
/** Colours along an edge. */
const POINTS = 48;
/** Over a seam colours may differ by so much more, of 255, and by so many times what lines of a tile do that lie beside each other. */
const [MAX_MORE, MAX_TIMES] = [10, 3];
const SHAPE_TOLERANCE = 0.01;

/** Throws `StreamError` "input-failed" where it is not known how, or there is no video. */
export function recogniseLayout(path: string): RecognisedLayout {
  using input = new MovieInput(path);
  const video = input.bestOf(AVMEDIA_TYPE_VIDEO);
  if (video === null) throw new StreamError("input-failed", `${path} has no pictures.`);
  const said = sphericalOf(video);
  if (said === "equirectangular") return { layout: sphereLayouts.equirect, by: "the file says so" };
  if (said === "cubemap") return { layout: sphereLayouts.cube, by: "the file says so" };
  const { width, height } = video.codecpar;
  if (hasShape({ width, height }, 2)) return { layout: sphereLayouts.equirect, by: "it is twice as wide as high" };
  const isCube = hasShape({ width, height }, 3 / 2);
  const isEac = hasShape({ width, height }, 16 / 9);
  if (!isCube && !isEac) throw unknown(path, `its pictures are ${width}x${height}`);
  const { layout, isClear } = tilesBySeams(picturesOf(input, video));
  if (!isClear) throw unknown(path, "its pictures do not go on over the edges of a cube");
  if (isCube) return { layout, by: "its seams" };
  const isTurned = tilesText(layout) === tilesText(sphereLayouts.eac);
  if (!isTurned) throw unknown(path, `its tiles are ${tilesText(layout)}, and its shape is that of YouTube's cubes`);
  return { layout: sphereLayouts.eac, by: "its shape and its seams" };
}

/** How long a file is, in seconds; null where it does not say. Throws `StreamError` "input-failed". */
export function secondsOf(path: string): number | null {
  using input = new MovieInput(path);
  return input.seconds;
}

function unknown(path: string, reason: string): StreamError {
  const advice = "Say how it is laid out: --from equirect, cube, cube-turned, eac, or tiles as lfrdbu:000313.";
  return new StreamError("input-failed", `How ${path} shows all around is not known: ${reason}. ${advice}`);
}

function hasShape({ width, height }: PictureSize, shape: number): boolean {
  return Math.abs(width / height / shape - 1) < SHAPE_TOLERANCE;
}

/** RGB, the top row first. */
export type RgbPicture = PictureSize & { readonly stride: number; readonly rgb: Uint8Array };

/** Which face is in which tile of pictures of one cube, and whether that can be. Known layouts go before others. */
export function tilesBySeams(pictures: readonly RgbPicture[]): {
  readonly layout: CubeLayout;
  readonly isClear: boolean;
} {
  const at = (depth: number): readonly TileEdges[] => [0, 1, 2, 3, 4, 5].map((tile) => edgesOf(pictures, tile, depth));
  const [outer, inner] = [at(1), at(3)];
  const found = findTiles(outer, [sphereLayouts["cube-turned"], sphereLayouts.cube]);
  const usual = outer
    .flatMap((edges, tile) => edges.map((line, edge) => differenceOf(line, inner[tile]?.[edge] ?? [])))
    .reduce((sum, one) => sum + one / 24, 0);
  return { layout: found.layout, isClear: found.difference <= MAX_MORE + MAX_TIMES * usual };
}

/** The lines along the edges of a tile, so many steps inside of it, of all pictures one after another. */
function edgesOf(pictures: readonly RgbPicture[], tile: number, depth: number): TileEdges {
  const line = (edge: number): EdgeLine =>
    Array.from({ length: POINTS }, (_, at) => (at + 0.5) / POINTS).flatMap((along) =>
      pictures.flatMap((picture) => colourOn(picture, tile, edge, along, depth)),
    );
  return [line(0), line(1), line(2), line(3)];
}

function colourOn(picture: RgbPicture, tile: number, edge: number, along: number, depth: number): readonly number[] {
  const [width, height] = [picture.width / 3, picture.height / 2];
  // A step is a pixel of a small picture.
  const step = depth * Math.ceil(Math.min(width, height) / 256);
  const [x, y] = [
    [along * width, step],
    [width - 1 - step, along * height],
    [along * width, height - 1 - step],
    [step, along * height],
  ][edge] ?? [0, 0];
  const column = Math.floor((tile % 3) * width + (x ?? 0));
  const row = Math.floor(Math.floor(tile / 3) * height + (y ?? 0));
  const place = row * picture.stride + column * 3;
  return [picture.rgb[place] ?? 0, picture.rgb[place + 1] ?? 0, picture.rgb[place + 2] ?? 0];
}

/** Pictures at key frames, spread over the file. */
function picturesOf(input: MovieInput, video: Stream): readonly RgbPicture[] {
  using decoder = new MoviePictures(video);
  const filter = FilterAPI.create("format=rgb24");
  const { num, den } = video.timeBase;
  try {
    return Array.from({ length: PICTURES }, (_, at) => {
      const seconds = ((at + 0.5) * (input.seconds ?? 0)) / PICTURES;
      input.seek(video, Math.floor((seconds * den) / num));
      decoder.reset();
      return nextPicture(input, video, decoder, filter);
    }).filter((picture) => picture !== null);
  } finally {
    filter.close();
  }
}

function nextPicture(input: MovieInput, video: Stream, decoder: MoviePictures, filter: FilterAPI): RgbPicture | null {
  for (const packet of input.packets(video.index)) {
    for (const frame of decoder.take(packet)) return rgbOf(filter, frame);
  }
  for (const frame of decoder.take(null)) return rgbOf(filter, frame);
  return null;
}

function rgbOf(filter: FilterAPI, frame: Frame): RgbPicture | null {
  const [first, ...others] = filter.processAllSync(frame);
  for (const other of others) other.free();
  if (first === undefined) return null;
  const { width, height } = first;
  const rgb = Uint8Array.from(first.data?.[0] ?? []);
  const stride = first.linesize[0] ?? width * 3;
  first.free();
  return { width, height, stride, rgb };
}
