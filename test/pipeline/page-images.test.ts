/** Images in a scene, as a page has them: decoded, uploaded and drawn by the real render thread. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectNear, PagePicture, quad, pictureSize as size } from "../support/page-picture.ts";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";

let probe: RenderProbe;
let picture: PagePicture;

beforeAll(async () => {
  probe = await RenderProbe.start(sceneFixture("page-images"), { size });
  picture = new PagePicture((await probe.grab()).pixels);
});
afterAll(() => probe?.close());

describe("an image of four colours has them, upright, by", () => {
  it.each([
    ["TextureLoader of a PNG", 0, 0],
    ["TextureLoader of a JPEG", 1, 6],
    ["TextureLoader of a WebP", 2, 0],
    ["TextureLoader of an SVG", 3, 0],
    ["ImageBitmapLoader", 4, 0],
    ["a canvas", 5, 0],
    ["an OffscreenCanvas", 6, 0],
    ["an image drawn on a canvas", 7, 0],
    ["new Image() of an object URL", 8, 0],
  ])("%s", (_name, tile, within) => expectNear(picture.quadOf(tile), quad, within));
});

it("keeps the colour of what is transparent, and multiplies it by alpha only when asked", () => {
  expectNear(
    [picture.colourIn(9, 0, 0), picture.colourIn(10, 0, 0)],
    [
      [200, 100, 50],
      [0, 0, 0],
    ],
    1,
  );
});

it.each([
  ["HDR", 11],
  ["EXR", 12],
])("an environment of %s is upright and as bright as it says", (_name, tile) => {
  expectNear(
    [picture.colourIn(tile, 0, -0.5), picture.colourIn(tile, 0, 0.5)],
    [
      [255, 188, 0],
      [0, 188, 255],
    ],
    3,
  );
});

it("turns the rows of half floats where a texture asks for it", () => {
  expectNear(
    [picture.colourIn(13, 0, -0.7), picture.colourIn(13, 0, 0.7)],
    [
      [255, 0, 0],
      [0, 255, 0],
    ],
    0,
  );
});

it("CubeTextureLoader puts each image on its side", () => expectNear([picture.colourIn(14, 0, 0)], [[0, 255, 255]], 0));

it("none of them makes OpenGL refuse anything", () => {
  expect(probe.rendered.filter(({ kind }) => kind === "gl-errors" || kind === "notice")).toEqual([]);
});
