/** The picture fills the window of who steers, on a phone upright and turned; others see it whole and point where they point. */

import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Transport } from "../../client/streams/transport.ts";
import type { StreamServer } from "../../server/index.ts";
import { errorsOf, waitUntilLive } from "../support/chromium.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("follows-window", { size: "window" })]);
  phone = await openWindow({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, hasTouch: true });
  await phone.page.addInitScript(samplePicture);
  desk = await openWindow({ viewport: { width: 960, height: 600 } });
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

type Sampled = Window & { samples: string[] };

/** On the phone: notes the size of the stream's pictures as they change, and each time that what is seen in the middle is black. In the page. */
function samplePicture(): void {
  const samples: string[] = [];
  Object.assign(window, { samples });
  const context = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const sample = (): void => {
    // They were read.
    if (Object.isFrozen(samples)) return;
    requestAnimationFrame(sample);
    const { element } = window.scenecast ?? {};
    const isVideo = element?.dataset["transport"] === "webrtc";
    const source = element?.querySelector<HTMLVideoElement | HTMLCanvasElement>(isVideo ? "video" : "canvas");
    if (source == null || context === null || window.scenecast.state.kind !== "live") return;
    const size =
      source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
    if (samples.at(-1) !== size.join("x")) samples.push(size.join("x"));
    context.drawImage(source, 0, 0, 1, 1);
    if (Math.max(...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)) < 60) samples.push("black");
  };
  sample();
}

type Viewing = { readonly page: Page; readonly errors: string[] };
let [phone, desk] = [] as unknown as [Viewing, Viewing];

async function openWindow(options: BrowserContextOptions): Promise<Viewing> {
  const page = await browser.newPage({ ...options, colorScheme: "dark", reducedMotion: "reduce" });
  return { page, errors: errorsOf(page) };
}

async function enter({ page }: Viewing, transport: Transport): Promise<void> {
  const address = new URL(server.url);
  address.searchParams.set("transport", transport);
  await page.goto(address.href);
  await waitUntilLive(page);
}

/** What is on the screen at these points, in CSS pixels: red, green, white or else. */
async function seenAt(page: Page, points: readonly (readonly [number, number])[]): Promise<string[]> {
  const { data, info } = await sharp(await page.screenshot({ scale: "css" }))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return points.map(([x, y]) => {
    const at = (Math.round(y) * info.width + Math.round(x)) * info.channels;
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    if (Math.min(red, green, blue) > 200) return "white";
    if (Math.max(red, green, blue) < 60) return "dark";
    return red > 200 && green < 60 ? "red" : green > 200 && red < 60 ? "green" : `${red} ${green} ${blue}`;
  });
}

/** The corners of a window of this size, and its middle. */
const cornersOf = (width: number, height: number): [number, number][] => [
  ...[0, width - 1].flatMap((x) => [0, height - 1].map((y): [number, number] => [x, y])),
  [width / 2, height / 2],
];
/** Each look is a photograph. */
const LOOKS = { interval: 150 };
const filled = ["red", "red", "red", "red", "green"];

it.each(["webrtc", "websocket"] as const)(
  "the window of who steers is filled, others see all of it, never stretched (PI1): %s",
  async (transport) => {
    await phone.page.setViewportSize({ width: 390, height: 844 });
    await enter(phone, transport);
    await expect.poll(() => seenAt(phone.page, cornersOf(390, 844)), LOOKS).toEqual(filled);
    expect(server.size).toEqual({ width: 652, height: 1412 });
    await phone.page.setViewportSize({ width: 844, height: 390 });
    await expect.poll(() => seenAt(phone.page, cornersOf(844, 390)), LOOKS).toEqual(filled);
    await phone.page.touchscreen.tap(700, 300);
    await expect.poll(() => seenAt(phone.page, [[700, 300]]), LOOKS).toEqual(["white"]);
    const samples = await phone.page.evaluate(() => Object.freeze((window as unknown as Sampled).samples));
    // A canvas that was never drawn on is black, and 300 pixels wide.
    expect(samples.slice(samples.indexOf("652x1412"))).toEqual(["652x1412", "1412x652"]);

    await enter(desk, transport);
    const height = (960 * 390) / 844;
    const top = (600 - height) / 2;
    const inBars = [top - 4, 600 - top + 4].map((y): [number, number] => [200, y]);
    const inPicture = [top + 4, 600 - top - 4].map((y): [number, number] => [200, y]);
    await expect
      .poll(() => seenAt(desk.page, [...inBars, ...inPicture]), LOOKS)
      .toEqual(["dark", "dark", "red", "red"]);

    // Who clicks steers: it lands where it points, and then the picture is this window's.
    const [x, y] = [667, top + 100];
    await desk.page.mouse.click(x, y);
    const across = (x / 960 - 0.5) * (844 / 390);
    const down = (y - top) / height;
    await expect.poll(() => seenAt(desk.page, cornersOf(960, 600)), LOOKS).toEqual(filled);
    await expect.poll(() => seenAt(desk.page, [[(across / 1.6 + 0.5) * 960, down * 600]]), LOOKS).toEqual(["white"]);
    const width = (390 * 960) / 600;
    const beside = (844 - width) / 2;
    await expect
      .poll(
        () =>
          seenAt(phone.page, [
            [beside - 4, 200],
            [beside + 4, 200],
            [844 - beside + 4, 20],
          ]),
        LOOKS,
      )
      .toEqual(["dark", "red", "dark"]);
    expect([...phone.errors, ...desk.errors]).toEqual([]);
    await Promise.all([phone, desk].map(({ page }) => page.goto("about:blank")));
    await expect.poll(() => server.viewers().length).toBe(0);
  },
);
