import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { EncodeTarget } from "../../../../../server/encode/video/encode-protocol.ts";
import { Sinks } from "../../../../../server/pipeline/outputs/sinks.ts";
import type { EncoderId, EncoderSetEvents } from "../../../../../server/pipeline/quality/encoder-set.ts";
import { QualityDirector } from "../../../../../server/pipeline/quality/quality-director.ts";
import { VideoStream } from "../../../../../server/pipeline/viewers/video-stream.ts";
import type { ViewerEvents } from "../../../../../server/pipeline/viewers/viewer-events.ts";
import type { OutgoingFrame } from "../../../../../server/transport/transport.ts";
import { Emitter } from "../../../../../shared/emitter.ts";
import { StreamError } from "../../../../../shared/errors.ts";
import type { ServerMessage, ViewWish } from "../../../../../shared/signaling.ts";
import { milliseconds } from "../../../../../shared/time.ts";
import { FakeTransport } from "../fake-stages.ts";

const size = { width: 1280, height: 720 };
const noWish: ViewWish = { shown: null, preference: "auto", maxBitrateBps: null };

class FakeEncoders extends Emitter<EncoderSetEvents> {
  readonly targets = new Map<number, EncodeTarget>();
  readonly keyFrames: number[] = [];
  wanted: number[] = [];

  tiersOf(): number[] {
    return [0, 1, 2];
  }
  setWanted(ids: readonly EncoderId[]): void {
    this.wanted = [...new Set(ids.map(({ tier }) => tier))].sort();
  }
  setTarget({ tier }: EncoderId, target: EncodeTarget): boolean {
    this.targets.set(tier, target);
    return true;
  }
  requestKeyFrame({ tier }: EncoderId): void {
    this.keyFrames.push(tier);
  }
  requestPicture(): void {
    throw new Error("No sink is here that would ask for it.");
  }
}

type Watching = { readonly stream: VideoStream; readonly transport: FakeTransport; wish: ViewWish };

let encoders: FakeEncoders;
let director: QualityDirector;
/** Stands for all viewers. */
let follower: Emitter<ViewerEvents>;
let watching: Watching[];
let told: { readonly viewerId: string; readonly message: ServerMessage }[];
let sent: typeof told;
let number: number;

function join(viewerId: string, connection: number | null = 1): Watching {
  const transport = new FakeTransport();
  const names = { id: `${viewerId} ${watching.length}`, viewerId, way: "webrtc", connection } as const;
  const one: Watching = { transport, wish: noWish, stream: new VideoStream(names, transport, () => one.wish) };
  one.stream.isLive = true;
  watching.push(one);
  director.update();
  return one;
}

function frame(tier: number, isKeyFrame: boolean): OutgoingFrame {
  const forms = { rtpPayloads: () => [], socketForm: () => new Uint8Array() };
  return { codec: "h264", tier, isKeyFrame, number, count: number, time: milliseconds(number), ...forms };
}

/** Lets frames flow: all tiers that are wanted give one each 16 ms, key frames where they were asked for. */
function flow(ms: number): void {
  for (let passed = 0; passed < ms; passed += 16) {
    number += 1;
    for (const tier of encoders.wanted) {
      const asked = encoders.keyFrames.indexOf(tier);
      if (asked !== -1) encoders.keyFrames.splice(asked, 1);
      const isKeyFrame = asked !== -1;
      const bytes = (encoders.targets.get(tier)?.bitrateBps ?? 0) / 8 / 62;
      const times = { renderedAt: milliseconds(number), convertMs: 0, encodeMs: 0, skipped: 0, cpuMs: 0 };
      const coded = { codec: "h264", tier, data: new Uint8Array(bytes), isKeyFrame, frame: number } as const;
      director.noteEncoded({ kind: "packet", ...coded, atRest: false, ...times });
      for (const { stream } of watching) stream.send(frame(tier, isKeyFrame), () => undefined);
    }
    vi.advanceTimersByTime(16);
  }
}

function carry({ stream, transport }: Watching, bitrateBps: number | null, beginBps: number | null = null): void {
  transport.estimate = { bitrateBps, beginBps, roundTripMs: 40, queueMs: 0, loss: 0, pageShare: 1 };
  follower.emit("estimateChanged", { stream });
}

beforeEach(() => {
  vi.useFakeTimers();
  [encoders, watching, told, sent, number] = [new FakeEncoders(), [], [], [], 0];
  director = new QualityDirector({
    limits: { size, maxFps: 60, bitrateBps: 8_000_000, minBitrateBps: 150_000 },
    preference: "auto",
    encoders,
    streams: () => watching.map(({ stream }) => stream),
    sinks: new Sinks(),
    send: (viewerId, message) => void (message.kind === "sent" ? sent : told).push({ viewerId, message }),
  });
  follower = new Emitter();
  director.follow(follower);
});

afterEach(() => {
  director.close();
});

test("with one viewer there is one encoder, whose bit rate follows its way", () => {
  const ann = join("ann");
  expect([encoders.wanted, encoders.keyFrames]).toEqual([[0], [0]]);
  flow(1500);
  expect(encoders.targets.get(0)).toEqual({ bitrateBps: 8_000_000, size, maxFps: 60 });
  carry(ann, 1_000_000);
  expect(encoders.targets.get(0)).toMatchObject({ bitrateBps: 900_000, size: { width: 640, height: 360 } });
  flow(4000);
  expect(encoders.wanted).toEqual([0]);
  carry(ann, 10_000_000);
  flow(8000);
  expect(encoders.targets.get(0)).toEqual({ bitrateBps: 8_000_000, size, maxFps: 60 });
});

test("who is alone begins with what is safe, and has all at once when more is known", () => {
  const ann = join("ann");
  for (const begin of [1_000_000, 3_000_000]) {
    carry(ann, null, begin);
    expect(encoders.targets.get(0)).toEqual({ bitrateBps: 0.9 * begin, size, maxFps: 60 });
    flow(160);
  }
  carry(ann, 10_000_000);
  expect(encoders.targets.get(0)?.bitrateBps).toBe(8_000_000);
  carry(ann, 2_000_000);
  carry(ann, 10_000_000);
  flow(160);
  // By steps from now on.
  expect(encoders.targets.get(0)?.bitrateBps).toBeLessThan(4_000_000);
});

test("who comes to others begins with what they get", () => {
  join("ann");
  flow(1000);
  const bob = join("bob");
  carry(bob, null, 1_000_000);
  flow(1000);
  expect(bob.stream.plannedTier).toBe(0);
  expect(encoders.targets.get(0)?.bitrateBps).toBe(8_000_000);
});

test("who starves gets an encoder of its own at once; the other's goes on as it was, without a key frame", () => {
  const [ann, bob] = [join("ann"), join("bob")];
  flow(1500);
  const [target, before] = [encoders.targets.get(0), ann.transport.sent.length];
  carry(bob, 500_000);
  expect([encoders.wanted, encoders.keyFrames, bob.stream.plannedTier]).toEqual([[0, 1], [1], 1]);
  const small = { bitrateBps: 450_000, size: { width: 480, height: 270 }, maxFps: 30 };
  expect(encoders.targets.get(1)).toEqual(small);
  flow(4000);
  expect(encoders.targets.get(0)).toBe(target);
  expect(encoders.targets.get(1)).toEqual(small);
  expect(ann.transport.sent.slice(before).some(({ tier, isKeyFrame }) => tier !== 0 || isKeyFrame)).toBe(false);
});

test("who comes into a tier that another left begins with all pixels and frames", () => {
  const [, bob] = [join("ann"), join("bob")];
  flow(1000);
  carry(bob, 500_000);
  flow(1000);
  watching.pop();
  director.update();
  flow(1000);
  carry(watching[0] ?? bob, 1_000_000);
  flow(1000);
  const cid = join("cid");
  expect(cid.stream.plannedTier).toBe(1);
  expect(encoders.targets.get(1)).toEqual({ bitrateBps: 2_500_000, size, maxFps: 60 });
});

test("a second way to a viewer is taken to carry what the first does, until more is known", () => {
  const [ann, bob] = [join("ann"), join("bob")];
  flow(1000);
  carry(bob, 1_000_000);
  const second = join("bob");
  expect([second.stream.plannedTier, ann.stream.plannedTier]).toEqual([bob.stream.plannedTier, 0]);
});

test("the frames of the old encoder go on until the new one's key frame (VS1)", () => {
  const bob = join("bob");
  join("ann");
  flow(1000);
  carry(bob, 500_000);
  encoders.keyFrames.length = 0;
  flow(160);
  expect(bob.transport.sent.at(-1)?.tier).toBe(0);
  expect(bob.stream.tiers).toEqual([0, 1]);
  encoders.keyFrames.push(1);
  flow(160);
  const first = bob.transport.sent.find(({ tier }) => tier === 1);
  expect([first?.isKeyFrame, bob.transport.sent.at(-1)?.tier, bob.stream.tiers]).toEqual([true, 1, [1]]);
});

test("who waits for a key frame anyway takes that of its new encoder", () => {
  const bob = join("bob");
  join("ann");
  flow(1000);
  bob.transport.needsKeyFrame = true;
  carry(bob, 500_000);
  expect(bob.stream.tiers).toEqual([1]);
  follower.emit("keyFrameRequested", { stream: bob.stream });
  expect(new Set(encoders.keyFrames)).toEqual(new Set([1]));
});

test("a way is tried for as much as its viewer may get, and for no more than it wants", () => {
  const ann = join("ann");
  expect(ann.transport.maxBitrateBps).toBe(Math.round(8_000_000 / 0.9));
  ann.wish = { ...noWish, maxBitrateBps: 900_000 };
  follower.emit("wishChanged", {});
  expect([ann.transport.maxBitrateBps, encoders.targets.get(0)?.bitrateBps]).toEqual([1_000_000, 900_000]);
});

test("a viewer's own preference wins over the server's", () => {
  const ann = join("ann");
  ann.wish = { ...noWish, preference: "sharp" };
  flow(1000);
  carry(ann, 1_500_000);
  flow(1000);
  expect(encoders.targets.get(0)).toMatchObject({ size, maxFps: 15 });
});

test("a larger screen beside a scene at rest gets its picture at once, in its size (QL6)", () => {
  const [ann, bob] = [join("ann"), join("bob")];
  for (const one of [ann, bob]) one.wish = { ...noWish, shown: { width: 960, height: 540 } };
  director.update();
  flow(3000);
  expect(encoders.targets.get(0)?.size).toEqual({ width: 960, height: 540 });
  vi.advanceTimersByTime(5000);
  encoders.keyFrames.length = 0;
  bob.wish = { ...noWish, shown: { width: 1920, height: 1080 } };
  follower.emit("wishChanged", {});
  expect([encoders.targets.get(0)?.size, encoders.keyFrames]).toEqual([size, [0]]);
  vi.advanceTimersByTime(5000);
  expect(encoders.keyFrames).toEqual([0]);
});

test("viewers are told what they get when it changes and every two seconds, and nothing while nothing moves", () => {
  join("ann");
  join("whep", null);
  flow(4000);
  expect(told.length).toBeGreaterThanOrEqual(2);
  expect(told.length).toBeLessThanOrEqual(5);
  expect(new Set(told.map(({ viewerId }) => viewerId))).toEqual(new Set(["ann"]));
  expect(told[0]?.message).toEqual({
    ...{ kind: "quality", connection: 1, size, maxFps: 60, bitrateBps: 4_000_000 },
    ...{ estimateBps: null, roundTripMs: null, loss: 0 },
  });
  const [ann] = watching;
  const before = told.length;
  for (let turn = 0; turn < 20; turn += 1) {
    if (ann !== undefined) carry(ann, 2_000_000 + 300_000 * turn);
    flow(100);
  }
  expect(told.length - before).toBeGreaterThan(2);
  expect(told.length - before).toBeLessThanOrEqual(5);
  vi.advanceTimersByTime(500);
  const atRest = told.length;
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(atRest);
});

test("where no encoder can be had those who wait for it are told, and no others", () => {
  const [, bob] = [join("ann"), join("bob")];
  flow(1000);
  carry(bob, 500_000);
  encoders.emit("refused", { codec: "h264", tier: 1, error: new StreamError("no-encoder") });
  expect(told.filter(({ message }) => message.kind === "error").map(({ viewerId }) => viewerId)).toEqual(["bob"]);
});

test("how many frames went by WebRTC is told twice a second while there are more, over the WebSocket", () => {
  join("ann");
  join("whep", null);
  flow(2000);
  expect(sent.length).toBeGreaterThanOrEqual(3);
  expect(sent.length).toBeLessThanOrEqual(4);
  vi.advanceTimersByTime(1000);
  const frames = watching[0]?.transport.sent.length;
  expect(sent.at(-1)).toEqual({ viewerId: "ann", message: { kind: "sent", connection: 1, frames } });
  const before = sent.length;
  vi.advanceTimersByTime(5000);
  expect(sent).toHaveLength(before);
});
