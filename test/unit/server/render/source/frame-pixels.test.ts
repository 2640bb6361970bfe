import { expect, test } from "vitest";
import { expand, type FrameShape, isPlain, pictureOf } from "../../../../../server/render/source/frame-pixels.ts";

function expanded(shape: FrameShape, pixels: readonly number[]): number[] {
  const { width, height } = pictureOf(shape);
  const rgba = new Uint8Array(width * height * 4);
  expand(Uint8Array.from(pixels), shape, rgba);
  return [...rgba];
}

test("RGB and grey become RGBA", () => {
  const shape = { width: 2, height: 2, rows: "down" } as const;
  const rgb = [1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252];
  expect(expanded({ ...shape, format: "rgb" }, rgb)).toEqual([
    1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 250, 251, 252, 255,
  ]);
  expect(expanded({ ...shape, format: "gray" }, [1, 2, 3, 254])).toEqual([
    1, 1, 1, 255, 2, 2, 2, 255, 3, 3, 3, 255, 254, 254, 254, 255,
  ]);
});

test("of odd numbers the right column and the bottom row go, whichever way rows run", () => {
  const pixel = (x: number, y: number) => [x, y, 9, 255];
  const rows = [0, 1, 2].map((y) => [0, 1, 2].flatMap((x) => pixel(x, y)));
  const kept = [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const;
  const shape = { width: 3, height: 3, format: "rgba" } as const;
  expect(expanded({ ...shape, rows: "down" }, rows.flat())).toEqual(kept.flatMap(([x, y]) => pixel(x, y)));
  // The first row is the bottom one.
  expect(expanded({ ...shape, rows: "up" }, rows.flat())).toEqual(kept.flatMap(([x, y]) => pixel(x, y + 1)));
  expect([isPlain({ ...shape, rows: "up" }), isPlain({ ...shape, rows: "up", width: 2, height: 4 })]).toEqual([
    false,
    true,
  ]);
});

test("memory that begins between numbers is filled as well", () => {
  const memory = new Uint8Array(9);
  expand(
    Uint8Array.of(7, 8, 9, 1, 2, 3, 0, 0, 0, 0, 0, 0),
    { width: 2, height: 2, format: "rgb", rows: "down" },
    memory.subarray(1, 9),
  );
  expect([...memory]).toEqual([0, 7, 8, 9, 255, 1, 2, 3, 255]);
});
