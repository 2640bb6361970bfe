/** Videos of all around in one layout and then another: marks stay where they are, and so do times and sound. */

import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { convertSphere } from "../../server/encode/sphere/convert-sphere.ts";
import {
  parseTiles,
  type SphereLayout,
  type SphereLayoutName,
  sphereLayouts,
} from "../../server/encode/sphere/layouts.ts";
import { recogniseLayout } from "../../server/encode/sphere/recognised-layout.ts";
import type { PictureSize } from "../../shared/video.ts";
import { readMovie } from "../support/movie-frames.ts";
import { writeAac } from "../support/sound-file.ts";
import {
  markErrors,
  psnrOf,
  readSpherePicture,
  type SpherePicture,
  spherePicture,
  writeSphereMovie,
} from "../support/test-sphere.ts";
import { probed, tagsOf } from "../support/video-programs.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-convert360-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const coding = { codec: "h264", chroma: "420", quality: 100, lossless: false } as const;
const going = new AbortController().signal;
const times = [0, 0.04];
const sizes: Readonly<Record<SphereLayoutName, PictureSize>> = {
  equirect: { width: 512, height: 256 },
  cube: { width: 384, height: 256 },
  "cube-turned": { width: 384, height: 256 },
  eac: { width: 480, height: 270 },
};

async function convert(input: string, output: string, from: SphereLayout, to: SphereLayoutName, signal = going) {
  const path = join(folder, output);
  const format = output.endsWith(".webm") ? "webm" : output.endsWith(".mkv") ? "matroska" : "mp4";
  const codec = format === "webm" ? "vp9" : "h264";
  const conversion = { input, from, to, size: sizes[to], output: path, format, coding: { ...coding, codec } } as const;
  await convertSphere(conversion, () => undefined, signal);
  return path;
}

const pictures = new Map<string, SpherePicture>();

/** A picture of the test sphere, painted once. */
function pictureOf(layout: SphereLayout, size: PictureSize): SpherePicture {
  const name = JSON.stringify([layout, size]);
  const picture = pictures.get(name) ?? spherePicture(layout, size);
  pictures.set(name, picture);
  return picture;
}

/** A movie of the test sphere. */
function movieOf(
  layout: SphereLayout,
  size: PictureSize,
  name: string,
  movie: Partial<Parameters<typeof writeSphereMovie>[2]> = {},
) {
  const path = join(folder, name);
  const picture = pictureOf(layout, size);
  writeSphereMovie(path, picture, { times, ...movie });
  return { path, picture };
}

/** Whether a place in the picture is inside of a face of the cube, and not at its edge. */
function isInside(u: number, v: number): boolean {
  const margin = 0.03;
  return [(u * 3) % 1, (v * 2) % 1].every((part) => part > margin && part < 1 - margin);
}

describe.each(["cube", "cube-turned", "eac"] as const)("a movie laid out as %s", (name) => {
  test("is recognised, comes to be of an equirectangular one with each mark within a degree, which says so itself, and back with 35 dB inside its faces", async () => {
    const layout = sphereLayouts[name];
    const { path, picture } = movieOf(layout, sizes[name], `${name}.mp4`);
    expect(recogniseLayout(path).layout).toEqual(layout);
    const output = await convert(path, `${name}-flat.mp4`, layout, "equirect");
    const flat = readSpherePicture(output, sizes.equirect);
    expect(Math.max(...markErrors(sphereLayouts.equirect, flat))).toBeLessThan(1);
    expect(psnrOf(flat, pictureOf(sphereLayouts.equirect, sizes.equirect), () => true)).toBeGreaterThan(30);

    expect(recogniseLayout(output)).toEqual({ layout: sphereLayouts.equirect, by: "the file says so" });
    const back = await convert(output, `${name}-back.mp4`, sphereLayouts.equirect, name);
    const again = readSpherePicture(back, sizes[name]);
    expect(Math.max(...markErrors(layout, again))).toBeLessThan(1);
    expect(psnrOf(again, picture, isInside)).toBeGreaterThan(35);
  });
});

test("tiles in another order and turned are found by their seams, as one would see them from the second", async () => {
  const layout = parseTiles("bfudrl:103210");
  const { path } = movieOf(layout, sizes.cube, "found.mp4");
  const { layout: found, by } = recogniseLayout(path);
  expect(by).toBe("its seams");
  expect(found).toEqual(layout);
  const output = await convert(path, "found-flat.mp4", found, "equirect");
  const picture = readSpherePicture(output, sizes.equirect);
  expect(Math.max(...markErrors(sphereLayouts.equirect, picture))).toBeLessThan(1);
});

test("pictures keep their times to the tick, and sound its packets, from a file whose pictures need later ones", async () => {
  const sound = join(folder, "tone.m4a");
  writeAac(sound, 2);
  const shown = [0, 0.017, 0.051, 0.084, 0.4, 0.433, 1.001, 1.5];
  const { path } = movieOf(sphereLayouts.equirect, { width: 128, height: 64 }, "uneven.mp4", { times: shown, sound });
  const output = await convert(path, "uneven-cube.mp4", sphereLayouts.equirect, "cube");
  const [before, after] = [readMovie(path), readMovie(output)];
  expect(before.times).toEqual(shown.map((time) => expect.closeTo(time, 9)));
  expect(after.times).toEqual(before.times);
  expect(after.sound.length).toBeGreaterThan(80);
  expect(after.sound).toEqual(before.sound);
});

test("what players are told is read by other programs: a cube in MP4 and Matroska, and nothing of what has no name", async () => {
  const { path } = movieOf(sphereLayouts.equirect, { width: 128, height: 64 }, "told.mp4");
  expect(probed(path).sideData).toEqual([]);
  const { equirect } = sphereLayouts;
  const cube = await convert(path, "told-cube.mp4", equirect, "cube");
  expect(probed(cube).sideData).toContainEqual(expect.objectContaining({ projection: "cubemap", padding: 0 }));
  expect(tagsOf(cube)).not.toHaveProperty("Spherical");
  const mkv = await convert(path, "told-cube.mkv", equirect, "cube");
  expect(probed(mkv).sideData).toContainEqual(expect.objectContaining({ projection: "cubemap" }));
  expect(recogniseLayout(mkv).layout).toEqual(sphereLayouts.cube);
  const webm = await convert(path, "told.webm", equirect, "equirect");
  expect(probed(webm).sideData).toContainEqual(expect.objectContaining({ projection: "equirectangular" }));
  const turned = await convert(path, "told-turned.mp4", equirect, "cube-turned");
  expect(probed(turned).sideData).toEqual([]);
});

test("what is no sphere, no video or stopped is refused, and leaves no file", async () => {
  const { path } = movieOf(sphereLayouts.equirect, { width: 384, height: 256 }, "no-cube.mp4");
  expect(() => recogniseLayout(path)).toThrow("do not go on over the edges of a cube");
  const { path: odd } = movieOf(sphereLayouts.equirect, { width: 128, height: 96 }, "odd.mp4");
  expect(() => recogniseLayout(odd)).toThrow("its pictures are 128x96");
  expect(() => recogniseLayout(join(folder, "nowhere.mp4"))).toThrow("There is no file");
  const stop = new AbortController();
  stop.abort();
  await expect(convert(path, "stopped.mp4", sphereLayouts.equirect, "cube", stop.signal)).rejects.toMatchObject({
    code: "closed",
  });
  for (const name of ["stopped.mp4", "stopped.mp4.part"]) expect(existsSync(join(folder, name))).toBe(false);
});
