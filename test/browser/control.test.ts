/** Several people in several pages of Chromium: who steers, and what becomes of control when its holder goes. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openViewer, shownCentre, waitUntilLive } from "../support/chromium.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let server: StreamServer;
/** Ann is the host, who came first. The tests go on where the one before them ended, with nothing held. */
let ann: Page;
let ben: Page;
beforeAll(async () => {
  const access = { token: "correct-horse-battery" };
  [browser, server] = await Promise.all([connectChromium(), serveScene("held", { more: { access } })]);
  ann = await join(server.link, "Ann");
  ben = await join(server.inviteLink ?? "", "Ben");
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** A page of its own browser context, as another person has it, under this name. */
async function join(url: string, name: string): Promise<Page> {
  const { page } = await openViewer(browser, url);
  await takeName(page, name);
  return page;
}

async function takeName(page: Page, name: string): Promise<void> {
  await waitUntilLive(page);
  await page.evaluate((name) => window.scenecast.people.rename(name), name);
  await page.waitForFunction((name) => window.scenecast.people.me?.name === name, name);
}

async function press(page: Page): Promise<void> {
  await page.mouse.move(500, 300);
  await page.mouse.down();
  await page.mouse.move(600, 320, { steps: 4 });
}

/** The red of the picture, which says what buttons are held in the scene, and its green, which says what keys are. */
async function held(page: Page): Promise<number> {
  const [red = 0, green = 0] = await shownCentre(page);
  return red + green;
}

const [NOTHING, SOMETHING] = [8, 30];

async function expectHeld(...pages: Page[]): Promise<void> {
  for (const page of pages) await expect.poll(() => held(page)).toBeGreaterThan(SOMETHING);
}

async function expectNothingHeld(...pages: Page[]): Promise<void> {
  for (const page of pages) await expect.poll(() => held(page)).toBeLessThan(NOTHING);
}

/** Gives control, as a host does. */
async function grant(name: string): Promise<void> {
  server.room().grant(server.viewers().find((viewer) => viewer.name === name)?.viewerId ?? "");
  await expect.poll(() => server.viewers().find(({ hasControl }) => hasControl)?.name).toBe(name);
}

/** Who has control, as the bar says it beside a long title, and whether all of it is seen. */
function shownHint(page: Page): Promise<{ words: string; isWhole: boolean }> {
  return page.evaluate(() => {
    const [title, hint] = ["scene-title", "control-hint"].map((id) => document.getElementById(id));
    if (title == null || hint == null) throw new Error("The bar lacks its parts.");
    title.textContent = "The flow around the third of the wings, coloured by its speed";
    return { words: hint.innerText, isWhole: hint.scrollWidth <= hint.clientWidth };
  });
}

test("the second page's press does nothing until control is granted, then reaches the scene for both", async () => {
  expect(await ben.evaluate(() => [window.scenecast.role, window.scenecast.control.mode])).toEqual([
    "controller",
    "one",
  ]);
  await press(ben);
  await ben.keyboard.down("ArrowLeft");
  await ben.waitForTimeout(1000);
  expect(Math.max(await held(ann), await held(ben))).toBeLessThan(NOTHING);
  await ben.keyboard.up("ArrowLeft");
  await ben.mouse.up();

  // A press tells Ben who has control, and how to ask for it.
  await ben.mouse.click(400, 300);
  await ben.getByText("Ann has control.", { exact: true }).waitFor();
  await ben.getByRole("button", { name: "Ask for control" }).first().click();
  await ann.getByText("Ben is asking for control").waitFor();
  await ann.getByRole("button", { name: "Give", exact: true }).first().click();
  await ben.waitForFunction(() => window.scenecast.control.isMine);
  expect(await shownHint(ben)).toEqual({ words: "You have control", isWhole: true });

  await press(ben);
  await expectHeld(ann, ben);
  await ben.mouse.up();
  await expectNothingHeld(ann, ben);

  await press(ann);
  await ann.waitForTimeout(700);
  expect(await held(ben)).toBeLessThan(NOTHING);
  await ann.mouse.up();
});

test("a press that is held when control comes does not count, and one that is held when it goes is let go", async () => {
  await grant("Ann");
  await press(ben);
  await grant("Ben");
  await ben.mouse.move(700, 300, { steps: 5 });
  await ben.waitForTimeout(700);
  expect(await held(ann)).toBeLessThan(NOTHING);
  await ben.mouse.up();
  await ben.mouse.down();
  await expectHeld(ann);
  await grant("Ann");
  await expectNothingHeld(ann);
  await ben.mouse.up();
});

test("who is sent out stays out, until it comes again by itself", async () => {
  await ann.evaluate(() => {
    const guest = window.scenecast.people.all.find(({ name }) => name === "Ben");
    if (guest !== undefined) window.scenecast.people.kick(guest);
  });
  await ben.waitForFunction(() => window.scenecast.state.kind === "gone");
  await ben.waitForTimeout(1500);
  expect(server.viewers().map(({ name }) => name)).toEqual(["Ann"]);
  await ben.reload();
  await takeName(ben, "Ben");
});

test("when the holder's tab is killed the next gets control, and what it held is let go", async () => {
  await grant("Ben");
  await press(ben);
  await expectHeld(ann);
  expect(await ann.evaluate(() => window.scenecast.control.isMine)).toBe(false);
  const session = await ben.context().newCDPSession(ben);
  const crashed = ben.waitForEvent("crash");
  // It is never answered.
  session.send("Page.crash").catch(() => undefined);
  await crashed;
  await ann.waitForFunction(() => window.scenecast.control.isMine);
  await expectNothingHeld(ann);
  await press(ann);
  await expectHeld(ann);
});
