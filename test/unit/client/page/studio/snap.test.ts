import { describe, expect, it } from "vitest";
import { keyChange } from "../../../../../client/page/studio/key-change.ts";
import { type DragOptions, dragged } from "../../../../../client/page/studio/snap.ts";

const start = { x: 100, y: 100, width: 200, height: 100 };
const view = { width: 1000, height: 600 };
const drag = (more: Partial<DragOptions>): ReturnType<typeof dragged> =>
  dragged({ start, view, grip: { x: 0, y: 0 }, dx: 0, dy: 0, others: [], reach: 10, keepsShape: false, ...more });

describe("a box that is moved", () => {
  it("goes with the pointer, in whole pixels", () => {
    expect(drag({ dx: 33.4, dy: 41.6 })).toEqual({ rect: { ...start, x: 133, y: 142 }, lines: [] });
  });

  it("snaps to edges and the middle of the view, and shows the lines", () => {
    expect(drag({ dx: -93, dy: 144 })).toEqual({
      rect: { ...start, x: 0, y: 250 },
      lines: [
        { axis: "x", at: 0 },
        { axis: "y", at: 300 },
      ],
    });
  });

  it("snaps to the nearest edge of another box", () => {
    const others = [{ x: 400, y: 100, width: 100, height: 100 }];
    expect(drag({ dx: 104, dy: 4, others }).rect).toEqual({ ...start, x: 200, y: 100 });
    expect(drag({ dx: 104, dy: 4, others, reach: 0 }).rect).toEqual({ ...start, x: 204, y: 104 });
  });
});

describe("a box that is sized", () => {
  it("keeps the other edges where they are", () => {
    expect(drag({ grip: { x: -1, y: 1 }, dx: 30, dy: 60 }).rect).toEqual({ x: 130, y: 100, width: 170, height: 160 });
  });

  it("snaps its edge", () => {
    expect(drag({ grip: { x: 1, y: 0 }, dx: 196 })).toEqual({
      rect: { ...start, width: 400 },
      lines: [{ axis: "x", at: 500 }],
    });
  });

  it("keeps its shape where that is wanted, and never vanishes", () => {
    expect(drag({ grip: { x: 1, y: 1 }, dx: 100, dy: 5, keepsShape: true }).rect).toEqual({
      ...start,
      width: 300,
      height: 150,
    });
    expect(drag({ grip: { x: -1, y: -1 }, dx: 900, dy: 900 }).rect).toEqual({ x: 284, y: 184, width: 16, height: 16 });
  });
});

it("arrows move a box, with Ctrl they size it", () => {
  const key = { key: "ArrowLeft", shiftKey: false, ctrlKey: false, metaKey: false };
  expect(keyChange(key, start)).toEqual({ x: 99, y: 100 });
  expect(keyChange({ ...key, key: "ArrowDown", shiftKey: true, ctrlKey: true }, start)).toEqual({
    width: 200,
    height: 110,
  });
  expect(keyChange({ ...key, key: "a" }, start)).toBe(null);
});
