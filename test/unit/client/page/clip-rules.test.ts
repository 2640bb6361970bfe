/** Owns the checks of what a clip is recorded as, and of the names of files. */

import { expect, it } from "vitest";
import { clipKind, clipSize, savedWords } from "../../../../client/page/clip-rules.ts";
import { fileName } from "../../../../client/page/saved-file.ts";

it("records what most programs open, else what the browser can, else nothing", () => {
  expect(clipKind(() => true)?.ending).toBe("mp4");
  expect(clipKind((type) => type.startsWith("video/webm"))).toEqual({ type: "video/webm;codecs=vp9", ending: "webm" });
  expect(clipKind((type) => type === "video/mp4")?.ending).toBe("mp4");
  expect(clipKind(() => false)).toBeNull();
});

it("has even sides, as encoders want them", () => {
  expect(clipSize({ width: 1213, height: 758 })).toEqual({ width: 1212, height: 758 });
});

it("tells the time, and how long it became", () => {
  expect([400, 1_400, 12_000].map(savedWords)).toEqual([
    "Clip of 1 second saved.",
    "Clip of 1 second saved.",
    "Clip of 12 seconds saved.",
  ]);
  expect(savedWords(60_010)).toMatch(/ended by itself after a minute/);
});

it("names files so that every system takes them", () => {
  const time = new Date(2026, 0, 5, 9, 3, 7);
  expect(fileName("Flow / wing: α 3°", time, "mp4")).toBe("Flow-wing-α-3-2026-01-05-090307.mp4");
  expect(fileName("???", time, "png")).toBe("scene-2026-01-05-090307.png");
});
