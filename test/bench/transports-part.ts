/** Owns the comparison of the ways to a viewer: WebRTC, WebSocket and Motion JPEG, one after the other, one scene. */

import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { createStreamServer } from "../../server/index.ts";
import { Emitter } from "../../shared/emitter.ts";
import type { PictureSize } from "../../shared/video.ts";
import { cpuSecondsOf } from "../support/process-stats.ts";
import { type Spread, spreadOf, sum } from "./figures.ts";

const ways = ["webrtc", "websocket", "mjpeg"] as const;
type Way = (typeof ways)[number];

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
      results.push(await measureWay(page, way, server.room().pid, settings));
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
  const times = await clickOnScreen(page, clicks);
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

/**
 * Presses, and looks at what Chromium's compositor puts out (`Page.startScreencast`), until the whole picture is lighter or
 * darker. The same for a video and a canvas, which a page does not see equally late itself.
 */
export async function clickOnScreen(page: Page, count: number): Promise<number[]> {
  const devtools = await page.context().newCDPSession(page);
  const frames = new Emitter<{ shown: ScreenFrame }>();
  devtools.on("Page.screencastFrame", ({ data, metadata, sessionId }) => {
    // One may come as the page closes.
    devtools.send("Page.screencastFrameAck", { sessionId }).catch(() => undefined);
    frames.emit("shown", { jpeg: Buffer.from(data, "base64"), atMs: (metadata.timestamp ?? 0) * 1000 });
  });
  await devtools.send("Page.startScreencast", { format: "jpeg", quality: 40, maxWidth: 64, maxHeight: 36 });
  const times: number[] = [];
  for (let click = 0; click < count; click += 1) {
    await sleep(250 + Math.random() * 200);
    const time = await clickOnce(page, frames);
    if (time !== null) times.push(time);
  }
  await devtools.detach();
  return times;
}

type ScreenFrame = { readonly jpeg: Buffer; readonly atMs: number };

async function clickOnce(page: Page, frames: Emitter<{ shown: ScreenFrame }>): Promise<number | null> {
  const before = await lightness(await frames.next("shown"));
  const seen: ScreenFrame[] = [];
  const off = frames.on("shown", (frame) => void seen.push(frame));
  const pressedAt = await page.evaluate(() => {
    const at = { clientX: innerWidth / 2, clientY: innerHeight / 2, button: 0 };
    const hand = { ...at, pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true };
    const target = document.elementFromPoint(at.clientX, at.clientY) ?? document.body;
    const time = performance.timeOrigin + performance.now();
    target.dispatchEvent(new PointerEvent("pointerdown", { ...hand, buttons: 1 }));
    setTimeout(() => target.dispatchEvent(new PointerEvent("pointerup", { ...hand, buttons: 0 })), 200);
    return time;
  });
  try {
    for (let looked = 0; performance.timeOrigin + performance.now() < pressedAt + 2000; looked += 1) {
      while (seen.length <= looked) await sleep(2);
      const frame = seen[looked];
      if (frame !== undefined && Math.abs((await lightness(frame)) - before) > 60) return frame.atMs - pressedAt;
    }
    return null;
  } finally {
    off();
  }
}

/** The mean brightness of a frame, 0 to 255. */
async function lightness({ jpeg }: ScreenFrame): Promise<number> {
  const pixels = await sharp(jpeg).resize(1, 1, { kernel: "linear" }).greyscale().raw().toBuffer();
  return pixels[0] ?? 0;
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

/** Nothing for a process that ended meanwhile. */
function secondsOf(pid: string): number {
  try {
    return cpuSecondsOf(Number(pid));
  } catch {
    return 0;
  }
}
