/** Reads what the scene counted.ts counted from its picture. */

// Declares `window.scenecast`.
import type {} from "../../client/page/page.ts";
import type { Colour, Point } from "./pixels.ts";
import { type AnyPage, seenColours } from "./viewer-page.ts";

const [COLUMNS, ROWS] = [12, 4];

export type Counted = {
  readonly keys: number;
  readonly presses: number;
  readonly disorder: number;
  /** Another one in almost every frame. */
  readonly motion: string;
};

const points = Array.from({ length: ROWS * COLUMNS }, (_, at): Point => {
  return [((at % COLUMNS) + 0.5) / COLUMNS, (Math.floor(at / COLUMNS) + 0.5) / ROWS];
});

/** Null while no picture is seen. */
export async function seenCounts(page: AnyPage): Promise<Counted | null> {
  const isPhotographed = page.photograph !== undefined;
  const colours = await (isPhotographed
    ? seenColours(page, points)
    : (page.evaluate(`(${drawnColours.toString()})(${JSON.stringify(points)})`) as Promise<Colour[]>));
  if (colours.length === 0) return null;
  const row = (at: number) => colours.slice(at * COLUMNS, (at + 1) * COLUMNS);
  const number = (at: number) => row(at).reduce((sum, [red = 0]) => sum * 2 + (red > 128 ? 1 : 0), 0);
  return { keys: number(0), presses: number(1), disorder: number(2), motion: row(3).join() };
}

/** Runs in the page. It is looked at many times a second, so the picture, of 16:9, is drawn small. */
function drawnColours(points: readonly Point[]): Colour[] {
  const canvas = Object.assign(document.createElement("canvas"), { width: 192, height: 108 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (context === null || window.scenecast?.draw(canvas) !== true) return [];
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  return points.map(([x, y]) => {
    const at = (Math.floor(y * canvas.height) * canvas.width + Math.floor(x * canvas.width)) * 4;
    return [...data.subarray(at, at + 3)];
  });
}

/** Waits until there is a picture and another one after it. */
export async function waitUntilMoving(page: AnyPage, timeoutMs: number = 30_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let first: Counted | null = null;
  while (performance.now() < deadline) {
    const seen = await seenCounts(page);
    first ??= seen;
    if (seen !== null && seen.motion !== first?.motion) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(first === null ? "There was no picture." : "The picture stood still.");
}
