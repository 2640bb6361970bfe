/** The example that plays 360° video, in Chromium: the picture of each time, and where one looks by hand, key and phone. */

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openMovie } from "../../server/movies/index.ts";
import { openViewer, shownCentre, shownColours, waitUntilLive } from "../support/chromium.ts";
import { countedMovie, digitPlaces, numberOf, sideColours, writeCountedMovie } from "../support/counted-sphere.ts";
import { servedSize } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-panorama-test-"));
const FOV = 75;
const ahead = { yaw: 0, pitch: 0, fov: FOV, time: 0 };
let [browser, server, page] = [] as unknown as [Browser, StreamServer, Page];

beforeAll(async () => {
  const movie = join(folder, "counted.mkv");
  writeCountedMovie(movie);
  [browser, server] = await Promise.all([
    connectChromium(),
    createStreamServer({
      scene: new URL("../../examples/panorama/scene.ts", import.meta.url),
      parameters: { movie },
      logLevel: "silent",
      http: { port: 0 },
      render: { size: servedSize, maxFps: 30 },
    }),
  ]);
  ({ page } = await openViewer(browser, server.url));
  await waitUntilLive(page);
});
afterAll(async () => {
  await Promise.all([server?.close(), browser?.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const seenNumber = async () => numberOf(await shownColours(page, digitPlaces({ ...servedSize } as never, FOV)));
const seen = () => (server.room().state ?? ahead) as typeof ahead;
/** The scene's state has what its panel holds. */
const lookAt = (state: Partial<typeof ahead>, plays = false) =>
  server.room().setState({ ...ahead, ...state, $panels: { "/scene/playing": plays } });

async function expectCentre(side: keyof typeof sideColours): Promise<void> {
  await expect
    .poll(async () => {
      const centre = await shownCentre(page);
      return Math.max(...sideColours[side].map((value, channel) => Math.abs(value - (centre[channel] ?? 0))));
    }, WITHIN)
    .toBeLessThan(24);
}
const WITHIN = { timeout: 40_000, interval: 100 };

it("its own movie has a pixel for each of a desktop of 720 lines, and is no burden to who clones", async () => {
  const own = new URL("../../examples/panorama/world.mp4", import.meta.url);
  await using movie = await openMovie(own);
  expect(movie.width).toBeGreaterThanOrEqual((720 / FOV) * 360);
  expect([movie.width / movie.height, movie.frameCount, movie.seconds]).toEqual([2, 60, 4]);
  expect(statSync(own).size).toBeLessThan(1.5e6);
});

it("at rest the picture is that of the time, also just before the next one begins", async () => {
  for (const number of [0, 13, 31]) {
    for (const part of [0, 0.98]) {
      await lookAt({ time: (number + part) / countedMovie.fps });
      await expect.poll(seenNumber, WITHIN).toBe(number);
      // It is not one that only passes by.
      await sleep(60);
      await expect.poll(seenNumber, WITHIN).toBe(number);
    }
  }
});

it("while it plays pictures follow each other, over the end to the beginning", async () => {
  await lookAt({ time: 2.6 }, true);
  const { pictures } = countedMovie;
  const shown: number[] = [];
  const look = async () => {
    const number = await seenNumber();
    // What is before that was shown at rest.
    const begins = number !== null && number >= 26 && number < 31;
    if (number !== null && (shown.length > 0 || begins) && number !== shown.at(-1)) shown.push(number);
    const steps = shown.slice(1).map((number, at) => (number - (shown[at] ?? 0) + pictures) % pictures);
    // A busy machine may look late, so that it misses many, but the one before does not come again.
    const goesBack = steps.some((step) => step > pictures - 4);
    const isInRow = steps.filter((step) => step === 1).length > 4;
    return { goesBack, isOver: shown.some((number) => number < 20), isInRow };
  };
  await expect.poll(look, { ...WITHIN, interval: 20 }).toEqual({ goesBack: false, isOver: true, isInRow: true });
});

it("a drag, keys and the wheel look around", async () => {
  await lookAt({ pitch: -0.4 });
  await expectCentre("ahead");
  const drag = async (x: number, y: number) => {
    await page.mouse.move(640, 360);
    await page.mouse.down();
    await page.mouse.move(640 + x, 360 + y, { steps: 8 });
    await page.mouse.up();
  };
  // What is to the left comes into the middle when the picture is pulled to the right.
  await drag(500, 0);
  await drag(200, 0);
  await expectCentre("left");
  await lookAt({ pitch: 1.5 });
  await expectCentre("up");
  await page.mouse.move(640, 360);
  for (let press = 0; press < 25; press += 1) await page.keyboard.press("ArrowDown");
  await expect.poll(() => seen().pitch, WITHIN).toBeLessThan(-0.6);
  await lookAt({ yaw: 0.6, pitch: -0.4 });
  await expectCentre("ahead");
  for (let press = 0; press < 8; press += 1) await page.keyboard.press("ArrowLeft");
  await expectCentre("left");
  await page.mouse.wheel(0, -400);
  await expect.poll(() => seen().fov, WITHIN).toBeLessThan(60);
});

it("a page sends how a phone is held, and the picture is what is behind it", async () => {
  await lookAt({});
  const hold = (alpha: number, beta: number) =>
    page.evaluate((held) => window.scenecast.scene.send({ ...held, gamma: 0, screen: 0 }), { alpha, beta });
  // Upright, its screen towards who holds it: ahead; turned to the left by a quarter; face down on a table; face up over the head.
  await hold(90, 90);
  await expectCentre("left");
  await hold(-90, 90);
  await expectCentre("right");
  await hold(180, 90);
  await expectCentre("behind");
  await hold(0, 0);
  await expectCentre("down");
  await hold(0, 180);
  await expectCentre("up");
});
