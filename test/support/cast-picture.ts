/** The picture that a `<scene-cast>` or a viewer shows, in a page of whatever origin. */

import type { Page } from "playwright-core";
import { expect } from "vitest";
import type { Viewer } from "../../client/index.ts";
import { type Colour, colourDistance } from "./pixels.ts";

/** The only one of a page, or the first; an expression that is run there. */
export const firstCast = `document.querySelector("scene-cast")`;

/** The picture of the element that `find`, run in the page, gives: left top, right top, left bottom, right bottom. */
async function coloursOf(page: Page, find: string): Promise<Colour[]> {
  const read = async (element: Pick<Viewer, "snapshot"> | null): Promise<Colour[]> => {
    const png = await element?.snapshot().catch(() => null);
    if (!png) return [];
    const bitmap = await createImageBitmap(png);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const at = (x: number, y: number) => [
      ...(context?.getImageData(bitmap.width * x, bitmap.height * y, 1, 1).data.subarray(0, 3) ?? []),
    ];
    return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
  };
  return (await page.evaluate(`(${read.toString()})(${find})`)) as Colour[];
}

/** Waits until the element that `find` gives shows these four colours, a quarter of the picture each. */
export async function expectQuarters(page: Page, find: string, wanted: readonly Colour[]): Promise<void> {
  await expect
    .poll(async () => {
      const colours = await coloursOf(page, find);
      return Math.max(...wanted.map((colour, index) => colourDistance(colours[index], colour)));
    })
    .toBeLessThan(12);
}
