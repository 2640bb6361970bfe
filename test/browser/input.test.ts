/** What a hand does in Chromium reaches the scene: clicks, keys, buttons, the last place of the pointer, and the end of all. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { type Colour, colourDistance, gridPoints, type Point } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

async function open(server: StreamServer, before?: () => void): Promise<Page> {
  const { page } = await openViewer(browser, server.url, before === undefined ? {} : { before });
  await waitUntilLive(page);
  return page;
}

async function expectColours(page: Page, points: readonly Point[], wanted: readonly Colour[]): Promise<void> {
  const worst = async () => {
    const shown = await shownColours(page, points);
    return Math.max(...wanted.map((colour, at) => colourDistance(shown[at], colour)));
  };
  await expect.poll(worst, { interval: 30 }).toBeLessThanOrEqual(8);
}

const expectCentre = (page: Page, wanted: Colour) => expectColours(page, [[0.5, 0.5]], [wanted]);

describe("a click", () => {
  const [blue, yellow, black] = [
    [0x20, 0x40, 0xc8],
    [0xe0, 0xc0, 0x20],
    [0, 0, 0],
  ];

  it("picks the thing under it and nothing else", async () => {
    await using server = await serveScene("pick");
    const page = await open(server);
    const discs: Point[] = [-1, 0, 1].map((place) => [0.5 + (place * 9) / 32, 0.5]);
    const shows = (...wanted: Colour[]) => expectColours(page, [...discs, [0.5, 0.1]], [...wanted, black]);
    await shows(blue, blue, blue);
    await page.mouse.click(1000, 360);
    await shows(blue, blue, yellow);
    await page.mouse.click(280, 360);
    await shows(yellow, blue, blue);
    await page.mouse.click(640, 60);
    await shows(blue, blue, blue);
    await page.close();
  });

  it("highlights a sphere of the example", async () => {
    await using server = await serveScene(new URL("../../examples/spheres/scene.ts", import.meta.url));
    const page = await open(server);
    // The spheres are bright, what is behind them is dark.
    const points = gridPoints(32, 18);
    const brightness = (colour: Colour) => colour.reduce((sum, channel) => sum + channel, 0);
    const colours = await shownColours(page, points);
    const brightest = colours.map(brightness).indexOf(Math.max(...colours.map(brightness)));
    const [x, y] = points[brightest] ?? [0, 0];
    const greenness = ([red = 0, green = 0]: Colour) => green - red;
    expect(greenness(colours[brightest] ?? [])).toBeLessThan(10);
    await page.mouse.click(x * 1280, y * 720);
    // The highlight is #2dffc4.
    const shown = async () => greenness((await shownColours(page, [[x, y]])).flat());
    await expect.poll(shown).toBeGreaterThan(60);
    await page.close();
  });
});

describe("keys and buttons", () => {
  let server: StreamServer;
  beforeAll(async () => {
    server = await serveScene("held");
  });
  afterAll(() => server?.close());

  it("reach the scene and go up again", async () => {
    const page = await open(server);
    await page.keyboard.down("a");
    await expectCentre(page, [0, 60, 0]);
    await page.keyboard.down("ArrowLeft");
    await expectCentre(page, [0, 120, 0]);
    await page.keyboard.up("a");
    await page.keyboard.up("ArrowLeft");
    await expectCentre(page, [0, 0, 0]);
    await page.mouse.move(640, 360);
    await page.mouse.down();
    await expectCentre(page, [40, 0, 0]);
    await page.mouse.down({ button: "middle" });
    await expectCentre(page, [200, 0, 0]);
    await page.mouse.up();
    await expectCentre(page, [160, 0, 0]);
    await page.mouse.up({ button: "middle" });
    await expectCentre(page, [0, 0, 0]);
    await page.close();
  });

  it("are let go when the hand lets go outside the window", async () => {
    const page = await open(server);
    await page.mouse.move(640, 360);
    await page.mouse.down();
    await expectCentre(page, [40, 0, 0]);
    await page.mouse.move(-80, 900, { steps: 4 });
    await page.mouse.up();
    await expectCentre(page, [0, 0, 0]);
    await page.close();
  });

  it("are let go when the window loses the focus", async () => {
    const page = await open(server);
    await page.mouse.move(640, 360);
    await page.mouse.down();
    await page.keyboard.down("b");
    await expectCentre(page, [40, 60, 0]);
    await page.evaluate(() => window.dispatchEvent(new FocusEvent("blur")));
    await expectCentre(page, [0, 0, 0]);
    await page.close();
  });

  it("belong to the scene where the browser would open its menu", async () => {
    const page = await open(server);
    await page.evaluate(() => {
      window.addEventListener("contextmenu", (event) => {
        document.title = event.defaultPrevented ? "prevented" : "menu";
      });
    });
    await page.mouse.click(640, 360, { button: "right" });
    await expectCentre(page, [0, 0, 60]);
    expect(await page.title()).toBe("prevented");
    await page.close();
  });
});

describe("the last place of the pointer", () => {
  const places: Point[] = Array.from({ length: 10 }, (_, at) => [((at * 7 + 3) % 20) / 20, ((at * 11 + 5) % 20) / 20]);
  const colourOf = ([x, y]: Point): Colour => [x * 255, y * 255, 0];
  let server: StreamServer;
  beforeAll(async () => {
    server = await serveScene("pointer");
  });
  afterAll(() => server?.close());

  it("is shown after each of many fast moves", async () => {
    const page = await open(server);
    for (const [at, place] of places.entries()) {
      const steps = 5 + at * 4;
      await page.mouse.move(place[0] * 1280, place[1] * 720, { steps });
      await expectCentre(page, colourOf(place));
    }
    await page.close();
  });

  it("is shown even when every move on the unreliable channel is lost", async () => {
    const page = await open(server, () => {
      const channels = RTCDataChannel.prototype as { send(this: RTCDataChannel, data: ArrayBuffer): void };
      const { send } = channels;
      channels.send = function (data) {
        if (this.label !== "pointer") send.call(this, data);
      };
    });
    for (const place of places.slice(0, 4)) {
      await page.mouse.move(place[0] * 1280, place[1] * 720, { steps: 15 });
      await expectCentre(page, colourOf(place));
    }
    await page.close();
  });
});
