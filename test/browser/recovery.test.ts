/** The page goes on by itself after what can befall its server, and the server leaves nothing behind. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import type { Health } from "../../server/monitoring/health.ts";
import { openPage, openViewer, waitUntilLive } from "../support/chromium.ts";
import { seenCounts } from "../support/counted-picture.ts";
import { startFakeServer } from "../support/fake-scene.ts";
import { readFrameRecord, recordFrames } from "../support/frame-recorder.ts";
import { descendantsOf, processExists } from "../support/processes.ts";
import { readMetric, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

/** Checks that pictures flow: many of them within a second. */
async function expectToMove(page: Page): Promise<void> {
  await expect.poll(async () => (await readFrameRecord(page)).recentFrames).toBeGreaterThan(10);
}

function killSession(server: StreamServer): number {
  const pid = server.room().pid;
  if (pid === null) throw new Error("no session");
  process.kill(pid, "SIGKILL");
  return pid;
}

describe("a page that stays open all the while", () => {
  let server: StreamServer;
  let page: Page;
  let startMs: number;
  /** The processes that were there before the server. */
  let before: Set<number>;
  beforeAll(async () => {
    before = new Set(descendantsOf(process.pid));
    const begun = performance.now();
    server = await serveScene("counted");
    startMs = performance.now() - begun;
    ({ page } = await openViewer(browser, server.url));
    await waitUntilLive(page);
  });
  afterAll(async () => {
    await page?.close();
    await server?.close();
  });

  it("goes on by itself within seconds when the session is killed, each time, with input from a hand that held a button", async () => {
    for (const _ of [1, 2]) {
      await page.mouse.move(320, 360);
      await page.mouse.down();
      await recordFrames(page);
      await expectToMove(page);
      const pid = killSession(server);
      await page.waitForFunction(() => window.scenecast.state.kind !== "live");
      await waitUntilLive(page);
      await expectToMove(page);
      // Between one and two seconds where the machine is free and a start takes less than one.
      expect((await readFrameRecord(page)).longestGapMs).toBeLessThan(4000 + 4 * startMs);
      expect([server.room().pid === pid, processExists(pid)]).toEqual([false, false]);
      await page.mouse.up();
      await page.mouse.click(960, 360);
      await expect.poll(async () => (await seenCounts(page))?.presses, { interval: 100 }).toBe(1);
    }
    expect(await readMetric(server.url, "scenecast_room_restarts_total")).toBe(2);
  });

  it("is told when the server is closed, which leaves no process behind, and comes back when it is started again", async () => {
    const started = descendantsOf(process.pid).filter((pid) => !before.has(pid));
    expect(started).toContain(server.room().pid);
    const { port } = server;
    await server.close();
    expect(started.filter(processExists)).toEqual([]);
    expect(server.room().pid).toBeNull();
    await page.waitForFunction(() => window.scenecast.state.kind === "reconnecting");
    server = await serveScene("counted", { port });
    await waitUntilLive(page);
    await recordFrames(page);
    await expectToMove(page);
  });
});

describe("a scene that is down", () => {
  it("says so and why, and starts when a host presses the button", async () => {
    await using server = await startFakeServer({ query: "fallAfter=200" });
    const statuses: string[] = [];
    server.on("statusChanged", ({ status }) => statuses.push(status));
    const { page } = await openPage(browser);
    await page.goto(server.url);
    await page.waitForSelector("text=The scene is down");
    expect(await page.textContent("#overlay-detail")).toMatch(
      /was ended by the system, most likely because memory ran out\. It fails again and again, so it is tried again in 30 seconds\.$/,
    );
    const { rooms, ok } = (await (await fetch(new URL("healthz", server.url))).json()) as Health;
    expect([rooms[0]?.status, ok]).toEqual(["down", false]);
    statuses.length = 0;
    await page.click("text=Start it again");
    await expect.poll(() => statuses.slice(0, 2)).toEqual(["live", "restarting"]);
    await page.close();
  });
});
