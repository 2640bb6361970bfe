/** What a hand does in Chromium moves the scene's camera exactly as far as it would move a scene in the page itself. */

import type { Browser, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { type Colour, gridPoints, meanDifference } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { Touches } from "../support/touches.ts";

/** The height of the viewer, which the picture fills. OrbitControls turns once for a drag as long as that. */
const HEIGHT = 720;
const start = { azimuth: 0.5, polar: 1.1, distance: 5 };
const points = gridPoints(48, 27);

let browser: Browser;
let server: StreamServer;
let page: Page;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    connectChromium(),
    serveScene(new URL("../fixtures/scenes/orbit.ts?stateful", import.meta.url)),
  ]);
  ({ page } = await openViewer(browser, server.url, { hasTouch: true }));
  await waitUntilLive(page);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Whether the scene says that its camera is there. */
function isAt(camera: typeof start): boolean {
  const now = server.room().state as typeof start;
  return (["azimuth", "polar", "distance"] as const).every((name) => Math.abs(now[name] - camera[name]) < 1e-6);
}

/** The picture as the scene drew it. No encoder had a hand in it. */
async function drawn(): Promise<Colour[]> {
  const { data, info } = await sharp(await server.room().snapshot())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return points.map(([x, y]) => {
    const at = (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * 3;
    return [...data.subarray(at, at + 3)];
  });
}

/** Has the scene place its camera there, without a hand, and gives its picture then. */
async function pictureOf(camera: typeof start): Promise<Colour[]> {
  const before = await drawn();
  if (isAt(camera)) return before;
  server.room().setState(camera);
  await expect.poll(() => isAt(camera)).toBe(true);
  await expect.poll(async () => meanDifference(await drawn(), before)).toBeGreaterThan(2);
  return await drawn();
}

async function differenceFrom(colours: readonly Colour[]): Promise<number> {
  return meanDifference(await shownColours(page, points), colours);
}

async function expectShown(colours: readonly Colour[]): Promise<void> {
  await expect.poll(() => differenceFrom(colours), { interval: 100 }).toBeLessThan(2);
}

/** Checks that a gesture brings the picture of the camera there, and that this is another one than at the start. */
async function expectToMove(gesture: () => Promise<void>, camera: Partial<typeof start>): Promise<void> {
  const turned = await pictureOf({ ...start, ...camera });
  const unturned = await pictureOf(start);
  expect(meanDifference(turned, unturned)).toBeGreaterThan(10);
  await expectShown(unturned);
  await gesture();
  await expectShown(turned);
  expect(await differenceFrom(unturned)).toBeGreaterThan(10);
}

describe("a mouse", () => {
  it("turns the scene by dragging, as far as the hand went", async () => {
    const drag = async () => {
      await page.mouse.move(600, 400);
      await page.mouse.down();
      await page.mouse.move(760, 310, { steps: 12 });
      await page.mouse.up();
    };
    const radians = (pixels: number) => (2 * Math.PI * pixels) / HEIGHT;
    await expectToMove(drag, { azimuth: start.azimuth - radians(160), polar: start.polar + radians(90) });
  });

  it("zooms by its wheel, a twentieth for every 100 pixels", async () => {
    const roll = async () => {
      await page.mouse.move(640, 360);
      for (let notch = 0; notch < 6; notch += 1) await page.mouse.wheel(0, -100);
    };
    await expectToMove(roll, { distance: start.distance * 0.95 ** 6 });
  });
});

describe("fingers", () => {
  it("turn the scene, if it is one", async () => {
    const touches = await Touches.start(page);
    const turn = () => touches.move([{ from: [500, 360], to: [650, 360] }]);
    await expectToMove(turn, { azimuth: start.azimuth - (2 * Math.PI * 150) / HEIGHT });
  });

  it("zoom it by as much as two of them part", async () => {
    const touches = await Touches.start(page);
    const part = () =>
      touches.move([
        { from: [540, 360], to: [500, 360] },
        { from: [740, 360], to: [780, 360] },
      ]);
    await expectToMove(part, { distance: start.distance * (200 / 280) });
    expect(await page.evaluate(() => window.visualViewport?.scale)).toBe(1);
  });
});
