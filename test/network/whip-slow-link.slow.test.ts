/** Sending on by WHIP over a link of the laboratory, to Chromium in place of an SFU: it takes no more than the link carries (SI6). */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createStreamServer } from "../../server/index.ts";
import { Link } from "../support/lab/link.ts";
import { freeLink } from "../support/lab/shaper.ts";
import { UdpDoor } from "../support/lab/udp-relay.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { WhipStandIn } from "../support/whip-stand-in.ts";

const RATE_BPS = 2_000_000;
const SETTLE_MS = 8000;
const MEASURE_SECONDS = 8;

let browser: Browser;
let end: WhipStandIn;

beforeAll(async () => {
  [browser, end] = await Promise.all([connectChromium(), WhipStandIn.start()]);
});
afterAll(async () => {
  await browser?.close();
  await end?.[Symbol.asyncDispose]();
});

/** The answer of a connection in the page, which is kept there, with all candidates. */
function answerIn(page: Page, offer: string): Promise<string> {
  return page.evaluate(async (sdp) => {
    const peer = new RTCPeerConnection();
    Object.assign(window, { peer });
    await peer.setRemoteDescription({ type: "offer", sdp });
    await peer.setLocalDescription(await peer.createAnswer());
    while (peer.iceGatheringState !== "complete") await new Promise((resolve) => setTimeout(resolve, 10));
    return peer.localDescription?.sdp ?? "";
  }, offer);
}

/** What arrived in the page so far. */
function arrived(page: Page): Promise<{ bytes: number; frames: number; keyFrames: number; height: number }> {
  return page.evaluate(async () => {
    const { peer } = window as unknown as { peer: RTCPeerConnection };
    for (const report of (await peer.getStats()).values()) {
      if (report.type !== "inbound-rtp") continue;
      const { bytesReceived, framesDecoded = 0, keyFramesDecoded = 0, frameHeight = 0 } = report;
      return { bytes: bytesReceived, frames: framesDecoded, keyFrames: keyFramesDecoded, height: frameHeight };
    }
    return { bytes: 0, frames: 0, keyFrames: 0, height: 0 };
  });
}

it("a link of 2 Mbit/s is used, not filled over, and pictures keep coming", async () => {
  const settings = { ...freeLink, rateBps: RATE_BPS, delayMs: 10 };
  const links = { up: new Link(settings, 1), down: new Link({ ...freeLink, delayMs: 10 }, 2) };
  const page = await browser.newPage();
  let door: UdpDoor | null = null;
  end.answer = async ({ method, body }, response) => {
    if (method !== "POST") return void response.writeHead(200).end();
    // It is to learn of us by what comes through the door alone.
    const offer = body.replaceAll(/^a=(?:candidate:.*|end-of-candidates)\r?\n/gm, "");
    const answer = await answerIn(page, offer);
    const [, port] = /^a=candidate:\S+ 1 udp \d+ \S+ (\d+) typ host/m.exec(answer) ?? [];
    door = await UdpDoor.open({ address: "127.0.0.1", port: Number(port) }, links);
    const through = `a=candidate:1 1 udp 2113937151 127.0.0.1 ${door.port} typ host\r\n`;
    const sdp = `${answer.replaceAll(/^a=candidate:.*\r?\n/gm, "")}${through}`;
    response.writeHead(201, { "Content-Type": "application/sdp", Location: "/session" }).end(sdp);
  };
  await using server = await createStreamServer({
    scene: new URL("../fixtures/scenes/noise.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: { width: 1280, height: 720 }, maxFps: 30 },
    outputs: [`whip+${end.origin}/whip`],
  });
  await expect.poll(() => server.room().outputs[0]?.state).toBe("sending");
  await sleep(SETTLE_MS);
  const [before, droppedBefore] = [await arrived(page), links.up.counts.dropped];
  await sleep(MEASURE_SECONDS * 1000);
  const after = await arrived(page);
  const bps = ((after.bytes - before.bytes) * 8) / MEASURE_SECONDS;
  const fps = (after.frames - before.frames) / MEASURE_SECONDS;
  const dropped = links.up.counts.dropped - droppedBefore;
  console.log(
    `${(bps / 1e6).toFixed(2)} Mbit/s, ${fps.toFixed(1)} pictures a second of ${after.height} rows, ${dropped} dropped`,
  );
  expect(bps).toBeGreaterThan(0.5 * RATE_BPS);
  expect(bps).toBeLessThan(1.05 * RATE_BPS);
  expect(fps).toBeGreaterThan(10);
  expect(dropped).toBeLessThan(100);
  expect(server.room().outputs[0]).toMatchObject({ state: "sending", connections: 1, error: null });
  await page.close();
  (door as UdpDoor | null)?.close();
  for (const link of [links.up, links.down]) link.close();
});
