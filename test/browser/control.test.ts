/** Several people in several pages of Chromium: who steers, and what becomes of control when its holder goes. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  launchChromium,
  openViewer,
  shellOptions,
  shownCentre,
  shownColours,
  waitUntilLive,
} from "../support/chromium.ts";
import { type Colour, gridPoints, meanDifference } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { untilSteady } from "../support/until-steady.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

const points = gridPoints(24, 14);
const one = { control: { mode: "one" } } as const;

/** A page of its own browser context, as another person has it, under this name. */
async function join(url: string, name: string): Promise<Page> {
  const { page } = await openViewer(browser, url);
  await waitUntilLive(page);
  await page.evaluate((name) => window.scenecast.people.rename(name), name);
  await page.waitForFunction((name) => window.scenecast.people.me?.name === name, name);
  return page;
}

async function drag(page: Page): Promise<void> {
  await page.mouse.move(500, 360);
  await page.mouse.down();
  await page.mouse.move(800, 420, { steps: 8 });
  await page.mouse.up();
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

function differs(page: Page, before: readonly Colour[]): Promise<number> {
  return shownColours(page, points).then((colours) => meanDifference(colours, before));
}

test("the second page's drag does nothing until control is granted, then turns the scene for both", async () => {
  await using server = await serveScene("orbit", { more: { access: { token: "correct-horse-battery" } } });
  const ann = await join(server.link, "Ann");
  const ben = await join(server.inviteLink ?? "", "Ben");
  expect(await ben.evaluate(() => [window.scenecast.role, window.scenecast.control.mode])).toEqual([
    "controller",
    "one",
  ]);
  const before = await untilSteady(() => shownColours(ann, points), 700);

  await drag(ben);
  await ben.keyboard.press("ArrowLeft");
  await ben.waitForTimeout(1000);
  expect(await differs(ann, before)).toBeLessThan(2);
  expect(await differs(ben, before)).toBeLessThan(2);

  // A press tells Ben who has control, and how to ask for it.
  await ben.mouse.click(400, 300);
  await ben.getByText("Ann has control.", { exact: true }).waitFor();
  await ben.getByRole("button", { name: "Ask for control" }).first().click();
  await ann.getByText("Ben is asking for control").waitFor();
  await ann.getByRole("button", { name: "Give", exact: true }).first().click();
  await ben.waitForFunction(() => window.scenecast.control.isMine);
  expect(await shownHint(ben)).toEqual({ words: "You have control", isWhole: true });

  await drag(ben);
  await expect.poll(() => differs(ann, before)).toBeGreaterThan(10);
  await expect.poll(() => differs(ben, before)).toBeGreaterThan(10);

  const turned = await untilSteady(() => shownColours(ann, points), 700);
  await drag(ann);
  await ann.waitForTimeout(1000);
  expect(await differs(ben, turned)).toBeLessThan(2);
  await Promise.all([ann.close(), ben.close()]);
});

test("a press that is held when control comes does not count, and one that is held when it goes is let go", async () => {
  await using server = await serveScene("held", { more: one });
  const ann = await join(server.url, "Ann");
  const ben = await join(server.url, "Ben");
  const red = async (): Promise<number> => (await shownCentre(ann))[0] ?? 0;
  await ben.mouse.move(600, 300);
  await ben.mouse.down();
  const [annId, benId] = server.viewers().map(({ viewerId }) => viewerId);
  server.room().grant(benId ?? "");
  await ben.mouse.move(700, 300, { steps: 5 });
  await ben.waitForTimeout(700);
  expect(await red()).toBeLessThan(8);
  await ben.mouse.up();
  await ben.mouse.down();
  await expect.poll(red).toBeGreaterThan(30);
  server.room().grant(annId ?? "");
  await expect.poll(red).toBeLessThan(8);
  await Promise.all([ann.close(), ben.close()]);
});

test("when the holder's tab is killed the next gets control, and what it held is let go", async () => {
  await using server = await serveScene("held", { more: one });
  // A browser of its own, so that nothing else dies with it.
  const doomed = await launchChromium(shellOptions());
  const { page } = await openViewer(doomed, server.url);
  await waitUntilLive(page);
  const next = await join(server.url, "Next");
  const red = async (): Promise<number> => (await shownCentre(next))[0] ?? 0;
  await page.mouse.move(640, 360);
  await page.mouse.down();
  await expect.poll(red).toBeGreaterThan(30);
  expect(await next.evaluate(() => window.scenecast.control.isMine)).toBe(false);
  const crashed = await doomed.newBrowserCDPSession();
  await crashed.send("Browser.crash").catch(() => undefined);
  await next.waitForFunction(() => window.scenecast.control.isMine);
  await expect.poll(red).toBeLessThan(8);
  await next.mouse.move(640, 360);
  await next.mouse.down();
  await expect.poll(red).toBeGreaterThan(30);
  await doomed.close().catch(() => undefined);
  await next.close();
});

test("who is sent out stays out, until it comes again by itself", async () => {
  await using server = await serveScene("orbit", { more: one });
  const host = await join(server.url, "Host");
  const guest = await join(server.url, "Guest");
  await host.evaluate(() => {
    const guest = window.scenecast.people.all.find(({ name }) => name === "Guest");
    if (guest !== undefined) window.scenecast.people.kick(guest);
  });
  await guest.waitForFunction(() => window.scenecast.state.kind === "gone");
  await guest.waitForTimeout(1500);
  expect(server.viewers().map(({ name }) => name)).toEqual(["Host"]);
  await guest.reload();
  await waitUntilLive(guest);
  await Promise.all([host.close(), guest.close()]);
});
