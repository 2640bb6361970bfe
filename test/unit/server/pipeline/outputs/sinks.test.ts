/** Sinks beside viewers, in a pipeline whose stages are stand-ins: rules SI1 to SI6 and KP1 to KP4 of outputs/sink.ts and quality/sink-plan.ts. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { SinkWay } from "../../../../../server/pipeline/outputs/sink.ts";
import { unknownWay } from "../../../../../server/transport/transport.ts";
import { StreamError } from "../../../../../shared/errors.ts";
import { FakeSink } from "../fake-stages.ts";
import { JoinedPipeline, whole } from "../joined-pipeline.ts";

let scene: JoinedPipeline;

beforeEach(() => {
  vi.useFakeTimers();
  scene = new JoinedPipeline();
});

afterEach(async () => {
  await scene.close();
});

const small = { size: { width: 640, height: 360 }, maxFps: 30, bitrateBps: 870_000 };

/** Expects no packet to be missing and times to grow. */
function expectWhole({ packets }: FakeSink): void {
  expect(packets[0]?.isKeyFrame).toBe(true);
  for (const [index, { frame, time, tier, isKeyFrame }] of packets.entries()) {
    const before = packets[index - 1];
    if (before === undefined) continue;
    expect(time).toBeGreaterThan(before.time);
    expect(frame - before.frame).toBeLessThanOrEqual(1);
    if (tier !== before.tier) expect(isKeyFrame).toBe(true);
  }
}

test("the scene is drawn and encoded for a sink alone, and is not once it is closed (SI1, SI5)", async () => {
  expect([scene.render.isWatched, scene.encoders.wantedNames]).toEqual([false, []]);
  const [first, second] = [scene.pipeline.addSink(new FakeSink()), scene.pipeline.addSink(new FakeSink())];
  expect([scene.render.isWatched, scene.encoders.wantedNames]).toEqual([true, ["h264 0"]]);
  expect(scene.encoders.targets.get("h264 0")).toEqual(whole);
  first.close();
  expect(scene.render.isWatched).toBe(true);
  second.close();
  second.close();
  expect([scene.render.isWatched, scene.encoders.wantedNames]).toEqual([false, []]);
});

test("a sink gets each packet that a viewer beside it gets, the same bytes, from its own first key frame on (SI2, KP1)", async () => {
  const ann = scene.join("ann");
  await scene.move(500);
  const sink = new FakeSink();
  const before = ann.frames.length;
  scene.pipeline.addSink(sink);
  await scene.move(2000);
  expectWhole(sink);
  const beside = ann.frames.slice(before);
  expect(sink.packets.length).toBe(beside.length);
  expect(sink.packets.map(({ data }) => data.length)).toEqual(beside.map(({ data }) => data.length));
  expect(beside.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1);
  expect(scene.encoders.wantedNames).toEqual(["h264 0"]);
});

test("a sink that waits for its key frame gets nothing before it", async () => {
  scene.join("ann");
  await scene.move(100);
  const sink = new FakeSink();
  scene.pipeline.addSink(sink);
  scene.encoders.keyFrames.length = 0;
  await scene.move(160);
  expect(sink.packets).toEqual([]);
  scene.encoders.keyFrames.push("h264 0");
  await scene.move(160);
  expectWhole(sink);
  expect(sink.packets).toHaveLength(10);
});

test("a viewer whose way is slow lowers nothing for a sink, and is lowered as without it (SI3, SI4, KP2)", async () => {
  const sink = new FakeSink();
  scene.pipeline.addSink(sink);
  await scene.move(500);
  const way = scene.joinByWebRtc("slow");
  await scene.move(500);
  expect(scene.encoders.wantedNames).toEqual(["h264 0"]);
  way.estimate = { bitrateBps: 1_000_000, beginBps: null, roundTripMs: 80, loss: 0, queueMs: 0, pageShare: 1 };
  way.emit("estimateChanged", { estimate: way.estimate });
  await scene.move(3000);
  expect(scene.encoders.targets.get("h264 0")).toMatchObject({ bitrateBps: 900_000 });
  expect(scene.encoders.targets.get("h264 3")).toEqual(whole);
  expect(scene.encoders.wantedNames).toEqual(["h264 0", "h264 3"]);
  expectWhole(sink);
  expect(sink.tiers).toEqual([0, 3]);
  const since = sink.packets.findIndex(({ tier }) => tier === 3);
  expect(sink.packets.slice(since).every(({ tier }) => tier === 3)).toBe(true);
});

test("a sink comes back to viewers' packets at a key frame that they had made, and asks for none (KP3)", async () => {
  const sink = new FakeSink();
  scene.pipeline.addSink(sink);
  const ann = scene.join("ann");
  ann.setMaxBitrate(500_000);
  await scene.move(2000);
  expect(scene.encoders.wantedNames).toEqual(["h264 0", "h264 3"]);
  ann.setMaxBitrate(null);
  const before = ann.frames.length;
  await scene.move(12_000);
  const keyFrames = ann.frames.slice(before).filter(({ isKeyFrame }) => isKeyFrame);
  expect([keyFrames.length, sink.packets.at(-1)?.tier]).toEqual([0, 3]);
  scene.join("bob");
  await scene.move(500);
  expect([sink.packets.at(-1)?.tier, scene.encoders.wantedNames]).toEqual([0, ["h264 0"]]);
  expectWhole(sink);
});

test("key frames that a sink wants now and then come in time, in motion and at rest, and never to viewers (SI4)", async () => {
  const ann = scene.join("ann");
  await scene.move(500);
  const before = ann.frames.length;
  const sink = new FakeSink({ maxKeyFrameGapMs: 2000 });
  const handle = scene.pipeline.addSink(sink);
  await scene.move(9000);
  const inMotion = sink.packets.filter(({ isKeyFrame }) => isKeyFrame);
  expect(inMotion).toHaveLength(5);
  for (const [index, { time }] of inMotion.entries()) {
    expect(time - (inMotion[index - 1]?.time ?? time)).toBeLessThanOrEqual(2000 + 2 * 16);
  }
  await scene.rest(10_000);
  expect(sink.packets.filter(({ isKeyFrame }) => isKeyFrame).length - inMotion.length).toBe(5);
  expectWhole(sink);
  expect(sink.tiers).toEqual([3]);
  expect(ann.frames.slice(before).filter(({ isKeyFrame }) => isKeyFrame)).toEqual([]);
  handle.close();
  scene.encoders.keyFrames.length = 0;
  await scene.rest(10_000);
  expect(scene.encoders.keyFrames).toEqual([]);
});

test("a sink that may not starve gets the picture again while the scene rests, and no viewer does (SI4)", async () => {
  const ann = scene.join("ann");
  await scene.move(500);
  const sink = new FakeSink({ maxKeyFrameGapMs: 2000, maxGapMs: 500 });
  const handle = scene.pipeline.addSink(sink);
  await scene.move(1000);
  expect(scene.encoders.pictures).toEqual([]);
  const [before, annBefore] = [sink.packets.length, ann.frames.length];
  await scene.rest(10_000);
  const gaps = sink.packets
    .slice(before + 1)
    .map(({ time }, index) => time - (sink.packets[before + index]?.time ?? Number.NaN));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(500 + 16);
  expect(sink.packets.length - before).toBeLessThan(30);
  expect(ann.frames.length).toBe(annBefore);
  expectWhole(sink);
  handle.close();
  scene.encoders.pictures.length = 0;
  await scene.rest(5000);
  expect(scene.encoders.pictures).toEqual([]);
});

test("sinks in several sizes get key frames at the same whole spans since the epoch, and pictures while the scene rests", async () => {
  await scene.move(730);
  const sizes = [null, small].map(
    (target) => new FakeSink({ target, maxKeyFrameGapMs: 2000, maxGapMs: 250, isOnGrid: true }),
  );
  const handles = sizes.map((sink) => scene.pipeline.addSink(sink));
  await scene.move(5000);
  expect(scene.encoders.pictures).toEqual([]);
  await scene.rest(6000);
  const offsets = sizes.map(({ packets }) =>
    packets
      .filter(({ isKeyFrame }) => isKeyFrame)
      // Frames that are new have the times of the stand-ins, which count from the beginning of the process.
      .map(({ time }) => (time < performance.timeOrigin ? time + performance.timeOrigin : time))
      .map((time) => time - Math.round(time / 2000) * 2000),
  );
  for (const ofSink of offsets) {
    // The first one comes when it begins.
    expect(ofSink.length).toBeGreaterThanOrEqual(5);
    expect(ofSink.slice(1).every((offset) => Math.abs(offset) < 50)).toBe(true);
  }
  const rest = sizes.map(({ packets }) => packets.slice(-12).map(({ time }) => Math.round(time / 250)));
  expect(rest[0]).toEqual(rest[1]);
  expect(new Set(rest[0]).size).toBe(12);
  for (const sink of sizes) expectWhole(sink);
  for (const handle of handles) handle.close();
  scene.encoders.pictures.length = 0;
  scene.encoders.keyFrames.length = 0;
  await scene.rest(5000);
  expect([scene.encoders.pictures, scene.encoders.keyFrames]).toEqual([[], []]);
});

test("a sink is refused that may not starve and shares what viewers get, before anything changes", () => {
  expect(() => scene.pipeline.addSink(new FakeSink({ maxGapMs: 500 }))).toThrow(TypeError);
  expect(() => scene.pipeline.addSink(new FakeSink({ maxKeyFrameGapMs: 2000, maxGapMs: 50 }))).toThrow(/at least 100/);
  expect(scene.render.isWatched).toBe(false);
});

test("sinks of one size and rate share an encoder, others have their own; none is that of viewers (SI4, KP4)", async () => {
  const ann = scene.join("ann");
  await scene.move(3000);
  const target = scene.encoders.targets.get("h264 0");
  const sinks = [small, { ...small }, { ...small, bitrateBps: 360_000 }].map((form) => new FakeSink({ target: form }));
  for (const sink of sinks) scene.pipeline.addSink(sink);
  await scene.move(1000);
  expect(scene.encoders.wantedNames).toEqual(["h264 0", "h264 3", "h264 4"]);
  expect(sinks.map(({ tiers }) => tiers)).toEqual([[3], [3], [4]]);
  expect([3, 4].map((tier) => scene.encoders.targets.get(`h264 ${tier}`)?.bitrateBps)).toEqual([870_000, 360_000]);
  for (const sink of sinks) expectWhole(sink);
  expect(scene.encoders.targets.get("h264 0")).toBe(target);
  expect(ann.frames.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1);
});

test("where no reader is free a sink with wishes ends with the reason, and one without goes on with what there is (KP2, KP4)", async () => {
  scene.encoders.readers = 0;
  const [plain, choosy] = [new FakeSink(), new FakeSink({ target: small })];
  scene.pipeline.addSink(plain);
  scene.pipeline.addSink(choosy);
  expect(choosy.ends.map((error) => error?.code)).toEqual(["no-encoder"]);
  scene.join("slow").setMaxBitrate(500_000);
  await scene.move(1000);
  expect([plain.ends, plain.tiers, choosy.packets]).toEqual([[], [0], []]);
  expectWhole(plain);
  expect(scene.kinds("log")).toHaveLength(1);
  expect(scene.encoders.targets.get("h264 0")?.bitrateBps).toBe(500_000);
  scene.leave("slow");
  expect(scene.encoders.targets.get("h264 0")).toEqual(whole);
});

test("a key frame that comes anyway puts off the one that a sink would ask for", async () => {
  const sink = new FakeSink({ maxKeyFrameGapMs: 2000 });
  scene.pipeline.addSink(sink);
  await scene.move(1500);
  scene.encoders.keyFrames.push("h264 3");
  await scene.move(1500);
  expect(sink.packets.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(2);
});

test("a sink whose encoder does not work ends; one that has another goes on with that", async () => {
  const [plain, choosy] = [new FakeSink(), new FakeSink({ target: small })];
  scene.pipeline.addSink(plain);
  scene.pipeline.addSink(choosy);
  await scene.move(100);
  const slow = scene.join("slow");
  slow.setMaxBitrate(500_000);
  const error = new StreamError("no-encoder");
  for (const tier of [3, 4]) scene.encoders.emit("refused", { codec: "h264", tier, error });
  await scene.move(1000);
  expect(choosy.ends).toEqual([error]);
  expect([plain.ends, plain.tiers, scene.encoders.wantedNames]).toEqual([[], [0], ["h264 0"]]);
});

test("a sink that throws ends alone", async () => {
  class Broken extends FakeSink {
    override take(): void {
      throw new Error("the disk is full");
    }
  }
  const [broken, sink] = [new Broken(), new FakeSink()];
  scene.pipeline.addSink(broken);
  scene.pipeline.addSink(sink);
  const ann = scene.join("ann");
  await scene.move(500);
  expect(broken.ends.map((error) => error?.message)).toEqual(["A sink failed: the disk is full"]);
  expect([sink.packets.length, ann.frames.length > 0, scene.failures]).toEqual([32, true, []]);
  expect(scene.kinds("log")).toMatchObject([{ level: "warn", text: "A sink failed: the disk is full" }]);
});

test("a sink is told when the scene ends in order, and not when its owner closed it", async () => {
  const [closed, open] = [new FakeSink(), new FakeSink()];
  scene.pipeline.addSink(closed).close();
  scene.pipeline.addSink(open);
  await scene.close();
  expect([closed.ends, open.ends]).toEqual([[], [null]]);
  expect(() => scene.pipeline.addSink(new FakeSink())).toThrow(TypeError);
});

test.each([0, 499, Number.NaN])("key frames cannot be wanted every %f ms", (maxKeyFrameGapMs) => {
  expect(() => scene.pipeline.addSink(new FakeSink({ maxKeyFrameGapMs }))).toThrow(/maxKeyFrameGapMs must be/);
});

describe("a sink with a way of its own", () => {
  const estimate = (bitrateBps: number | null) => ({ ...unknownWay, bitrateBps });
  const open = (way: SinkWay) => {
    const sink = new FakeSink({ way, maxKeyFrameGapMs: 10_000, maxGapMs: 500 });
    return { sink, handle: scene.pipeline.addSink(sink) };
  };

  test("gets what that carries, from an encoder that it shares with nobody, and lowers nothing for viewers (SI6, KP4)", async () => {
    const ann = scene.join("ann");
    scene.pipeline.addSink(new FakeSink({ maxKeyFrameGapMs: 2000 }));
    const maxima: (number | null)[] = [];
    const way = { estimate: estimate(null), setMaxBitrate: (bps: number | null) => void maxima.push(bps) };
    const { sink, handle } = open(way);
    await scene.move(6000);
    expect(scene.encoders.wantedNames).toEqual(["h264 0", "h264 3", "h264 4"]);
    expect(scene.encoders.targets.get("h264 4")).toMatchObject(whole);
    expect(new Set(maxima)).toEqual(new Set([Math.round(whole.bitrateBps / 0.9)]));
    way.estimate = estimate(1_000_000);
    handle.noteWay();
    expect(scene.encoders.targets.get("h264 4")?.bitrateBps).toBe(900_000);
    expect([0, 3].map((tier) => scene.encoders.targets.get(`h264 ${tier}`)?.bitrateBps)).toEqual([
      8_000_000, 8_000_000,
    ]);
    await scene.move(3000);
    way.estimate = estimate(20_000_000);
    await scene.move(6000);
    expect(scene.encoders.targets.get("h264 4")?.bitrateBps).toBe(whole.bitrateBps);
    expectWhole(sink);
    expect(sink.tiers).toEqual([4]);
    expect(ann.frames.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1);
  });

  test("begins with little where nothing is known, and follows another size of the scene (SI6)", async () => {
    open({ estimate: unknownWay, setMaxBitrate: () => undefined });
    expect(scene.encoders.targets.get("h264 3")?.bitrateBps).toBe(2_500_000);
    await scene.move(4000);
    scene.pipeline.handle({ kind: "size-played", size: { width: 640, height: 480 } });
    await scene.move(500);
    expect(scene.encoders.targets.get("h264 3")).toMatchObject({ size: { width: 640, height: 480 } });
  });

  test("may have a key frame six times at once and once a second, from its own encoder alone (SI6)", async () => {
    const ann = scene.join("ann");
    const { sink, handle } = open({ estimate: unknownWay, setMaxBitrate: () => undefined });
    await scene.move(1000);
    const before = sink.packets.length;
    for (let count = 0; count < 100; count += 1) {
      handle.requestKeyFrame();
      await scene.move(100);
    }
    const asked = sink.packets.slice(before).filter(({ isKeyFrame }) => isKeyFrame).length;
    expect(asked).toBeGreaterThanOrEqual(12);
    expect(asked).toBeLessThanOrEqual(17);
    expect(ann.frames.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1);
    handle.close();
    handle.requestKeyFrame();
    handle.noteWay();
    expect(scene.encoders.wantedNames).toEqual(["h264 0"]);
  });

  test("ends with the reason where no reader is free for it (KP4), and is refused without key frames now and then", () => {
    scene.encoders.readers = 0;
    const way = { estimate: unknownWay, setMaxBitrate: () => undefined };
    expect(open(way).sink.ends.map((error) => error?.code)).toEqual(["no-encoder"]);
    expect(() => scene.pipeline.addSink(new FakeSink({ way }))).toThrow(/^sink\.way must/);
  });
});
