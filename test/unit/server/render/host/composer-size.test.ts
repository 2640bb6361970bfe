/** How large a scene's composers are when the picture has another size. Nothing is drawn. */

import { type Vector2, type WebGLRenderer, WebGLRenderTarget } from "three";
import { EffectComposer } from "three/addons/postprocessing/EffectComposer.js";
import { expect, test } from "vitest";
import { followPicture } from "../../../../../server/render/host/composer-size.ts";

const size = { width: 320, height: 180 };
const renderer = {
  getPixelRatio: () => 1,
  getSize: (into: Vector2) => into.set(size.width, size.height),
  getRenderTarget: () => null,
  setRenderTarget: () => undefined,
} as unknown as WebGLRenderer;

function sizeOf({ renderTarget1, renderTarget2 }: EffectComposer): number[] {
  return [renderTarget1.width, renderTarget1.height, renderTarget2.width, renderTarget2.height];
}

test("a composer as large as the picture follows it, before it ever rendered and after; another keeps its size", async () => {
  const whole = new EffectComposer(renderer);
  const half = new EffectComposer(renderer, new WebGLRenderTarget(160, 90));
  await followPicture({ ...size });
  for (const [width, height] of [
    [96, 160],
    [640, 360],
  ] as const) {
    Object.assign(size, { width, height });
    whole.render();
    half.render();
    expect(sizeOf(whole)).toEqual([width, height, width, height]);
    expect(sizeOf(half)).toEqual([160, 90, 160, 90]);
  }
});

test("one that was not used for a while follows as well, and one that the scene sizes by itself is left to it", async () => {
  await followPicture({ ...size });
  const late = new EffectComposer(renderer);
  late.render();
  Object.assign(size, { width: 100, height: 100 });
  Object.assign(size, { width: 200, height: 100 });
  late.render();
  expect(sizeOf(late)).toEqual([200, 100, 200, 100]);
  late.setSize(50, 25);
  late.render();
  expect(sizeOf(late)).toEqual([50, 25, 50, 25]);
});
