/**
 * The server on another machine from which no UDP comes, behind what carries TCP: nginx under a path of its own, an nginx
 * that passes no WebSockets on, a plain forwarder. Everywhere there are moving pictures, and the hand turns the scene.
 */

import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPage } from "../support/chromium.ts";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { canMakeNamespaces, NetworkNamespace } from "../support/namespaces.ts";
import { Nginx } from "../support/nginx.ts";
import { gridPoints, meanDifference } from "../support/pixels.ts";
import { RemoteServer } from "../support/remote-server.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { TcpRelay } from "../support/tcp-relay.ts";
import { untilSteady } from "../support/until-steady.ts";
import { isLive, seenColours, seenWay } from "../support/viewer-page.ts";

type Way = {
  readonly name: string;
  readonly transport: "websocket" | "mjpeg";
  /** Puts it before the server. The caller closes what it gives. */
  readonly open: (server: RemoteServer) => Promise<AsyncDisposable & { readonly url: string }>;
};

/** Where the server is mounted for itself, so that proxies may take the path off or leave it. */
const basePath = "/viz";

const ways: readonly Way[] = [
  {
    name: "an nginx that takes its path off",
    transport: "websocket",
    open: ({ host, port }) => Nginx.start({ target: `http://${host}:${port}/`, path: "/viz/", passesUpgrades: true }),
  },
  {
    name: "an nginx that passes no WebSockets on",
    transport: "mjpeg",
    open: ({ host, port }) => Nginx.start({ target: `http://${host}:${port}`, path: "/viz/", passesUpgrades: false }),
  },
  { name: "a plain forwarder", transport: "websocket", open: (server) => TcpRelay.start(server) },
];

/** The issue asks for 2 s; a busy test machine gets more. */
const MOVING_WITHIN_MS = 15_000;

const isHere = canMakeNamespaces();
let browser: Browser;
let namespace: NetworkNamespace;
let server: RemoteServer;
let page: Page;

beforeAll(async () => {
  if (!isHere) return;
  [browser, namespace] = await Promise.all([connectChromium(), NetworkNamespace.create()]);
  await namespace.cutUdp();
});
afterEach(() => page?.close());
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  await namespace?.close();
});

async function serve(scene: string): Promise<void> {
  await server?.close();
  server = await RemoteServer.start(namespace, scene, ["--base-path", basePath, "--control", "everyone"]);
}

async function open(url: string): Promise<void> {
  ({ page } = await openPage(browser));
  await page.goto(url);
}

describe.skipIf(!isHere)("moving pictures and input", () => {
  beforeAll(() => serve("counted"));

  it.each(ways)("come through $name by $transport", async ({ name, transport, open: openWay }) => {
    await using way = await openWay(server);
    const from = performance.now();
    await open(way.url);
    await waitUntilMoving(page);
    const tookMs = performance.now() - from;
    console.info(`${name}: moving by ${await seenWay(page)} after ${Math.round(tookMs)} ms`);
    expect(tookMs).toBeLessThan(MOVING_WITHIN_MS);
    expect(await seenWay(page)).toBe(transport);
    const before = await seenCounts(page);
    await page.mouse.click(300, 300);
    for (let key = 0; key < 10; key += 1) await page.keyboard.press(String(key));
    await page.mouse.click(900, 300);
    const wanted = { keys: (before?.keys ?? 0) + 10, presses: (before?.presses ?? 0) + 2, disorder: 0 };
    await expect.poll(() => seenCounts(page)).toMatchObject(wanted);
  });
});

describe.skipIf(!isHere)("a drag", () => {
  const points = gridPoints(24, 14);
  beforeAll(() => serve("orbit"));

  async function drag(from: number, to: number): Promise<void> {
    await page.mouse.move(from, 400);
    await page.mouse.down();
    await page.mouse.move(to, 400, { steps: 12 });
    await page.mouse.up();
  }

  it.each(ways)("turns the scene and turns it back through $name", async ({ transport, open: openWay }) => {
    await using way = await openWay(server);
    await open(way.url);
    await expect.poll(() => isLive(page)).toBe(true);
    // The first picture gets finer while nothing moves.
    const before = await untilSteady(() => seenColours(page, points), 500);
    const difference = async () => meanDifference(await seenColours(page, points), before);
    await drag(600, 780);
    await expect.poll(difference).toBeGreaterThan(10);
    await drag(780, 600);
    await expect.poll(difference).toBeLessThan(3);
    expect(await seenWay(page)).toBe(transport);
  });
});
