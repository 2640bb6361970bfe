/** Browsers whose parts are there and do not work: whatever one way of the pictures does, another one shows them. */

import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { openPage } from "../support/chromium.ts";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenWay, statsOf } from "../support/viewer-page.ts";

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  browser = await connectChromium();
  server = await serveScene("counted");
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
      static isConfigSupported = supported;
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

it.each([
  ["RTCPeerConnection throws", parts.webRtcThrows, "websocket", "webrtc-failed"],
  ["no offer ever comes", parts.offerNeverComes, "websocket", null],
  ["VideoDecoder throws", parts.decoderThrows, "mjpeg", "webrtc-missing"],
  ["VideoDecoder says nothing", parts.decoderIsMute, "mjpeg", "webrtc-missing"],
  ["isConfigSupported never answers", parts.supportIsNeverTold, "mjpeg", "no-decoder"],
  ["WebSocket throws", parts.socketThrows, "mjpeg", "websocket-blocked"],
] as const)("where %s the pictures come another way, and input arrives", async (_name, spoil, way, reason) => {
  const page = await open("", spoil);
  await waitUntilMoving(page);
  expect(await seenWay(page)).toBe(way);
  const before = (await seenCounts(page))?.presses ?? 0;
  await page.mouse.click(300, 300);
  await expect.poll(async () => (await seenCounts(page))?.presses).toBe(before + 1);
  expect((await statsOf(page)).fallbackReason).toBe(reason);
  await page.close();
});

describe("a page that is kept to a way that cannot work", () => {
  it.each([
    ["webrtc", parts.webRtcThrows, "WebRTC does not work here"],
    ["websocket", parts.supportIsNeverTold, "Video over the WebSocket does not work here"],
  ] as const)("says so of %s, and offers the others", async (way, before, title) => {
    const page = await open(`?transport=${way}`, before);
    await page.getByText(title).waitFor();
    await page.getByRole("button", { name: "Try every way" }).click();
    await waitUntilMoving(page);
    expect(new URL(page.url()).searchParams.has("transport")).toBe(false);
    await page.close();
  });
});
