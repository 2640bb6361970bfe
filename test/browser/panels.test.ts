/** The panel of a page of three.js in two pages of Chromium: one person sets it, the other sees it, both by what is on the screen. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { type OpenPage, openViewer, shownCentre, waitUntilLive } from "../support/chromium.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const WITHIN = { timeout: 30_000 };

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  const scene = new URL("../fixtures/pages/panel/index.html", import.meta.url);
  [browser, server] = await Promise.all([connectChromium(), serveScene(scene, { more: { control: { mode: "one" } } })]);
});
afterAll(async () => {
  await browser.close();
  await server.close();
});

async function join(url: string, name: string): Promise<OpenPage> {
  const opened = await openViewer(browser, url);
  await waitUntilLive(opened.page);
  await opened.page.evaluate((name) => window.scenecast.people.rename(name), name);
  await opened.page.waitForFunction((name) => window.scenecast.people.me?.name === name, name);
  return opened;
}

const slider = (page: Page) => page.getByLabel("Red").first();
const valueIn = async (page: Page): Promise<number> => Number(await slider(page).inputValue());
const redIn = async (page: Page): Promise<number> => (await shownCentre(page))[0] ?? 0;

/** Drags the thumb to a place on the slider, from 0 to 1, and stays there. */
async function hold(page: Page, from: number, to: number): Promise<void> {
  const box = await slider(page).boundingBox();
  if (box === null) throw new Error("There is no slider.");
  const at = (place: number): [number, number] => [box.x + 8 + (box.width - 16) * place, box.y + box.height / 2];
  await page.mouse.move(...at(from));
  await page.mouse.down();
  await page.mouse.move(...at(to), { steps: 12 });
}

test("a slider that one person drags changes the picture and the slider of the other, who has no control", async () => {
  const { page: ann, errors: annErrors } = await join(server.url, "Ann");
  const { page: ben, errors: benErrors } = await join(server.url, "Ben");

  // Ben sees it, and why it is not his.
  await expect.poll(() => slider(ben).isDisabled()).toBe(true);
  await expect.poll(() => ben.locator(".panel-why").innerText()).toBe("Ann has control");
  expect(await ben.locator(".panel-row", { has: slider(ben) }).getAttribute("title")).toBe("Ann has control");
  expect(await slider(ann).isDisabled()).toBe(false);

  // While it is held, it is where the hand is, and the other's goes with it.
  expect([await redIn(ann), await valueIn(ann)]).toEqual([expect.toSatisfy((red) => red < 20), 0]);
  await hold(ann, 0, 1);
  await expect.poll(() => redIn(ann), WITHIN).toBeGreaterThan(235);
  await expect.poll(() => redIn(ben), WITHIN).toBeGreaterThan(235);
  await expect.poll(() => valueIn(ben), WITHIN).toBe(1);
  expect(await valueIn(ann)).toBe(1);
  await ann.mouse.up();

  // By the keyboard, and by what is typed; only what changes is shown anew.
  await ben.evaluate(`globalThis.changedRows = new Set();
    new MutationObserver((records) => {
      for (const { target } of records) changedRows.add(target.closest("[data-id]")?.dataset.id);
    }).observe(document.querySelector("#panels"), { attributes: true, childList: true, subtree: true });`);
  await slider(ann).focus();
  await ann.keyboard.press("ArrowLeft");
  await expect.poll(() => valueIn(ben), WITHIN).toBe(0.99);
  const typed = ann.getByRole("spinbutton", { name: "Red" });
  await typed.fill("0.5");
  await ann.keyboard.press("Enter");
  await expect.poll(() => valueIn(ben), WITHIN).toBe(0.5);
  expect(await ben.evaluate("[...changedRows]")).toEqual(["/Controls/Red"]);

  // Every other kind.
  await ann.getByLabel("visible").uncheck();
  await ann.getByLabel("shape").selectOption("plane");
  await ann.getByLabel("background").fill("#00ff00");
  await ann.getByRole("textbox", { name: "name" }).fill("Ann’s");
  await expect.poll(() => ben.getByLabel("visible").isChecked(), WITHIN).toBe(false);
  await expect.poll(() => ben.getByLabel("shape").inputValue(), WITHIN).toBe("plane");
  await expect.poll(() => ben.getByRole("textbox", { name: "name" }).inputValue(), WITHIN).toBe("Ann’s");
  await expect.poll(async () => (await shownCentre(ben))[1], WITHIN).toBeGreaterThan(235);
  await ann.getByRole("button", { name: "reset" }).click();
  await expect.poll(() => valueIn(ben), WITHIN).toBe(0);
  await expect.poll(() => valueIn(ann), WITHIN).toBe(0);

  // Control passes on, and with it the panel.
  await ann.evaluate(() => {
    const { people, control } = window.scenecast;
    for (const person of people.all) if (person.name === "Ben") control.grant(person);
  });
  await expect.poll(() => slider(ben).isDisabled(), WITHIN).toBe(false);
  await expect.poll(() => slider(ann).isDisabled(), WITHIN).toBe(true);

  // What is folded stays folded for this person.
  await ben.locator("#panels summary").first().click();
  await ben.reload();
  await waitUntilLive(ben);
  await expect.poll(() => ben.locator("#panels > details").getAttribute("open"), WITHIN).toBeNull();
  expect(await slider(ann).isVisible()).toBe(true);
  expect([annErrors, benErrors]).toEqual([[], []]);
  await Promise.all([ann.close(), ben.close()]);
});

/** Pairs of the page's parts that lie over each other, those that are wider than the window, and how far it scrolls sideways. */
const misplaced = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const names = ["#bar", "#panels", "#hint", "#notice", "#people", ".toasts > *", "#console", "#statistics"];
    const parts = names.flatMap((name) => [...document.querySelectorAll(name)].map((part) => ({ name, part })));
    const shown = parts
      .filter(({ part }) => part.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .map(({ name, part }) => ({ name, box: part.getBoundingClientRect() }));
    const wide = shown
      .filter(({ box }) => box.left < 0 || box.right > innerWidth || box.top < 0)
      .map(({ name }) => name);
    const over = shown.flatMap((one, index) =>
      shown.slice(index + 1).flatMap((other) => {
        const [a, b] = [one.box, other.box];
        const isApart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
        return isApart ? [] : [`${one.name} over ${other.name}`];
      }),
    );
    const isWide = document.documentElement.scrollWidth > innerWidth;
    return [...wide, ...over, ...(isWide ? ["it scrolls sideways"] : [])];
  });

test("on a phone the panel is a button that leaves with the bar, and a sheet that stays, also when it is turned on its side", async () => {
  const [upright, onItsSide] = [
    { width: 390, height: 844 },
    { width: 844, height: 390 },
  ];
  const page = await browser.newPage({ viewport: upright, hasTouch: true, isMobile: true, reducedMotion: "reduce" });
  await page.goto(server.url);
  await waitUntilLive(page);
  const button = page.locator("#panels summary").first();
  await button.waitFor();
  expect(await slider(page).isVisible()).toBe(false);
  // As of a scene that is dragged.
  await page.evaluate(() => window.scenecast.element.toggleAttribute("data-takes-drags", true));
  await page.locator("#hint").waitFor();
  await page.locator("#handle").dispatchEvent("click");
  expect(await misplaced(page)).toEqual([]);
  await button.waitFor({ state: "hidden" });
  expect(await page.locator("#bar").isVisible()).toBe(false);
  await page.locator("#handle").tap();
  await button.tap();
  await slider(page).waitFor();
  expect(await misplaced(page)).toEqual([]);
  await isForFingers(page, 360);
  // Whoever opened it keeps it open, without the bar and the next time.
  await page.locator("#bar").waitFor({ state: "hidden" });
  expect(await slider(page).isVisible()).toBe(true);

  await page.setViewportSize(onItsSide);
  await page.reload();
  await waitUntilLive(page);
  await slider(page).waitFor();
  await isForFingers(page, 280);
  await page.locator("#handle").dispatchEvent("click");
  await page.locator("#people-button").dispatchEvent("click");
  expect(await misplaced(page)).toEqual([]);
  await page.locator("#people-button").dispatchEvent("click");
  await button.dispatchEvent("click");
  await slider(page).waitFor({ state: "hidden" });
  await page.evaluate(() => window.scenecast.element.toggleAttribute("data-takes-drags", true));
  await page.locator("#hint").waitFor();
  await page.locator("#handle").dispatchEvent("click");
  await button.waitFor();
  expect(await misplaced(page)).toEqual([]);
  await page.close();
});

/** Finds fault with a sheet that is too narrow, or whose controls are too low to be touched. */
async function isForFingers(page: Page, minWidth: number): Promise<void> {
  const heights = await page.$$eval(
    "#panels summary, #panels input:not(.switch), #panels select, #panels button",
    (all) => all.map((element) => element.getBoundingClientRect().height),
  );
  expect(heights.length).toBeGreaterThan(8);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(40);
  const sheet = await page.locator("#panels").boundingBox();
  expect(sheet?.width).toBeGreaterThan(minWidth);
}
