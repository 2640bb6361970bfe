/** What becomes of the frames of programs in a real server without a browser: pictures by HTTP, several sources, and nothing in vain. */

import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { asymmetric, FrameProgram, withoutAlpha } from "../support/frame-program.ts";
import { readMetric } from "../support/served-scene.ts";

const [width, height] = [320, 180];
let server: StreamServer;
beforeAll(async () => {
  server = await createStreamServer({
    scenes: { plot: "frames:A plot", volume: "frames:" },
    rooms: { emptySeconds: 1 },
    logLevel: "silent",
    http: { port: 0 },
  });
});
afterAll(() => server?.close());

const pageOf = (scene: string) => new URL(`${scene}/`, server.url).href;

/** A program whose room is there. */
async function join(scene: string, size = { width, height }): Promise<FrameProgram> {
  const program = await FrameProgram.join(pageOf(scene), size);
  await expect.poll(() => server.rooms().find(({ name }) => name === `${scene}/`)?.status).toBe("live");
  return program;
}

/** The colours of the corners, left top, right top, left bottom, right bottom. */
async function corners(picture: Uint8Array): Promise<number[][]> {
  const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return [
    [0.1, 0.1],
    [0.9, 0.1],
    [0.1, 0.9],
    [0.9, 0.9],
  ].map(([x = 0, y = 0]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
    return [...data.subarray(at, at + 3)];
  });
}

function expectUpright(colours: readonly (readonly number[])[], blue: number): void {
  const wanted = [
    [25, 25, 20],
    [230, 25, 20],
    [25, 230, blue],
    [230, 230, 20],
  ];
  const differences = wanted.flat().map((value, at) => Math.abs(value - (colours.flat()[at] ?? 999)));
  expect(Math.max(...differences), JSON.stringify(colours)).toBeLessThan(16);
}

it("pictures by HTTP are upright in each format, and of the newest frame though nobody watches", async () => {
  using program = await join("plot");
  await program.give(asymmetric(width, height, 100), { width, height });
  await program.give(asymmetric(width, height, 210), { width, height });
  for (const path of ["snapshot.png", "snapshot.jpg", "snapshot.webp?size=96x54"]) {
    const response = await fetch(new URL(path, pageOf("plot")));
    expect(response.status).toBe(200);
    expectUpright(await corners(new Uint8Array(await response.arrayBuffer())), 210);
  }
  const stop = new AbortController();
  const stream = await fetch(new URL("stream.mjpg", pageOf("plot")), { signal: stop.signal });
  let bytes = Buffer.alloc(0);
  for await (const chunk of stream.body ?? []) {
    bytes = Buffer.concat([bytes, chunk]);
    const [from, to] = [bytes.indexOf(Buffer.of(0xff, 0xd8)), bytes.indexOf(Buffer.of(0xff, 0xd9))];
    if (from < 0 || to < 0) continue;
    expectUpright(await corners(bytes.subarray(from, to + 2)), 210);
    break;
  }
  stop.abort();
});

it("programs of one server are apart, keep their rooms (FP3, RM4), and a second of one source is refused, with a sentence", async () => {
  using plot = await join("plot");
  using volume = await join("volume", { width: 64, height: 64 });
  const third = await FrameProgram.open(pageOf("volume"));
  third.send({ kind: "hello", protocol: 1 });
  expect(await third.received("error")).toEqual({
    kind: "error",
    code: "source-taken",
    message: "Another program gives the pictures of this room already.",
  });
  await plot.give(asymmetric(width, height), { width, height });
  await volume.carry(new Uint8Array(64 * 64).fill(77), { width: 64, height: 64, format: "gray" });
  const response = await fetch(new URL("snapshot.png", pageOf("volume")));
  const grey = await sharp(new Uint8Array(await response.arrayBuffer()))
    .removeAlpha()
    .raw()
    .toBuffer();
  expect([...grey].every((level) => level === 77)).toBe(true);
  // Rooms stay as long as their programs do, and end after them.
  await sleep(2500);
  expect(server.rooms().map(({ name }) => name)).toEqual(["plot/", "volume/"]);
  for (const program of [plot, volume]) program[Symbol.dispose]();
  await expect.poll(() => server.rooms()).toEqual([]);
});

it("nothing is encoded while nobody watches; what is given too fast is left out and counted, and the last one is shown", async () => {
  using program = await join("plot");
  const before = await readMetric(server.url, 'scenecast_frames_encoded_total{scene="plot"}');
  for (let count = 0; count < 40; count += 1) await program.give(asymmetric(width, height, count), { width, height });
  await program.received("free", ({ shown }) => !shown);
  const response = await fetch(new URL("snapshot.png", pageOf("plot")));
  const { data } = await sharp(new Uint8Array(await response.arrayBuffer()))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(Buffer.compare(data, withoutAlpha(asymmetric(width, height, 39)))).toBe(0);
  const replaced = () => readMetric(server.url, 'scenecast_source_frames_dropped_total{scene="plot"}');
  await expect.poll(replaced).toBeGreaterThan(20);
  const encoded = await readMetric(server.url, 'scenecast_frames_encoded_total{scene="plot"}');
  expect(encoded || 0).toBe(before || 0);
  expect(program.messages.filter(({ kind }) => kind === "refused")).toEqual([]);
});
