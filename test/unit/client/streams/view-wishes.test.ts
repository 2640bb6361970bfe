import { expect, test } from "vitest";
import { pixelsOf } from "../../../../client/picture/shown-size.ts";
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
  view.setShown({ width: 640, height: 360 });
  view.setPreference("sharp");
  expect(said).toEqual([]);
  view.begin();
  view.setShown({ width: 640, height: 360 });
  view.setPreference("sharp");
  view.setMaxBitrate(1_000_000);
  const shown = { width: 640, height: 360 };
  expect(said).toEqual([
    { kind: "view", shown, preference: "sharp", maxBitrateBps: null },
    { kind: "view", shown, preference: "sharp", maxBitrateBps: 1_000_000 },
  ]);
  view.end();
  view.setPreference("fluid");
  expect(said).toHaveLength(2);
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
