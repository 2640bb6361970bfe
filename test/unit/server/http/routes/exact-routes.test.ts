/** Owns the checks of the exact picture by HTTP: who gets it, how many at once, and that it is cut when the scene moves. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ExactHandler, exactRoutes } from "../../../../../server/http/routes/exact-routes.ts";
import { Metrics } from "../../../../../server/monitoring/metrics.ts";
import type { MadePicture } from "../../../../../server/session/exact-picture.ts";
import { Emitter } from "../../../../../shared/emitter.ts";
import { StreamError } from "../../../../../shared/errors.ts";

const large = new Uint8Array(64 * 1024 * 1024);

let server: Server;
let base: string;
let scene: Emitter<{ moved: Record<never, never>; received: number }>;
let metrics: Metrics;
let maxBps: number | null;
let waiting: ((made: MadePicture | null) => void)[];

const png = (bytes: Uint8Array): MadePicture => ({ format: "png", bytes });

const pictures: ExactHandler = {
  isViewer: (viewerId) => viewerId.startsWith("v"),
  take: async (picture, bitrateBps) => {
    if (picture === "broken") throw new StreamError("encoder-failed");
    if (picture === "large") return png(large);
    if (picture === "middling") return png(large.subarray(0, 250_000));
    if (picture === "small")
      return bitrateBps === 500_000 ? { format: "webp-exact", bytes: large.subarray(0, 9) } : null;
    if (picture === "slow") return new Promise((resolve) => waiting.push(resolve));
    return picture === "p1" ? png(new Uint8Array([1, 2, 3])) : null;
  },
  whenOver: (over) => scene.on("moved", over),
  whenReceived: (viewerId, request, received) =>
    viewerId === "v1" && request === 7 ? scene.on("received", received) : () => undefined,
};

beforeEach(async () => {
  scene = new Emitter();
  metrics = new Metrics();
  waiting = [];
  maxBps = null;
  server = createServer(express().use(exactRoutes({ exactOf: () => pictures, maxBpsOf: () => maxBps, metrics })));
  await once(server.listen(0, "127.0.0.1"), "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/exact/`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const get = (picture: string, viewer: string) => fetch(`${base}${picture}?viewer=${viewer}`);

test("a viewer gets the newest picture, which nobody keeps", async () => {
  const response = await get("p1", "v1");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "image/png"]);
  expect(response.headers.get("cache-control")).toBe("private, no-store");
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 3]);
});

test("a page that says so gets WebP where that is there sooner", async () => {
  const ask = (accept: string) => fetch(`${base}small?viewer=v1&bps=500000`, { headers: { accept } });
  const webp = await ask("image/webp, image/png");
  expect([webp.status, webp.headers.get("content-type")]).toEqual([200, "image/webp"]);
  expect((await webp.arrayBuffer()).byteLength).toBe(9);
  expect((await ask("*/*")).status).toBe(204);
});

test("a picture that is over is 204, so that no browser calls it an error, a stranger 404, another method 405, what cannot be made 503", async () => {
  expect((await get("p0", "v1")).status).toBe(204);
  expect((await get("p1", "stranger")).status).toBe(404);
  expect((await fetch(`${base}p1`)).status).toBe(404);
  expect((await fetch(`${base}p1?viewer=v1`, { method: "POST" })).status).toBe(405);
  expect((await get("broken", "v1")).status).toBe(503);
});

test("a viewer has two at once, everybody together 64", async () => {
  const first = Array.from({ length: 2 }, () => get("slow", "v1"));
  await expect.poll(() => waiting.length).toBe(2);
  expect((await get("p1", "v1")).status).toBe(429);
  expect((await get("p1", "v2")).status).toBe(200);
  const others = Array.from({ length: 62 }, (_, at) => get("slow", `v-${at}`));
  await expect.poll(() => waiting.length).toBe(64);
  expect((await get("p1", "v2")).status).toBe(503);
  for (const answer of waiting) answer(null);
  expect((await Promise.all([...first, ...others])).every(({ status }) => status === 204)).toBe(true);
  await expect.poll(async () => (await get("p1", "v1")).status).toBe(200);
});

test("on a slow way it goes at the rate of that way", async () => {
  const begun = performance.now();
  const response = await get("middling", "v1&bps=4000000");
  expect((await response.arrayBuffer()).byteLength).toBe(250_000);
  const tookMs = performance.now() - begun;
  expect(tookMs).toBeGreaterThan(350);
  expect(tookMs).toBeLessThan(10_000);
});

test("it is faster than that where the page says that it comes faster", async () => {
  const begun = performance.now();
  const response = await get("middling", "v1&bps=100000&receipts=7");
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    scene.emit("received", bytes);
  }
  expect(bytes).toBe(250_000);
  // It would be 20 s.
  expect(performance.now() - begun).toBeLessThan(10_000);
});

test("on a way that is held it goes no faster, whatever the page says of the way", async () => {
  maxBps = 4_000_000;
  const begun = performance.now();
  const response = await get("middling", "v1&bps=100000000&receipts=7");
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.byteLength;
    scene.emit("received", bytes);
  }
  expect(bytes).toBe(250_000);
  expect(performance.now() - begun).toBeGreaterThan(350);
});

test("on a slow way it ends early when the scene moves, and says how long it would have been", async () => {
  const response = await get("middling", "v1&bps=1000000");
  expect(response.headers.get("x-exact-bytes")).toBe("250000");
  scene.emit("moved", {});
  const sent = (await response.arrayBuffer()).byteLength;
  expect(sent).toBeLessThan(100_000);
  expect(await metrics.text()).toContain(`scenecast_exact_picture_sent_bytes_total ${sent}\n`);
});

test("a response that still runs is cut when the scene moves", async () => {
  const response = await get("large", "v1&bps=100000000");
  const body = response.arrayBuffer();
  scene.emit("moved", {});
  await expect(body).rejects.toThrow();
  expect((await get("p1", "v1")).status).toBe(200);
});
