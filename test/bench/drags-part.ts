/**
 * Owns the measurement of the default example under a hand: how many frames of a drag Chromium shows, and how soon it shows
 * the answer to an input after a pause, drawn whole, drawn as by default, and where fluid is preferred.
 */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import type { StreamServerOptions } from "../../server/options/options.ts";
import { measureDragged, measureWatched } from "./chromium-part.ts";
import { type Spread, spreadOf } from "./figures.ts";
import { measureAnswers } from "./in-page.ts";
import type { ServerFigures } from "./report-window.ts";

/** Seconds since the last input. */
export const pauses = [0.1, 0.3, 1, 3] as const;
const ANSWERS = 12;
/** Compilers and buffers settle, and the size at which it is drawn is found. */
const WARM_UP_MS = 4000;

export type DragFigures = {
  readonly name: string;
  readonly server: ServerFigures;
  readonly shownFps: number;
  /** From an input's arrival at the server to the last packet of the frame that shows it, while it is dragged. */
  readonly inServer: Spread | null;
  /** From an input in the page to the changed picture, after each of the pauses. */
  readonly answers: readonly (Spread | null)[];
};

const ways: readonly (Pick<StreamServerOptions, "render" | "quality"> & { readonly name: string })[] = [
  { name: "--render-scale 1", render: { scale: 1 } },
  { name: "default" },
  { name: "--prefer fluid", quality: { preference: "fluid" } },
];

/** Measures the scene at `url`, of 1280x720, in each way after the other. */
export async function measureDrags(browser: Browser, url: URL, seconds: number): Promise<DragFigures[]> {
  const found: DragFigures[] = [];
  for (const { name, ...options } of ways) found.push(await measureWay(browser, url, seconds, name, options));
  return found;
}

function measureWay(
  browser: Browser,
  scene: URL,
  seconds: number,
  name: string,
  given: Pick<StreamServerOptions, "render" | "quality">,
): Promise<DragFigures> {
  return measureWatched(browser, { scene, ...given }, async (watched) => {
    const { dragged, figures, shownFps } = await measureDragged(watched, WARM_UP_MS, seconds);
    const inServer = spreadOf(dragged.flatMap(({ measured }) => measured.inputMs));
    await sleep(3000);
    const answers: (Spread | null)[] = [];
    for (const pause of pauses) answers.push(spreadOf(await measureAnswers(watched.page, pause * 1000, ANSWERS)));
    return { name, server: figures, shownFps, inServer, answers };
  });
}
