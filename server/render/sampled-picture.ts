/**
 * Owns drawing one finished picture of a scene: the mean of as many samples as are wanted, each moved by a part of a pixel, as the
 * picture at rest is refined. In the render thread.
 */

import { canBeMoved, drawMoved, type MovableCamera } from "./moved-drawing.ts";
import type { SceneParts } from "./scene.ts";
import { SampleMean, samplePattern } from "./surface/sample-mean.ts";
import type { Surface } from "./surface/surface.ts";

type Place = readonly [x: number, y: number];

/** Draws pictures of a surface whose size stays. */
export class SampledPicture {
  readonly #surface: Surface;
  readonly #places: readonly Place[];
  readonly #mean: SampleMean | null;

  /** `samples` is a power of two, at most 256. */
  constructor(surface: Surface, samples: number) {
    this.#surface = surface;
    this.#places = placesOf(samples);
    this.#mean = samples === 1 ? null : new SampleMean(surface.size.width * surface.size.height);
  }

  /** Draws the scene into `rgba`, its bottom row first. One drawing is all where the camera cannot be moved by parts of a pixel. */
  async draw(parts: SceneParts, rgba: Uint8Array): Promise<void> {
    const camera = parts.camera as MovableCamera;
    const surface = this.#surface;
    const mean = this.#mean;
    if (mean === null || !canBeMoved(camera)) {
      await surface.draw(parts);
      await surface.read({ rgba, i420: null });
      return;
    }
    mean.reset();
    // What lies over the picture is taken once, and is in each of them at the same place.
    surface.takeOverlay();
    for (const place of this.#places) {
      await drawMoved(surface, { parts, camera }, place, {});
      await surface.read({ rgba, i420: null });
      mean.add(rgba);
    }
    mean.mean(rgba);
  }
}

/**
 * Where in the pixel the samples lie, in pixels from its centre: for eight as at rest, else a Hammersley set, of which every
 * row, column and equal box of the pixel has as many.
 */
export function placesOf(samples: number): readonly Place[] {
  if (samples === 1) return [[0, 0]];
  if (samples === samplePattern.length) return samplePattern;
  return Array.from({ length: samples }, (_, at) => [(at + 0.5) / samples - 0.5, mirrored(at, samples) - 0.5] as const);
}

/** The bits of `at` behind the point, in turned order, in the middle of their step. */
function mirrored(at: number, count: number): number {
  let value = 0.5 / count;
  for (let [rest, weight] = [at, 0.5]; rest > 0; rest >>= 1, weight /= 2) value += (rest & 1) * weight;
  return value;
}
