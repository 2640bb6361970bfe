import { describe, expect, it } from "vitest";
import { Compositor, type Drawing } from "../../../../server/studio/compositor.ts";

const [RED, GREEN, BLACK] = [0xff0000ff, 0xff00ff00, 0xff000000];
const size = { width: 8, height: 4 };

function picture(color: number, width: number, height: number): { pixels: Uint32Array; width: number; height: number } {
  return { pixels: new Uint32Array(width * height).fill(color), width, height };
}

function drawing(color: number, x: number, y: number, width: number, height: number, more: object = {}): Drawing {
  const place = { x, y, width, height };
  return {
    kind: "picture",
    place,
    seen: place,
    opacity: 1,
    picture: picture(color, width, height),
    hasAlpha: false,
    ...more,
  };
}

function composed(...drawings: Drawing[]): Compositor {
  const compositor = new Compositor(size, BLACK);
  compositor.compose(drawings);
  return compositor;
}

describe("a view", () => {
  it("has later drawings over earlier ones", () => {
    const view = composed(drawing(RED, 0, 0, 4, 4), drawing(GREEN, 2, 1, 4, 2));
    expect([
      view.pixelAt(1, 1),
      view.pixelAt(2, 1),
      view.pixelAt(3, 0),
      view.pixelAt(5, 2),
      view.pixelAt(6, 2),
    ]).toEqual([...[RED, GREEN, RED, GREEN, BLACK]]);
  });

  it("mixes what is not opaque, by its own alpha too", () => {
    const half = composed(drawing(RED, 0, 0, 8, 4), drawing(GREEN, 0, 0, 4, 4, { opacity: 0.5 }));
    expect(half.pixelAt(0, 0).toString(16)).toBe("ff007f7f");
    const clear = composed(drawing(RED, 0, 0, 8, 4), drawing(0x0000ff00, 0, 0, 4, 4, { hasAlpha: true }));
    expect(clear.pixelAt(0, 0)).toBe(RED);
    const whole = composed(drawing(RED, 0, 0, 8, 4), drawing(GREEN, 0, 0, 4, 4, { hasAlpha: true }));
    expect(whole.pixelAt(0, 0)).toBe(GREEN);
  });

  it("scales a picture of another size, until one of the right size comes", () => {
    const pixels = Uint32Array.of(RED, GREEN, RED, GREEN);
    const place = { x: 0, y: 0, width: 8, height: 4 };
    const view = composed({
      kind: "picture",
      place,
      seen: place,
      opacity: 1,
      hasAlpha: false,
      picture: { pixels, width: 2, height: 2 },
    });
    expect([0, 3, 4, 7].map((x) => view.pixelAt(x, 3))).toEqual([RED, RED, GREEN, GREEN]);
  });

  it("composes only what was touched (UC1), and nothing outside of itself (UC2)", () => {
    const view = composed(drawing(RED, 0, 0, 8, 4));
    expect(view.compose([drawing(GREEN, 0, 0, 8, 4)])).toBe(false);
    view.touch({ x: 6, y: -3, width: 10, height: 5 });
    expect(view.compose([drawing(GREEN, 4, -2, 16, 16)])).toBe(true);
    expect([view.pixelAt(5, 0), view.pixelAt(6, 0), view.pixelAt(7, 1), view.pixelAt(7, 2)]).toEqual([
      RED,
      GREEN,
      GREEN,
      RED,
    ]);
  });

  it("leaves out what is covered by something opaque (UC1)", () => {
    const below = {
      ...drawing(RED, 0, 0, 8, 4),
      get picture(): never {
        throw new Error("It was drawn in vain.");
      },
    } as Drawing;
    const view = new Compositor(size, BLACK);
    view.compose([below, drawing(GREEN, 0, 0, 8, 4)]);
    expect(view.pixelAt(3, 3)).toBe(GREEN);
  });
});
