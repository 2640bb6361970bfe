/**
 * What runs in a page runs in a scene: the cases of the comparison with Chromium (test/bench/compat), one after another in
 * this process, each compared with what Chromium drew. `npm run bench -- compat --keep-pictures` keeps those pictures.
 */

import * as three from "three";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { keepSettings } from "../../server/render/host/renderer-settings.ts";
import { Page } from "../../server/render/page/page.ts";
import type { WebGlSurface } from "../../server/render/surface/webgl-surface.ts";
import { caseNames, caseOf } from "../bench/compat/entry.ts";
import { readSmallPictures, caseSize as size, smallOf, smallSize } from "../bench/compat/small-pictures.ts";
import { type Luma, lumaOf, ssim } from "../bench/ssim.ts";

/**
 * Other machines have other fonts. Without the server's rules for modules troika brings a second three, and three's
 * TTFLoader asks the internet.
 */
const elsewhere = ["canvasText", "sprites", "spriteText", "troika", "troikaOnGpu", "ttf"].map((name) => `text/${name}`);
/** The whole comparison, which refines a picture over several drawings, wants 0.97 of the large ones. */
const ALIKE = 0.95;
const WITHIN = 3;

/** Lights and materials, which need nothing of a page, are left to the whole comparison. */
const groups = ["addons", "images", "libraries", "models", "objects", "passes", "text"];

const pictures = readSmallPictures();
const isDrawn = (name: string) => groups.includes(name.split("/")[0] ?? "") && !elsewhere.includes(name);
const names = (await caseNames()).filter((name) => pictures.has(name) && isDrawn(name));
let surface: WebGlSurface;
let restore: () => void;
let page: Page;

beforeAll(async () => {
  process.env["ANGLE_DEFAULT_PLATFORM"] = "vulkan";
  const { WebGlSurface } = await import("../../server/render/surface/webgl-surface.ts");
  surface = new WebGlSurface({ size, backend: "vulkan", asGpu: false });
  restore = keepSettings(surface.renderer);
});
beforeEach(() => {
  const { renderer } = surface;
  page = Page.open({ url: new URL("../bench/compat/entry.ts", import.meta.url).href, size, renderer });
});
afterEach(() => {
  page.close();
  restore();
  const { renderer } = surface;
  renderer.setRenderTarget(null);
  renderer.setScissorTest(false);
  renderer.setViewport(0, 0, size.width, size.height);
  renderer.setScissor(0, 0, size.width, size.height);
  renderer.resetState();
});

async function drawn(name: string): Promise<Luma> {
  const draw = await caseOf(name);
  const { element } = page;
  const messages = { broadcast: () => undefined, send: () => undefined, onMessage: () => () => undefined };
  const clock = { elapsed: 0, delta: 0 };
  const context = { three, renderer: surface.renderer, size, clock, element, messages, invalidate: () => undefined };
  const parts = await draw(context as never);
  page.finishSetup();
  parts.update?.(clock);
  await surface.draw(parts);
  const pixels = new Uint8Array(size.width * size.height * 4);
  surface.read({ rgba: pixels, i420: null });
  return smallOf(lumaOf(pixels, size, true));
}

const meanDifference = (a: Luma, b: Luma) =>
  a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;

it("there are pictures of Chromium of at least a hundred cases", () => {
  expect(pictures.size).toBeGreaterThanOrEqual(100);
  expect(names.length).toBeGreaterThan(pictures.size / 2);
});

describe("as in Chromium", () => {
  it.each(names)("%s", async (name) => {
    const ours = await drawn(name);
    const theirs = pictures.get(name) ?? new Uint8Array();
    expect(ssim(ours, theirs, smallSize)).toBeGreaterThan(ALIKE);
    expect(meanDifference(ours, theirs)).toBeLessThan(WITHIN);
    expect(surface.takeErrors()).toEqual([]);
  });
});
