/**
 * The server on another machine from which no UDP comes, behind what carries TCP: nginx under a path of its own, an nginx
 * that passes no WebSockets on, a plain forwarder. Everywhere there are moving pictures and input, also where UDP came at
 * first and TCP stands still for a while.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openPage } from "../support/chromium.ts";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { HurriedHand } from "../support/hurried-hand.ts";
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

const withoutWebSockets: Way = {
  name: "an nginx that passes no WebSockets on",
  transport: "mjpeg",
  open: ({ host, port }) => Nginx.start({ target: `http://${host}:${port}`, path: "/viz/", passesUpgrades: false }),
};

const ways: readonly Way[] = [
  {
    name: "an nginx that takes its path off",
    transport: "websocket",
    open: ({ host, port }) => Nginx.start({ target: `http://${host}:${port}/`, path: "/viz/", passesUpgrades: true }),
  },
  withoutWebSockets,
];

/** Both are started when somebody opens them. */
const scenes = { counted: "counted/", orbit: "orbit/" } as const;
const orbit = fileURLToPath(new URL("../fixtures/scenes/orbit.ts", import.meta.url));

const isHere = canMakeNamespaces();
let browser: Browser;
let namespace: NetworkNamespace;
let server: RemoteServer;
let page: Page;

beforeAll(async () => {
  if (!isHere) return;
  [browser, namespace] = await Promise.all([connectChromium(), NetworkNamespace.create()]);
  const how = ["--base-path", basePath, "--control", "everyone", "--fps", "30"];
  [server] = await Promise.all([RemoteServer.start(namespace, "counted", [orbit, ...how]), namespace.cutUdp()]);
});
afterEach(() => page?.close());
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  await namespace?.close();
});

async function open(url: string, scene: keyof typeof scenes): Promise<void> {
  ({ page } = await openPage(browser));
  await page.goto(new URL(scenes[scene], url).href);
}

describe.skipIf(!isHere)("without UDP", () => {
  it.each(ways)("moving pictures and input come through $name by $transport", async ({ transport, open: openWay }) => {
    await using way = await openWay(server);
    await open(way.url, "counted");
    await waitUntilMoving(page);
    expect(await seenWay(page)).toBe(transport);
    const before = await seenCounts(page);
    await page.mouse.click(300, 300);
    for (let key = 0; key < 10; key += 1) await page.keyboard.press(String(key));
    await page.mouse.click(900, 300);
    const wanted = { keys: (before?.keys ?? 0) + 10, presses: (before?.presses ?? 0) + 2, disorder: 0 };
    await expect.poll(() => seenCounts(page), { interval: 200 }).toMatchObject(wanted);
  });

  it("a drag turns the scene and turns it back where no WebSocket passes either", async () => {
    await using way = await withoutWebSockets.open(server);
    const points = gridPoints(24, 14);
    const drag = async (from: number, to: number) => {
      await page.mouse.move(from, 400);
      await page.mouse.down();
      await page.mouse.move(to, 400, { steps: 12 });
      await page.mouse.up();
    };
    await open(way.url, "orbit");
    await expect.poll(() => isLive(page)).toBe(true);
    // The first picture gets finer while nothing moves.
    const before = await untilSteady(() => seenColours(page, points), 500);
    const difference = async () => meanDifference(await seenColours(page, points), before);
    await drag(600, 780);
    await expect.poll(difference, { interval: 200 }).toBeGreaterThan(10);
    await drag(780, 600);
    await expect.poll(difference, { interval: 200 }).toBeLessThan(3);
    expect(await seenWay(page)).toBe("mjpeg");
  });
});

describe.skipIf(!isHere)("a page by WebRTC", () => {
  it("goes on by the WebSocket when UDP is cut, with all of the input once and in order, also after TCP stood still", async () => {
    await namespace.restoreUdp();
    await using relay = await TcpRelay.start(server);
    await open(relay.url, "counted");
    await expect.poll(() => seenWay(page)).toBe("webrtc");
    await waitUntilMoving(page);
    const before = await seenCounts(page);
    const hand = new HurriedHand(page);
    await namespace.cutUdp();
    await expect.poll(() => seenWay(page)).toBe("websocket");
    await waitUntilMoving(page);
    relay.setRate(0);
    await sleep(500);
    relay.setRate(null);
    await waitUntilMoving(page);
    await hand.stop();
    const [keys, presses] = [(before?.keys ?? 0) + hand.keys, (before?.presses ?? 0) + hand.presses];
    await expect.poll(() => seenCounts(page), { interval: 200 }).toMatchObject({ keys, presses, disorder: 0 });
    expect(await seenWay(page)).toBe("websocket");
  });
});
