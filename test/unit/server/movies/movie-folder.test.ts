import { expect, test } from "vitest";
import { arePlainNames, isMovieName } from "../../../../server/movies/movie-folder.ts";

test("MF1: only plain names make a path", () => {
  for (const names of [["a.mp4"], ["sub", "a b#%?é漢.mp4"], ["~", "-.mp4"], ["a..b.mp4"]])
    expect(arePlainNames(names)).toBe(true);
  const bad = ["", ".", "..", ".hidden", "a/b", "a\\b", "a\0.mp4", "\ud800.mp4", "é".repeat(128)];
  for (const name of bad) expect([name, arePlainNames(["sub", name])]).toEqual([name, false]);
  expect([arePlainNames([]), arePlainNames(Array.from({ length: 17 }, () => "a"))]).toEqual([false, false]);
});

test("a movie is known by its ending", () => {
  expect(["a.mp4", "A.MOV", "a.b.webm"].map(isMovieName)).toEqual([true, true, true]);
  expect(["a.txt", "list.m3u8", "mp4", "a.mp4.part"].map(isMovieName)).toEqual([false, false, false, false]);
});
