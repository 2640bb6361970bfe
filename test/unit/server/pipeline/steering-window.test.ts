import { beforeEach, expect, test } from "vitest";
import { SteeringWindow, type ViewerWindow } from "../../../../server/pipeline/steering-window.ts";
import { SteppedClock } from "../../../../server/platform/stepped-clock.ts";
import type { ViewWindow } from "../../../../shared/signaling.ts";

let clock: SteppedClock;
let windows: Map<string, ViewWindow | null>;
let sizes: string[];
let ratios: number[];
let steering: SteeringWindow;

beforeEach(() => {
  clock = new SteppedClock();
  windows = new Map();
  sizes = [];
  ratios = [];
  steering = new SteeringWindow({
    clock,
    maxPixels: 1280 * 720,
    size: { width: 1280, height: 720 },
    isFixed: false,
    windows: () => [...windows].map(([viewerId, window]): ViewerWindow => ({ viewerId, window })),
    changed: ({ width, height }, ratio) => {
      sizes.push(`${width}x${height}`);
      ratios.push(ratio);
    },
    ratioChanged: (ratio) => void ratios.push(ratio),
  });
});

async function see(viewerId: string, width: number, height: number, ratio = 1): Promise<void> {
  windows.set(viewerId, { width, height, ratio });
  steering.update();
  await clock.pass(500);
}

test("SW4: a size that was fixed holds at once whatever windows say, and when it is let go of they count again", async () => {
  steering.setControllers(["ann"]);
  await see("ann", 800, 600);
  expect(sizes).toEqual(["800x600"]);
  steering.fix({ width: 640, height: 360 });
  steering.fix({ width: 640, height: 360 });
  await see("ann", 400, 600);
  expect(sizes).toEqual(["800x600", "640x360"]);
  steering.fix(null);
  await clock.pass(500);
  expect(sizes).toEqual(["800x600", "640x360", "400x600"]);
});

test("SW5: how many pixels one of the window has is told with the size, and where only that changes without one", async () => {
  steering.setControllers(["ann"]);
  await see("ann", 640, 360, 2);
  await see("ann", 1600, 900);
  await see("ann", 3200, 1800);
  expect(sizes).toEqual([]);
  expect(ratios).toEqual([2, 0.8, 0.4]);
  steering.setMaxPixels(2560 * 1440);
  await clock.pass(500);
  steering.fix({ width: 640, height: 480 });
  expect(sizes).toEqual(["2560x1440", "640x480"]);
  expect(ratios.slice(3)).toEqual([0.8, 1]);
});

test("it is the window of who steers, and another one changes nothing (SW1)", async () => {
  steering.setControllers(["ann"]);
  await see("bob", 390, 844);
  expect(sizes).toEqual([]);
  await see("ann", 600, 600);
  await see("bob", 844, 390);
  expect(sizes).toEqual(["600x600"]);
});

test("control that passes to somebody with another window changes the picture once, back and forth (SW1)", async () => {
  await see("ann", 600, 600);
  await see("bob", 300, 600);
  for (const viewerId of ["ann", "bob", "ann"]) {
    steering.setControllers([viewerId]);
    await clock.pass(500);
  }
  expect(sizes).toEqual(["600x600", "300x600", "600x600"]);
});

test("where all may steer it is the first who came, and then who did last (SW1)", async () => {
  windows.set("old page", null);
  await see("ann", 600, 600);
  await see("bob", 300, 600);
  steering.setControllers(["old page", "ann", "bob"]);
  await clock.pass(500);
  steering.noteSteered("bob");
  await clock.pass(500);
  steering.noteSteered("bob");
  windows.delete("bob");
  steering.update();
  await clock.pass(500);
  expect(sizes).toEqual(["600x600", "300x600", "600x600"]);
});

test("the picture stays as it is where nobody steers, or who does not say how large its window is (SW1)", async () => {
  steering.setControllers(["ann"]);
  await see("ann", 600, 600);
  windows.set("bob", null);
  steering.setControllers(["bob"]);
  await clock.pass(500);
  steering.setControllers([]);
  await see("ann", 300, 600);
  expect(sizes).toEqual(["600x600"]);
});

test("a phone's bar that slides costs nothing, one that stays away counts after two seconds (SW2)", async () => {
  steering.setControllers(["ann"]);
  await see("ann", 390, 844);
  for (const height of [788, 844, 788, 844]) await see("ann", 390, height);
  await clock.pass(5000);
  expect(sizes).toEqual(["390x844"]);
  await see("ann", 390, 788);
  // Word of others meanwhile is not a new beginning.
  await clock.pass(900);
  await see("bob", 100, 100);
  expect(sizes).toEqual(["390x844"]);
  await clock.pass(100);
  expect(sizes).toEqual(["390x844", "390x788"]);
});

test("a bar that slides is known for one from the start, where the picture had its shape already (SW2)", async () => {
  steering.setControllers(["ann"]);
  await see("ann", 1280, 720);
  await see("ann", 1280, 680);
  expect(sizes).toEqual([]);
});

test("a phone that is turned is followed at once, and so is a keyboard that takes half of the height (SW2)", async () => {
  steering.setControllers(["ann"]);
  await see("ann", 390, 844);
  await see("ann", 844, 390);
  await see("ann", 844, 300);
  expect(sizes).toEqual(["390x844", "844x390", "844x300"]);
});

test("two changes are a quarter of a second apart, and the newest counts (SW3)", async () => {
  steering.setControllers(["ann"]);
  for (let width = 400; width <= 600; width += 10) {
    windows.set("ann", { width, height: 400, ratio: 1 });
    steering.update();
    await clock.pass(10);
  }
  await clock.pass(1000);
  expect(sizes).toEqual(["400x400", "600x400"]);
});

test("nothing happens once it is closed", async () => {
  steering.setControllers(["ann"]);
  await see("ann", 390, 844);
  windows.set("ann", { width: 390, height: 800, ratio: 1 });
  steering.update();
  steering.close();
  await clock.pass(5000);
  expect(sizes).toEqual(["390x844"]);
});
