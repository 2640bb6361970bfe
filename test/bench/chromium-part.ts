/** Owns the measurement of the whole way: a real server, the real page in Chromium, and a hand on it. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { resolveOptions, type StreamServerOptions } from "../../server/options/options.ts";
import { forkedProcesses } from "../../server/session/forked-processes.ts";
import { StreamServer } from "../../server/stream-server.ts";
import { openViewer } from "../support/chromium.ts";
import type { BenchCase } from "./cases.ts";
import { type Spread, spreadOf } from "./figures.ts";
import { measureClicks, measureDrag } from "./in-page.ts";
import type { MeasuredReport } from "./measured-report.ts";
import { figuresOf, type ServerFigures } from "./report-window.ts";

type ClickFigures = {
  /** From the press in the page to the changed pixel. */
  readonly toPixel: Spread | null;
  /** Of that, from the press's arrival at the server to the last packet of the frame that shows it. */
  readonly inServer: Spread | null;
  /** Presses whose change was not seen within two seconds. */
  readonly lost: number;
};

export type ChromiumFigures = {
  readonly renderer: string;
  /** The whole way while the scene is dragged. */
  readonly server: ServerFigures;
  readonly shownFps: number;
  readonly clicks: ClickFigures | null;
};

export type ChromiumSettings = { readonly clicks: number; readonly seconds: number };

/** Compilers and buffers settle for this long before anything counts. */
const WARM_UP_MS = 2500;
/** Scenes' processes that report what a measurement wants besides. */
const measuredProcesses = forkedProcesses({ url: new URL("./measured-session-process.ts", import.meta.url) });

/** A server's stream in a page, and what the server reports of it. */
export type WatchedStream = {
  readonly server: StreamServer;
  readonly reports: readonly MeasuredReport[];
  readonly page: Page;
  readonly errors: readonly string[];
};

export type DraggedStream = {
  readonly dragged: readonly MeasuredReport[];
  readonly figures: ServerFigures;
  readonly shownFps: number;
};

/** Streams to a page of `browser` for as long as `measure` takes. */
export async function measureWatched<Result>(
  browser: Browser,
  given: StreamServerOptions,
  measure: (watched: WatchedStream) => Promise<Result>,
): Promise<Result> {
  const options = resolveOptions({ logLevel: "silent", http: { port: 0 }, ...given });
  await using server = await StreamServer.start(options, { session: { processes: measuredProcesses } });
  const reports: MeasuredReport[] = [];
  server.on("reported", ({ report }) => reports.push(report as MeasuredReport));
  const { page, errors } = await openViewer(browser, server.url);
  try {
    return await measure({ server, reports, page, errors });
  } finally {
    await page.close();
  }
}

/** Drags the scene for `seconds`, and before that for as long as it takes to warm up. Rejects when the stream or the page fails. */
export async function measureDragged(
  { page, reports, errors }: WatchedStream,
  warmUpMs: number,
  seconds: number,
): Promise<DraggedStream> {
  await measureDrag(page, warmUpMs);
  const from = reports.length;
  const shownFps = await measureDrag(page, seconds * 1000);
  const dragged = reports.slice(from);
  const figures = figuresOf(dragged);
  if (figures === null || errors.length > 0) throw new Error(`The stream stood still. ${errors.join(" ")}`);
  return { dragged, figures, shownFps };
}

/** Streams one case to a page of `browser` and measures it. Rejects when the stream or the page fails. */
export function measureInChromium(
  browser: Browser,
  { scene, size }: BenchCase,
  settings: ChromiumSettings,
): Promise<ChromiumFigures> {
  return measureWatched(browser, { scene: scene.url, render: { size } }, async (watched) => {
    const { figures, shownFps } = await measureDragged(watched, WARM_UP_MS, settings.seconds);
    const clicks = scene.clicks ? await clickThrough(watched.page, watched.reports, settings.clicks) : null;
    return { renderer: watched.server.renderer?.name ?? "unknown", server: figures, shownFps, clicks };
  });
}

async function clickThrough(page: Page, reports: readonly MeasuredReport[], count: number): Promise<ClickFigures> {
  await sleep(1200);
  const from = reports.length;
  const times = await measureClicks(page, count);
  await sleep(1200);
  const inputMs = reports.slice(from).flatMap(({ measured }) => measured.inputMs);
  return { toPixel: spreadOf(times), inServer: spreadOf(inputMs), lost: count - times.length };
}
