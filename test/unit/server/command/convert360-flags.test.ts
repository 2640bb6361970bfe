/** The words of `scenecast convert360`. */

import { expect, it } from "vitest";
import { parseCommandLine } from "../../../../server/command/command-line.ts";
import { parseTiles, sphereLayouts } from "../../../../server/encode/sphere/layouts.ts";

const coding = { codec: "h264", chroma: "420", quality: 90, lossless: false };

it("a video is made equirectangular, whatever it is, as fine as it was", () => {
  expect(parseCommandLine(["convert360", "in.mp4", "out.mp4"], {})).toEqual({
    kind: "convert360",
    input: "in.mp4",
    output: "out.mp4",
    format: "mp4",
    from: null,
    to: "equirect",
    size: null,
    coding,
    overwrite: false,
  });
});

it("layouts, size and coding are taken", () => {
  const words = "convert360 in.mkv out.webm --from eac --to cube --size 2880x1920 --quality 70 --overwrite";
  expect(parseCommandLine(words.split(" "), {})).toMatchObject({
    format: "webm",
    from: sphereLayouts.eac,
    to: "cube",
    size: { width: 2880, height: 1920 },
    coding: { ...coding, codec: "vp9", quality: 70 },
    overwrite: true,
  });
  const tiles = parseCommandLine("convert360 in.mp4 out.mp4 --from lfrdbu:000313".split(" "), {});
  expect(tiles).toMatchObject({ from: parseTiles("lfrdbu:000313") });
});

it.each([
  ["convert360 in.mp4", "Name both videos: scenecast convert360 <in.mp4> <out.mp4>."],
  ["convert360 a.mp4 b.mp4 c.mp4", '"c.mp4" is one too many. See scenecast convert360 --help.'],
  ["convert360 a.mp4 b.png", "The output must be a video: .mp4, .mov, .mkv or .webm, not b.png."],
  ["convert360 a.mp4 b.txt", "The output must end with one of"],
  ["convert360 a.mp4 b.webm --codec h264", "--codec must be one of vp9, av1 for .webm."],
  ["convert360 a.mp4 b.mp4 --from sphere", "--from must be auto, equirect, cube, cube-turned, eac, or tiles like"],
  ["convert360 a.mp4 b.mp4 --from lfrdbb:000000", "--from must be six faces of r, l, u, d, f and b"],
  ["convert360 a.mp4 b.mp4 --to auto", "--to must be one of equirect, cube, cube-turned, eac."],
  ["convert360 a.mp4 b.mp4 --size 3840", "--size must be written like 3840x1920: even numbers from 16 to 8192."],
  ["convert360 a.mp4 b.mp4 --size 101x50", "--size must be written like 3840x1920: even numbers from 16 to 8192."],
  ["convert360 a.mp4 b.mp4 --quality 0", "--quality must be"],
])("%s is refused", (words, sentence) => {
  expect(() => parseCommandLine(words.split(" "), {})).toThrow(sentence);
});
