/** What a hand does in Chromium moves the scene's camera exactly as far as it would move a scene in the page itself. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { type Colour, gridPoints, meanDifference } from "../support/pixels.ts";
import { colourAt, RenderProbe, sceneFixture } from "../support/render-probe.ts";
import { servedSize, serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { Touches } from "../support/touches.ts";

/** The height of the viewer, which the picture fills. OrbitControls turns once for a drag as long as that. */
const HEIGHT = 720;
const start = { azimuth: 0.5, polar: 1.1, distance: 5 };
const points = gridPoints(48, 27);

let browser: Browser;
let server: StreamServer;
let page: Page;
let unturned: Colour[];

beforeAll(async () => {
  unturned = await picture(start);
  browser = await connectChromium();
});
afterAll(() => browser.close());

/** The picture, at rest, of the scene when it is set up with the camera there. No browser and no encoder had a hand in it. */
async function picture(camera: typeof start): Promise<Colour[]> {
  const query = new URLSearchParams(Object.entries(camera).map(([name, value]) => [name, String(value)]));
  await using probe = await RenderProbe.start(`${sceneFixture("orbit")}?${query}`, { size: servedSize });
  probe.tell({ kind: "watched", watched: true });
  const { pixels } = await probe.grabWhen(({ atRest }) => atRest);
  return points.map(([x, y]) => colourAt(pixels, servedSize, x, y));
}

/** Opens the scene anew, unturned, and checks that it is. */
async function open(options: { hasTouch?: boolean } = {}): Promise<void> {
  server = await serveScene("orbit");
  ({ page } = await openViewer(browser, server.url, options));
  await waitUntilLive(page);
  await expect.poll(() => differenceFrom(unturned)).toBeLessThan(2);
}

async function differenceFrom(colours: readonly Colour[]): Promise<number> {
  return meanDifference(await shownColours(page, points), colours);
}

/** Checks that the picture becomes that of the camera there, and that this is another one than at the start. */
async function expectCameraAt(camera: Partial<typeof start>): Promise<void> {
  const turned = await picture({ ...start, ...camera });
  expect(meanDifference(turned, unturned)).toBeGreaterThan(10);
  await expect.poll(() => differenceFrom(turned)).toBeLessThan(2);
  expect(await differenceFrom(unturned)).toBeGreaterThan(10);
}

async function close(): Promise<void> {
  await page.close();
  await server.close();
}

describe("a mouse", () => {
  it("turns the scene by dragging, as far as the hand went", async () => {
    await open();
    await page.mouse.move(600, 400);
    await page.mouse.down();
    await page.mouse.move(760, 310, { steps: 12 });
    await page.mouse.up();
    const radians = (pixels: number) => (2 * Math.PI * pixels) / HEIGHT;
    await expectCameraAt({ azimuth: start.azimuth - radians(160), polar: start.polar + radians(90) });
    await close();
  });

  it("zooms by its wheel, a twentieth for every 100 pixels", async () => {
    await open();
    await page.mouse.move(640, 360);
    for (let notch = 0; notch < 6; notch += 1) await page.mouse.wheel(0, -100);
    await expectCameraAt({ distance: start.distance * 0.95 ** 6 });
    await close();
  });
});

describe("fingers", () => {
  it("turn the scene, if it is one", async () => {
    await open({ hasTouch: true });
    const touches = await Touches.start(page);
    await touches.move([{ from: [500, 360], to: [650, 360] }]);
    await expectCameraAt({ azimuth: start.azimuth - (2 * Math.PI * 150) / HEIGHT });
    await close();
  });

  it("zoom it by as much as two of them part", async () => {
    await open({ hasTouch: true });
    const touches = await Touches.start(page);
    await touches.move([
      { from: [540, 360], to: [500, 360] },
      { from: [740, 360], to: [780, 360] },
    ]);
    await expectCameraAt({ distance: start.distance * (200 / 280) });
    expect(await page.evaluate(() => window.visualViewport?.scale)).toBe(1);
    await close();
  });
});
