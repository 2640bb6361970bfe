/** The laboratory between Chromium and the server: the picture comes through it by every way, as late as it says. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openPage, waitForPicture, waitUntilLive } from "../support/chromium.ts";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { Laboratory } from "../support/lab/laboratory.ts";
import { readMetric, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenWay, statsOf } from "../support/viewer-page.ts";

const DELAY_MS = 40;

let browser: Browser;
let server: StreamServer;
let page: Page;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("counted")]);
  ({ page } = await openPage(browser));
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

function startLaboratory(): Promise<Laboratory> {
  return Laboratory.start({ to: server.url, network: { rateBps: 5_000_000, delayMs: DELAY_MS } });
}

it("is what video by WebRTC goes through, and its delay is in the round trip", async () => {
  await using laboratory = await startLaboratory();
  await page.goto(`${laboratory.url}?transport=webrtc`);
  await waitUntilMoving(page);
  await waitUntilLive(page);
  const before = laboratory.datagrams;
  const shownBefore = (await statsOf(page)).framesShown;
  await expect.poll(async () => (await statsOf(page)).framesShown - shownBefore).toBeGreaterThan(15);
  const after = laboratory.datagrams;
  const { framesShown } = await statsOf(page);
  expect(await seenWay(page)).toBe("webrtc");
  // Half of what was shown since: some of it came before.
  expect(after.down - before.down).toBeGreaterThan((framesShown - shownBefore) / 2);
  expect(after.up).toBeGreaterThan(before.up);
  const roundTripMs = async () => (await statsOf(page)).roundTripMs ?? 0;
  // Measured by the connection a while after its beginning.
  await expect.poll(roundTripMs).toBeGreaterThanOrEqual(2 * DELAY_MS);
  // What it would be if the delay were counted twice over; a busy machine adds its own now and then.
  await expect.poll(roundTripMs).toBeLessThan(8 * DELAY_MS);
  await page.mouse.click(400, 300);
  await expect.poll(async () => (await seenCounts(page))?.presses).toBe(1);
  // Nothing goes around it.
  laboratory.change({ loss: 1 });
  await sleep(500);
  const stopped = (await statsOf(page)).framesShown;
  await sleep(700);
  expect((await statsOf(page)).framesShown).toBe(stopped);
});

it("is what video by WebSocket goes through, no faster than its rate", async () => {
  await using laboratory = await startLaboratory();
  await page.goto(`${laboratory.url}?transport=websocket`);
  await waitUntilMoving(page);
  laboratory.change({ rateBps: 100_000 });
  await sleep(700);
  const [before, from] = [laboratory.down.passedBytes, performance.now()];
  await sleep(1300);
  const bps = ((laboratory.down.passedBytes - before) * 8000) / (performance.now() - from);
  expect(await seenWay(page)).toBe("websocket");
  expect(bps).toBeLessThan(110_000);
  expect(bps).toBeGreaterThan(5_000);
  expect(laboratory.datagrams).toEqual({ down: 0, up: 0 });
  await page.goto("about:blank");
});

/** What `neverAsk` leaves in the page. */
type Asking = { readonly peer?: RTCPeerConnection };

/** Runs in the page: its offer has no way to ask for a lost packet. */
function neverAsk(): void {
  const Real = RTCPeerConnection;
  window.RTCPeerConnection = class extends Real {
    constructor(options?: RTCConfiguration) {
      super(options);
      Object.assign(window, { peer: this });
    }

    override async setLocalDescription({
      type = "offer",
      sdp = "",
    }: RTCLocalSessionDescriptionInit = {}): Promise<void> {
      await super.setLocalDescription({ type, sdp: sdp.replace(/^a=rtcp-fb:\d+ nack\r\n/gm, "") });
    }
  };
}

function inboundOf(page: Page): Promise<Partial<RTCInboundRtpStreamStats>> {
  return page.evaluate(async () => {
    const stats = await (window as Asking).peer?.getStats();
    return [...(stats?.values() ?? [])].find(({ type, kind }) => type === "inbound-rtp" && kind === "video") ?? {};
  });
}

it("loses packets that Chromium makes again from parity, and the pictures go on without a key frame", async () => {
  await using noisy = await serveScene("noise");
  await using laboratory = await Laboratory.start({ to: noisy.url, network: { rateBps: 4_000_000, loss: 0.02 } });
  const { page } = await openPage(browser, { before: neverAsk });
  await page.goto(`${laboratory.url}?transport=webrtc`);
  await waitForPicture(page);
  await expect.poll(async () => (await inboundOf(page)).fecPacketsReceived).toBeGreaterThan(0);
  laboratory.change({ loss: 0.01 });
  // A picture of which two packets are lost is lost, and so are those after it, until a key frame comes.
  let since = await inboundOf(page);
  const goesOnAfterLosses = async () => {
    const seen = await inboundOf(page);
    expect(seen.nackCount).toBe(0);
    if (seen.keyFramesDecoded !== since.keyFramesDecoded) since = seen;
    const lost = (seen.packetsLost ?? 0) - (since.packetsLost ?? 0);
    if (lost < 3) return false;
    await sleep(200);
    const { framesDecoded = 0, keyFramesDecoded } = await inboundOf(page);
    return framesDecoded > (seen.framesDecoded ?? 0) && keyFramesDecoded === since.keyFramesDecoded;
  };
  await expect.poll(goesOnAfterLosses, { interval: 200 }).toBe(true);
  expect(await readMetric(noisy.url, "scenecast_parity_packets_total")).toBeGreaterThan(0);
  await page.close();
});
