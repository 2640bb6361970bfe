/** Owns what is measured: the scenes, and the sizes at which each is looked at. */

import type { PictureSize } from "../../shared/video.ts";

export type BenchScene = {
  readonly name: string;
  readonly url: URL;
  readonly sizes: readonly PictureSize[];
  /** Whether a press changes the whole background, so that click to changed pixel can be measured. */
  readonly clicks: boolean;
};

/** One scene at one size. */
export type BenchCase = { readonly scene: BenchScene; readonly size: PictureSize };

const sizes: readonly PictureSize[] = [
  { width: 640, height: 360 },
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];
const hd: PictureSize = { width: 1280, height: 720 };

/** The scene that the other way draws too. */
export const sixtySpheres: BenchScene = {
  name: "60-spheres",
  url: new URL("./scenes/spheres-60.ts", import.meta.url),
  sizes: [hd],
  clicks: true,
};

/** The scene that costs nothing to draw. */
export const freeScene: BenchScene = {
  name: "free",
  url: new URL("./scenes/free.ts", import.meta.url),
  sizes,
  clicks: true,
};

/** The one that is served where none is named: 300 spheres. */
export const defaultScene: BenchScene = {
  name: "spheres",
  url: new URL("../../examples/spheres/scene.ts", import.meta.url),
  sizes,
  clicks: false,
};

const scenes: readonly BenchScene[] = [freeScene, defaultScene, sixtySpheres];

export const sceneNames: readonly string[] = scenes.map(({ name }) => name);

/** The cases that somebody asked for: all scenes at their usual sizes where nothing is named. */
export function casesOf(named: {
  readonly sizes: readonly PictureSize[];
  readonly scenes: readonly string[];
}): BenchCase[] {
  return scenes
    .filter(({ name }) => named.scenes.length === 0 || named.scenes.includes(name))
    .flatMap((scene) => (named.sizes.length === 0 ? scene.sizes : named.sizes).map((size) => ({ scene, size })));
}

export function sizeText({ width, height }: PictureSize): string {
  return `${width}x${height}`;
}

export function caseText({ scene, size }: BenchCase): string {
  return `${scene.name} ${sizeText(size)}`;
}
