import { expect, test } from "vitest";
import { pixelsOf, windowOf } from "../../../../client/picture/shown-size.ts";
import { ViewWishes } from "../../../../client/streams/view-wishes.ts";
import type { ClientMessage } from "../../../../shared/signaling.ts";

function wishes(): { view: ViewWishes; said: ClientMessage[] } {
  const said: ClientMessage[] = [];
  const view = new ViewWishes((message) => said.push(message), {
    shown: null,
    preference: "auto",
    maxBitrateBps: null,
  });
  return { view, said };
}

test("the server is told at the beginning and at changes, and nothing twice", () => {
  const { view, said } = wishes();
  const shown = { width: 640, height: 360 };
  const window = { width: 320, height: 300, ratio: 2 };
  view.setView({ shown, window });
  view.setPreference("sharp");
  expect(said).toEqual([]);
  view.begin();
  view.setView({ shown: { ...shown }, window: { ...window } });
  view.setPreference("sharp");
  view.setMaxBitrate(1_000_000);
  view.setView({ shown, window: { ...window, ratio: 1 } });
  expect(said).toEqual([
    { kind: "view", shown, window, preference: "sharp", maxBitrateBps: null },
    { kind: "view", shown, window, preference: "sharp", maxBitrateBps: 1_000_000 },
    { kind: "view", shown, window: { ...window, ratio: 1 }, preference: "sharp", maxBitrateBps: 1_000_000 },
  ]);
  view.end();
  view.setPreference("fluid");
  expect(said).toHaveLength(3);
});

test("wishes that the server would not take are refused at once", () => {
  const { view } = wishes();
  expect(() => view.setPreference("best" as "sharp")).toThrow("preference must be one of auto, sharp, fluid.");
  for (const bps of [0, 99_999, 1.5e5 + 0.5, 2e9, Number.NaN]) expect(() => view.setMaxBitrate(bps)).toThrow(TypeError);
});

test("the size is that in pixels of the screen, and none where nothing is seen", () => {
  expect(pixelsOf({ width: 640, height: 360 }, 1.5)).toEqual({ width: 960, height: 540 });
  expect(pixelsOf({ width: 0, height: 0 }, 2)).toBeNull();
});

test("the room for the picture is told in whole CSS pixels, and not at all where there is none", () => {
  expect(windowOf({ width: 390.4, height: 843.7 }, 3)).toEqual({ width: 390, height: 844, ratio: 3 });
  expect(windowOf({ width: 10, height: 10 }, 99)).toEqual({ width: 10, height: 10, ratio: 16 });
  expect([windowOf({ width: 0, height: 300 }, 1), windowOf({ width: 1e6, height: 300 }, 1)]).toEqual([null, null]);
});
