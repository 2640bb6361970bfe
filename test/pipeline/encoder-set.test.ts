/** The encoders of a scene: one that cannot be had is refused to who asked, several of one codec share the ring. */

import { afterEach, expect, it } from "vitest";
import { allocateFrameRing, FrameRingWriter } from "../../server/frames/frame-ring.ts";
import { ReaderPool } from "../../server/frames/reader-pool.ts";
import { EncoderSet } from "../../server/pipeline/quality/encoder-set.ts";
import { now } from "../../shared/time.ts";
import { type StreamCodec, streamCodecs } from "../../shared/video.ts";

/** SVT-AV1 takes no picture this small; the others do. */
const size = { width: 32, height: 32 };
const MAX_READERS = streamCodecs.length + 2;
const unmeasured = { renderMs: 0, readbackMs: 0, atRest: false };
const asRgba = { rgba: true, i420: false };

let encoders: EncoderSet;
afterEach(() => encoders.close());

it("a codec that no encoder works for is refused, and the codec of the others goes on", async () => {
  const ring = allocateFrameRing(size, MAX_READERS);
  const writer = new FrameRingWriter(ring);
  writer.begin().rgba.fill(128);
  writer.publish({ number: 1, renderedAt: now(), ...unmeasured }, asRgba);
  encoders = new EncoderSet({ ring, readers: new ReaderPool(MAX_READERS), maxFps: 60, bitrateBps: 1_000_000 });
  const refused: string[] = [];
  const failed: unknown[] = [];
  const encoded: StreamCodec[] = [];
  encoders.on("refused", ({ codec, error }) => void refused.push(`${codec}: ${error.code}`));
  encoders.on("failed", (error) => void failed.push(error));
  encoders.on("packetEncoded", ({ codec }) => void encoded.push(codec));
  encoders.setWanted([
    { codec: "h264", tier: 0 },
    { codec: "av1", tier: 0 },
  ]);
  await expect.poll(() => [refused, encoded]).toEqual([["av1: no-encoder"], ["h264"]]);
  encoders.requestKeyFrame({ codec: "h264", tier: 0 }, "loss");
  await expect.poll(() => encoded).toEqual(["h264", "h264"]);
  expect(failed).toEqual([]);
});

it("encoders of several tiers read the same ring, and a reader of one that nobody takes is given on (ES2)", async () => {
  const ring = allocateFrameRing(size, MAX_READERS);
  const writer = new FrameRingWriter(ring);
  let number = 0;
  const timer = setInterval(() => {
    number += 1;
    writer.begin().rgba.fill(number);
    writer.publish({ number, renderedAt: now(), ...unmeasured }, asRgba);
  }, 20);
  encoders = new EncoderSet({
    ring,
    readers: new ReaderPool(MAX_READERS),
    maxFps: 60,
    bitrateBps: 1_000_000,
    closeAfterMs: 400,
  });
  const newest = new Map<string, number>();
  encoders.on("packetEncoded", ({ codec, tier, frame }) => void newest.set(`${codec} ${tier}`, frame));
  const ids = (codec: StreamCodec, ...tiers: number[]) => tiers.map((tier) => ({ codec, tier }));
  try {
    encoders.setWanted([...ids("h264", 0, 1, 2), ...ids("vp8", 0)]);
    await expect.poll(() => newest.size).toBe(4);
    expect([encoders.tiersOf("h264"), encoders.tiersOf("vp8"), encoders.running.length]).toEqual([[0, 1, 2], [0], 4]);
    encoders.setWanted([...ids("h264", 0), ...ids("vp8", 0)]);
    expect(encoders.running).toHaveLength(2);
    await expect.poll(() => encoders.tiersOf("vp8")).toEqual([0, 1, 2]);
    newest.clear();
    encoders.setWanted([...ids("h264", 0), ...ids("vp8", 0, 1, 2)]);
    await expect.poll(() => [...newest.keys()].sort()).toEqual(["h264 0", "vp8 0", "vp8 1", "vp8 2"]);
    const from = number;
    await expect.poll(() => Math.min(...newest.values())).toBeGreaterThan(from);
  } finally {
    clearInterval(timer);
  }
}, 30_000);

it("each codec has a reader of its own, and others have what is free and give it back (ES1, ES2)", async () => {
  const ring = allocateFrameRing(size, streamCodecs.length + 1);
  const readers = new ReaderPool(streamCodecs.length + 1);
  encoders = new EncoderSet({ ring, readers, maxFps: 60, bitrateBps: 1_000_000, closeAfterMs: 400 });
  expect(readers.free).toBe(1);
  const target = { size, maxFps: 30, bitrateBps: 500_000 };
  const isThere = (codec: StreamCodec, tier: number) => encoders.setTarget({ codec, tier }, target);
  expect([isThere("h264", 3), isThere("h264", 4), isThere("vp8", 1)]).toEqual([true, false, false]);
  expect(encoders.tiersOf("vp8")).toEqual([0]);
  expect([isThere("h264", 0), isThere("vp8", 0), isThere("vp9", 0)]).toEqual([true, true, true]);
  encoders.setWanted([{ codec: "h264", tier: 3 }]);
  encoders.setWanted([]);
  await expect.poll(() => readers.free).toBe(1);
  expect(isThere("vp8", 1)).toBe(true);
});

it("a ring with too few readers for the codecs is refused", () => {
  const ring = allocateFrameRing(size, 3);
  const options = { ring, readers: new ReaderPool(3), maxFps: 60, bitrateBps: 1_000_000 };
  expect(() => new EncoderSet(options)).toThrow(TypeError);
});
