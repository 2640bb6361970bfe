/**
 * Reads the viewer page of any browser: the pixels of the picture that is seen, the way by which it comes, what the viewer
 * says of itself.
 */

import sharp from "sharp";
import type { ViewerStats } from "../../client/index.ts";
// Declares `window.scenecast`.
import type {} from "../../client/page/page.ts";
import type { Transport } from "../../client/streams/transport.ts";
import type { Colour, Point } from "./pixels.ts";

/**
 * A page of Chromium (playwright) or Firefox (puppeteer). Where it can `photograph` itself, pixels are those on its screen:
 * Firefox stands still for 10 s now and then, the more often the page reads a canvas on which a worker draws.
 */
export type AnyPage = {
  evaluate(run: string): Promise<unknown>;
  readonly photograph?: () => Promise<Uint8Array>;
};

/** The sRGB bytes of the picture that is seen at some points; none while there is no picture. */
export async function seenColours(page: AnyPage, points: readonly Point[]): Promise<Colour[]> {
  if (page.photograph !== undefined) return await photographedColours(page, page.photograph, points);
  return (await page.evaluate(`(${readColours.toString()})(${JSON.stringify(points)})`)) as Colour[];
}

/** The picture must fill the page. */
async function photographedColours(
  page: AnyPage,
  photograph: () => Promise<Uint8Array>,
  points: readonly Point[],
): Promise<Colour[]> {
  if ((await seenWay(page)) === null) return [];
  const { data, info } = await sharp(await photograph())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return points.map(([x, y]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
    return [...data.subarray(at, at + 3)];
  });
}

/** The way by which the picture that is seen comes; null before there is one. */
export async function seenWay(page: AnyPage): Promise<Transport | null> {
  return (await page.evaluate("window.scenecast?.element.dataset.transport ?? null")) as Transport | null;
}

/** Whether the viewer of the page says that the picture is that of now. */
export async function isLive(page: AnyPage): Promise<boolean> {
  return (await page.evaluate("window.scenecast?.state.kind === 'live'")) as boolean;
}

export async function statsOf(page: AnyPage): Promise<ViewerStats> {
  return (await page.evaluate("window.scenecast.stats()")) as ViewerStats;
}

/** Runs in the page. */
async function readColours(points: readonly Point[]): Promise<Colour[]> {
  try {
    const picture = await createImageBitmap(await window.scenecast.snapshot());
    const { width, height } = picture;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) return [];
    context.drawImage(picture, 0, 0);
    return points.map(([x, y]) => [
      ...context.getImageData(Math.floor(x * width), Math.floor(y * height), 1, 1).data.subarray(0, 3),
    ]);
  } catch {
    // There is no viewer or no picture yet.
    return [];
  }
}
