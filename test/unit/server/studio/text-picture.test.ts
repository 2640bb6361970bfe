/** Text of a studio: where it stands in its box. */

import { expect, test } from "vitest";
import { drawText } from "../../../../server/studio/text-picture.ts";

const look = {
  color: "#ffffff",
  backdrop: "#000000",
  size: null,
  font: "sans-serif",
  bold: true,
  align: "left" as const,
};

/** The first and last column and row in which a pixel is not black. */
function extent(words: string, changed: Partial<typeof look> | { readonly align: "right" }) {
  const { pixels, width, height } = drawText(words, { ...look, ...changed }, { width: 200, height: 60 });
  const columns: number[] = [];
  const rows: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (((pixels[y * width + x] ?? 0) & 0xff) < 128) continue;
      columns.push(x);
      rows.push(y);
    }
  }
  return {
    left: Math.min(...columns),
    right: Math.max(...columns),
    top: Math.min(...rows),
    bottom: Math.max(...rows),
  };
}

test("words on a backdrop do not touch its edges, on whichever side they stand and however long they are", () => {
  const left = extent("HI", {});
  expect(left.left).toBeGreaterThan(8);
  expect(left.top).toBeGreaterThan(8);
  expect(left.bottom).toBeLessThan(52);
  expect(extent("HI", { align: "right" }).right).toBeLessThan(192);
  const long = extent("HHHHHHHHHHHHHHHHHHHHHHHHHHHHH", {});
  expect(long.left).toBeGreaterThan(2);
  expect(long.right).toBeLessThan(198);
});

test("words without a backdrop stand where their box begins", () => {
  const { pixels, width } = drawText("HI", { ...look, backdrop: null }, { width: 200, height: 60 });
  const column = Array.from({ length: 60 }, (_, y) => [0, 1, 2, 3, 4, 5].map((x) => pixels[y * width + x] ?? 0)).flat();
  expect(column.some((pixel) => pixel !== 0)).toBe(true);
});
