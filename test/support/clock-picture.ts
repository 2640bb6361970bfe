/** Reads the time that the scene clock.ts shows, in the video that a page decoded, and how the video goes on. */

import type { Page } from "playwright-core";

export type WatchedSpan = {
  /** How far the pictures were behind the scene when they came to the screen, in milliseconds, one for each that showed another time. */
  readonly behindMs: readonly number[];
  /** How often, and how long in all, the video stood still for want of more. */
  readonly stalls: number;
  readonly stalledMs: number;
  /** How much of the video was played, in seconds. */
  readonly played: number;
  /** Red, green, blue and white of the last picture, in its lower third. */
  readonly colours: readonly (readonly number[])[];
};

/** Watches the video of a page for so long. */
export async function watchClock(page: Page, forMs: number): Promise<WatchedSpan> {
  return await page.evaluate(async (forMs) => {
    const video = document.querySelector("video");
    const context = new OffscreenCanvas(48, 12).getContext("2d", { willReadFrequently: true });
    if (video === null || context === null) throw new Error("no video");
    const DIGITS = 24;
    const behindMs: number[] = [];
    let [last, stalls, stalledMs, stalledAt] = [-1, 0, 0, 0];
    let colours: number[][] = [];
    const at = (x: number, y: number): number[] => [...context.getImageData(x, y, 1, 1).data.subarray(0, 3)];
    const read = (): number => {
      context.drawImage(video, 0, 0, 48, 12);
      const digits = Array.from({ length: DIGITS }, (_, index) => at((index % 12) * 4 + 2, index < 12 ? 2 : 6));
      colours = [6, 18, 30, 42].map((x) => at(x, 10));
      return digits.reduce((sum, [red = 0]) => sum * 2 + (red > 128 ? 1 : 0), 0);
    };
    const stall = (): void => {
      stalls += 1;
      stalledAt = performance.now();
    };
    const goOn = (): void => {
      if (stalledAt > 0) stalledMs += performance.now() - stalledAt;
      stalledAt = 0;
    };
    video.addEventListener("waiting", stall);
    video.addEventListener("playing", goOn);
    const from = video.currentTime;
    const until = performance.now() + forMs;
    while (performance.now() < until) {
      await Promise.race([
        new Promise((resolve) => video.requestVideoFrameCallback(resolve)),
        new Promise((resolve) => setTimeout(resolve, 100)),
      ]);
      const shown = read();
      if (shown !== last && last >= 0) behindMs.push((Date.now() % 2 ** DIGITS) - shown);
      last = shown;
    }
    goOn();
    video.removeEventListener("waiting", stall);
    video.removeEventListener("playing", goOn);
    return { behindMs, stalls, stalledMs, played: video.currentTime - from, colours };
  }, forMs);
}
