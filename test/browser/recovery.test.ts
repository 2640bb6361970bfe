/** The page goes on by itself after what can befall its server, and the server leaves nothing behind. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import type { Health } from "../../server/monitoring/health.ts";
import { openPage, openViewer, shownCentre, waitUntilLive } from "../support/chromium.ts";
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

async function openRecorded(server: StreamServer): Promise<Page> {
  const { page } = await openViewer(browser, server.url);
  await waitUntilLive(page);
  await recordFrames(page);
  await expectToMove(page);
  return page;
}

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

describe("a session that is killed", () => {
  it("comes back, and the page goes on by itself within seconds, each time", async () => {
    const begun = performance.now();
    await using server = await serveScene("animated");
    const startMs = performance.now() - begun;
    const page = await openRecorded(server);
    for (const _ of [1, 2]) {
      await recordFrames(page);
      await expectToMove(page);
      const pid = killSession(server);
      await page.waitForFunction(() => window.scenecast.state.kind !== "live");
      await waitUntilLive(page);
      await expectToMove(page);
      // Between one and two seconds where the machine is free and a start takes less than one.
      expect((await readFrameRecord(page)).longestGapMs).toBeLessThan(4000 + 4 * startMs);
      expect([server.room().pid === pid, processExists(pid)]).toEqual([false, false]);
    }
    expect(await readMetric(server.url, "scenecast_room_restarts_total")).toBe(2);
    await page.close();
  });

  it("takes input again from the same page, even from a hand that held a button all the while", async () => {
    await using server = await serveScene("pointer");
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    const red = async () => (await shownCentre(page))[0];
    await page.mouse.move(320, 360);
    await expect.poll(red).toBeGreaterThan(55);
    await page.mouse.down();
    killSession(server);
    await page.waitForFunction(() => window.scenecast.state.kind !== "live");
    await waitUntilLive(page);
    await page.mouse.up();
    await page.mouse.move(960, 360, { steps: 3 });
    await expect.poll(red).toBeGreaterThan(185);
    await page.close();
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

describe("a server that is started again on its port", () => {
  it("finds the page coming back by itself", async () => {
    const first = await serveScene("animated");
    const { port } = first;
    const page = await openRecorded(first);
    await first.close();
    await page.waitForFunction(() => window.scenecast.state.kind === "reconnecting");
    await using _second = await serveScene("animated", { port });
    await waitUntilLive(page);
    await expectToMove(page);
    await page.close();
  });
});

describe("a server that is closed", () => {
  it("leaves no process behind, and tells the page", async () => {
    const before = new Set(descendantsOf(process.pid));
    const server = await serveScene("animated");
    const started = descendantsOf(process.pid).filter((pid) => !before.has(pid));
    expect(started).toContain(server.room().pid);
    const page = await openRecorded(server);
    await server.close();
    expect(started.filter(processExists)).toEqual([]);
    expect(server.room().pid).toBeNull();
    await page.waitForFunction(() => window.scenecast.state.kind === "reconnecting");
    await page.close();
  });
});
