import { expect, test } from "vitest";
import { ReaderPool } from "../../../../server/frames/reader-pool.ts";

test("each reader is lent once, until it is given back (RP1, RP2)", () => {
  const pool = new ReaderPool(3);
  expect([pool.take(), pool.take(), pool.take(), pool.take(), pool.free]).toEqual([0, 1, 2, null, 0]);
  pool.giveBack(1);
  expect([pool.free, pool.take(), pool.take()]).toEqual([1, 1, null]);
});

test("what must have a reader is told that the ring has too few", () => {
  const pool = new ReaderPool(1);
  expect(pool.reserve()).toBe(0);
  expect(() => pool.reserve()).toThrow(TypeError);
});

test("a reader that was not taken cannot be given back, nor one twice", () => {
  const pool = new ReaderPool(2);
  expect(() => pool.giveBack(0)).toThrow(TypeError);
  const taken = pool.reserve();
  pool.giveBack(taken);
  expect(() => pool.giveBack(taken)).toThrow(TypeError);
});

test.each([0, -1, 1.5, Number.NaN])("a pool of %f readers is refused", (max) => {
  expect(() => new ReaderPool(max)).toThrow(TypeError);
});
