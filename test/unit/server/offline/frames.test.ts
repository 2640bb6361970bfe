/** Which frames are rendered, in which pieces, at which rate, and where each goes. */

import { describe, expect, test } from "vitest";
import { checkedRange, countOf, parseFrameRange, piecesOf } from "../../../../server/offline/frame-range.ts";
import { msOfFrame, parseFrameRate } from "../../../../server/offline/frame-rate.ts";
import { codecFor, picturePath, piecesFolderOf, renderOutputOf } from "../../../../server/offline/render-output.ts";

describe("frame range", () => {
  test("0..599 has 600 frames, 42 one", () => {
    expect(countOf(parseFrameRange("0..599"))).toBe(600);
    expect(parseFrameRange("42")).toEqual({ first: 42, last: 42 });
  });

  test.each(["", "a", "1-5", "..5", "5..", "1..2..3", "-1..5", "1.5"])("%j is none", (text) => {
    expect(() => parseFrameRange(text)).toThrow("--frames must be written like 0..599");
  });

  test("what ends before it begins, or lies outside of all frames, is refused", () => {
    expect(() => checkedRange(parseFrameRange("9..5"))).toThrow(
      "options.frames must not end at 5, before they begin at 9.",
    );
    expect(() => checkedRange({ first: 0, last: 10_000_001 })).toThrow(TypeError);
    expect(() => checkedRange({ first: 0.5, last: 2 })).toThrow(TypeError);
  });

  test.each([
    [1, null],
    [119, null],
    [121, null],
    [600, null],
    [601, 7],
    [5, 100],
    [100_000, null],
  ])("the pieces of %i frames are all of them, each once", (count, length) => {
    const range = { first: 3, last: count + 2 };
    const pieces = piecesOf(range, length);
    const frames = pieces.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, at) => first + at));
    expect(frames).toEqual(Array.from({ length: count }, (_, at) => 3 + at));
    expect(Math.max(...pieces.map(countOf))).toBeLessThanOrEqual(length ?? 120);
  });

  test("without a length they are about as long as each other", () => {
    expect(piecesOf({ first: 0, last: 120 }, null).map(countOf)).toEqual([61, 60]);
  });
});

describe("frame rate", () => {
  test.each([
    [30, "30/1", 1000 / 30],
    [29.97, "30000/1001", 1001 / 30],
    ["23.976", "24000/1001", 1001 / 24],
    ["60000/1001", "60000/1001", 1001 / 60],
    [12.5, "12500/1000", 80],
    [240, "240/1", 1000 / 240],
  ])("%s is %s", (value, text, ms) => {
    const rate = parseFrameRate(value);
    expect(`${rate.num}/${rate.den}`).toBe(text);
    expect(msOfFrame(1, rate)).toBeCloseTo(ms, 9);
  });

  test.each([0, 0.5, 241, Number.NaN, "", "a", "30/0", "1/2", "-30", "1e3"])("%s is none", (value) => {
    expect(() => parseFrameRate(value)).toThrow("options.fps must be a number from 1 to 240");
  });

  test("the time of a frame does not drift", () => {
    expect(msOfFrame(30 * 3600, parseFrameRate(30))).toBe(3_600_000);
  });
});

describe("output", () => {
  const many = { first: 0, last: 9 };

  test.each([
    ["a.mp4", "mp4"],
    ["a.M4V", "mp4"],
    ["b/a.mov", "mov"],
    ["a.mkv", "matroska"],
    ["a.webm", "webm"],
  ])("%s is a movie", (path, format) => {
    expect(renderOutputOf(path, many)).toEqual({ kind: "movie", path, format });
    expect(piecesFolderOf(renderOutputOf(path, many))).toBe(`${path}.pieces`);
  });

  test.each([
    ["frames/%05d.png", 7, "frames/00007.png", "frames/frames.png.pieces"],
    ["shot-%d.jpeg", 1234, "shot-1234.jpeg", "shot-frames.jpeg.pieces"],
    ["a%02dz.webp", 123, "a123z.webp", "aframesz.webp.pieces"],
  ])("%s has a picture for each frame", (pattern, frame, path, folder) => {
    const output = renderOutputOf(pattern, many);
    expect(output.kind).toBe("pictures");
    expect(picturePath(pattern, frame)).toBe(path);
    expect(piecesFolderOf(output)).toBe(folder);
  });

  test.each([
    ["out", "must end with one of"],
    ["out.gif", "must end with one of"],
    ["%d.mp4", "must have no %d"],
    ["%d-%d.png", "must have one %d"],
    ["%d/%d.png", "must have one %d"],
    ["%d/a.png", "must have one %d"],
    ["a.png", "as %05d.png"],
    ["b/a%s.png", "as b/%05d.png"],
  ])("%s: %s", (path, sentence) => {
    expect(() => renderOutputOf(path, many)).toThrow(sentence);
  });

  test("one frame needs no number", () => {
    expect(renderOutputOf("a.png", { first: 5, last: 5 })).toMatchObject({ kind: "pictures" });
    expect(picturePath("a.png", 5)).toBe("a.png");
  });

  test("a format takes some codecs", () => {
    const of = (path: string) => renderOutputOf(path, many);
    expect(codecFor(of("a.mp4"), null)).toBe("h264");
    expect(codecFor(of("a.webm"), null)).toBe("vp9");
    expect(codecFor(of("a.mkv"), "av1")).toBe("av1");
    expect(() => codecFor(of("a.webm"), "h264")).toThrow("options.codec must be one of vp9, av1 for .webm.");
    expect(() => codecFor(of("%d.png"), "h264")).toThrow("options.codec is of use for a movie alone.");
  });
});
