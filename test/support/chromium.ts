/** Owns the real Chromium of tests and benchmarks: one browser for a file, pages on demand, pixels read back. */

import { type Browser, chromium, type Page } from "playwright-core";

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
];

/** Starts Debian's Chromium, or the one that SCENECAST_CHROMIUM names. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env["SCENECAST_CHROMIUM"] ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: flags });
}

/** Opens the viewer page and waits until a picture is on the screen. Errors in the page are collected in `errors`. */
export async function openViewer(browser: Browser, url: string): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(url);
  await waitForPicture(page);
  return { page, errors };
}

/** Waits until the page's video shows a picture. */
export async function waitForPicture(page: Page, timeout: number = 10_000): Promise<void> {
  await page.waitForFunction(() => (document.querySelector("video")?.videoWidth ?? 0) > 0, undefined, { timeout });
}

/** The sRGB bytes of the picture that is shown at some points, `x` and `y` from 0 to 1. */
export function shownColours(page: Page, points: readonly (readonly [number, number])[]): Promise<number[][]> {
  return page.evaluate((points) => {
    const video = document.querySelector("video");
    if (video === null) throw new Error("no video");
    const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (context === null) throw new Error("no canvas");
    context.drawImage(video, 0, 0);
    return points.map(([x, y]) => [
      ...context.getImageData(Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data.subarray(0, 3),
    ]);
  }, points);
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
