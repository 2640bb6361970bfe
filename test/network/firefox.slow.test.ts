/** Debian's Firefox, whose WebRTC has no H.264 but whose decoders have: picture, drag, and what it falls back to. */

import type { Browser, Page } from "puppeteer-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { VideoCodec } from "../../shared/video.ts";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { launchFirefox, openFirefoxPage } from "../support/firefox.ts";
import { canMakeNamespaces, NetworkNamespace } from "../support/namespaces.ts";
import { gridPoints, meanDifference } from "../support/pixels.ts";
import { RemoteServer } from "../support/remote-server.ts";
import { serveScene } from "../support/served-scene.ts";
import { TcpRelay } from "../support/tcp-relay.ts";
import { type AnyPage, isLive, seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

/**
 * Now and then it stands still for 10 s while a worker draws on a canvas and somebody reads that, as our photographs do. The
 * server then takes it for a viewer that is gone, and what it was about to send is lost: hence the retries.
 */
const timeout = 20_000;
/** For what is tried again: much longer than it takes. */
const retriedTimeout = 8000;

let browser: Browser;
let page: Page;
let view: AnyPage;
let errors: string[];

beforeAll(async () => {
  browser = await launchFirefox();
});
afterEach(() => page?.close());
afterAll(() => browser?.close());

async function open(url: string): Promise<void> {
  ({ page, view, errors } = await openFirefoxPage(browser, url));
}

/** Keys and presses arrive, each once. */
async function expectInput(within: number = timeout): Promise<void> {
  const before = await seenCounts(view);
  await page.mouse.click(300, 300);
  for (let key = 0; key < 10; key += 1) await page.keyboard.press(`Digit${key}` as "Digit0");
  await page.mouse.click(900, 300);
  const wanted = { keys: (before?.keys ?? 0) + 10, presses: (before?.presses ?? 0) + 2, disorder: 0 };
  await expect.poll(() => seenCounts(view), { timeout: within, interval: 250 }).toMatchObject(wanted);
}

async function codecInUse(): Promise<VideoCodec | null> {
  await expect.poll(async () => (await statsOf(view)).codec, { timeout }).not.toBe(null);
  return (await statsOf(view)).codec;
}

it("shows moving pictures by WebRTC with VP8 and takes input", async () => {
  await using server = await serveScene("counted");
  await open(`${server.url}?transport=webrtc`);
  await waitUntilMoving(view, timeout);
  expect(await seenWay(view)).toBe("webrtc");
  await expectInput();
  expect(await codecInUse()).toBe("vp8");
  expect(errors).toEqual([]);
});

it("is sent lines in 4:2:0, as it offers no 4:4:4", async () => {
  await using server = await serveScene("red-line");
  await open(`${server.url}?transport=webrtc`);
  await expect.poll(async () => (await statsOf(view)).framesShown, { timeout }).toBeGreaterThan(5);
  expect(await codecInUse()).toBe("vp8");
  expect(await statsOf(view)).toMatchObject({ chroma: "420" });
  expect(errors).toEqual([]);
});

it("turns the scene by dragging, and turns it back", async () => {
  await using server = await serveScene("orbit");
  await open(`${server.url}?transport=webrtc`);
  await expect.poll(() => isLive(view), { timeout }).toBe(true);
  // The first picture gets finer while nothing moves.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const points = gridPoints(24, 14);
  const before = await seenColours(view, points);
  const difference = async () => meanDifference(await seenColours(view, points), before);
  for (const [from, to] of [
    [600, 780],
    [780, 600],
  ] as const) {
    await page.mouse.move(from, 400);
    await page.mouse.down();
    await page.mouse.move(to, 400, { steps: 12 });
    await page.mouse.up();
    if (to === 780) await expect.poll(difference, { timeout }).toBeGreaterThan(10);
  }
  await expect.poll(difference, { timeout }).toBeLessThan(3);
});

it("has clicks where the hand is on a page that is turned and in perspective", async () => {
  await using server = await serveScene("hears");
  await open(`${server.url}?transport=webrtc`);
  await expect.poll(() => isLive(view), { timeout }).toBe(true);
  const transform = "perspective(900px) rotateY(40deg) rotateZ(160deg) scale(0.6)";
  const place = await page.evaluate((transform) => {
    const lines: string[] = [];
    Object.assign(window, { lines });
    window.scenecast.on("messageReceived", ({ data }) => lines.push(String(data)));
    Object.assign(document.body.style, { transformOrigin: "640px 360px", transform });
    const at = new DOMMatrix(transform).transformPoint(new DOMPoint(300 - 640, 200 - 360));
    return { x: 640 + at.x / at.w, y: 360 + at.y / at.w };
  }, transform);
  await page.mouse.click(place.x, place.y);
  const clicked = async () => {
    const lines = (await page.evaluate("window.lines")) as string[];
    return (
      lines
        .find((line) => line.startsWith("click"))
        ?.split(" ")
        .slice(1)
        .map(Number) ?? []
    );
  };
  await expect.poll(clicked, { timeout }).toHaveLength(2);
  const [x = 0, y = 0] = await clicked();
  // The scene's picture is half as wide as the page.
  expect(Math.hypot(2 * x - 300, 2 * y - 200)).toBeLessThan(5);
});

it.each(["h264", "vp8"] as const)(
  "decodes %s of the WebSocket by WebCodecs and takes input",
  { retry: 3 },
  async (codec) => {
    await using server = await serveScene("counted", { codec });
    await open(`${server.url}?transport=websocket`);
    await waitUntilMoving(view, retriedTimeout);
    expect(await seenWay(view)).toBe("websocket");
    await expectInput(retriedTimeout);
    expect(await codecInUse()).toBe(codec);
    expect(errors).toEqual([]);
  },
);

it("shows Motion JPEG where it is asked to, and takes input", async () => {
  await using server = await serveScene("counted");
  await open(`${server.url}?transport=mjpeg`);
  await waitUntilMoving(view, timeout);
  expect(await seenWay(view)).toBe("mjpeg");
  await expectInput();
});

describe.skipIf(!canMakeNamespaces())("without UDP", () => {
  it("falls back to the WebSocket by itself", { retry: 2 }, async () => {
    await using namespace = await NetworkNamespace.create();
    await namespace.cutUdp();
    await using server = await RemoteServer.start(namespace, "counted");
    await using relay = await TcpRelay.start(server);
    const from = performance.now();
    await open(relay.url);
    await expect.poll(() => isLive(view), { timeout, interval: 20 }).toBe(true);
    await expect.poll(async () => (await statsOf(view)).framesShown, { timeout, interval: 20 }).toBeGreaterThan(5);
    const tookMs = performance.now() - from;
    console.info(`Firefox without UDP: six pictures by ${await seenWay(view)} after ${Math.round(tookMs)} ms`);
    expect(await seenWay(view)).toBe("websocket");
    expect(tookMs).toBeLessThan(5000);
    await waitUntilMoving(view, timeout);
    await expectInput();
  });
});
