/** What a hand does in Chromium in the page's own terms: wobbling taps, every transform, all buttons and all keys. */

import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { Touches } from "../support/touches.ts";

let browser: Browser;
let server: StreamServer;
/** Of all tests; each leaves it as it was. */
let page: Page;
beforeAll(async () => {
  [browser, server] = await Promise.all([
    connectChromium(),
    serveScene("hears", { size: { width: 1280, height: 720 } }),
  ]);
  ({ page } = await openViewer(browser, server.url, { hasTouch: true }));
  await listen();
});
beforeEach(forget);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** Has the page note what its scene says that it heard. */
async function listen(): Promise<void> {
  await waitUntilLive(page);
  await page.evaluate(() => {
    const lines: string[] = [];
    Object.assign(window, { lines });
    window.scenecast.on("messageReceived", ({ data }) => lines.push(String(data)));
  });
}

function heard(): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { lines: string[] }).lines);
}

function forget(): Promise<void> {
  return page.evaluate(() => {
    (window as unknown as { lines: string[] }).lines.length = 0;
  });
}

/** Has the page show itself otherwise; empty as it was. */
function restyle(style: {
  readonly transformOrigin?: string;
  readonly transform?: string;
  readonly zoom?: string;
}): Promise<void> {
  return page.evaluate((style) => void Object.assign(document.body.style, style), style);
}

describe("a finger on a phone", () => {
  it("taps with a wobble of 6 CSS pixels, and drags with one of 30", async () => {
    await page.setViewportSize({ width: 390, height: 700 });
    const touches = await Touches.start(page);
    await touches.move([{ from: [195, 350], to: [199, 354] }], 3);
    await expect.poll(heard).toContainEqual(expect.stringMatching(/^click/));
    await forget();
    await touches.move([{ from: [180, 350], to: [210, 350] }], 6);
    await expect.poll(heard).toContain("up 0");
    await page.keyboard.press("x");
    await expect.poll(heard).toContain("keyup x");
    expect(await heard()).not.toContainEqual(expect.stringMatching(/^click/));
    await page.setViewportSize({ width: 1280, height: 720 });
  });
});

describe("a page that shows the picture", () => {
  it.each([
    ["turned and mirrored", "rotate(200deg) scale(-0.5, 0.4)"],
    ["skewed", "translate(80px, 20px) skew(20deg, 10deg) scale(0.5)"],
    ["in perspective", "perspective(900px) rotateY(40deg) rotateX(15deg) scale(0.6)"],
  ])("%s has its clicks where the hand is", async (_name, transform) => {
    await restyle({ transformOrigin: "640px 360px", transform });
    for (const [x, y] of [
      [200, 150],
      [1100, 600],
    ] as const) {
      const place = await page.evaluate(
        ([transform, x, y]) => {
          const at = new DOMMatrix(transform).transformPoint(new DOMPoint(x - 640, y - 360));
          return { x: 640 + at.x / at.w, y: 360 + at.y / at.w };
        },
        [transform, x, y] as const,
      );
      await page.mouse.click(place.x, place.y);
      await expect.poll(heard).toContainEqual(expect.stringMatching(/^click/));
      const [, clickX, clickY] =
        (await heard())
          .find((line) => line.startsWith("click"))
          ?.split(" ")
          .map(Number) ?? [];
      expect(Math.abs((clickX ?? 0) - x)).toBeLessThanOrEqual(3);
      expect(Math.abs((clickY ?? 0) - y)).toBeLessThanOrEqual(3);
      await forget();
    }
    await restyle({ transformOrigin: "", transform: "" });
  });

  it("zoomed has its clicks where the hand is", async () => {
    await restyle({ zoom: "0.5" });
    await page.mouse.click(300, 200);
    const box = await page.evaluate(() => document.querySelector("#stage")?.getBoundingClientRect().toJSON());
    const wanted = [(300 - box.x) / box.width, (200 - box.y) / box.height];
    await expect.poll(heard).toContainEqual(expect.stringMatching(/^click/));
    const [, x = 0, y = 0] =
      (await heard())
        .find((line) => line.startsWith("click"))
        ?.split(" ")
        .map(Number) ?? [];
    expect(Math.abs(x / 1280 - (wanted[0] ?? 0))).toBeLessThan(0.01);
    expect(Math.abs(y / 720 - (wanted[1] ?? 0))).toBeLessThan(0.01);
    await restyle({ zoom: "" });
  });
});

describe("the buttons that go back and forward", () => {
  it("are the scene's over the picture", async () => {
    const session: CDPSession = await page.context().newCDPSession(page);
    await page.evaluate(() => {
      const prevented: string[] = [];
      Object.assign(window, { prevented });
      for (const name of ["mousedown", "mouseup", "auxclick"]) {
        window.addEventListener(name, (event) => event.defaultPrevented && prevented.push(name));
      }
    });
    for (const [button, buttons] of [
      ["back", 8],
      ["forward", 16],
    ] as const) {
      const at = { x: 640, y: 360, button, clickCount: 1 };
      await session.send("Input.dispatchMouseEvent", { type: "mousePressed", buttons, ...at });
      await session.send("Input.dispatchMouseEvent", { type: "mouseReleased", buttons: 0, ...at });
    }
    await expect.poll(heard).toContain("up 4");
    expect(await heard()).toContain("up 3");
    // What a browser goes back by differs; without a window of its own Chromium goes nowhere.
    const each = ["mousedown", "mouseup", "auxclick"];
    expect(await page.evaluate(() => (window as unknown as { prevented: string[] }).prevented)).toEqual([
      ...each,
      ...each,
    ]);
  });
});

describe("keys", () => {
  it("are all the scene's, but those of the page with Alt", async () => {
    for (const key of ["s", "f", "p", "?"]) {
      await page.keyboard.press(key);
      await expect.poll(heard).toContain(`keyup ${key}`);
    }
    const isOpen = () => page.locator("#statistics").isVisible();
    expect(await isOpen()).toBe(false);
    await forget();
    await page.keyboard.press("Alt+s");
    await expect.poll(isOpen).toBe(true);
    await page.keyboard.press("x");
    await expect.poll(heard).toContain("keyup x");
    expect(await heard()).not.toContain("keydown s");
    await page.keyboard.press("Alt+s");
    await expect.poll(isOpen).toBe(false);
    await expect.poll(async () => (await heard()).filter((line) => line === "keyup Alt").length).toBe(2);
  });

  it("without a code go down and up each for itself", async () => {
    await page.evaluate(() => {
      const { element } = window.scenecast;
      const send = (type: string, key: string) => element.dispatchEvent(new KeyboardEvent(type, { key, code: "" }));
      send("keydown", "ä");
      send("keydown", "ö");
      send("keyup", "ä");
      send("keyup", "ö");
    });
    await expect.poll(heard).toEqual(["keydown ä", "keydown ö", "keyup ä", "keyup ö"]);
  });

  it("tell of AltGraph and of the locks that are on", async () => {
    await page.evaluate(() => {
      const { element } = window.scenecast;
      const on = { modifierAltGraph: true, modifierCapsLock: true, modifierNumLock: true };
      element.dispatchEvent(new KeyboardEvent("keydown", { key: "@", code: "KeyQ", ...on }));
    });
    await expect.poll(heard).toEqual(["keydown @ AltGraph CapsLock NumLock"]);
  });

  it("of the page are off in a frame, and where its address says so", async () => {
    await page.goto(`${server.url}?transport=webrtc&keys=off`);
    await listen();
    await page.keyboard.press("Alt+s");
    await expect.poll(heard).toContain("keyup s");
    expect(await page.locator("#statistics").isVisible()).toBe(false);
  });
});
