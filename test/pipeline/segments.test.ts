/** The cutting of a stream into segments and parts (CU1 to CU5), of packets of a real encoder, read again by FFmpeg. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { MuxPacket, StreamPiece } from "../../server/encode/mux/mux-protocol.ts";
import { SegmentOutput } from "../../server/encode/mux/segment-output.ts";
import { TargetEncoder } from "../../server/encode/video/target-encoder.ts";
import { allocateFrameRing } from "../../server/frames/frame-ring.ts";
import { milliseconds } from "../../shared/time.ts";
import type { PictureSize } from "../../shared/video.ts";
import { normalAnnexB, picturesOf, readVideoFile } from "../support/video-file.ts";

type Part = Extract<StreamPiece, { readonly kind: "part" }>;

const BEGIN = 1_800_000_000_000;
const EPOCH = milliseconds(BEGIN - 3_600_000);
const folder = mkdtempSync(join(tmpdir(), "scenecast-segments-"));
afterAll(() => rmSync(folder, { recursive: true }));

class Stream {
  readonly pieces: StreamPiece[] = [];
  readonly packets: Uint8Array[] = [];
  readonly output = new SegmentOutput({ kind: "segments", epoch: EPOCH }, (piece) => void this.pieces.push(piece));
  #encoder: TargetEncoder | null = null;
  #size: PictureSize = { width: 160, height: 96 };
  #frame = 0;

  /** Encodes the next picture, shown `at` milliseconds after the beginning. */
  show(at: number, isKeyFrame: boolean, size: PictureSize = { width: 160, height: 96 }): void {
    const isOther = size.width !== this.#size.width;
    if (isOther) this.close();
    this.#size = size;
    const target = { bitrateBps: 500_000, size, maxFps: 60 };
    this.#encoder ??= new TargetEncoder({ codec: "h264", maxFps: 60, ring: allocateFrameRing(size, 1), target });
    const rgba = new Uint8Array(size.width * size.height * 4).fill((7 * this.#frame) % 256);
    const [picture] = this.#encoder.encode({ rgba, i420: null }, false, isKeyFrame);
    if (picture === undefined) throw new Error("no picture");
    this.#frame += 1;
    const time = milliseconds(BEGIN + at);
    const packet: MuxPacket = { codec: "h264", frame: this.#frame, tier: 3, atRest: false, time, ...picture };
    this.packets.push(picture.data.slice());
    this.output.take(packet);
  }

  get parts(): Part[] {
    return this.pieces.filter((piece) => piece.kind === "part");
  }

  /** Where the segments begin, in milliseconds from the beginning, and how long they are. */
  get segments(): number[][] {
    const begins = this.parts.flatMap(({ begins }, index) => (begins ? [index] : []));
    return begins.map((from, index) => {
      const parts = this.parts.slice(from, begins[index + 1]);
      const ms = parts.reduce((sum, { durationMs }) => sum + durationMs, 0);
      return [(parts[0]?.at ?? 0) - BEGIN, ms];
    });
  }

  read(name: string, pieces: readonly StreamPiece[] = this.pieces): ReturnType<typeof readVideoFile> {
    const path = join(folder, `${name}.mp4`);
    writeFileSync(path, Buffer.concat(pieces.map(({ bytes }) => bytes)));
    return readVideoFile(path);
  }

  close(): void {
    this.#encoder?.close();
    this.#encoder = null;
  }
}

test("CU1, CU2, CU5: segments begin at whole two seconds, and have parts of half a second that FFmpeg reads as they were encoded", async () => {
  const stream = new Stream();
  // The clocks of pictures are never on the dot: every 33 ms, and a key frame somewhere near each second second.
  for (let at = 700, key = 2000; at < 7900; at += 33) {
    const isKeyFrame = at === 700 || at + 40 > key;
    if (isKeyFrame && at > 700) key += 2000;
    stream.show(at, isKeyFrame);
  }
  await stream.output.end(milliseconds(BEGIN + 8000));
  expect(stream.segments).toEqual([
    [700, 1300],
    [2000, 2000],
    [4000, 2000],
    [6000, 2000],
  ]);
  expect(stream.parts.map(({ ends, begins }) => Number(begins) + 2 * Number(ends)).join("")).toBe("102100210021002");
  for (const { durationMs, ends, isIndependent, begins } of stream.parts) {
    expect(isIndependent).toBe(begins);
    expect(durationMs).toBeLessThanOrEqual(550);
    if (!ends) expect(durationMs).toBeGreaterThanOrEqual(467);
  }
  const file = stream.read("plain");
  expect(file.packets.map(({ data }) => Buffer.from(normalAnnexB(data)))).toEqual(
    stream.packets.map((data) => Buffer.from(normalAnnexB(data))),
  );
  expect(picturesOf(file)).toHaveLength(stream.packets.length);
  const times = file.packets.map(({ at }) => at - 3_600_000);
  expect(times[0]).toBeCloseTo(700, 0);
  expect(times.slice(1).every((at, index) => at > (times[index] ?? 0))).toBe(true);
  // Each part can be appended by itself: it needs what decoders have first, and those before it in its segment.
  const [init, ...parts] = stream.pieces;
  if (init === undefined) throw new Error("no init");
  const second = parts.slice(3, 7);
  expect(picturesOf(stream.read("second", [init, ...second])).length).toBeGreaterThan(55);
  stream.close();
});

test("CU3: pictures of another size begin a segment at once, behind an init of their own", async () => {
  const stream = new Stream();
  for (let at = 0; at < 1000; at += 50) stream.show(at, at === 0);
  for (let at = 1000; at < 3000; at += 50) stream.show(at, at === 1000 || at === 2000, { width: 96, height: 160 });
  await stream.output.end(milliseconds(BEGIN + 3000));
  expect(stream.segments).toEqual([
    [0, 1000],
    [1000, 1000],
    [2000, 1000],
  ]);
  const inits = stream.pieces.flatMap((piece, index) => (piece.kind === "init" ? [{ ...piece, index }] : []));
  expect(inits.map(({ size }) => size)).toEqual([
    { width: 160, height: 96 },
    { width: 96, height: 160 },
  ]);
  expect(inits[0]?.codecs).toMatch(/^avc1\.42c0[0-9a-f]{2}$/);
  const file = stream.read("other", stream.pieces.slice(inits[1]?.index));
  expect(picturesOf(file).map(({ width }) => width)).toEqual(Array.from({ length: 40 }, () => 96));
  stream.close();
});

test("CU4: without a key frame a segment ends before it is too long, and nothing follows until there is one", async () => {
  const stream = new Stream();
  for (let at = 0; at < 6000; at += 100) stream.show(at, at === 0 || at === 5000);
  await stream.output.end(milliseconds(BEGIN + 6000));
  expect(stream.segments).toEqual([
    [0, 3400],
    [5000, 1000],
  ]);
  expect(stream.parts.filter(({ begins }) => begins).every(({ isIndependent }) => isIndependent)).toBe(true);
  expect(picturesOf(stream.read("gap"))).toHaveLength(35 + 10);
  // A scene that hangs shows its last picture no longer than that.
  const hung = new Stream();
  hung.show(0, true);
  hung.show(9000, true);
  await hung.output.end(milliseconds(BEGIN + 9500));
  expect(hung.segments).toEqual([
    [0, 3400],
    [9000, 500],
  ]);
  stream.close();
  hung.close();
});

test("what begins with a picture that is no key frame waits for one", async () => {
  const stream = new Stream();
  stream.show(0, true);
  const output = new SegmentOutput({ kind: "segments", epoch: EPOCH }, () => {
    throw new Error("It made a piece.");
  });
  const packet = {
    codec: "h264",
    data: new Uint8Array(9),
    isKeyFrame: false,
    frame: 1,
    tier: 3,
    atRest: false,
  } as const;
  output.take({ ...packet, time: milliseconds(BEGIN) });
  await output.end(milliseconds(BEGIN + 100));
  expect(output.figures).toEqual({ bytes: 0, seconds: 0, packets: 0 });
  stream.close();
});
