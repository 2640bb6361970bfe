/** A trace of a real server and a real page: a press can be followed to its picture, and the stages sum up to what the page measured. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer, Trace } from "../../server/index.ts";
import { openPage, waitUntilLive } from "../support/chromium.ts";
import { readMetric, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { arrowSpans, traceProblems } from "../support/trace-problems.ts";

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("orbit")]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Drags while a trace is taken. */
async function traceOfDrag(transport: "webrtc" | "websocket"): Promise<Trace> {
  const { page } = await openPage(browser);
  await page.goto(`${server.url}?transport=${transport}`);
  await waitUntilLive(page);
  const stop = new AbortController();
  const trace = server.trace({ seconds: 30, signal: stop.signal });
  await page.mouse.move(600, 300);
  await page.mouse.down();
  const shown = () => page.evaluate<number>("window.scenecast.stats().clickToPictureMs?.count ?? 0");
  // A browser that is kept busy skips pictures, and with them what they would have told.
  for (let step = 0; step < 600 && (step < 25 || (await shown()) <= 10); step += 1) {
    await page.mouse.move(600 + (step % 80) * 5, 300 + (step % 40));
    await page.waitForTimeout(30);
  }
  await page.mouse.up();
  expect(await shown()).toBeGreaterThan(10);
  stop.abort();
  const taken = await trace;
  if (transport === "websocket") {
    // What the page felt is told every ten seconds.
    await expect
      .poll(() => readMetric(server.url, "scenecast_press_to_picture_seconds_count"), { interval: 200 })
      .toBeGreaterThan(5);
    expect(await readMetric(server.url, "scenecast_queueing_ratio_count")).toBeGreaterThan(5);
  }
  await page.close();
  return taken;
}

describe.each(["webrtc", "websocket"] as const)("by %s", (transport) => {
  it("a press is followed to its picture over all processes, and its stages sum up to what the page measured", async () => {
    const trace = await traceOfDrag(transport);
    expect(traceProblems(trace)).toEqual([]);
    expect(trace.otherData.followedInputs).toBeGreaterThan(5);
    const stages = ["press", "input", "update", "render", "read", "convert", "encode", "packetize", "send", "pacing"];
    const missing = Array.from({ length: trace.otherData.followedInputs }, (_, at) => {
      const names = new Set(arrowSpans(trace, at + 1).map(({ name }) => name));
      return [...stages, "network", "decode", "present"].filter((stage) => !names.has(stage));
    });
    // The first ones may have been under way before every process took its part of the trace.
    const whole = missing.filter(({ length }) => length === 0).length;
    expect(whole, `missing: ${JSON.stringify(missing)}`).toBeGreaterThan(5);
    const measured = trace.traceEvents.filter(({ name }) => name === "press to picture");
    expect(measured.length).toBeGreaterThan(5);
    const unaccounted = measured.map(({ dur = 0, args }) => dur / 1000 - Number(args?.["sum of stages ms"]));
    const median = unaccounted.sort((one, other) => one - other)[measured.length >> 1] ?? Number.NaN;
    // What the clocks of page and server differ by, and stages that overlap.
    expect(Math.abs(median), `of ${measured.map(({ dur = 0 }) => dur / 1000)} ms`).toBeLessThan(5);
  });
});
