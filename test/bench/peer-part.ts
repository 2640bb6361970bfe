/** Owns the measurement of the other way to do it: three in headless Chromium, sent by Chromium's own WebRTC. */

import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import type { PictureSize } from "../../shared/video.ts";
import { launchChromium, waitForPicture } from "../support/chromium.ts";
import { type Spread, spreadOf } from "./figures.ts";
import { measureClicks, measureDrag } from "./in-page.ts";
import { servePeerFiles } from "./peer/files.ts";
import type { RendererPage, ViewerPage } from "./peer/messages.ts";

export type PeerFigures = {
  readonly sent: string;
  readonly drawnFps: number;
  readonly shownFps: number;
  readonly toPixel: Spread | null;
  readonly lost: number;
};

/** Chromium finds its bandwidth and compiles for this long before anything counts. */
const WARM_UP_MS = 6000;
const rendererFlags = [
  "--headless=new",
  "--no-sandbox",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Else its addresses are names that only its own process can resolve.
  "--disable-features=WebRtcHideLocalIpsWithMdns",
];

/** Draws the sixty spheres in one Chromium and watches them in another. Rejects when the two do not connect. */
export async function measurePeer(
  size: PictureSize,
  settings: { readonly clicks: number; readonly seconds: number },
): Promise<PeerFigures> {
  const files = await servePeerFiles();
  const browsers: Browser[] = [];
  try {
    const renderer = await launchRenderer();
    browsers.push(renderer);
    const viewer = await launchChromium();
    browsers.push(viewer);
    const pages = await Promise.all([
      openPage(renderer, `${files.url}renderer`, size),
      openPage(viewer, `${files.url}viewer`),
    ]);
    return await join(...pages, size, settings);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    files.close();
  }
}

/** A Chromium that draws WebGL on the processor. */
export function launchRenderer(): Promise<Browser> {
  const executablePath = process.env["SCENECAST_CHROMIUM"] ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: rendererFlags });
}

async function openPage(
  browser: Browser,
  url: string,
  viewport: PictureSize = { width: 1280, height: 720 },
): Promise<Page> {
  const page = await browser.newPage({ viewport });
  await page.goto(url);
  await page.waitForFunction(() => "page" in window);
  return page;
}

async function join(
  renderer: Page,
  viewer: Page,
  size: PictureSize,
  settings: { readonly clicks: number; readonly seconds: number },
): Promise<PeerFigures> {
  const offer = await renderer.evaluate((size) => (window as unknown as { page: RendererPage }).page.offer(size), size);
  const answer = await viewer.evaluate(
    (offer) => (window as unknown as { page: ViewerPage }).page.answer(offer),
    offer,
  );
  await renderer.evaluate((answer) => (window as unknown as { page: RendererPage }).page.accept(answer), answer);
  await viewer.evaluate(() => (window as unknown as { page: ViewerPage }).page.opened());
  // A canvas that is not drawn again gives no picture.
  await measureDrag(viewer, WARM_UP_MS);
  await waitForPicture(viewer);
  const drawn = () => renderer.evaluate(() => (window as unknown as { page: RendererPage }).page.framesDrawn());
  const [begun, before] = [performance.now(), await drawn()];
  const shownFps = await measureDrag(viewer, settings.seconds * 1000);
  const drawnFps = (((await drawn()) - before) * 1000) / (performance.now() - begun);
  await sleep(1000);
  const times = await measureClicks(viewer, settings.clicks);
  const sent = await renderer.evaluate(() => (window as unknown as { page: RendererPage }).page.sent());
  return { sent, drawnFps, shownFps, toPixel: spreadOf(times), lost: settings.clicks - times.length };
}
