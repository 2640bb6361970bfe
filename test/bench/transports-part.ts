/** Owns the comparison of the ways to a viewer: WebRTC, WebSocket and Motion JPEG, one after the other, one scene. */

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { createStreamServer } from "../../server/index.ts";
import type { PictureSize } from "../../shared/video.ts";
import { type Spread, spreadOf, sum } from "./figures.ts";

export const ways = ["webrtc", "websocket", "mjpeg"] as const;
export type Way = (typeof ways)[number];

export type WayFigures = {
  readonly way: Way;
  readonly shownFps: number;
  readonly toPixel: Spread | null;
  readonly lost: number;
  readonly bitrateBps: number;
  /** Processors that the server's and the browser's processes take, all threads; null where there is no /proc. */
  readonly serverCpu: number | null;
  readonly browserCpu: number | null;
};

export type TransportSettings = { readonly clicks: number; readonly seconds: number };

const WARM_UP_MS = 2500;
const SAMPLES_PER_SECOND = 1;

/** Measures every way in turn. Rejects when one of them shows no picture. */
export async function measureTransports(
  browser: Browser,
  scene: URL,
  size: PictureSize,
  settings: TransportSettings,
): Promise<readonly WayFigures[]> {
  await using server = await createStreamServer({ scene, logLevel: "silent", http: { port: 0 }, render: { size } });
  const results: WayFigures[] = [];
  for (const way of ways) {
    const page = await browser.newPage({ viewport: size });
    try {
      await page.goto(`${server.url}?transport=${way}`);
      await page.waitForFunction(() => window.scenecast.state.kind === "live", undefined, { timeout: 20_000 });
      await sleep(WARM_UP_MS);
      results.push(await measureWay(page, way, server.sessionPid, settings));
    } finally {
      await page.close();
    }
    await sleep(1000);
  }
  return results;
}

async function measureWay(
  page: Page,
  way: Way,
  sessionPid: number | null,
  { clicks, seconds }: TransportSettings,
): Promise<WayFigures> {
  const before = processorTimes(sessionPid);
  const begun = performance.now();
  const samples: { readonly shownFps: number; readonly bitrateBps: number }[] = [];
  for (let sample = 0; sample < seconds * SAMPLES_PER_SECOND; sample += 1) {
    await sleep(1000 / SAMPLES_PER_SECOND);
    samples.push(await page.evaluate(() => window.scenecast.stats()));
  }
  const after = processorTimes(sessionPid);
  const elapsed = (performance.now() - begun) / 1000;
  const times = await clickInPage(page, clicks);
  const mean = (values: readonly number[]) => sum(values) / values.length;
  return {
    way,
    shownFps: mean(samples.map(({ shownFps }) => shownFps)),
    bitrateBps: mean(samples.map(({ bitrateBps }) => bitrateBps)),
    toPixel: spreadOf(times),
    lost: clicks - times.length,
    serverCpu: before === null || after === null ? null : (after.server - before.server) / elapsed,
    browserCpu: before === null || after === null ? null : (after.browser - before.browser) / elapsed,
  };
}

/** Presses, and looks at the shown element at every animation frame, whatever sort it is, until its top has changed. */
function clickInPage(page: Page, count: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const shown = [
      ...document.querySelectorAll<HTMLVideoElement | HTMLCanvasElement | HTMLImageElement>("video, canvas, img"),
    ].filter((element) => {
      const isVisible = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
      return isVisible && element.getBoundingClientRect().width > 200;
    });
    const level = () => {
      context.clearRect(0, 0, 1, 1);
      for (const element of shown) {
        const width = element instanceof HTMLVideoElement ? element.videoWidth : element.width;
        if (width > 0) context.drawImage(element, width / 2, 8, 1, 1, 0, 0, 1, 1);
      }
      return context.getImageData(0, 0, 1, 1).data[0] ?? 0;
    };
    const target = document.elementFromPoint(innerWidth / 2, innerHeight / 2) ?? document.body;
    const press = (type: string, buttons: number) => {
      const at = { clientX: innerWidth / 2, clientY: innerHeight / 2, button: 0, buttons };
      const hand = { pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true };
      target.dispatchEvent(new PointerEvent(type, { ...at, ...hand }));
    };
    const times: number[] = [];
    for (let click = 0; click < count; click += 1) {
      await sleep(250 + Math.random() * 200);
      const before = level();
      const begun = performance.now();
      press("pointerdown", 1);
      const time = await new Promise<number | null>((resolve) => {
        const look = () => {
          const time = performance.now() - begun;
          if (Math.abs(level() - before) > 60) resolve(time);
          else if (time > 2000) resolve(null);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      });
      press("pointerup", 0);
      if (time !== null) times.push(time);
    }
    return times;
  }, count);
}

/** Seconds of processor time so far: of this process and the scene's, and of every Chromium. */
function processorTimes(sessionPid: number | null): { readonly server: number; readonly browser: number } | null {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const browser = pids.filter((pid) => nameOf(pid).startsWith("chrom"));
    const server = [String(process.pid), ...(sessionPid === null ? [] : [String(sessionPid)])];
    return { server: sum(server.map(secondsOf)), browser: sum(browser.map(secondsOf)) };
  } catch {
    return null;
  }
}

function nameOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8");
  } catch {
    return "";
  }
}

/** Fields 14 and 15 of proc(5)'s stat, in ticks of 10 ms, after the name in brackets. */
function secondsOf(pid: string): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return 0;
  }
}
