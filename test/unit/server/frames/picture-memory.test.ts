import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PictureReader, PictureWriter } from "../../../../server/frames/picture-memory.ts";

const size = { width: 4, height: 2 };
let reader: PictureReader;
let writer: PictureWriter;
beforeEach(() => {
  reader = PictureReader.make(16);
  writer = PictureWriter.open(reader.init);
});
afterEach(() => {
  writer.close();
  reader.close();
});

function put(value: number): void {
  writer.begin(size)?.fill(value);
  writer.publish(size);
}

it("the newest picture is held, and not written while it is (PY1, PY2)", () => {
  expect(reader.take()).toBe(null);
  put(1);
  const held = reader.take();
  expect(held).toMatchObject({ ...size, hasAlpha: false });
  for (let value = 2; value < 20; value += 1) {
    put(value);
    expect(held?.pixels.every((pixel) => pixel === 0x01010101)).toBe(true);
  }
  expect(reader.take()?.pixels[7]).toBe(0x13131313);
});

it("the same picture is the same object, another is another", () => {
  put(1);
  const first = reader.take();
  expect(reader.take()).toBe(first);
  put(1);
  expect(reader.take()).not.toBe(first);
});

it("numbers go up over all lives of the writer, and what was retired is gone (PY4)", () => {
  put(1);
  const before = reader.take()?.number ?? 0;
  reader.retire();
  expect(reader.take()).toBe(null);
  const next = PictureWriter.open(reader.init);
  next.begin(size)?.fill(2);
  next.publish(size, true);
  expect(reader.take()).toMatchObject({ number: before + 1, hasAlpha: true });
  next.close();
});

it("there is no room for larger pictures, and the file goes with the reader (PY3)", () => {
  expect(reader.maxPixels).toBeGreaterThanOrEqual(16);
  expect(writer.begin({ width: 4096, height: 4096 })).toBe(null);
  const { path } = reader.init;
  expect(existsSync(path)).toBe(true);
  reader.close();
  expect(existsSync(dirname(path))).toBe(false);
  expect(() => PictureReader.make(16, ["/proc/no-such-place"])).toThrow();
});
