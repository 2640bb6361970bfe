/** Drawing all around as on a GPU, where the six views are multisampled. */

import { beforeAll, expect, it } from "vitest";
import { i420Layout } from "../../server/frames/i420-layout.ts";
import { WebGlSurface } from "../../server/render/surface/webgl-surface.ts";
import { emptyPicture, expectRoomInPlace, expectSkyEverywhere, size, sky } from "../support/panorama-scenes.ts";

let surface: WebGlSurface;

beforeAll(() => {
  process.env["ANGLE_DEFAULT_PLATFORM"] = "vulkan";
  surface = new WebGlSurface({ size, backend: "vulkan", asGpu: true });
});

it("each wall of a room is where its direction is, within a pixel, and the camera's heading is the middle", () =>
  expectRoomInPlace(surface));

it("a sky of a colour for each direction has it everywhere, with no line at a seam, and is even at the poles", () =>
  expectSkyEverywhere(surface));

it("as I420 it is the same picture", () => {
  const { stride, rows } = i420Layout(size);
  const [rgba, i420] = [emptyPicture(), new Uint8Array(stride * rows)];
  surface.draw(sky());
  surface.read({ rgba, i420 });
  let worst = 0;
  for (let row = 0; row < size.height; row += 1) {
    for (let column = 0; column < size.width; column += 1) {
      const [red = 0, green = 0, blue = 0] = rgba.subarray(((size.height - 1 - row) * size.width + column) * 4);
      const luma = 16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255;
      worst = Math.max(worst, Math.abs((i420[row * stride + column] ?? 0) - luma));
    }
  }
  expect(worst).toBeLessThan(1);
});
