import { expect, test } from "vitest";
import { parseFrameForm, parseMovieAddress } from "../../../../../server/http/movies/movie-request.ts";
import { tarEnd, tarHeader, tarPadding } from "../../../../../server/http/movies/tar-header.ts";

test("an address is that of the list, of a movie or of frames", () => {
  expect(parseMovieAddress("")).toEqual({ kind: "list" });
  expect(parseMovieAddress("/")).toEqual({ kind: "list" });
  expect(parseMovieAddress("/a%20b%23.mp4")).toEqual({ kind: "movie", names: ["a b#.mp4"] });
  expect(parseMovieAddress("/sub/a.mp4/frames/12.png")).toEqual({
    kind: "frames",
    names: ["sub", "a.mp4"],
    first: 12,
    last: 12,
    isRange: false,
    format: "png",
  });
  expect(parseMovieAddress("/a.mp4/frames/3..5.raw")).toMatchObject({
    first: 3,
    last: 5,
    isRange: true,
    format: "raw",
  });
  expect(parseMovieAddress("/frames/12.png")).toEqual({ kind: "movie", names: ["frames", "12.png"] });
  expect(parseMovieAddress("/a.mp4/frames/12.gif")).toMatchObject({ kind: "movie" });
});

test("names are decoded once, each by itself", () => {
  expect(parseMovieAddress("/a%2fb.mp4")).toEqual({ kind: "movie", names: ["a/b.mp4"] });
  expect(parseMovieAddress("/%252e%252e/b.mp4")).toEqual({ kind: "movie", names: ["%2e%2e", "b.mp4"] });
  expect([parseMovieAddress("/%ff.mp4"), parseMovieAddress("/%.mp4"), parseMovieAddress("a.mp4")]).toEqual([
    null,
    null,
    null,
  ]);
  expect(parseMovieAddress(`/${"a".repeat(5000)}`)).toBeNull();
});

test("a range that is none says the rule", () => {
  for (const range of ["5..4", "0..1000"]) {
    expect(() => parseMovieAddress(`/a.mp4/frames/${range}.png`)).toThrow("of at most 1000 frames");
  }
  expect(parseMovieAddress("/a.mp4/frames/0..999.png")).toMatchObject({ last: 999 });
});

test("a size is a box that the picture fits inside", () => {
  const movie = { width: 1920, height: 1080 };
  expect(parseFrameForm("png", {}, movie)).toEqual({ format: "png", size: null, quality: 90 });
  expect(parseFrameForm("raw", { size: "640x640" }, movie).size).toEqual({ width: 640, height: 360 });
  expect(() => parseFrameForm("jpg", { size: "0x0" }, movie)).toThrow("size must be");
  expect(() => parseFrameForm("jpg", { quality: "101" }, movie)).toThrow("quality must be");
});

test("an archive has whole blocks", () => {
  const header = Buffer.from(tarHeader("000012.png", 700));
  expect([header.length, header.toString("latin1", 0, 10), header.toString("latin1", 124, 135)]).toEqual([
    512,
    "000012.png",
    "00000001274",
  ]);
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  expect(Number.parseInt(header.toString("latin1", 148, 154), 8)).toBe(sum);
  expect([tarPadding(700).length, tarPadding(512).length, tarEnd().length]).toEqual([324, 0, 1024]);
});
