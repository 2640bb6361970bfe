/** The real encode thread behind the real render thread: its packets, decoded again, look like the scene. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openEncoder } from "../../server/encode/video/av-encoder.ts";
import { allocateFrameRing, FrameRingReader, FrameRingWriter } from "../../server/frames/frame-ring.ts";
import { milliseconds } from "../../shared/time.ts";
import { codecOf, type StreamCodec, streamCodecs } from "../../shared/video.ts";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";
import { type DecodedPicture, decodePictures } from "../support/video-decoder.ts";

const size = { width: 320, height: 192 };

/** How far the worst channel is from the wanted colour. */
function distance(picture: DecodedPicture | undefined, x: number, y: number, wanted: readonly number[]): number {
  const colour = picture?.colourAt(x, y) ?? [];
  return Math.max(...wanted.map((value, channel) => Math.abs(value - (colour[channel] ?? Number.NaN))));
}

const target = { bitrateBps: 4_000_000, size, maxFps: 60 };

function decoded(codec: StreamCodec, packets: readonly { readonly data: Uint8Array }[]): DecodedPicture[] {
  return decodePictures(
    codec,
    packets.map(({ data }) => data),
  );
}

// Each waits for most of its time.
it.concurrent.for(streamCodecs)(
  "%s carries the scene's colours the right way up, begins with a key frame, and changes its size with one",
  async (codec, { expect }) => {
    await using probe = await RenderProbe.start(sceneFixture("quadrants"), { size, codec });
    const expectColours = (picture: DecodedPicture | undefined, width: number, height: number) => {
      expect([picture?.width, picture?.height, picture?.isLimitedRange]).toEqual([width, height, true]);
      expect(distance(picture, 0.25, 0.25, [0xd0, 0x20, 0x30])).toBeLessThan(10);
      expect(distance(picture, 0.75, 0.25, [0x20, 0xb0, 0x40])).toBeLessThan(10);
      expect(distance(picture, 0.25, 0.75, [0x20, 0x40, 0xc8])).toBeLessThan(10);
      expect(distance(picture, 0.75, 0.75, [0xe0, 0xc0, 0x20])).toBeLessThan(10);
    };
    probe.tell({ kind: "watched", watched: true });
    probe.tell({ kind: "wanted", wanted: true });
    await expect.poll(() => probe.packets.length).toBeGreaterThan(0);
    await probe.grabWhen((frame) => frame.atRest);
    await probe.untilAtRest(true);
    expect(probe.packets.map(({ isKeyFrame }) => isKeyFrame)).toEqual([
      true,
      ...probe.packets.slice(1).map(() => false),
    ]);
    expectColours(decoded(codec, probe.packets).at(-1), 320, 192);

    // Encoders of other codecs are not opened anew so soon (TE3).
    if (codecOf(codec) !== "h264") await sleep(3000);
    const before = probe.packets.length;
    probe.tell({ kind: "target", target: { ...target, size: { width: 240, height: 144 } } });
    probe.tell({ kind: "key-frame" });
    await expect.poll(() => probe.packets.length).toBeGreaterThan(before);
    const pictures = decoded(codec, probe.packets);
    expect(pictures.findIndex(({ width }) => width === 240)).toBe(before);
    expect(probe.packets[before]?.isKeyFrame).toBe(true);
    expectColours(pictures.at(-1), 240, 144);
  },
);

it.each(streamCodecs)(
  "%s gives key frames only when asked for, also of a picture that does not change",
  async (codec) => {
    await using probe = await RenderProbe.start(sceneFixture("animated"), { size, codec, maxFps: 30 });
    probe.tell({ kind: "watched", watched: true });
    probe.tell({ kind: "wanted", wanted: true });
    const running = await probe.nextPackets(15);
    expect(running.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1);
    probe.tell({ kind: "key-frame" });
    const asked = await probe.nextPackets(10);
    expect(asked.filter(({ isKeyFrame }) => isKeyFrame)).toHaveLength(1);
    probe.tell({ kind: "watched", watched: false });
    const still = (await probe.untilAtRest(true)).number;
    probe.tell({ kind: "key-frame" });
    const [again] = await probe.nextPackets(1);
    expect([again?.isKeyFrame, again?.frame]).toEqual([true, still]);
    expect(decoded(codec, probe.packets)).toHaveLength(probe.packets.length);
  },
);

describe("h264", () => {
  it("gives a scene that is drawn at a third of the rate all the bits that it may have", () => {
    const encoder = openEncoder({ codec: "h264", size, maxFps: 60, bitrateBps: 1_000_000, threads: 1 });
    const noise = Uint8Array.from({ length: size.width * size.height * 4 }, (_, at) => (at * 2654435761) >>> 24);
    let [bytes, waited] = [0, new Int32Array(new SharedArrayBuffer(4))];
    const begun = performance.now();
    for (let frame = 0; frame < 45; frame += 1) {
      noise.copyWithin(0, 4 * (1 + (frame % 7)));
      bytes += encoder.encode({ rgba: noise, i420: null }, frame === 0).reduce((sum, { data }) => sum + data.length, 0);
      Atomics.wait(waited, 0, 0, Math.max(0, begun + (frame + 1) * 50 - performance.now()));
    }
    encoder.close();
    const bitsPerSecond = (bytes * 8_000) / (performance.now() - begun);
    expect(bitsPerSecond).toBeGreaterThan(700_000);
    expect(bitsPerSecond).toBeLessThan(1_400_000);
  });

  it("gives everybody who joins a scene at rest a key frame as fine as the first", async () => {
    await using probe = await RenderProbe.start(sceneFixture("noise"), { size, codec: "h264" });
    probe.tell({ kind: "watched", watched: true });
    probe.tell({ kind: "wanted", wanted: true });
    await probe.nextPackets(15);
    probe.tell({ kind: "watched", watched: false });
    const bytes: number[] = [];
    for (let join = 0; join < 3; join += 1) {
      await probe.untilAtRest(true);
      const before = probe.packets.length;
      probe.tell({ kind: "key-frame" });
      await expect.poll(() => probe.packets.slice(before).some(({ isKeyFrame }) => isKeyFrame)).toBe(true);
      bytes.push(probe.packets.slice(before).find(({ isKeyFrame }) => isKeyFrame)?.data.length ?? 0);
    }
    expect(Math.min(...bytes)).toBeGreaterThan(0.8 * (bytes[0] ?? 0));
  });

  it("takes a new bit rate without a key frame and keeps to it", async () => {
    const encoder = openEncoder({
      codec: "h264",
      size: { width: 640, height: 360 },
      maxFps: 60,
      bitrateBps: 8_000_000,
      threads: 1,
    });
    const noise = (seed: number) =>
      Uint8Array.from({ length: 640 * 360 * 4 }, (_, at) => ((at * 2654435761 + seed * 40503) >>> 13) & 255);
    const pictures = [1, 2, 3, 4].map(noise);
    const encode = (count: number) => {
      const packets = Array.from(
        { length: count },
        (_, at) => encoder.encode({ rgba: pictures[at % 4] ?? new Uint8Array(), i420: null }, false)[0],
      );
      return {
        bytes: packets.reduce((sum, one) => sum + (one?.data.length ?? 0), 0),
        keys: packets.filter((one) => one?.isKeyFrame).length,
      };
    };
    encode(30);
    const before = encode(30);
    encoder.setBitrate(1_000_000);
    encode(30);
    const after = encode(30);
    encoder.close();
    expect([before.keys, after.keys]).toEqual([0, 0]);
    expect(before.bytes * 8).toBeLessThan(8_000_000 * 1.3);
    expect(after.bytes * 8).toBeLessThan(1_000_000 * 1.5);
    expect(before.bytes / after.bytes).toBeGreaterThan(3);
  });
});

/** One after the other with the same scene. */
describe("h264 of a scene that moves", () => {
  let probe: RenderProbe;
  beforeAll(async () => {
    probe = await RenderProbe.start(sceneFixture("animated"), { size, codec: "h264" });
    probe.tell({ kind: "watched", watched: true });
  });
  afterAll(() => probe?.close());

  it("is not made while nobody wants it, though the scene is drawn", async () => {
    await probe.grabWhen(({ number }) => number > 10);
    expect(probe.packets).toHaveLength(0);
  });

  it("of another size that no encoder takes goes on as it is", async () => {
    probe.tell({ kind: "wanted", wanted: true });
    await probe.nextPackets(5);
    probe.tell({ kind: "target", target: { ...target, size: { width: 1, height: 1 } } });
    const packets = await probe.nextPackets(20);
    expect(packets.some(({ isKeyFrame }) => isKeyFrame)).toBe(false);
    const before = probe.packets.length;
    probe.tell({ kind: "target", target: { ...target, size: { width: 160, height: 96 } } });
    await expect.poll(() => probe.packets.slice(before).some(({ isKeyFrame }) => isKeyFrame)).toBe(true);
  });

  it("of frames that come too often has the newest, and always the last one before the scene rests", async () => {
    probe.tell({ kind: "target", target: { ...target, size: { width: 160, height: 96 }, maxFps: 10 } });
    await sleep(500);
    const before = probe.packets.length;
    await sleep(1500);
    const taken = probe.packets.slice(before);
    // 15 where the machine is free; never more than that.
    expect(taken.length).toBeGreaterThan(3);
    expect(taken.length).toBeLessThan(18);
    expect(taken.some(({ isKeyFrame }) => isKeyFrame)).toBe(false);
    probe.tell({ kind: "watched", watched: false });
    await probe.untilAtRest(true);
  });
});

describe("the encoder's eyes", () => {
  it("see the very memory of the ring: what is changed there before the call is what comes out", () => {
    const init = allocateFrameRing(size, 1);
    const writer = new FrameRingWriter(init);
    writer.begin().rgba.fill(0);
    const times = { renderedAt: milliseconds(1), renderMs: 0, readbackMs: 0 };
    writer.publish({ number: 1, ...times, atRest: false }, { rgba: true, i420: false });
    const frame = new FrameRingReader(init, 0).acquire();
    const pixels = frame?.rgba;
    if (frame === null || !pixels) throw new Error("no frame");
    const encoder = openEncoder({ codec: "h264", size, maxFps: 60, bitrateBps: 4_000_000, threads: 1 });
    const dark = encoder.encode(frame, true);
    new Uint8Array(init.memory, pixels.byteOffset, pixels.byteLength / 2).fill(255);
    const lit = encoder.encode(frame, false);
    encoder.close();
    const [first, second] = decodePictures(
      "h264",
      [...dark, ...lit].map(({ data }) => data),
    );
    expect(distance(first, 0.5, 0.75, [0, 0, 0])).toBeLessThan(4);
    expect(distance(second, 0.5, 0.75, [255, 255, 255])).toBeLessThan(4);
    expect(distance(second, 0.5, 0.25, [0, 0, 0])).toBeLessThan(4);
  });
});
