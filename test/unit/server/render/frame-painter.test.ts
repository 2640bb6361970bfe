/** How pictures get from a surface into the ring: in which forms, with which times, at once or one behind. */

import { Camera, PerspectiveCamera, Scene } from "three";
import { describe, expect, it } from "vitest";
import { allocateFrameRing, FrameRingReader, FrameRingWriter } from "../../../../server/frames/frame-ring.ts";
import { SteppedClock } from "../../../../server/platform/stepped-clock.ts";
import { DrawnScale } from "../../../../server/render/drawn-scale.ts";
import { FramePainter } from "../../../../server/render/frame-painter.ts";
import type { SceneParts } from "../../../../server/render/scene.ts";
import type { DrawingOptions, Rows, Surface } from "../../../../server/render/surface/surface.ts";

const size = { width: 8, height: 4 };
const parts: SceneParts = { scene: new Scene(), camera: new PerspectiveCamera() };
const asGpu = { isMultisampled: true, givesI420: true };
const asSoftware = { isMultisampled: false, givesI420: false };

/** A surface whose pictures hold the number of their drawing, each form plus its own thousandth. */
function fakeSurface(given: Partial<Surface>): Surface {
  const unread: number[] = [];
  let drawn = 0;
  return {
    renderer: undefined as never,
    info: { name: "fake", isGpu: true, backend: "vulkan" },
    size,
    lag: 0,
    ...asGpu,
    resize: () => undefined,
    canScale: () => false,
    canDrawRows: ({ render }) => render === undefined,
    panoramaOf: () => null,
    wantsPanorama: () => false,
    draw: async () => {
      drawn += 1;
      unread.push(drawn);
    },
    read: async ({ rgba, i420 }) => {
      const number = unread.shift() ?? Number.NaN;
      rgba?.fill(number);
      i420?.fill(100 + number);
      return size;
    },
    setOverlay: () => undefined,
    takeOverlay: () => undefined,
    takeErrors: () => [],
    ...given,
  };
}

function studio(given: Partial<Surface> = {}) {
  const ring = allocateFrameRing(size, 1);
  const clock = new SteppedClock();
  const scale = new DrawnScale({ scale: 0.5, maxFps: 60, preference: "auto" });
  const painter = new FramePainter(fakeSurface(given), new FrameRingWriter(ring), clock, scale);
  const reader = new FrameRingReader(ring, 0);
  const newest = () => {
    const pixels = reader.acquire();
    const { number, renderedAt, atRest } = reader.description;
    return { number, renderedAt, atRest, rgba: pixels?.rgba?.[0] ?? null, i420: pixels?.i420?.[0] ?? null };
  };
  const pixels = () => reader.acquire()?.rgba ?? null;
  const drawnSize = () => reader.acquire()?.drawnSize ?? size;
  return { painter, clock, newest, pixels, drawnSize };
}

describe("frame painter", () => {
  it("reads I420 alone where the surface gives it, and RGBA alone where not", async () => {
    const gpu = studio();
    await gpu.painter.paint(parts, false);
    expect(gpu.newest()).toMatchObject({ number: 1, rgba: null, i420: 101 });
    const software = studio(asSoftware);
    await software.painter.paint(parts, false);
    expect(software.newest()).toMatchObject({ number: 1, rgba: 1, i420: null });
  });

  it("reads RGBA too while somebody wants it, and says when a frame is due for that", async () => {
    const { painter, newest } = studio();
    await painter.paint(parts, false);
    expect(painter.setRgbaWanted(true)).toBe(true);
    await painter.paint(parts, false);
    expect(newest()).toMatchObject({ number: 2, rgba: 2, i420: 102 });
    expect([painter.setRgbaWanted(true), painter.setRgbaWanted(false)]).toEqual([false, false]);
    await painter.paint(parts, false);
    expect(newest()).toMatchObject({ number: 3, rgba: null, i420: 103 });
  });

  it("reads the picture at rest in both forms, so that it can be fetched exactly", async () => {
    const { painter, newest } = studio();
    await painter.paint(parts, false);
    expect(await painter.refine(parts)).toBe(false);
    expect(newest()).toMatchObject({ number: 2, atRest: true, rgba: 2, i420: 102 });
    expect(painter.setRgbaWanted(true)).toBe(false);
  });

  it("publishes no frame that is the same as the one before, unless it is forced or somebody new looks", async () => {
    for (const given of [asGpu, asSoftware]) {
      let colour = 1;
      const read: Surface["read"] = ({ rgba, i420 }) => {
        rgba?.fill(colour);
        i420?.fill(colour);
        return size;
      };
      const { painter, newest } = studio({ ...given, read });
      const paint = (isForced = false) => painter.paint(parts, true, isForced);
      expect([await paint(), await paint(), await paint()]).toEqual([true, false, false]);
      expect([newest().number, painter.nextFrame]).toEqual([1, 2]);
      expect([await paint(true), newest().number]).toEqual([true, 2]);
      while (await painter.refine(parts));
      expect(newest()).toMatchObject({ number: 3, atRest: true });
      // What was refined is not what they are compared with.
      expect([await paint(), await paint(), newest().number]).toEqual([false, false, 3]);
      colour = 2;
      expect([await paint(), await paint(), newest().number]).toEqual([true, false, 4]);
      painter.forget();
      expect([await paint(), await paint(), newest().number]).toEqual([true, false, 5]);
    }
  });

  it("gives a frame the time at which its drawing began, by its clock", async () => {
    const { painter, clock, newest } = studio();
    clock.work(1234);
    await painter.paint(parts, false);
    expect(newest().renderedAt).toBe(1234);
  });

  it("has no frame to show from the word of another size on until one of that is drawn, and counts on", async () => {
    const surface = { size, ...asSoftware };
    const { painter, newest, pixels } = studio({
      ...asSoftware,
      get size() {
        return surface.size;
      },
      read: ({ rgba }) => {
        rgba?.fill(9);
        return surface.size;
      },
    });
    await painter.paint(parts, false);
    await painter.refine(parts);
    painter.retire();
    expect(pixels()).toBeNull();
    surface.size = { width: 4, height: 6 };
    painter.handleResize();
    expect(painter.isRefining).toBe(false);
    await painter.paint(parts, false);
    expect([newest().number, pixels()?.length]).toEqual([2, 4 * 6 * 4]);
    while (await painter.refine(parts));
    expect(newest()).toMatchObject({ number: 3, atRest: true, rgba: 9 });
  });

  it("lets reading lag one behind while frames follow each other, and reads the last one at once", async () => {
    const { painter, clock, newest } = studio({ lag: 1 });
    await painter.paint(parts, true);
    expect(newest().number).toBe(0);
    clock.work(10);
    await painter.paint(parts, true);
    expect(newest()).toMatchObject({ number: 1, renderedAt: 0, i420: 101 });
    clock.work(10);
    await painter.paint(parts, false);
    expect(newest()).toMatchObject({ number: 3, renderedAt: 20, i420: 103 });
    expect(painter.takeTimes().rendered).toBe(3);
  });

  it("reads what lags before it refines", async () => {
    const { painter, newest } = studio({ lag: 1 });
    await painter.paint(parts, true);
    await painter.refine(parts);
    expect(newest()).toMatchObject({ number: 2, atRest: true, rgba: 2 });
  });

  it("draws eight samples of a picture at rest that is not multisampled, where the camera can be moved", async () => {
    const { painter, newest } = studio(asSoftware);
    await painter.paint(parts, false);
    const more: boolean[] = [];
    for (let step = 0; step < 8; step += 1) more.push(await painter.refine(parts));
    expect(more).toEqual([true, true, true, true, true, true, true, false]);
    // The mean of the drawings 2 to 9, rounded.
    expect(newest()).toMatchObject({ number: 2, atRest: true, rgba: 6, i420: null });
    expect(await painter.refine({ ...parts, camera: new Camera() })).toBe(false);
  });

  it("draws smaller what answers somebody, and whole what answers nobody and the picture at rest", async () => {
    const scales: (number | undefined)[] = [];
    const draw = async (_: SceneParts, options?: DrawingOptions) => void scales.push(options?.scale);
    const small = { width: 4, height: 2 };
    const read = async () => (scales.at(-1) === 0.5 ? small : size);
    const { painter, drawnSize } = studio({ ...asSoftware, canScale: () => true, draw, read });
    await painter.paint(parts, false);
    expect([scales, drawnSize()]).toEqual([[1], size]);
    await painter.paint(parts, false, true);
    expect([scales.at(-1), drawnSize()]).toEqual([0.5, small]);
    while (await painter.refine(parts));
    expect([scales.at(-1) ?? 1, drawnSize()]).toEqual([1, size]);
  });

  it("cuts samples of what is slow into strips, which are the same picture together", async () => {
    const drawn: (Rows | undefined)[] = [];
    let rows: Rows = { first: 0, count: size.height };
    const draw = async (_: SceneParts, options?: DrawingOptions) => {
      drawn.push(options?.rows);
      rows = options?.rows ?? { first: 0, count: size.height };
      clock.work(6 * rows.count);
    };
    const read = async ({ rgba }: { readonly rgba: Uint8Array | null }) => {
      for (let row = rows.first; row < rows.first + rows.count; row += 1) {
        rgba?.fill(10 * (row + 1), row * size.width * 4, (row + 1) * size.width * 4);
      }
      return size;
    };
    const { painter, clock, pixels } = studio({ ...asSoftware, draw, read });
    while (await painter.refine(parts));
    expect(drawn[0]).toBeUndefined();
    // The first sample took 24 ms, the others are in three strips each.
    expect(drawn).toHaveLength(1 + 7 * 3);
    expect(drawn.slice(-3)).toEqual([
      { first: 0, count: 1 },
      { first: 1, count: 2 },
      { first: 3, count: 1 },
    ]);
    expect([0, 1, 2, 3].map((row) => pixels()?.[row * size.width * 4])).toEqual([10, 20, 30, 40]);
  });
});
