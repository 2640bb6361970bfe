/** The page behind proxies that carry TCP only, the server on another machine from which no UDP comes: pictures and input. */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { canMakeNamespaces, NetworkNamespace } from "../support/namespaces.ts";
import { Nginx } from "../support/nginx.ts";
import { type Colour, gridPoints, meanDifference } from "../support/pixels.ts";
import { RemoteServer } from "../support/remote-server.ts";
import { TcpRelay } from "../support/tcp-relay.ts";
import { isLive, seenColours, seenWay } from "../support/viewer-page.ts";
import { seenCounts } from "../support/counted-picture.ts";

const points = gridPoints(24, 14);

let browser: Browser;
let namespace: NetworkNamespace;
let page: Page;

const isHere = canMakeNamespaces();
beforeAll(async () => {
  if (!isHere) return;
  [browser, namespace] = await Promise.all([launchChromium(), NetworkNamespace.create()]);
  await namespace.cutUdp();
});
afterEach(() => page?.close());
afterAll(async () => {
  await browser?.close();
  await namespace?.close();
});

/** Opens the page and gives how many milliseconds it took until there was a picture and another one after it. */
async function open(url: string): Promise<number> {
  page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  const from = performance.now();
  await page.goto(url);
  const first = await expect.poll(() => seenCounts(page), { timeout: 10_000, interval: 20 }).not.toBe(null).then(() => seenCounts(page));
  await expect.poll(async () => (await seenCounts(page))?.motion, { timeout: 5000, interval: 20 }).not.toBe(first?.motion);
  return performance.now() - from;
}

/** Presses and keys reach the scene, each once. */
async function expectInput(): Promise<void> {
  await expect.poll(() => isLive(page), { timeout: 5000 }).toBe(true);
  await page.mouse.click(300, 300);
  for (let key = 0; key < 10; key += 1) await page.keyboard.press(String(key));
  await page.mouse.click(900, 300);
  await expect.poll(() => seenCounts(page), { timeout: 5000 }).toMatchObject({ keys: 10, presses: 2, disorder: 0 });
}

/** A drag turns the scene: the picture becomes another one, and that of the drag back is the first one again. */
async function expectDrag(): Promise<void> {
  await expect.poll(() => isLive(page), { timeout: 5000 }).toBe(true);
  const before = await seenColours(page, points);
  const differenceFrom = async (colours: readonly Colour[]) => meanDifference(await seenColours(page, points), colours);
  const drag = async (from: number, to: number) => {
    await page.mouse.move(from, 400);
    await page.mouse.down();
    await page.mouse.move(to, 400, { steps: 12 });
    await page.mouse.up();
  };
  await drag(600, 780);
  await expect.poll(() => differenceFrom(before), { timeout: 5000 }).toBeGreaterThan(10);
  await drag(780, 600);
  await expect.poll(() => differenceFrom(before), { timeout: 5000 }).toBeLessThan(3);
}

describe.skipIf(!isHere)("the counting scene", () => {
  let server: RemoteServer;
  const target = (path: string) => `http://${server.host}:${server.port}${path}`;
  beforeAll(async () => {
    server = await RemoteServer.start(namespace, "counted", ["--base-path", "/viz"]);
  });
  afterAll(() => server?.close());

  it("moves by WebSocket within seconds behind an nginx that takes its path off, and takes input", async () => {
    await using nginx = await Nginx.start({ target: target("/"), path: "/viz/", passesUpgrades: true });
    const tookMs = await open(nginx.url);
    console.info(`nginx, WebSocket: moving after ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(5000);
    expect(await seenWay(page)).toBe("websocket");
    await expectInput();
  });
});
