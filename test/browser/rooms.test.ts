/** Rooms, private rooms, links and the queue in Chromium. */

import { createHash } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPage, openViewer, shownCentre, shownColours, waitForPicture, waitUntilLive } from "../support/chromium.ts";
import { drawnPixels, isStillShown, shownPixels, worstDifference } from "../support/exact-pixels.ts";
import { type Colour, colourDistance, gridPoints, meanDifference } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { untilSteady } from "../support/until-steady.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

const points = gridPoints(24, 14);
const token = "correct-horse-battery";

async function open(url: string): Promise<Page> {
  const { page } = await openViewer(browser, url);
  await waitUntilLive(page);
  return page;
}

async function drag(page: Page, toX: number): Promise<void> {
  await page.mouse.move(500, 360);
  await page.mouse.down();
  await page.mouse.move(toX, 420, { steps: 8 });
  await page.mouse.up();
}

async function differs(page: Page, before: readonly Colour[]): Promise<number> {
  return meanDifference(await shownColours(page, points), before);
}

async function stillOf(url: string): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(new URL("snapshot.png", url))).arrayBuffer());
}

function viewLinkOf(page: Page): Promise<string> {
  return page.evaluate(() => window.scenecast.scene.stateLink() ?? "");
}

test("a private room is really separate: what one does, the other does not see", async () => {
  await using server = await serveScene("pointer", { more: { rooms: { kind: "private" } } });
  const [ann, ben] = [await open(server.url), await open(server.url)];
  expect(new URL(ann.url()).pathname).toMatch(/^\/s\/[\w-]{22}\/$/);
  expect(ann.url()).not.toBe(ben.url());
  await ann.mouse.move(320, 180);
  await expect.poll(async () => (await shownCentre(ann))[0]).toBeGreaterThan(40);
  await ben.mouse.move(960, 540);
  await expect.poll(async () => (await shownCentre(ben))[0]).toBeGreaterThan(150);
  expect((await shownCentre(ann))[0]).toBeLessThan(90);
  // The same session again, as it was left.
  await ann.reload();
  await waitForPicture(ann);
  await expect.poll(async () => (await shownCentre(ann))[0]).toBeGreaterThan(40);
  await Promise.all([ann.close(), ben.close()]);
});

test("the link that opens a private room sets the scene's parameters in it, and in no other", async () => {
  await using server = await serveScene("parametered", { more: { rooms: { kind: "private" } } });
  for (const [colour, shown] of [
    ["blue", [0, 0, 255]],
    ["lime", [0, 255, 0]],
  ] as const) {
    const page = await open(`${server.url}?colour=${colour}&count=7`);
    expect(new URL(page.url()).searchParams.get("colour")).toBe(colour);
    await expect.poll(async () => colourDistance(await shownCentre(page), shown)).toBeLessThan(12);
    await page.close();
  }
});

test("who comes when all places are taken reads so, and gets in when somebody leaves", async () => {
  await using server = await serveScene("quadrants", { more: { viewers: { max: 1 } } });
  const inside = await open(server.url);
  const { page } = await openPage(browser);
  await page.goto(server.url);
  await page.getByText("The server is full").waitFor();
  expect(await page.getByText(/first in line|number 1|next/i).count()).toBeGreaterThan(0);
  await inside.close();
  await waitUntilLive(page);
  expect(await page.getByText("The server is full").isVisible()).toBe(false);
  await page.close();
});

test("a link for watching shows the picture and steers nothing; altered, expired or revoked it shows nothing", async () => {
  await using server = await serveScene("orbit", { more: { access: { token } } });
  const { link, id } = await server.createLink({ role: "viewer" });
  const host = await open(server.link);
  const before = await shownColours(host, points);
  const viewer = await open(link);
  expect(await viewer.evaluate(() => window.scenecast.role)).toBe("viewer");
  await drag(viewer, 800);
  await viewer.waitForTimeout(1000);
  expect(await differs(host, before)).toBeLessThan(2);

  const [head, claims, signature] = link.split("#token=")[1]?.split(".") ?? [];
  const raised = Buffer.from(JSON.stringify({ ...JSON.parse(atob(claims ?? "")), role: "host" })).toString("base64url");
  for (const forged of [`${head}.${raised}.${signature}`, `${head}.${claims}.${"A".repeat(43)}`]) {
    const { page } = await openPage(browser);
    await page.goto(`${server.url}#token=${forged}`);
    await page.waitForFunction(() => window.scenecast.state.kind === "locked");
    await page.close();
  }

  expect(server.revokeLink(id)).toBe(true);
  await viewer.waitForFunction(() => ["gone", "locked"].includes(window.scenecast.state.kind));
  await viewer.reload();
  await viewer.waitForFunction(() => window.scenecast.state.kind === "locked");
  await Promise.all([host.close(), viewer.close()]);
});

test("a link to a view opens the scene in exactly that view, also in a process that was started again", async () => {
  await using server = await serveScene(new URL("../../examples/spheres/scene.ts", import.meta.url));
  // Without loss: the picture as it was drawn.
  const picture = async () =>
    createHash("sha256")
      .update(await stillOf(server.url))
      .digest("hex");
  const ann = await open(server.url);
  await drag(ann, 760);
  // The camera runs on for a while, and the page is told of its place after that.
  const [turned] = await untilSteady(async () => [await picture(), await viewLinkOf(ann)], 2000);
  const seen = await shownColours(ann, points);
  const link = await viewLinkOf(ann);

  process.kill(server.room().pid ?? 0, "SIGKILL");
  await ann.waitForFunction(() => window.scenecast.state.kind !== "live");
  await waitUntilLive(ann);
  await expect.poll(picture).toBe(turned);
  await expect.poll(() => isStillShown(ann)).toBe(true);
  await expect.poll(async () => worstDifference(await shownPixels(ann), await drawnPixels(server.url))).toBe(0);

  await drag(ann, 300);
  await expect.poll(() => differs(ann, seen)).toBeGreaterThan(8);
  await ann.close();
  const ben = await open(link);
  await expect.poll(picture).toBe(turned);
  await expect.poll(() => isStillShown(ben)).toBe(true);
  // The exact picture may be that of the scene before it took the state, for a moment.
  await expect.poll(async () => worstDifference(await shownPixels(ben), await drawnPixels(server.url))).toBe(0);
  expect(ben.url()).not.toContain("state");
  await ben.close();
});

test("pages exchange messages with the scene, and with the program that runs the server", async () => {
  await using server = await serveScene(new URL("../../examples/votes/scene.ts", import.meta.url), {
    more: { control: { mode: "one" } },
  });
  const [ann, ben] = [await open(server.url), await open(server.url)];
  const heard = ann.evaluate(
    () => new Promise((resolve) => window.scenecast.on("messageReceived", ({ data }) => resolve(data))),
  );
  await ben.waitForFunction(() => window.scenecast.people.all.length === 2);
  await ben.evaluate(() => {
    window.scenecast.people.rename("Ben");
    window.scenecast.scene.send({ vote: 2 });
  });
  expect(await heard).toEqual({ counts: [0, 1, 0, 0], by: "Ben" });
  const told = ben.evaluate(
    () =>
      new Promise((resolve) =>
        window.scenecast.on("messageReceived", (event) => event.from === "server" && resolve(event)),
      ),
  );
  const asked = new Promise<string>((resolve) => {
    server.on("messageReceived", ({ viewerId, data }) => {
      server.room().send({ thanks: true }, viewerId);
      resolve(JSON.stringify(data));
    });
  });
  await ben.evaluate(() => window.scenecast.scene.send({ hello: "program" }));
  expect(await asked).toBe('{"hello":"program"}');
  expect(await told).toEqual({ data: { thanks: true }, from: "server" });
  await Promise.all([ann.close(), ben.close()]);
});
