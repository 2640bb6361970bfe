/** An encode thread for long: what it takes of memory while viewers change the size of the picture again and again. */

import { expect, test } from "vitest";
import { Encoder } from "../../server/encode/video/encoder.ts";
import { allocateFrameRing, FrameRingWriter } from "../../server/frames/frame-ring.ts";
import { now } from "../../shared/time.ts";
import { residentBytesOf } from "../support/process-stats.ts";

const MIB = 2 ** 20;
const size = { width: 960, height: 540 };
const target = { bitrateBps: 2_000_000, size, maxFps: 60 };
/** Threads and compilers take theirs until then. */
const WARM = 100;
const SIZES = 400;

test("400 sizes of the picture, one after the other, take no more memory than a quarter of them", async () => {
  const ring = allocateFrameRing(size, 1);
  const writer = new FrameRingWriter(ring);
  await using encoder = await Encoder.start({
    codec: "h264",
    tier: 0,
    maxFps: 60,
    target,
    content: "surfaces",
    ring,
    reader: 0,
  });
  let encoded = 0;
  encoder.on("packetEncoded", ({ frame }) => {
    encoded = frame;
  });
  encoder.setWanted(true);
  let warmMib = 0;
  for (let number = 1; number <= SIZES; number += 1) {
    const next = { width: size.width - 2 * (number % 40), height: size.height - 2 * (number % 30) };
    writer.resize(next);
    encoder.setTarget({ ...target, size: next, of: next });
    writer.begin().rgba.fill(number);
    writer.publish(
      { number, renderedAt: now(), renderMs: 0, readbackMs: 0, atRest: false },
      { rgba: true, i420: false },
    );
    await expect.poll(() => encoded, { interval: 2, timeout: 20_000 }).toBe(number);
    if (number === WARM) warmMib = residentBytesOf(process.pid) / MIB;
  }
  const grownMib = residentBytesOf(process.pid) / MIB - warmMib;
  console.info(`${SIZES - WARM} more sizes: ${grownMib.toFixed(0)} MiB more`);
  expect(grownMib).toBeLessThan(25);
});
