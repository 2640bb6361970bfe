/** Rooms, private rooms, links and the queue in Chromium. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openPage, openViewer, shownCentre, shownColours, waitForPicture, waitUntilLive } from "../support/chromium.ts";
import { isStillShown, shownPixels, worstDifference } from "../support/exact-pixels.ts";
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

test("a private room is really separate, its link sets its parameters, and who comes when all places are taken waits", async () => {
  await using server = await serveScene("parametered", {
    more: { rooms: { kind: "private" }, viewers: { max: 2 } },
  });
  const expectCentre = (page: Page, colour: Colour) =>
    expect.poll(async () => colourDistance(await shownCentre(page), colour), { interval: 100 }).toBeLessThan(12);
  const [blue, lime, white] = [
    [0, 0, 255],
    [0, 255, 0],
    [255, 255, 255],
  ] as const;
  const ann = await open(`${server.url}?colour=blue&count=7`);
  const ben = await open(`${server.url}?colour=lime`);
  expect(new URL(ann.url()).pathname).toMatch(/^\/s\/[\w-]{22}\/$/);
  expect(new URL(ann.url()).pathname).not.toBe(new URL(ben.url()).pathname);
  expect(new URL(ann.url()).searchParams.get("colour")).toBe("blue");
  await expectCentre(ann, blue);
  await expectCentre(ben, lime);
  // What one does, the other does not see.
  await ben.mouse.click(300, 300);
  await expectCentre(ben, white);
  await expectCentre(ann, blue);

  const { page } = await openPage(browser);
  await page.goto(ben.url());
  await page.getByText("The server is full").waitFor();
  expect(await page.getByText(/first in line|number 1|next/i).count()).toBeGreaterThan(0);
  await ann.close();
  await waitUntilLive(page);
  expect(await page.getByText("The server is full").isVisible()).toBe(false);
  // The same session again, as it was left.
  await waitForPicture(page);
  await expectCentre(page, white);
  await Promise.all([page.close(), ben.close()]);
});

describe("links", () => {
  let server: StreamServer;
  let host: Page;
  beforeAll(async () => {
    server = await serveScene(new URL("../../examples/spheres/scene.ts", import.meta.url), {
      more: { access: { token } },
    });
    host = await open(server.link);
  });
  afterAll(async () => {
    await host?.close();
    await server?.close();
  });

  test("for watching show the picture and steer nothing; altered or revoked they show nothing", async () => {
    const { link, id } = await server.createLink({ role: "viewer" });
    await expect.poll(() => isStillShown(host)).toBe(true);
    const before = await shownPixels(host);
    const viewer = await open(link);
    expect(await viewer.evaluate(() => window.scenecast.role)).toBe("viewer");
    await drag(viewer, 800);
    await viewer.waitForTimeout(1000);
    await expect.poll(() => isStillShown(host)).toBe(true);
    expect(worstDifference(await shownPixels(host), before)).toBe(0);

    expect(server.revokeLink(id)).toBe(true);
    await viewer.waitForFunction(() => ["gone", "locked"].includes(window.scenecast.state.kind));
    await viewer.reload();
    await viewer.waitForFunction(() => window.scenecast.state.kind === "locked");

    const [head, claims, signature] = link.split("#token=")[1]?.split(".") ?? [];
    const raised = { ...JSON.parse(atob(claims ?? "")), role: "host" };
    const forged = `${head}.${Buffer.from(JSON.stringify(raised)).toString("base64url")}.${signature}`;
    // Another address, as a fragment alone loads no page.
    await viewer.goto(`${server.url}?altered#token=${forged}`);
    await viewer.waitForFunction(() => window.scenecast.state.kind === "locked");
    await viewer.close();
  });

  test("to a view open the scene in exactly that view", async () => {
    // The spheres are bright, what is behind them is dark. A press picks one, which is then #2dffc4.
    const brightness = (colour: Colour) => colour.reduce((sum, channel) => sum + channel, 0);
    const brightnesses = (await shownColours(host, points)).map(brightness);
    const [x, y] = points[brightnesses.indexOf(Math.max(...brightnesses))] ?? [0, 0];
    const greenness = ([red = 0, green = 0]: Colour) => green - red;
    const picked = async () => greenness((await shownColours(host, [[x, y]])).flat());
    expect(await picked()).toBeLessThan(10);
    await host.mouse.click(x * 1280, y * 720);
    await expect.poll(picked).toBeGreaterThan(60);

    const viewLink = (page: Page) => page.evaluate(() => window.scenecast.scene.stateLink() ?? "");
    const untouched = await viewLink(host);
    await drag(host, 760);
    // The camera runs on for a while, and the page is told of its place after that.
    await expect.poll(() => viewLink(host)).not.toBe(untouched);
    const link = await untilSteady(() => viewLink(host), 2000);
    const seen = await shownColours(host, points);
    await expect.poll(() => isStillShown(host)).toBe(true);
    const view = await shownPixels(host);

    await drag(host, 300);
    await expect.poll(() => differs(host, seen)).toBeGreaterThan(8);
    // Anew, as a fragment alone loads no page.
    await host.goto("about:blank");
    await host.goto(`${link}&token=${token}`);
    await waitUntilLive(host);
    await expect.poll(() => isStillShown(host)).toBe(true);
    // The exact picture may be that of the scene before it took the state, for a moment.
    const difference = async () => worstDifference(await shownPixels(host), view);
    await expect.poll(difference, { interval: 150 }).toBe(0);
    expect(host.url()).not.toContain("state");
  });
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
