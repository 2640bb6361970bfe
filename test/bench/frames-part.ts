/**
 * Owns the measurement of frames that another program gives: ready-made ones of a script in Python, in a server of a process of its own,
 * watched by Chromium on the same machine.
 */

import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import type { PictureSize } from "../../shared/video.ts";
import { Child } from "../support/child.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { cli } from "../support/cli.ts";
import { findFreePort } from "../support/free-port.ts";
import { cpuSecondsOf } from "../support/process-stats.ts";
import { descendantsOf } from "../support/processes.ts";
import { sizeText } from "./cases.ts";
import { numberText, type Spread, spreadOf, spreadText } from "./figures.ts";
import { measureClicks, measureDrag, measureMoves } from "./in-page.ts";
import type { Table } from "./table.ts";

export type FramesFigures = {
  readonly size: PictureSize;
  readonly madeFps: number;
  readonly shownFps: number;
  /** From a move, or a press, in the page to the changed pixel. */
  readonly dragToPixel: Spread | null;
  readonly pressToPixel: Spread | null;
  /** Moves and presses whose change was not seen within two seconds. */
  readonly lost: number;
  /** Processor time of a shown picture in milliseconds. */
  readonly serverMs: number;
  readonly programMs: number;
};

export const frameSizes: readonly PictureSize[] = [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
];

/** Compilers and buffers settle, and the connection finds out what it carries. */
const WARM_UP_MS = 4000;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Measures each size after the other. Rejects where Python is missing, or the stream fails. */
export async function measureFrames(
  browser: Browser,
  sizes: readonly PictureSize[],
  settings: { readonly seconds: number; readonly clicks: number },
): Promise<FramesFigures[]> {
  const found: FramesFigures[] = [];
  for (const size of sizes) found.push(await measureSize(browser, size, settings));
  return found;
}

async function measureSize(
  browser: Browser,
  size: PictureSize,
  { seconds, clicks }: { readonly seconds: number; readonly clicks: number },
): Promise<FramesFigures> {
  const port = await findFreePort();
  await using server = await Child.start([...cli, "serve", "--frames", "--port", String(port)], /Ctrl-C/, 60_000);
  const script = `${root}test/fixtures/programs/frames.py`;
  const args = [`ws://127.0.0.1:${port}/frames`, String(size.width), String(size.height)];
  await using program = await Child.start(["python3", script, ...args], /joined/, 60_000);
  const { page, errors } = await openViewer(browser, `http://127.0.0.1:${port}/`);
  await waitUntilLive(page);
  await measureDrag(page, WARM_UP_MS);
  const before = takenBy(server, program);
  const shownFps = await measureDrag(page, seconds * 1000);
  const after = takenBy(server, program);
  const spanS = (after.at - before.at) / 1000;
  const shown = shownFps * spanS;
  const moves = await measureMoves(page, clicks);
  const presses = await measureClicks(page, clicks);
  await page.close();
  if (errors.length > 0) throw new Error(errors.join(" "));
  return {
    size,
    madeFps: (after.made - before.made) / spanS,
    shownFps,
    dragToPixel: spreadOf(moves),
    pressToPixel: spreadOf(presses),
    lost: 2 * clicks - moves.length - presses.length,
    serverMs: ((after.serverS - before.serverS) * 1000) / shown,
    programMs: ((after.programS - before.programS) * 1000) / shown,
  };
}

/** What was used and made so far. */
function takenBy(server: Child, program: Child): { at: number; serverS: number; programS: number; made: number } {
  const processes = [server.pid, ...descendantsOf(server.pid)];
  const said = program.log.trim().split("\n").at(-1) ?? "";
  return {
    at: performance.now(),
    serverS: processes.reduce((sum, pid) => sum + cpuSecondsOf(pid), 0),
    programS: cpuSecondsOf(program.pid),
    made: said.startsWith("{") ? (JSON.parse(said) as { readonly frames: number }).frames : 0,
  };
}

export function framesTable(results: readonly FramesFigures[]): Table {
  return {
    title: "Ready-made frames of another program, in Python, watched by Chromium on the same machine",
    note: "Frames a second while dragged, each other than the one before; milliseconds from a move, and from a press, in the page to the changed pixel: median / 95th percentile; processor time of a shown picture in milliseconds, of all processes of the server and of the program.",
    head: ["size", "made/s", "shown/s", "drag to pixel", "press to pixel", "lost", "server ms", "program ms"],
    rows: results.map((one) => [
      sizeText(one.size),
      numberText(one.madeFps),
      numberText(one.shownFps),
      spreadText(one.dragToPixel),
      spreadText(one.pressToPixel),
      String(one.lost),
      numberText(one.serverMs),
      numberText(one.programMs),
    ]),
  };
}
