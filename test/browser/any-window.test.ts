/** The page in Chromium in low and narrow windows, in forced colours, without scripts, and in a browser that lacks something. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openPage, openViewer, waitUntilLive } from "../support/chromium.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  browser = await connectChromium();
  server = await serveScene("quadrants", { more: { control: { mode: "one" } } });
});
afterAll(async () => {
  await server?.close();
  await browser?.close();
});

/** Those of these elements that a pointer cannot get at, though they are shown, not even by scrolling. */
function unreachable(page: Page, selector: string): Promise<string[]> {
  return page.evaluate(async (selector) => {
    window.dispatchEvent(new PointerEvent("pointermove", { pointerType: "mouse" }));
    const controls = [...document.querySelectorAll<HTMLElement>(selector)].filter((one) => one.checkVisibility());
    const isReached = (one: HTMLElement): boolean => {
      one.scrollIntoView({ block: "center" });
      const { left, top, right, bottom } = one.getBoundingClientRect();
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return hit !== null && (one.contains(hit) || hit.contains(one)) && left >= 0 && right <= innerWidth;
    };
    return controls.filter((one) => !isReached(one)).map((one) => one.id || one.outerHTML.slice(0, 80));
  }, selector);
}

describe("a page in the room", () => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await openViewer(browser, server.url));
    await waitUntilLive(page);
  });
  afterAll(() => page?.close());

  it.each([
    [480, 320],
    [200, 150],
  ])("lets every control be reached in a window of %i by %i", async (width, height) => {
    await page.setViewportSize({ width, height });
    const controls = "button, select, input";
    const inside = (id: string) => `:is(${controls}):is(#${id} *)`;
    await page.evaluate(() => document.getElementById("snapshot-button")?.focus());
    expect(await unreachable(page, inside("bar"))).toEqual([]);
    for (const [key, panel] of [
      ["Alt+s", "statistics"],
      ["Alt+p", "people"],
      ["Alt+h", "help"],
    ] as const) {
      await page.keyboard.press(key);
      expect(await page.locator(`#${panel}`).isVisible()).toBe(true);
      expect(await unreachable(page, inside(panel))).toEqual([]);
      await page.keyboard.press(key);
    }
  });

  it("shows in forced colours whether a switch is on", async () => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.emulateMedia({ forcedColors: "active" });
    await page.keyboard.press("Alt+s");
    const saving = page.locator("#save-data");
    await saving.waitFor();
    const photographs: Buffer[] = [];
    for (const isOn of [false, true]) {
      await saving.evaluate((input: HTMLInputElement, isOn) => {
        input.checked = isOn;
        input.style.transition = "none";
      }, isOn);
      photographs.push(await saving.screenshot({ animations: "disabled" }));
    }
    expect(photographs[0]?.equals(photographs[1] ?? Buffer.of())).toBe(false);
  });
});

it("without scripts there is a sentence", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(server.url);
  const title = page.locator("noscript .card-title");
  await title.waitFor();
  expect(await title.textContent()).toBe("This page needs JavaScript");
  await context.close();
});

it("a browser that lacks something is told what", async () => {
  const { page } = await openPage(browser, { before: () => Reflect.deleteProperty(window, "ResizeObserver") });
  await page.goto(server.url);
  await page.getByText("This page did not start").waitFor();
  expect(await page.locator("#needs-detail").textContent()).toMatch(/^It lacks ResizeObserver\./);
  await page.close();
});
