/** How the frames of a program get into the ring: which are shown, which are given back, and with what pixels. */

import { expect, test } from "vitest";
import { allocateFrameRing, FrameRingReader, FrameRingWriter } from "../../../../../server/frames/frame-ring.ts";
import { SteppedClock } from "../../../../../server/platform/stepped-clock.ts";
import { SourcePainter } from "../../../../../server/render/source/source-painter.ts";
import type { ArrivedFrame, SlotFreed } from "../../../../../server/render/source-protocol.ts";
import { milliseconds } from "../../../../../shared/time.ts";

const size = { width: 16, height: 16 };

function studio() {
  const ring = allocateFrameRing(size, 1, 32 * 32);
  const clock = new SteppedClock({ start: milliseconds(10_000) });
  const freed: SlotFreed[] = [];
  const painter = new SourcePainter({
    ring: new FrameRingWriter(ring),
    size,
    clock,
    freed: (slot) => freed.push(slot),
  });
  const reader = new FrameRingReader(ring, 0);
  /** Each slot is filled with its own number, until a test says otherwise. */
  const slots = [0, 1, 2, 3].map((level) => new Uint8Array(32 * 32 * 4).fill(level));
  const memory = {
    copy: (slot: number, into: Uint8Array) => into.set(slots[slot]?.subarray(0, into.length) ?? []),
    view: (slot: number, length: number) => slots[slot]?.subarray(0, length) ?? new Uint8Array(),
  };
  const newest = () => {
    const pixels = reader.acquire();
    const { number, renderedAt, atRest } = reader.description;
    return { number, renderedAt, atRest, level: pixels?.rgba?.at(-1) ?? null, isTopDown: pixels?.isTopDown ?? null };
  };
  const give = (slot: number, number: number, more: Partial<ArrivedFrame> = {}) => {
    painter.take({ ...frameOf(slot, number), ...more }, memory);
  };
  return { painter, clock, freed, newest, give, slots, reader };
}

function frameOf(slot: number, number: number): ArrivedFrame {
  const shape = { ...size, format: "rgba", rows: "down" } as const;
  return { source: 1, slot, number, ...shape, renderedAt: milliseconds(9_990), renderMs: 3, answers: null };
}

test("before any frame there is a blank picture", () => {
  const { painter, newest } = studio();
  expect(painter.paint(false)).toBe(true);
  expect(newest()).toMatchObject({ number: 1, level: 0x24, atRest: false });
  expect(painter.paint(false)).toBe(false);
});

test("the newest frame is shown, one that waited goes back unread, and is counted (FT1)", () => {
  const { painter, freed, newest, give } = studio();
  give(1, 1);
  give(2, 2);
  expect(freed).toEqual([{ source: 1, slot: 1, number: 1, shown: false }]);
  expect(painter.waiting?.number).toBe(2);
  expect(painter.paint(false)).toBe(true);
  expect(newest()).toMatchObject({ level: 2, isTopDown: true, renderedAt: 9_990 });
  expect(painter.waiting).toBeNull();
  expect(painter.takeTimes()).toMatchObject({ rendered: 1, replaced: 1, renderMs: [3] });
});

test("the slot that is shown is kept until another is shown, and read again at rest (FT2)", () => {
  const { painter, freed, newest, give, clock } = studio();
  give(1, 1, { rows: "up" });
  painter.paint(false);
  painter.refine();
  expect(newest()).toEqual({ number: 2, renderedAt: clock.now(), atRest: true, level: 1, isTopDown: false });
  painter.forget();
  expect([painter.paint(false), newest().level, freed]).toEqual([true, 1, []]);
  give(3, 2);
  painter.paint(false);
  expect(freed).toEqual([{ source: 1, slot: 1, number: 1, shown: true }]);
});

test("a frame like the one before goes no further, unless somebody waits for it or it was forgotten (FT3)", () => {
  const { painter, newest, give, slots } = studio();
  give(1, 1);
  painter.paint(false);
  slots[2]?.fill(1);
  give(2, 2);
  expect([painter.paint(false), newest().number]).toEqual([false, 1]);
  give(1, 3);
  expect([painter.paint(true), newest().number]).toEqual([true, 2]);
  give(2, 4);
  painter.forget();
  expect([painter.paint(false), newest().number]).toEqual([true, 3]);
  give(1, 5, { rows: "up" });
  expect(painter.paint(false)).toBe(true);
});

test("a frame of another size waits for the ring to have that (FT4)", () => {
  const { painter, newest, give, reader, freed } = studio();
  give(1, 1);
  painter.paint(false);
  give(2, 2, { width: 33, height: 17 });
  expect([painter.waiting, painter.wantedSize]).toEqual([null, { width: 32, height: 16 }]);
  expect(painter.paint(false)).toBe(false);
  painter.resize({ width: 32, height: 16 });
  expect([reader.acquire(), painter.wantedSize, painter.waiting?.number]).toEqual([null, null, 2]);
  expect(painter.paint(false)).toBe(true);
  expect([newest().level, reader.size]).toEqual([2, { width: 32, height: 16 }]);
  expect(freed).toEqual([{ source: 1, slot: 1, number: 1, shown: true }]);
});

test("a time that cannot be the server's is not believed", () => {
  const { painter, newest, give, clock } = studio();
  give(1, 1, { renderedAt: milliseconds(1e9) });
  painter.paint(false);
  expect(newest().renderedAt).toBe(clock.now());
  give(2, 2, { renderedAt: milliseconds(1) });
  painter.paint(false);
  expect(newest().renderedAt).toBe(clock.now());
});
