/** Owns the checks of when frames count as missing. */

import { expect, it } from "vitest";
import { FrameWatch } from "../../../../client/streams/frame-watch.ts";

it("misses nothing while frames come", () => {
  const watch = new FrameWatch();
  for (let half = 1; half < 10; half += 1) {
    watch.handleReceived(half * 300, half * 500);
    watch.handleSent(half * 30, half * 500);
  }
  expect(watch.isMissing).toBe(false);
});

it("misses frames that were sent while nothing came", () => {
  const watch = new FrameWatch();
  watch.handleReceived(300, 500);
  watch.handleSent(30, 500);
  watch.handleReceived(300, 1000);
  watch.handleSent(60, 1000);
  expect(watch.isMissing).toBe(true);
  watch.handleReceived(300, 1300);
  expect(watch.missingMs).toBe(300);
});

it("forgives as soon as anything comes", () => {
  const watch = new FrameWatch();
  watch.handleSent(30, 500);
  expect(watch.isMissing).toBe(true);
  watch.handleReceived(1, 600);
  expect(watch.missingMs).toBe(0);
  expect(watch.lastReceivedMs).toBe(600);
});

it("does not miss frames that came before the server told of them, after a long rest", () => {
  const watch = new FrameWatch();
  watch.handleReceived(300, 500);
  watch.handleSent(30, 500);
  watch.handleReceived(304, 60_200);
  watch.handleSent(32, 60_500);
  expect(watch.isMissing).toBe(false);
});

it("takes one frame for one on its way", () => {
  const watch = new FrameWatch();
  watch.handleReceived(300, 500);
  watch.handleSent(30, 500);
  watch.handleSent(31, 1000);
  expect(watch.isMissing).toBe(false);
  watch.handleSent(32, 1500);
  expect(watch.isMissing).toBe(true);
});

it("counts time only when somebody looked", () => {
  const watch = new FrameWatch();
  watch.handleSent(30, 500);
  expect(watch.missingMs).toBeLessThanOrEqual(1);
});

it("misses nothing of the time in which the viewer looked away, and all that is lost after it", () => {
  const watch = new FrameWatch();
  watch.handleReceived(300, 500);
  watch.handleSent(30, 500);
  watch.handleSent(60, 1000);
  watch.forgive();
  expect(watch.missingMs).toBe(0);
  watch.handleSent(90, 9000);
  expect(watch.isMissing).toBe(false);
  watch.handleSent(120, 9500);
  expect(watch.isMissing).toBe(true);
});

it("misses nothing of few frames a second on a slow way", () => {
  for (const fps of [2, 5, 10]) {
    const watch = new FrameWatch();
    const arrivals = Array.from({ length: fps * 20 }, (_, frame) => (frame * 1000) / fps + 300 + ((frame * 67) % 150));
    for (let nowMs = 500; nowMs < 20_000; nowMs += 500) {
      watch.handleReceived(arrivals.filter((at) => at <= nowMs + 40).length, nowMs + 40);
      // What the server says comes by another way, which is faster than that of the video.
      watch.handleSent(Math.floor((nowMs * fps) / 1000) + 1, nowMs + 40);
      expect(watch.missingMs).toBeLessThan(300);
    }
  }
});
