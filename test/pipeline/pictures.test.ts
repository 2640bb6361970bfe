/** Motion JPEG, stills and input by HTTP on a real scene: the pictures are decoded again and looked at. */

import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { encodeInputs } from "../../client/link/http-input.ts";
import { resolveOptions } from "../../server/options/options.ts";
import { StreamServer } from "../../server/stream-server.ts";
import type { PointerInput } from "../../shared/input.ts";
import { MultipartReader } from "../support/multipart.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { SocketViewer } from "../support/socket-viewer.ts";
import { untilSteady } from "../support/until-steady.ts";

const size = { width: 320, height: 192 };
const quadrants = [
  [0xd0, 0x20, 0x30],
  [0x20, 0xb0, 0x40],
  [0x20, 0x40, 0xc8],
  [0xe0, 0xc0, 0x20],
];

let server: StreamServer;
/** Who presses, from the first press on: its name and how often it did. */
let hand: { readonly viewerId: string; presses: number } | null = null;

async function start(scene: string, asGpu = ""): Promise<void> {
  const options = {
    scene: sceneFixture(scene),
    logLevel: "silent",
    http: { port: 0 },
    render: { size, maxFps: 30 },
  } as const;
  vi.stubEnv("SCENECAST_AS_GPU", asGpu);
  server = await StreamServer.start(resolveOptions(options));
  vi.unstubAllEnvs();
}

async function end(): Promise<void> {
  hand = null;
  await server.close();
}

function get(path: string, init?: RequestInit): Promise<Response> {
  return fetch(new URL(path, server.url), init);
}

/** The colours of the four quarters of a picture. */
async function coloursOf(coded: Uint8Array | ArrayBuffer): Promise<number[][]> {
  const { data, info } = await sharp(coded).raw().toBuffer({ resolveWithObject: true });
  return [0, 1, 2, 3].map((index) => {
    const column = Math.floor(info.width * (index % 2 === 0 ? 0.25 : 0.75));
    const at = (Math.floor(info.height * (index < 2 ? 0.25 : 0.75)) * info.width + column) * info.channels;
    return [...data.subarray(at, at + 3)];
  });
}

function farthest(colours: readonly number[][], wanted: readonly number[][]): number {
  return Math.max(...wanted.flat().map((value, at) => Math.abs(value - (colours.flat()[at] ?? Number.NaN))));
}

/** Waits until nothing is drawn any more, which stays so: what is drawn is reported once a second. */
async function untilNothingIsDrawn(): Promise<void> {
  const drawn: number[] = [];
  const off = server.on("reported", ({ report }) => void drawn.push(report.rendered));
  await expect.poll(() => drawn.slice(-2), { interval: 200 }).toEqual([0, 0]);
  off();
}

/** Presses by HTTP, so that the scene is white, or has its colours again. */
async function press(): Promise<void> {
  hand ??= {
    viewerId: ((await (await get("viewer", { method: "POST" })).json()) as { viewerId: string }).viewerId,
    presses: 0,
  };
  const { viewerId, presses } = hand;
  hand.presses += 1;
  const flat = { modifiers: 0, pressure: 0.5, tiltX: 0, tiltY: 0 };
  const place = { pointerId: 1, pointerType: "mouse", isPrimary: true, isDrag: false, x: 0.5, y: 0.5 } as const;
  const event: PointerInput = { kind: "pointer", phase: "down", ...place, button: 0, buttons: 1, ...flat };
  const { status } = await get(`viewer/${viewerId}/input`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: encodeInputs([{ sequence: presses + 1, ordered: presses, event }]),
  });
  expect(status).toBe(204);
}

/** One after the other of the same scene, which each leaves as it was. */
describe.each(["", "1"])("of a scene at rest (as a GPU: %j)", (asGpu) => {
  beforeAll(() => start("quadrants", asGpu));
  afterAll(end);

  test("while nobody watches a snapshot is the scene, exactly, then nothing is drawn", async () => {
    const response = await get("snapshot.png");
    const { data, info } = await sharp(await response.arrayBuffer())
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([320, 192, 3]);
    const wanted = Array.from({ length: 320 * 192 }, (_, at) => {
      return quadrants[(at < (320 * 192) / 2 ? 0 : 2) + (at % 320 < 160 ? 0 : 1)] ?? [];
    });
    expect(Buffer.compare(data, Buffer.from(wanted.flat()))).toBe(0);
    for (const path of ["snapshot.jpg", "snapshot.webp", "snapshot.jpg?size=100x100&quality=95"]) {
      expect(farthest(await coloursOf(await (await get(path)).arrayBuffer()), quadrants)).toBeLessThan(10);
    }
    await untilNothingIsDrawn();
  });

  test("a press by HTTP changes the scene's pixels, while nobody watches", async () => {
    await press();
    const white = await coloursOf(await (await get("snapshot.png")).arrayBuffer());
    expect(new Set(white.flat())).toEqual(new Set([255]));
    await press();
    expect(farthest(await coloursOf(await (await get("snapshot.png")).arrayBuffer()), quadrants)).toBe(0);
  });

  test("Motion JPEG shows the scene and each change of it, nothing at rest; a still that is known is 304 until then", async () => {
    await using watcher = await MultipartReader.open(new URL("stream.mjpg?size=160x160&quality=90", server.url));
    await watcher.nextParts(1);
    const resting = await untilSteady(() => watcher.parts.length, 1200);
    const shown = watcher.parts.at(-1)?.jpeg ?? Buffer.alloc(0);
    expect((await sharp(shown).metadata()).width).toBe(160);
    expect(farthest(await coloursOf(shown), quadrants)).toBeLessThan(10);
    const first = await get("snapshot.webp");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    await first.arrayBuffer();
    expect((await get("snapshot.webp", { headers })).status).toBe(304);
    expect((await get("snapshot.webp?quality=91", { headers })).status).toBe(200);
    await press();
    await watcher.nextParts(1);
    const white = await coloursOf(watcher.parts[resting]?.jpeg ?? Buffer.alloc(0));
    expect(Math.min(...white.flat())).toBeGreaterThan(250);
    await expect.poll(async () => (await get("snapshot.webp", { headers })).status).toBe(200);
  });
});

test("a still while nobody watches is the anti-aliased picture of a scene at rest", async () => {
  await start("edge");
  onTestFinished(end);
  const still = await (await get("snapshot.png")).arrayBuffer();
  const data = await sharp(still).greyscale().raw().toBuffer();
  const between = data.filter((value) => value > 20 && value < 235).length;
  expect(between).toBeGreaterThan(100);
});

test("a snapshot of a scene that moves shows it as it is, also where its video is made by a GPU", async () => {
  await start("animated", "1");
  onTestFinished(end);
  using viewer = await SocketViewer.open(server.url);
  const first = await coloursOf(await (await get("snapshot.png")).arrayBuffer());
  await sleep(150);
  const second = await coloursOf(await (await get("snapshot.png")).arrayBuffer());
  expect(second).not.toEqual(first);
  const seen = viewer.arrivals.length;
  await expect.poll(() => viewer.arrivals.length).toBeGreaterThan(seen + 5);
});

test("a scene that moves is drawn for watchers of Motion JPEG alone, at the rate that they want", async () => {
  await start("animated");
  onTestFinished(end);
  // The first frame is drawn in any case.
  await untilNothingIsDrawn();
  const watcher = await MultipartReader.open(new URL("stream.mjpg?fps=10", server.url));
  await watcher.nextParts(1);
  const from = watcher.parts.length;
  await sleep(1500);
  // 15 where the machine is free; never more than that.
  expect(watcher.parts.length - from).toBeLessThanOrEqual(18);
  expect(watcher.parts.length - from).toBeGreaterThan(3);
  const greys = await Promise.all(watcher.parts.slice(-5).map(async ({ jpeg }) => (await coloursOf(jpeg))[0]?.[0]));
  expect(new Set(greys).size).toBeGreaterThan(2);
  await watcher.close();
  await untilNothingIsDrawn();
});
