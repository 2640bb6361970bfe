/** The frame ring by its invariants FR1 to FR5, alone and under real threads. */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import {
  allocateFrameRing,
  type FrameDescription,
  type FrameRingInit,
  FrameRingReader,
  FrameRingWriter,
} from "../../../../server/frames/frame-ring.ts";
import { milliseconds } from "../../../../shared/time.ts";

const size = { width: 256, height: 256 };

function describeFrame(number: number): FrameDescription {
  return { number, renderedAt: milliseconds(number), renderMs: 1, readbackMs: 2, atRest: false };
}

const asRgba = { rgba: true, i420: false };

function write(writer: FrameRingWriter, number: number): void {
  writer.begin().rgba.fill(number);
  writer.publish(describeFrame(number), asRgba);
}

describe("frame ring", () => {
  it("has nothing to read before the first frame", () => {
    expect(new FrameRingReader(allocateFrameRing(size, 1), 0).acquire()).toBeNull();
  });

  it("gives the newest frame and its description; older ones are skipped (FR3, FR4)", () => {
    const init = allocateFrameRing(size, 1);
    const writer = new FrameRingWriter(init);
    const reader = new FrameRingReader(init, 0);
    for (const number of [1, 2, 3]) write(writer, number);
    expect(reader.acquire()?.rgba?.every((byte) => byte === 3)).toBe(true);
    expect(reader.description).toEqual(describeFrame(3));
  });

  it("gives the forms that a frame has, and not what another left in its slot (FR3)", () => {
    const init = allocateFrameRing({ width: 20, height: 6 }, 1);
    const writer = new FrameRingWriter(init);
    const reader = new FrameRingReader(init, 0);
    for (const rgba of [true, false]) {
      for (const i420 of [true, false]) {
        const slot = writer.begin();
        slot.rgba.fill(1);
        slot.i420.fill(2);
        writer.publish(describeFrame(1), { rgba, i420 });
        const pixels = reader.acquire();
        expect(pixels?.rgba?.length).toBe(rgba ? 20 * 6 * 4 : undefined);
        // A stride of 24 bytes, and nine rows of it.
        expect(pixels?.i420?.length).toBe(i420 ? 24 * 9 : undefined);
        expect([pixels?.rgba?.every((byte) => byte === 1), pixels?.i420?.every((byte) => byte === 2)]).toEqual([
          rgba ? true : undefined,
          i420 ? true : undefined,
        ]);
      }
    }
  });

  it("says which way the rows of each frame run, also of one that was drawn smaller (FR3)", () => {
    const init = allocateFrameRing({ width: 20, height: 6 }, 1);
    const writer = new FrameRingWriter(init);
    const reader = new FrameRingReader(init, 0);
    for (const isTopDown of [false, true, false, true]) {
      for (const drawn of [
        { width: 20, height: 6 },
        { width: 10, height: 4 },
      ]) {
        writer.begin();
        writer.publish(describeFrame(1), { ...asRgba, isTopDown }, drawn);
        expect(reader.acquire()?.isTopDown).toBe(isTopDown);
      }
    }
  });

  it("gives the pixels and the size of a frame that was drawn smaller, and whole ones after it (FR3)", () => {
    const init = allocateFrameRing({ width: 20, height: 6 }, 1);
    const writer = new FrameRingWriter(init);
    const reader = new FrameRingReader(init, 0);
    for (const [number, drawn] of [
      { width: 10, height: 3 },
      { width: 20, height: 6 },
    ].entries()) {
      writer.begin().rgba.fill(number);
      writer.publish(describeFrame(number), asRgba, drawn);
      const pixels = reader.acquire();
      expect(pixels?.rgba?.length).toBe(drawn.width * drawn.height * 4);
      expect(pixels?.drawnSize).toEqual(number === 0 ? drawn : undefined);
    }
  });

  it("takes pictures of another size, each with its own, and keeps whole what is held (FR6)", () => {
    const init = allocateFrameRing(size, 1, size.width * size.height + 100);
    const [writer, reader] = [new FrameRingWriter(init), new FrameRingReader(init, 0)];
    write(writer, 1);
    const held = reader.acquire();
    expect([held?.size, reader.size]).toEqual([size, size]);
    const portrait = { width: 30, height: size.height };
    writer.resize(portrait);
    for (const number of [2, 3, 4, 5]) {
      const slot = writer.begin();
      slot.rgba.fill(number);
      slot.i420.fill(number);
      writer.publish(describeFrame(number), { rgba: true, i420: true });
    }
    expect(held?.rgba?.every((byte) => byte === 1)).toBe(true);
    const next = reader.acquire();
    expect([next?.size, reader.size, next?.rgba?.length, next?.i420?.length]).toEqual([
      portrait,
      portrait,
      30 * size.height * 4,
      32 * size.height * 1.5,
    ]);
    expect([next?.rgba?.every((byte) => byte === 5), next?.i420?.every((byte) => byte === 5)]).toEqual([true, true]);
    expect(() => writer.resize({ width: size.width + 2, height: size.height })).toThrow("size must have at most");
  });

  it("has nothing to read once the newest frame was retired, until there is another", () => {
    const init = allocateFrameRing(size, 1);
    const [writer, reader] = [new FrameRingWriter(init), new FrameRingReader(init, 0)];
    write(writer, 1);
    writer.retire();
    expect(reader.acquire()).toBeNull();
    write(writer, 2);
    expect(reader.acquire()?.rgba?.[0]).toBe(2);
  });

  it("never writes a slot that a reader holds, and never runs out of slots (FR1, FR2)", () => {
    const init = allocateFrameRing(size, 3);
    const writer = new FrameRingWriter(init);
    const held = [0, 1, 2].map((index) => {
      write(writer, index + 1);
      return new FrameRingReader(init, index).acquire();
    });
    for (let number = 4; number < 200; number += 1) write(writer, number);
    expect(held.map((pixels) => pixels?.rgba?.[0])).toEqual([1, 2, 3]);
    expect(held.map((pixels) => pixels?.rgba?.at(-1))).toEqual([1, 2, 3]);
  });

  it("reads the very memory that was written, without a copy", () => {
    const init = allocateFrameRing(size, 1);
    const writer = new FrameRingWriter(init);
    const written = writer.begin();
    writer.publish(describeFrame(1), { rgba: true, i420: true });
    const read = new FrameRingReader(init, 0).acquire();
    for (const form of ["rgba", "i420"] as const) {
      expect(read?.[form]?.buffer).toBe(init.memory);
      expect(read?.[form]?.byteOffset).toBe(written[form].byteOffset);
    }
  });

  it("frees what a lost reader held (FR5)", () => {
    const init = allocateFrameRing(size, 1);
    const writer = new FrameRingWriter(init);
    write(writer, 1);
    const held = new FrameRingReader(init, 0).acquire();
    writer.forgetReader(0);
    for (let number = 2; number < 10; number += 1) write(writer, number);
    expect(held?.rgba?.[0]).not.toBe(1);
  });

  it("refuses a reader that it has no place for, and a frame that was not begun", () => {
    const init = allocateFrameRing(size, 2);
    expect(() => new FrameRingReader(init, 2)).toThrow("index must be a whole number from 0 to 1.");
    expect(() => {
      const writer = new FrameRingWriter(init);
      writer.begin();
      writer.publish(describeFrame(1), { rgba: true, i420: true }, { width: 2, height: 2 });
    }).toThrow("I420 must be as large as the ring's pictures.");
    expect(() => new FrameRingWriter(init).publish(describeFrame(1), asRgba)).toThrow("publish() must follow begin().");
  });
});

type ReaderResult = { read: number; torn: number; misdescribed: number; backwards: number };

/** Runs one writer and readers against each other for a while, each in a thread of its own. */
async function race(init: FrameRingInit, readers: number, isBroken: boolean): Promise<ReaderResult[]> {
  const forMs = 1200;
  const start = (name: string, workerData: unknown) =>
    new Worker(new URL(`../../../fixtures/${name}.worker.ts`, import.meta.url), { workerData });
  const threads = Array.from({ length: readers }, (_, index) => start("ring-reader", { init, index, forMs, isBroken }));
  const writer = start("ring-writer", { init });
  const results = await Promise.all(threads.map(async (thread) => (await once(thread, "message"))[0] as ReaderResult));
  await Promise.all([...threads, writer].map((thread) => thread.terminate()));
  return results;
}

describe("frame ring under threads", () => {
  it("never shows a torn, misdescribed or older frame to two readers of a writer at full speed", async () => {
    const results = await race(allocateFrameRing(size, 2), 2, false);
    for (const { read, torn, misdescribed, backwards } of results) {
      expect(read).toBeGreaterThan(50);
      expect({ torn, misdescribed, backwards }).toEqual({ torn: 0, misdescribed: 0, backwards: 0 });
    }
  });

  it("is a test that can fail: a reader that reads after release sees torn frames", async () => {
    // A busy machine may let the two run in turns.
    const faults = async (): Promise<number> => {
      const [result] = await race(allocateFrameRing(size, 1), 1, true);
      return (result?.torn ?? 0) + (result?.misdescribed ?? 0);
    };
    await expect.poll(faults).toBeGreaterThan(0);
  });
});
