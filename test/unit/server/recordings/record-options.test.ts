/** What may be said of a recording: each wrong value is named with its rule. */

import { expect, it } from "vitest";
import { resolveClip, resolveRecord } from "../../../../server/recordings/record-options.ts";

const defaults = { codec: null, cutRests: true } as const;

it("of nothing comes MP4 in H.264, as the server cuts rests", () => {
  expect(resolveRecord("options", {}, defaults)).toEqual({
    file: null,
    container: "mp4",
    codec: "h264",
    cutRests: true,
    keyFrameSeconds: null,
    seconds: null,
  });
});

it.each([
  ["film.webm", null, "vp9"],
  ["film.webm", "vp8", "vp8"],
  ["film.webm", "h264", "vp9"],
  ["film.mp4", "vp8", "h264"],
  ["film.mp4", "av1", "av1"],
  ["film.mkv", "vp8", "vp8"],
] as const)("%s on a server of %s is recorded in %s", (file, codec, expected) => {
  expect(resolveRecord("options", { file }, { ...defaults, codec }).codec).toBe(expected);
});

it.each([
  [{ file: "film.avi" }, "options.file must be a path that ends in .mp4, .mkv or .webm."],
  [{ file: 3 }, "options.file must be a path that ends in .mp4, .mkv or .webm."],
  [{ file: "a.webm", codec: "h264" }, "options.codec: files of webm hold vp9, vp8, av1, not h264."],
  [{ codec: "h265" }, "options.codec must be one of h264, vp8, vp9, av1."],
  [{ cutRests: 1 }, "options.cutRests must be true or false."],
  [{ keyFrameSeconds: 0.1 }, "options.keyFrameSeconds must be a number from 0.5 to 600."],
  [{ seconds: 0 }, "options.seconds must be a number above 0, up to 86400."],
  [{ seconds: Number.NaN }, "options.seconds must be a number above 0, up to 86400."],
  [{ size: 3 }, "options.size is unknown. There are file, codec, cutRests, keyFrameSeconds, seconds."],
  [[], "options must be an object."],
])("%j is refused", (value, sentence) => {
  expect(() => resolveRecord("options", value, defaults)).toThrow(new TypeError(sentence));
});

it("a clip is no longer than what is held, and in a file that takes its codec", () => {
  const held = { cutRests: false, maxSeconds: 30, codec: "h264" } as const;
  expect(resolveClip("options", {}, held)).toEqual({ file: null, container: "mp4", cutRests: false, seconds: 30 });
  expect(resolveClip("options", { seconds: 900 }, held).seconds).toBe(30);
  expect(resolveClip("options", { seconds: 5, file: "a.mkv" }, held)).toMatchObject({ seconds: 5, container: "mkv" });
  expect(() => resolveClip("options", { file: "a.webm" }, held)).toThrow(/files of webm hold/);
  expect(() => resolveClip("options", { codec: "h264" }, held)).toThrow(/options.codec is unknown/);
});
