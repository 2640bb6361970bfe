/** A WebSocket on a slow or broken network: no delay stays behind, and nobody else notices. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { now } from "../../shared/time.ts";
import { SocketViewer } from "../support/socket-viewer.ts";
import { TcpRelay } from "../support/tcp-relay.ts";

const LATE_MS = 300;

let server: StreamServer;
let other: SocketViewer;

beforeAll(async () => {
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/noise.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
  });
  other = await SocketViewer.open(server.url);
});
afterAll(async () => {
  other?.close();
  await server?.close();
});

/** Frames a second of the other viewer over a while from now. */
async function othersRate(forMs: number): Promise<number> {
  const from = now();
  await sleep(forMs);
  return other.framesPerSecond(from, from + forMs);
}

/** Milliseconds from now until the picture is not late any more and stays so for a second. */
async function recoveryMs(viewer: SocketViewer): Promise<number> {
  const from = now();
  let lateAt = from;
  while (now() - lateAt < 1000) {
    if (viewer.ageMs > LATE_MS) lateAt = now();
    if (now() - from > 10_000) return Number.POSITIVE_INFINITY;
    await sleep(10);
  }
  return lateAt - from;
}

async function openThrough(relay: TcpRelay): Promise<SocketViewer> {
  const viewer = await SocketViewer.open(relay.url);
  await sleep(1500);
  return viewer;
}

test("one that was throttled to 300 kbit/s shows the picture of now soon after, and no other viewer gets fewer frames", async () => {
  await using relay = await TcpRelay.start({ host: "127.0.0.1", port: server.port });
  using slow = await openThrough(relay);
  const before = await othersRate(3000);
  expect(slow.bitsPerSecond(now() - 1000, now())).toBeGreaterThan(1_000_000);
  relay.setRate(300_000);
  const throttledAt = now();
  const during = await othersRate(6000);
  const throttledRate = slow.bitsPerSecond(throttledAt + 1000, now());
  const framesDuring = slow.framesPerSecond(throttledAt, now());
  relay.setRate(null);
  const recovered = await recoveryMs(slow);
  const rates = `others ${before.toFixed(1)} frames/s, then ${during.toFixed(1)}; throttled ${framesDuring.toFixed(1)}`;
  console.info(`300 kbit/s: ${rates}; fresh ${Math.round(recovered)} ms after it was freed`);
  expect(during).toBeGreaterThan(before * 0.8);
  expect(throttledRate).toBeLessThan(450_000);
  expect(slow.closedAt).toBe(null);
  expect(recovered).toBeLessThan(3000);
});

test("one that stood still for 3 s shows the picture of now at once, with no delay left", async () => {
  await using relay = await TcpRelay.start({ host: "127.0.0.1", port: server.port });
  using viewer = await openThrough(relay);
  const usual = medianAge(viewer);
  const from = now();
  relay.setRate(0);
  await sleep(3000);
  relay.setRate(null);
  const recovered = await recoveryMs(viewer);
  const after = medianAge(viewer);
  console.info(
    `stall of 3 s: fresh ${Math.round(recovered)} ms after it; age ${usual.toFixed(1)}, then ${after.toFixed(1)} ms`,
  );
  expect(viewer.closedAt).toBe(null);
  expect(recovered).toBeLessThan(2000);
  expect(after).toBeLessThan(usual + 100);
  expect(other.longestGapMs(from, now())).toBeLessThan(1000);
});

test("one that takes nothing is closed after 5 s, and no other viewer gets fewer frames", async () => {
  await using relay = await TcpRelay.start({ host: "127.0.0.1", port: server.port });
  using stuck = await openThrough(relay);
  const before = await othersRate(2000);
  const from = now();
  relay.setRate(0);
  const during = await othersRate(4500);
  expect(await viewersOf()).toBe(2);
  await expect.poll(viewersOf).toBe(1);
  const closedAfter = now() - from;
  const gap = other.longestGapMs(from, now());
  console.info(`closed after ${Math.round(closedAfter)} ms; others' longest gap ${Math.round(gap)} ms`);
  expect(stuck.arrivals.at(-1)?.at).toBeLessThan(from + 500);
  expect(closedAfter).toBeGreaterThan(4500);
  expect(closedAfter).toBeLessThan(8500);
  expect(during).toBeGreaterThan(before * 0.8);
  expect(gap).toBeLessThan(1000);
});

/** The median age of the frames of the last second. */
function medianAge({ arrivals }: SocketViewer): number {
  const ages = arrivals.filter(({ at }) => at > now() - 1000).map(({ ageMs }) => ageMs);
  return ages.toSorted((a, b) => a - b)[ages.length >> 1] ?? Number.NaN;
}

async function viewersOf(): Promise<number> {
  const text = await (await fetch(new URL("metrics", server.url))).text();
  return Number(/^scenecast_viewers(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1] ?? Number.NaN);
}
