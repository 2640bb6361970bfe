/** Owns the real Chromium of tests and benchmarks: how it is started, pages on demand, pixels read back. */

import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type LaunchOptions, type Page } from "playwright-core";
// Declares `window.scenecast`.
import type {} from "../../client/page/page.ts";
import { freePlanFlag } from "./free-plan.ts";

const flags = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--autoplay-policy=no-user-gesture-required",
  freePlanFlag,
];

/** What waits for something of a page gives up after this. Only a failure takes so long, so a busy machine has time. */
const WITHIN_MS = 30_000;

/** Debian's Chromium, or the one that SCENECAST_CHROMIUM names. */
export function chromiumOptions(): LaunchOptions {
  return { executablePath: process.env["SCENECAST_CHROMIUM"] ?? "/usr/bin/chromium", args: flags };
}

/** Chromium without the windows of a browser, as Debian has it: a page is opened for a quarter of the processor time. */
const SHELL = "/usr/bin/chromium-headless-shell";

/** The one without windows where there is one, and nobody named another. */
export function shellOptions(): LaunchOptions {
  const { executablePath = "", ...options } = chromiumOptions();
  const isShell = process.env["SCENECAST_CHROMIUM"] === undefined && existsSync(SHELL);
  return { ...options, executablePath: isShell ? SHELL : executablePath };
}

/** Starts a Chromium of the caller's own. Tests that need no such thing take that of the run, by `connectChromium`. */
export function launchChromium(options: LaunchOptions = chromiumOptions()): Promise<Browser> {
  return chromium.launch(options);
}

export type OpenPageOptions = Pick<BrowserContextOptions, "hasTouch"> & {
  /** Runs in the page before anything of the page's own. */
  readonly before?: () => void;
};

/** A page of the browser with what it complained about: exceptions, console errors, refusals by its security policy. */
export type OpenPage = { readonly page: Page; readonly errors: string[] };

/** Opens an empty page. The caller closes it. */
export async function openPage(browser: Browser, { before, ...options }: OpenPageOptions = {}): Promise<OpenPage> {
  // What moves in the page itself would be drawn 60 times a second.
  const motion = { reducedMotion: "reduce" } as const;
  const page = await browser.newPage({ ...motion, ...options, viewport: { width: 1280, height: 720 } });
  const errors = errorsOf(page);
  if (before !== undefined) await page.addInitScript(before);
  return { page, errors };
}

/** What the page complains about from now on. */
export function errorsOf(page: Page): string[] {
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() !== "error") return;
    // Of what was not loaded the text says no address.
    const place = message.text().startsWith("Failed to load") ? ` ${message.location().url}` : "";
    errors.push(`${message.text()}${place}`);
  });
  return errors;
}

/** Opens the viewer page, kept to WebRTC unless `url` says otherwise, and waits until a picture is on the screen. */
export async function openViewer(browser: Browser, url: string, options: OpenPageOptions = {}): Promise<OpenPage> {
  const opened = await openPage(browser, options);
  const address = new URL(url);
  if (!address.searchParams.has("transport")) address.searchParams.set("transport", "webrtc");
  await opened.page.goto(address.href);
  await waitForPicture(opened.page);
  return opened;
}

/** Waits until the page's video shows a picture. */
export async function waitForPicture(page: Page, timeout: number = WITHIN_MS): Promise<void> {
  await page.waitForFunction(() => (document.querySelector("video")?.videoWidth ?? 0) > 0, undefined, { timeout });
}

/** Waits until the viewer of the page is live, with its channels open, so that input reaches the scene. */
export async function waitUntilLive(page: Page, timeout: number = WITHIN_MS): Promise<void> {
  await page.waitForFunction(() => window.scenecast.state.kind === "live", undefined, { timeout });
}

/** The sRGB bytes of the picture that is shown at some points, `x` and `y` from 0 to 1. */
export async function shownColours(page: Page, points: readonly (readonly [number, number])[]): Promise<number[][]> {
  // A stream that begins anew, by another way too, has none for a moment.
  await waitForPicture(page);
  return page.evaluate((points) => {
    const video = document.querySelector("video");
    if (video === null) throw new Error("no video");
    const { videoWidth: width, videoHeight: height } = video;
    const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    context.drawImage(video, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return points.map(([x, y]) => {
      const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
      return [...data.subarray(at, at + 3)];
    });
  }, points);
}

/** The colour in the middle of the picture that is shown. */
export async function shownCentre(page: Page): Promise<number[]> {
  const [colour = []] = await shownColours(page, [[0.5, 0.5]]);
  return colour;
}

/** Counts the frames that are presented in a span of time. */
export function countShownFrames(page: Page, forMs: number): Promise<number> {
  return page.evaluate(async (forMs) => {
    const video = document.querySelector("video");
    if (video === null) throw new Error("no video");
    let [count, isOver] = [0, false];
    const note = () => {
      count += 1;
      if (!isOver) video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
    await new Promise((resolve) => setTimeout(resolve, forMs));
    isOver = true;
    return count;
  }, forMs);
}
