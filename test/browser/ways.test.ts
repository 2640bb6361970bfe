/** Browsers whose parts are there and do not work: whatever one way of the pictures does, another one shows them. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openPage } from "../support/chromium.ts";
import { colourDistance } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

/** They run in the page, before anything of its own. */
const parts = {
  webRtcThrows: () => {
    window.RTCPeerConnection = class {
      constructor() {
        throw new Error("Refused by policy.");
      }
    } as unknown as typeof RTCPeerConnection;
  },
  offerNeverComes: () => {
    RTCPeerConnection.prototype.createOffer = () => new Promise<never>(() => {});
  },
  decoderThrows: () => {
    window.RTCPeerConnection = undefined as unknown as typeof RTCPeerConnection;
    // The page's own decoder, as no worker starts.
    window.Worker = undefined as unknown as typeof Worker;
    const supported = VideoDecoder.isConfigSupported;
    window.VideoDecoder = class {
      // One codec alone: each is tried three times.
      static isConfigSupported = async (config: VideoDecoderConfig): Promise<VideoDecoderSupport> =>
        config.codec.startsWith("avc1") ? supported.call(VideoDecoder, config) : { supported: false, config };
      constructor() {
        throw new Error("Refused by policy.");
      }
    } as unknown as typeof VideoDecoder;
  },
  decoderIsMute: () => {
    window.RTCPeerConnection = undefined as unknown as typeof RTCPeerConnection;
    window.Worker = undefined as unknown as typeof Worker;
    VideoDecoder.prototype.decode = () => {};
  },
  supportIsNeverTold: () => {
    window.RTCPeerConnection = undefined as unknown as typeof RTCPeerConnection;
    VideoDecoder.isConfigSupported = () => new Promise(() => {});
  },
  socketThrows: () => {
    window.WebSocket = class {
      constructor() {
        throw new DOMException("Refused by policy.", "SecurityError");
      }
    } as unknown as typeof WebSocket;
  },
};

const pages = [
  ["no offer ever comes", parts.offerNeverComes, "websocket", null],
  ["VideoDecoder throws", parts.decoderThrows, "mjpeg", "webrtc-missing"],
  ["VideoDecoder says nothing", parts.decoderIsMute, "mjpeg", "webrtc-missing"],
  ["WebSocket throws", parts.socketThrows, "mjpeg", "websocket-blocked"],
] as const;

const keptPages = [
  ["webrtc", parts.webRtcThrows, "WebRTC does not work here", "websocket", "webrtc-failed"],
  ["websocket", parts.supportIsNeverTold, "Video over the WebSocket does not work here", "mjpeg", "no-decoder"],
] as const;

let browser: Browser;
let server: StreamServer;
/** By what was spoiled. All at once, as some wait for seconds before they give a way up. */
let opened: Map<string, Page>;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("held")]);
  const all = [
    ...pages.map(([name, spoil]) => [name, "", spoil] as const),
    ...keptPages.map(([way, spoil]) => [way, `?transport=${way}`, spoil] as const),
  ];
  opened = new Map(
    await Promise.all(all.map(async ([name, query, spoil]) => [name, await open(query, spoil)] as const)),
  );
});
afterAll(async () => {
  await server?.close();
  await browser?.close();
});

async function open(query: string, before: () => void): Promise<Page> {
  const { page } = await openPage(browser, { before });
  await page.goto(`${server.url}${query}`);
  return page;
}

function pageOf(name: string): Page {
  const page = opened.get(name);
  if (page === undefined) throw new Error(`There is no page ${name}.`);
  return page;
}

/** Checks that a press changes the picture of the page, and that the end of it does. */
async function expectToSteer(page: Page): Promise<void> {
  const shows = (colour: readonly number[]) =>
    expect
      .poll(async () => colourDistance((await seenColours(page, [[0.5, 0.5]]))[0], colour), { interval: 100 })
      .toBeLessThan(12);
  await shows([0, 0, 0]);
  await page.mouse.move(300, 300);
  await page.mouse.down();
  await shows([40, 0, 0]);
  await page.mouse.up();
  await shows([0, 0, 0]);
}

it.each(pages)("where %s the pictures come another way, and input arrives", async (name, _spoil, way, reason) => {
  const page = pageOf(name);
  await expect.poll(() => seenWay(page)).toBe(way);
  await expectToSteer(page);
  expect(await seenWay(page)).toBe(way);
  expect((await statsOf(page)).fallbackReason).toBe(reason);
  await page.close();
});

describe("a page that is kept to a way that cannot work", () => {
  it.each(keptPages)(
    "says so of %s, and offers the others, of which one works",
    async (way, _spoil, title, other, reason) => {
      const page = pageOf(way);
      await page.getByText(title).waitFor();
      await page.getByRole("button", { name: "Try every way" }).click();
      await expect.poll(() => seenWay(page)).toBe(other);
      await expectToSteer(page);
      expect((await statsOf(page)).fallbackReason).toBe(reason);
      expect(new URL(page.url()).searchParams.has("transport")).toBe(false);
      await page.close();
    },
  );
});
