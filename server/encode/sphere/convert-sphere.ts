/**
 * Owns giving a video of all around another layout: each picture at its own time, the sound as it is. In the thread that calls it, in
 * turns, so that it can be stopped.
 */

import { setImmediate as turn } from "node:timers/promises";
import { FilterAPI } from "node-av/api";
import { AV_LOG_FATAL, AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_VIDEO } from "node-av/constants";
import { type Frame, Log } from "node-av/lib";
import { StreamError } from "../../../shared/errors.ts";
import type { PictureSize } from "../../../shared/video.ts";
import { MovieInput } from "../movie-input.ts";
import type { SphericalProjection } from "../mux/spherical-boxes.ts";
import type { MovieCoding } from "../video/movie-codec.ts";
import { type SphereLayout, type SphereLayoutName, sizeLike, sphereLayouts, v360Options } from "./layouts.ts";
import { MoviePictures } from "./movie-pictures.ts";
import { SphereMovie } from "./sphere-movie.ts";

Log.setLevel(AV_LOG_FATAL);

export type SphereConversion = {
  readonly input: string;
  readonly from: SphereLayout;
  readonly to: SphereLayoutName;
  /** Even numbers; null for as fine as it was. */
  readonly size: PictureSize | null;
  readonly output: string;
  /** FFmpeg's name of the format. */
  readonly format: string;
  readonly coding: MovieCoding;
};

export type ConversionProgress = { readonly seconds: number; readonly pictures: number };

/** What players are told of a layout. */
const projections: Readonly<Record<SphereLayoutName, SphericalProjection | null>> = {
  equirect: "equirectangular",
  cube: "cubemap",
  "cube-turned": null,
  eac: null,
};

/**
 * Resolves to how many pictures there were, and how large they are. Rejects with `StreamError` "input-failed", "output-failed" or
 * "no-encoder", and "closed" where the signal stopped it; then there is no file.
 */
export async function convertSphere(
  conversion: SphereConversion,
  progressed: (progress: ConversionProgress) => void,
  signal: AbortSignal,
): Promise<{ readonly pictures: number; readonly size: PictureSize }> {
  const { input: path, from, to, output, format, coding } = conversion;
  using input = new MovieInput(path);
  const video = input.bestOf(AVMEDIA_TYPE_VIDEO);
  if (video === null) throw new StreamError("input-failed", `${path} has no pictures.`);
  const { width, height } = video.codecpar;
  const size = conversion.size ?? sizeLike(sphereLayouts[to], from, { width, height });
  const sound = input.streams.filter(({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO);
  using decoder = new MoviePictures(video);
  const filter = FilterAPI.create(filterText(from, sphereLayouts[to], size));
  const movie = new SphereMovie({ path: output, format, coding, projection: projections[to], video, sound });
  let pictures = 0;
  const addAll = (frames: Iterable<Frame>): void => {
    for (const frame of frames) {
      movie.add(frame);
      pictures += 1;
      progressed({ seconds: (Number(frame.pts) * frame.timeBase.num) / frame.timeBase.den, pictures });
      frame.free();
    }
  };
  try {
    for (const packet of input.packets(null)) {
      if (packet.streamIndex === video.index) {
        for (const frame of decoder.take(packet)) addAll(filter.processAllSync(frame));
        await turn();
        if (signal.aborted) throw new StreamError("closed", "The conversion was stopped.");
      } else movie.copy(packet);
    }
    for (const frame of decoder.take(null)) addAll(filter.processAllSync(frame));
    addAll(filter.flushFramesSync());
    if (pictures === 0) throw new StreamError("input-failed", `${path} has no pictures.`);
    movie.finish();
    return { pictures, size };
  } finally {
    movie.close();
    filter.close();
  }
}

/** Lanczos keeps edges, where the filter's own way, of the four nearest, makes them soft. */
function filterText(from: SphereLayout, to: SphereLayout, { width, height }: PictureSize): string {
  const layouts = `${v360Options(from, "in")}:${v360Options(to, "out")}`;
  return `v360=${layouts}:interp=lanczos:w=${width}:h=${height},format=yuv420p`;
}
