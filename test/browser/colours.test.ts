/**
 * The colours that Chromium decodes are the scene's sRGB colours, whatever codec carries them (BT.601, limited range), by
 * WebRTC and, with Chromium's VideoDecoder, by the WebSocket. A page that takes one codec alone is sent that one.
 */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { type VideoCodec, videoCodecs } from "../../shared/video.ts";
import { openPage, shownColours, waitUntilLive } from "../support/chromium.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenColours, seenWay, statsOf } from "../support/viewer-page.ts";

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  [browser, server] = await Promise.all([connectChromium(), serveScene("quadrants")]);
});
afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** By what a VideoDecoder calls them. */
const families: Readonly<Record<VideoCodec, string>> = { h264: "avc1", vp8: "vp8", vp9: "vp09", av1: "av01" };

/** Runs in the page, before anything of its own: it has no other codec. */
function takeOnly({ codec, family }: { readonly codec: string; readonly family: string }): void {
  const isOther = ({ mimeType }: RTCRtpCodec) =>
    /H264|VP8|VP9|AV1|H265/.test(mimeType) && mimeType.toLowerCase() !== `video/${codec}`;
  const addTransceiver = RTCPeerConnection.prototype.addTransceiver;
  RTCPeerConnection.prototype.addTransceiver = function (...args) {
    const transceiver = addTransceiver.apply(this, args);
    const codecs = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
    transceiver.setCodecPreferences(codecs.filter((one) => !isOther(one)));
    return transceiver;
  };
  const isConfigSupported = VideoDecoder.isConfigSupported;
  VideoDecoder.isConfigSupported = async (config) => {
    return config.codec.startsWith(family) ? await isConfigSupported(config) : { supported: false, config };
  };
}

function worstOf(shown: readonly (readonly number[])[]): number {
  return Math.max(...quadrantColours.map((colour, at) => colourDistance(shown[at], colour)));
}

it.each(videoCodecs)("%s shows the colours of the scene, the right way up, by both ways", async (codec) => {
  const { page, errors } = await openPage(browser);
  await page.addInitScript(takeOnly, { codec, family: families[codec] });
  await page.goto(`${server.url}?transport=webrtc`);
  await waitUntilLive(page);
  await expect.poll(async () => (await statsOf(page)).codec).toBe(codec);
  const worst = async () => worstOf(await shownColours(page, quadrantPoints));
  // The first picture is coarse where bits are few, and at rest no other one comes: two presses have one drawn.
  const worstOfThis = async () => {
    if ((await worst()) > 6) await page.mouse.click(640, 360, { clickCount: 2 });
    return await worst();
  };
  await expect.poll(worstOfThis, { interval: 500 }).toBeLessThanOrEqual(6);

  await page.goto(`${server.url}?transport=websocket`);
  await waitUntilLive(page);
  await expect.poll(async () => (await statsOf(page)).codec).toBe(codec);
  const worstByOther = async () => worstOf(await seenColours(page, quadrantPoints));
  await expect.poll(worstByOther, { interval: 200 }).toBeLessThanOrEqual(6);
  expect(await seenWay(page)).toBe("websocket");
  expect(errors).toEqual([]);
  await page.close();
});
