/** What a hand does in Chromium reaches the scene: clicks, keys, buttons, the last place of the pointer, and the end of all. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { type Colour, colourDistance, type Point } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let server: StreamServer;
/** Of all tests: each leaves nothing held. */
let page: Page;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("hand")]);
  ({ page } = await openViewer(browser, server.url));
  await waitUntilLive(page);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

async function expectColours(points: readonly Point[], wanted: readonly Colour[]): Promise<void> {
  const worst = async () => {
    const shown = await shownColours(page, points);
    return Math.max(...wanted.map((colour, at) => colourDistance(shown[at], colour)));
  };
  await expect.poll(worst).toBeLessThanOrEqual(8);
}

const expectHeld = (wanted: Colour) => expectColours([[0.25, 0.15]], [wanted]);
const expectPlace = (wanted: Colour) => expectColours([[0.75, 0.15]], [wanted]);

describe("a click", () => {
  const [blue, yellow, black] = [
    [0x20, 0x40, 0xc8],
    [0xe0, 0xc0, 0x20],
    [0, 0, 0],
  ];

  it("picks the thing under it and nothing else", async () => {
    const discs: Point[] = [-1, 0, 1].map((place) => [0.5 + (place * 9) / 32, 0.5]);
    const shows = (...wanted: Colour[]) => expectColours([...discs, [0.36, 0.5]], [...wanted, black]);
    await shows(blue, blue, blue);
    await page.mouse.click(1000, 360);
    await shows(blue, blue, yellow);
    await page.mouse.click(280, 360);
    await shows(yellow, blue, blue);
    await page.mouse.click(460, 360);
    await shows(blue, blue, blue);
  });
});

describe("keys and buttons", () => {
  it("reach the scene and go up again", async () => {
    await page.keyboard.down("a");
    await expectHeld([0, 60, 0]);
    await page.keyboard.down("ArrowLeft");
    await expectHeld([0, 120, 0]);
    await page.keyboard.up("a");
    await page.keyboard.up("ArrowLeft");
    await expectHeld([0, 0, 0]);
    await page.mouse.move(640, 360);
    await page.mouse.down();
    await expectHeld([40, 0, 0]);
    await page.mouse.down({ button: "middle" });
    await expectHeld([200, 0, 0]);
    await page.mouse.up();
    await expectHeld([160, 0, 0]);
    await page.mouse.up({ button: "middle" });
    await expectHeld([0, 0, 0]);
  });

  it("are let go when the hand lets go outside the window", async () => {
    await page.mouse.move(640, 360);
    await page.mouse.down();
    await expectHeld([40, 0, 0]);
    await page.mouse.move(-80, 900, { steps: 4 });
    await page.mouse.up();
    await expectHeld([0, 0, 0]);
  });

  it("are let go when the window loses the focus", async () => {
    await page.mouse.move(640, 360);
    await page.mouse.down();
    await page.keyboard.down("b");
    await expectHeld([40, 60, 0]);
    await page.evaluate(() => window.dispatchEvent(new FocusEvent("blur")));
    await expectHeld([0, 0, 0]);
    // The hand itself holds them yet.
    await page.keyboard.up("b");
    await page.mouse.up();
  });

  it("belong to the scene where the browser would open its menu", async () => {
    await page.evaluate(() => {
      window.addEventListener("contextmenu", (event) => {
        document.title = event.defaultPrevented ? "prevented" : "menu";
      });
    });
    await page.mouse.click(640, 360, { button: "right" });
    await expectHeld([0, 0, 60]);
    expect(await page.title()).toBe("prevented");
  });
});

describe("the last place of the pointer", () => {
  const places: Point[] = Array.from({ length: 9 }, (_, at) => [((at * 7 + 3) % 20) / 20, ((at * 11 + 5) % 20) / 20]);
  const colourOf = ([x, y]: Point): Colour => [x * 255, y * 255, 0];

  it("is shown after each of many fast moves", async () => {
    for (const [at, place] of places.slice(0, 4).entries()) {
      await page.mouse.move(place[0] * 1280, place[1] * 720, { steps: 5 + at * 9 });
      await expectPlace(colourOf(place));
    }
  });

  it("is shown even when every move on the unreliable channel is lost", async () => {
    await page.evaluate(() => {
      const channels = RTCDataChannel.prototype as { send(this: RTCDataChannel, data: ArrayBuffer): void };
      const { send } = channels;
      Object.assign(window, { lostMoves: 0 });
      channels.send = function (data) {
        if (this.label !== "pointer") send.call(this, data);
        else (window as unknown as { lostMoves: number }).lostMoves += 1;
      };
    });
    // Input takes another way for a while where the machine was too busy for this one.
    const loseOne = async () => {
      await page.mouse.move(640, 360);
      await page.mouse.move(600, 300);
      return await page.evaluate(() => (window as unknown as { lostMoves: number }).lostMoves);
    };
    await expect.poll(loseOne, { interval: 200 }).toBeGreaterThan(0);
    for (const place of places.slice(6)) {
      await page.mouse.move(place[0] * 1280, place[1] * 720, { steps: 15 });
      await expectPlace(colourOf(place));
    }
  });
});
