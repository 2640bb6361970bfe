/**
 * Owns the measurement of waits at the beginning: from the command to its link and to the first picture, and from opening
 * the page to the first picture, by each way.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { Child } from "../support/child.ts";
import { openPage } from "../support/chromium.ts";
import { findFreePort } from "../support/free-port.ts";
import { serveScene } from "../support/served-scene.ts";
import { spreadOf, spreadText } from "./figures.ts";
import type { Table } from "./table.ts";

const STARTS = 5;
const OPENINGS = 12;
const START_MS = 60_000;
const root = fileURLToPath(new URL("../../", import.meta.url));
const transports = ["webrtc", "websocket", "mjpeg"] as const;

/** Of a scene, in milliseconds. */
export async function measureOpening(browser: Browser, scene: URL): Promise<Table> {
  const starts: (readonly [string, readonly number[]])[] = [];
  const [links, pictures] = [[] as number[], [] as number[]];
  for (let count = 0; count < STARTS; count += 1) {
    const { linkMs, pictureMs } = await start(fileURLToPath(scene));
    links.push(linkMs);
    pictures.push(pictureMs);
  }
  starts.push(["npm start, to its link", links], ["npm start, to the first picture", pictures]);
  await using server = await serveScene(scene, { size: "window" });
  for (const transport of transports) {
    const url = `${server.url}?transport=${transport}`;
    const times: number[] = [];
    for (let count = 0; count < OPENINGS; count += 1) times.push(await open(browser, url));
    starts.push([`the page, to the first picture, ${transport}`, times]);
  }
  return {
    title: "From the beginning",
    note: "Milliseconds: median / 95th percentile. The page is opened in a browser that has nothing of it, on the same machine, of a scene that runs.",
    head: ["from", "ms"],
    rows: starts.map(([name, times]) => [name, spreadText(spreadOf([...times]))]),
  };
}

/** The set-up is done by then: this one is by the command that runs us. */
async function start(scene: string): Promise<{ readonly linkMs: number; readonly pictureMs: number }> {
  const port = await findFreePort();
  const begun = performance.now();
  const command = ["npm", "start", "--silent", "--prefix", root, "--", scene, "--port", String(port)] as const;
  const child = await Child.start([...command], /http:\/\//, START_MS);
  const linkMs = performance.now() - begun;
  try {
    // The link is printed while the scene is on its way.
    while (!(await isDrawn(`http://127.0.0.1:${port}/snapshot.jpg`))) await sleep(10);
    return { linkMs, pictureMs: performance.now() - begun };
  } finally {
    await child.close();
  }
}

async function isDrawn(url: string): Promise<boolean> {
  const picture = await fetch(url);
  await picture.arrayBuffer();
  return picture.ok;
}

/** From the navigation to the first frame of the page that shows the scene. */
async function open(browser: Browser, url: string): Promise<number> {
  const { page } = await openPage(browser, { before: noteLive });
  await page.goto(url);
  const time = await page.waitForFunction(() => (window as unknown as { liveAfterMs?: number }).liveAfterMs);
  const ms = (await time.jsonValue()) ?? Number.NaN;
  await page.close();
  return ms;
}

/** Runs in the page. */
function noteLive(): void {
  const look = (): void => {
    if (window.scenecast?.state.kind === "live") Object.assign(window, { liveAfterMs: performance.now() });
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}
