/**
 * Debian's Firefox, whose WebRTC has no H.264 but whose decoders have: the picture and a click by each way of video. What is
 * more of it is in firefox.slow.test.ts.
 */

import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { FarServer } from "../support/far-server.ts";
import { launchFirefox, openFirefoxPage } from "../support/firefox.ts";
import { canMakeNamespaces } from "../support/namespaces.ts";
import { type Colour, colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { type AnyPage, isLive, seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

/** Only a failure takes so long: it stands still for 10 s now and then. Each look is a photograph of the page. */
const patient = { timeout: 60_000, interval: 300 };
const white: readonly Colour[] = quadrantColours.map(() => [255, 255, 255]);

const isHere = canMakeNamespaces();
let browser: Browser;
let server: FarServer;
let page: Page;
let view: AnyPage;
let errors: string[];

beforeAll(async () => {
  if (!isHere) return;
  [browser, server] = await Promise.all([launchFirefox(), FarServer.start("quadrants")]);
});
afterEach(() => page?.close());
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
});

async function worstDistance(colours: readonly Colour[]): Promise<number> {
  const seen = await seenColours(view, quadrantPoints);
  return Math.max(...colours.map((colour, at) => colourDistance(seen[at], colour)));
}

async function expectColours(colours: readonly Colour[]): Promise<void> {
  try {
    await expect.poll(() => worstDistance(colours), patient).toBeLessThan(24);
  } catch (error) {
    throw new Error(`The viewer says: ${JSON.stringify(await statsOf(view))}`, { cause: error });
  }
}

/**
 * Expects that a click makes the scene these colours. A page that stood still for longer than the server waits (SF4) comes back by
 * itself, and what is done in it until then goes nowhere: one more try.
 */
async function expectClickToShow(x: number, y: number, colours: readonly Colour[]): Promise<void> {
  await page.mouse.click(x, y);
  try {
    await expect.poll(() => worstDistance(colours), { timeout: 20_000, interval: 300 }).toBeLessThan(24);
  } catch {
    await expect.poll(() => isLive(view), patient).toBe(true);
    if ((await worstDistance(colours)) >= 24) await page.mouse.click(x, y);
    await expectColours(colours);
  }
}

/** Opens the page, and expects the scene in it, and what a click there and another one make of it. */
async function expectPictureAndInput(query: string): Promise<void> {
  ({ page, view, errors } = await openFirefoxPage(browser, `${server.url}${query}`));
  await expect.poll(() => isLive(view), patient).toBe(true);
  await expectColours(quadrantColours);
  await expectClickToShow(300, 300, white);
  await expectClickToShow(900, 300, quadrantColours);
  expect(errors).toEqual([]);
}

describe.skipIf(!isHere)("Firefox", () => {
  it("shows the picture by WebRTC with VP8 and takes input", async () => {
    await expectPictureAndInput("?transport=webrtc");
    expect(await seenWay(view)).toBe("webrtc");
    await expect.poll(async () => (await statsOf(view)).codec, patient).toBe("vp8");
  });

  it("falls back to the WebSocket by itself where no UDP comes, decodes its H.264 by WebCodecs and takes input", async () => {
    await server.network.cutUdp();
    await expectPictureAndInput("");
    expect(await seenWay(view)).toBe("websocket");
    await expect.poll(async () => (await statsOf(view)).codec, patient).toBe("h264");
  });
});
