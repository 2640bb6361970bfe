import { expect, test } from "vitest";
import { EncoderLoad } from "../../../../../server/pipeline/quality/encoder-load.ts";

const coded = (frame: number, bytes: number) => ({
  frame,
  data: new Uint8Array(bytes),
  isKeyFrame: false,
  atRest: false,
});

test("it tells the bits and the drawn frames of the last second, also of frames that were left out", () => {
  const load = new EncoderLoad();
  for (let at = 0; at <= 3000; at += 50) load.note(coded(at / 25, at < 2000 ? 10_000 : 1000), at);
  const made = load.of(3000);
  expect(made?.bitsPerSecond).toBeCloseTo(20 * 8000, -3);
  expect(made?.drawnFps).toBeCloseTo(40, 0);
});

test("of a moment, or of a scene that rests, nothing can be said", () => {
  const load = new EncoderLoad();
  load.note(coded(1, 100), 0);
  load.note(coded(2, 100), 100);
  expect(load.of(100)).toBeNull();
  for (let at = 200; at < 600; at += 100) load.note(coded(at, 100), at);
  expect(load.of(600)).not.toBeNull();
  expect(load.of(1700)).toBeNull();
});

test("key frames and the pictures of a scene at rest do not count", () => {
  const load = new EncoderLoad();
  for (let at = 0; at < 1000; at += 50) load.note(coded(at / 50, 100), at);
  const before = load.of(1000)?.bitsPerSecond;
  load.note({ ...coded(20, 50_000), isKeyFrame: true }, 990);
  load.note({ ...coded(21, 50_000), atRest: true }, 995);
  expect(load.of(1000)?.bitsPerSecond).toBe(before);
});
