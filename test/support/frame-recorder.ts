/** Owns a record, kept in the viewer page, of when each picture came on the screen: what an interruption costs a viewer. */

import type { Page } from "playwright-core";

declare global {
  // biome-ignore lint/style/useConsistentTypeDefinitions: nothing but an interface adds to Window.
  interface Window {
    /** When each picture was presented, on the clock of `performance.now()`. Gone with the document: a reload loses it. */
    shownAtMs: number[] | undefined;
  }
}

/** Begins to note the pictures of the page's video. */
export function recordFrames(page: Page): Promise<void> {
  return page.evaluate(() => {
    const video = document.querySelector("video");
    if (video === null) throw new Error("no video");
    const shownAtMs: number[] = [];
    window.shownAtMs = shownAtMs;
    const note = () => {
      shownAtMs.push(performance.now());
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  });
}

export type FrameRecord = {
  /** The longest time without a new picture, the time since the last one included. */
  readonly longestGapMs: number;
  /** Pictures in the last second. */
  readonly recentFrames: number;
};

/** What was noted so far. Rejects when the page was loaded anew since. */
export function readFrameRecord(page: Page): Promise<FrameRecord> {
  return page.evaluate(() => {
    const { shownAtMs } = window;
    if (shownAtMs === undefined) throw new Error("The page was loaded anew.");
    const now = performance.now();
    const gaps = [...shownAtMs, now].map((time, at) => time - (shownAtMs[at - 1] ?? time));
    return { longestGapMs: Math.max(...gaps), recentFrames: shownAtMs.filter((time) => time > now - 1000).length };
  });
}
