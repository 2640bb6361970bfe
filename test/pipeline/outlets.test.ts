/** The threads that make single pictures, fed from a ring that the test writes. */

import { readdirSync, readFileSync } from "node:fs";
import { getPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import sharp from "sharp";
import { expect, test } from "vitest";
import { JpegEncoder } from "../../server/encode/pictures/jpeg-encoder.ts";
import type { JpegPicture } from "../../server/encode/pictures/jpeg-protocol.ts";
import { PicturePool } from "../../server/encode/pictures/picture-pool.ts";
import type { PictureTask } from "../../server/encode/pictures/picture-protocol.ts";
import { allocateFrameRing, FrameRingWriter } from "../../server/frames/frame-ring.ts";
import { milliseconds, now } from "../../shared/time.ts";

const size = { width: 64, height: 48 };
const quadrants = [
  [0xd0, 0x20, 0x30],
  [0x20, 0xb0, 0x40],
  [0x20, 0x40, 0xc8],
  [0xe0, 0xc0, 0x20],
] as const;

/** A ring and what draws into it. */
function studio() {
  const ring = allocateFrameRing(size, 2);
  const writer = new FrameRingWriter(ring);
  let number = 0;
  const publish = (paint: (x: number, y: number) => readonly number[], atRest = false) => {
    const { rgba: pixels } = writer.begin();
    for (let y = 0; y < size.height; y += 1) {
      for (let x = 0; x < size.width; x += 1) {
        // `y` counts down from the top, rows in the ring up from the bottom.
        pixels.set(paint(x, y), ((size.height - 1 - y) * size.width + x) * 4);
      }
    }
    number += 1;
    writer.publish({ number, renderedAt: now(), renderMs: 0, readbackMs: 0, atRest }, { rgba: true, i420: false });
  };
  return { ring, publish, retire: () => writer.retire() };
}

const paintQuadrants = (x: number, y: number) => [
  ...(quadrants[(y < size.height / 2 ? 0 : 2) + (x < size.width / 2 ? 0 : 1)] ?? []),
  255,
];
const paintGrey = (value: number) => () => [value, value, value, 255];

async function colourAt(coded: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(coded).raw().toBuffer({ resolveWithObject: true });
  const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  return [...data.subarray(at, at + 3)];
}

async function expectQuadrants(coded: Uint8Array, within: number): Promise<void> {
  for (const [index, wanted] of quadrants.entries()) {
    const colour = await colourAt(coded, index % 2 === 0 ? 0.25 : 0.75, index < 2 ? 0.25 : 0.75);
    const distance = Math.max(...wanted.map((value, channel) => Math.abs(value - (colour[channel] ?? Number.NaN))));
    expect(distance).toBeLessThanOrEqual(within);
  }
}

function task(options: Partial<PictureTask> = {}): PictureTask {
  const past = milliseconds(0);
  const times = { freshFrom: past, freshBy: past, atRestBy: past };
  return { format: "png", quality: 90, size: null, ...times, session: "test", known: [], ...options };
}

test.each(["png", "webp-exact"] as const)(
  "a still as %s has exactly the pixels of the frame, the right way up, whatever its alpha",
  async (format) => {
    const { ring, publish } = studio();
    const noise = (x: number, y: number) =>
      [0, 1, 2, 3].map((channel) => ((x * 7919 + y * 104729 + channel * 31) >>> 2) & 255);
    publish(noise);
    const pool = new PicturePool({ ring, reader: 0 });
    const { tag, bytes } = await pool.take(task({ format }));
    expect(tag).toBe(`test-1-64x48-${format}`);
    const { data, info } = await sharp(bytes ?? [])
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([64, 48, 3]);
    const wanted = Array.from({ length: 64 * 48 }, (_, at) => noise(at % 64, Math.floor(at / 64)).slice(0, 3)).flat();
    expect(Buffer.compare(data, Buffer.from(wanted))).toBe(0);
    await pool.close();
  },
);

test("a smaller still is the mean of the frame's colours, whatever its alpha", async () => {
  const { ring, publish } = studio();
  publish((x) => (x % 2 === 0 ? [200, 200, 200, 255] : [100, 100, 100, 0]));
  const pool = new PicturePool({ ring, reader: 0 });
  const { bytes } = await pool.take(task({ size: { width: 16, height: 12 } }));
  expect(Math.abs(((await colourAt(bytes ?? new Uint8Array(), 0.5, 0.5))[0] ?? 0) - 150)).toBeLessThan(4);
  await pool.close();
});

test("stills of every sort look like the frame, in the size that was wanted", async () => {
  const { ring, publish } = studio();
  publish(paintQuadrants);
  const pool = new PicturePool({ ring, reader: 0 });
  for (const [format, within] of [
    ["png", 0],
    ["jpg", 4],
    ["webp", 8],
  ] as const) {
    for (const wanted of [null, { width: 32, height: 24 }]) {
      const { bytes } = await pool.take(task({ format, size: wanted }));
      const { width, height, format: found } = await sharp(bytes ?? []).metadata();
      expect([width, height, found]).toEqual([
        wanted?.width ?? 64,
        wanted?.height ?? 48,
        format === "jpg" ? "jpeg" : format,
      ]);
      await expectQuadrants(bytes ?? new Uint8Array(), within);
    }
  }
  await pool.close();
});

test("a still that is known is not made again; another form, another frame is", async () => {
  const { ring, publish } = studio();
  publish(paintQuadrants);
  const pool = new PicturePool({ ring, reader: 0 });
  const { tag } = await pool.take(task({ format: "jpg" }));
  expect(await pool.take(task({ format: "jpg", known: ["other", tag] }))).toMatchObject({ tag, bytes: null });
  expect((await pool.take(task({ format: "jpg", quality: 50, known: [tag] }))).bytes).not.toBe(null);
  publish(paintQuadrants);
  expect((await pool.take(task({ format: "jpg", known: [tag] }))).bytes).not.toBe(null);
  await pool.close();
});

test("a still waits for a fresh frame and then for one at rest, as long as it may", async () => {
  const { ring, publish } = studio();
  publish(paintGrey(10));
  const pool = new PicturePool({ ring, reader: 0 });
  await pool.take(task());
  const asked = now();
  const inMs = (ms: number) => milliseconds(asked + ms);
  const waiting = pool.take(task({ freshFrom: asked, freshBy: inMs(20_000), atRestBy: inMs(20_000) }));
  await sleep(100);
  publish(paintGrey(20));
  await sleep(100);
  publish(paintGrey(30), true);
  expect(await colourAt((await waiting).bytes ?? new Uint8Array(), 0.5, 0.5)).toEqual([30, 30, 30]);
  const begun = now();
  const times = { freshFrom: begun, freshBy: milliseconds(begun + 200), atRestBy: begun };
  expect((await pool.take(task(times))).tag).toBe("test-3-64x48-png");
  expect(now() - begun).toBeGreaterThanOrEqual(200);
  await pool.close();
});

test("a still waits for a frame where there is none for a moment, as between two sizes", async () => {
  const { ring, publish, retire } = studio();
  publish(paintGrey(10), true);
  const pool = new PicturePool({ ring, reader: 0 });
  await pool.take(task());
  retire();
  const waiting = pool.take(task());
  await sleep(100);
  publish(paintGrey(20), true);
  expect((await waiting).tag).toBe("test-2-64x48-png");
  retire();
  await expect(pool.take(task())).rejects.toMatchObject({ code: "room-lost" });
  await pool.close();
});

test("closing the pool ends a still that waits", async () => {
  const { ring, publish } = studio();
  publish(paintGrey(10));
  const pool = new PicturePool({ ring, reader: 0 });
  const late = milliseconds(now() + 60_000);
  const waiting = expect(pool.take(task({ freshFrom: late, freshBy: late }))).rejects.toMatchObject({
    code: "encoder-failed",
  });
  await sleep(300);
  await pool.close();
  await waiting;
});

/** A JPEG thread with what came out of it. */
function jpegThread(ring: ReturnType<typeof studio>["ring"]) {
  const encoder = new JpegEncoder({ ring, reader: 1 });
  const pictures: JpegPicture[] = [];
  const refused: string[] = [];
  encoder.on("pictureEncoded", (picture) => pictures.push(picture));
  encoder.on("refused", ({ streamId }) => refused.push(streamId));
  return { encoder, pictures, refused };
}

test("each stream of the JPEG thread gets the newest frame at once, in its form and the right colours", async () => {
  const { ring, publish } = studio();
  publish(paintQuadrants);
  const { encoder, pictures } = jpegThread(ring);
  encoder.begin({ streamId: "whole", maxFps: 30, quality: 90, size });
  encoder.begin({ streamId: "small", maxFps: 30, quality: 90, size: { width: 31, height: 23 } });
  await expect.poll(() => pictures.length).toBe(2);
  for (const [streamId, width, height] of [
    ["whole", 64, 48],
    ["small", 31, 23],
  ] as const) {
    const bytes = pictures.find((picture) => picture.streamId === streamId)?.bytes ?? new Uint8Array();
    const found = await sharp(bytes).metadata();
    expect([found.format, found.width, found.height, found.chromaSubsampling]).toEqual([
      "jpeg",
      width,
      height,
      "4:2:0",
    ]);
    await expectQuadrants(bytes, 8);
    expect(Buffer.from(bytes.subarray(6, 10)).toString()).toBe("JFIF");
  }
  await sleep(200);
  expect(pictures).toHaveLength(2);
  await encoder.close();
});

test("pictures of a frame that was drawn smaller have the size that they should, and the right colours", async () => {
  const ring = allocateFrameRing(size, 2);
  const writer = new FrameRingWriter(ring);
  const drawn = { width: 45, height: 34 };
  const { rgba } = writer.begin();
  // What an earlier, larger frame left there.
  rgba.fill(99);
  for (let y = 0; y < drawn.height; y += 1) {
    for (let x = 0; x < drawn.width; x += 1) {
      const quadrant = (y < drawn.height / 2 ? 0 : 2) + (x < drawn.width / 2 ? 0 : 1);
      // The alpha that a scene leaves is shown nowhere.
      rgba.set([...(quadrants[quadrant] ?? []), 7], ((drawn.height - 1 - y) * drawn.width + x) * 4);
    }
  }
  const description = { number: 1, renderedAt: now(), renderMs: 0, readbackMs: 0, atRest: false };
  writer.publish(description, { rgba: true, i420: false }, drawn);
  const pool = new PicturePool({ ring, reader: 0 });
  for (const [box, inside] of [
    [null, size],
    [
      { width: 30, height: 20 },
      { width: 27, height: 20 },
    ],
  ] as const) {
    const { bytes } = await pool.take(task({ size: box }));
    const { width, height } = await sharp(bytes ?? new Uint8Array()).metadata();
    expect({ width, height }).toEqual(inside);
    await expectQuadrants(bytes ?? new Uint8Array(), 1);
  }
  await pool.close();
  const { encoder, pictures } = jpegThread(ring);
  encoder.begin({ streamId: "whole", maxFps: 30, quality: 90, size });
  await expect.poll(() => pictures.length).toBe(1);
  const { width, height } = await sharp(pictures[0]?.bytes).metadata();
  expect({ width, height }).toEqual(size);
  await expectQuadrants(pictures[0]?.bytes ?? new Uint8Array(), 8);
  await encoder.close();
});

test.runIf(process.platform === "linux")(
  "pictures are made at a lower priority than all else in the process",
  async () => {
    const { ring, publish } = studio();
    publish(paintQuadrants);
    const pool = new PicturePool({ ring, reader: 0 });
    await pool.take(task());
    const threads = readdirSync("/proc/self/task").map((id) => ({
      name: readFileSync(`/proc/self/task/${id}/comm`, "utf8").trim(),
      nicer: getPriority(Number(id)) - getPriority(),
    }));
    const making = threads.filter(({ name }) => name === "libuv-worker" || name === "libvips worker");
    expect(making.map(({ nicer }) => nicer)).toEqual(making.map(() => Math.min(10, 19 - getPriority())));
    expect(making.map(({ name }) => name)).toContain("libvips worker");
    expect(threads.find(({ name }) => name === "MainThread")?.nicer ?? 0).toBe(0);
    await pool.close();
  },
);

test("a stream keeps to its frames a second, and the last frame always comes", async () => {
  const { ring, publish } = studio();
  const { encoder, pictures } = jpegThread(ring);
  encoder.begin({ streamId: "slow", maxFps: 10, quality: 90, size });
  await sleep(300);
  const begun = performance.now();
  for (let value = 1; value <= 60; value += 1) {
    publish(paintGrey(value * 4));
    await sleep(10);
  }
  const tookMs = performance.now() - begun;
  await expect.poll(() => pictures.at(-1)?.frame).toBe(60);
  expect(pictures.length).toBeGreaterThan(3);
  // One at once, those of the time, and the last.
  expect(pictures.length).toBeLessThanOrEqual(3 + tookMs / 100);
  expect((await colourAt(pictures.at(-1)?.bytes ?? new Uint8Array(), 0.5, 0.5))[0]).toBeGreaterThan(236);
  await encoder.close();
});

test("a stream that ended gives nothing more, and one that cannot be encoded ends alone", async () => {
  const { ring, publish } = studio();
  publish(paintGrey(1));
  const { encoder, pictures, refused } = jpegThread(ring);
  encoder.begin({ streamId: "good", maxFps: 60, quality: 90, size });
  encoder.begin({ streamId: "ended", maxFps: 60, quality: 90, size });
  encoder.begin({ streamId: "bad", maxFps: 60, quality: 90, size: { width: 0, height: 0 } });
  await expect.poll(() => [refused, pictures.length]).toEqual([["bad"], 2]);
  encoder.end("ended");
  await sleep(100);
  publish(paintGrey(2));
  await expect.poll(() => pictures.length).toBe(3);
  expect(pictures.at(-1)?.streamId).toBe("good");
  await encoder.close();
});
