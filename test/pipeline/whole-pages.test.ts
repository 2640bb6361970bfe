/**
 * Whole pages, as people write them, look as in Chromium: half of those of the comparison (test/bench/compat/whole-pages.ts), one
 * after another in one process, each saved over the one before.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { caseNames } from "../bench/compat/entry.ts";
import { readSmallPictures, caseSize as size, smallOf, smallSize } from "../bench/compat/small-pictures.ts";
import { wholePagesOf, writePage } from "../bench/compat/whole-pages.ts";
import { type Luma, lumaOf, ssim } from "../bench/ssim.ts";
import { RenderProbe } from "../support/render-probe.ts";

/** As in compat.test.ts, of small pictures that are not anti-aliased. */
const ALIKE = 0.95;
const WITHIN = 3;
/** A page that loads something draws it when it is there. */
const WITHIN_MS = 10_000;

const pictures = readSmallPictures();
/** Other machines have other fonts. */
const isAlikeAnywhere = (name: string) => pictures.has(name) && !/^(?:text|labels)\//.test(name);
const all = wholePagesOf(await caseNames());
const pages = all.filter(({ name }) => isAlikeAnywhere(name)).filter((_, at) => at % 3 !== 2);

let folder: string;
let probe: RenderProbe;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scenecast-"));
});
afterAll(async () => {
  await probe?.close();
  await rm(folder, { recursive: true });
});

const news = (): number => probe.rendered.filter(({ kind }) => kind === "reloaded" || kind === "notice").length;

/** The picture of a page, once it has taken the place of the one before and looks as it should, or after a while. */
async function shown(page: (typeof pages)[number], isWanted: (picture: Luma) => boolean): Promise<Luma> {
  if (probe === undefined) {
    const html = await writePage(folder, page);
    probe = await RenderProbe.start(pathToFileURL(html).href, { size, watch: true });
    probe.tell({ kind: "watched", watched: true });
    return asLuma((await probe.grabWhen(({ pixels }) => pixels.length > 0 && isWanted(asLuma(pixels)))).pixels);
  }
  const [{ number }, before] = [await probe.grab(), news()];
  await writePage(folder, page);
  const isNew = (frame: { readonly number: number }) => news() > before && frame.number > number;
  const frame = await probe
    .grabWhen((frame) => isNew(frame) && isWanted(asLuma(frame.pixels)), WITHIN_MS)
    .catch(() => probe.grab());
  expect(probe.rendered.findLast(({ kind }) => kind === "notice" || kind === "reloaded")).toMatchObject({
    kind: "reloaded",
  });
  return asLuma(frame.pixels);
}

const asLuma = (pixels: Uint8Array): Luma => smallOf(lumaOf(pixels, size, true));

const meanDifference = (a: Luma, b: Luma) =>
  a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0) / a.length;

it("there are at least 54 such pages, half of them here, in four styles", () => {
  expect(all.length).toBeGreaterThanOrEqual(54);
  expect(pages.length).toBeGreaterThanOrEqual(27);
  expect(new Set(pages.map(({ style }) => style)).size).toBe(4);
});

describe("a page looks as in Chromium", () => {
  it.each(pages)("$style: $name", async (page) => {
    const theirs = pictures.get(page.name) ?? new Uint8Array();
    const ours = await shown(page, (picture) => ssim(picture, theirs, smallSize) > ALIKE);
    expect(ssim(ours, theirs, smallSize)).toBeGreaterThan(ALIKE);
    expect(meanDifference(ours, theirs)).toBeLessThan(WITHIN);
  });
});
