/** Debian's WebKit, which has no WebRTC: the page by WebSocket and by Motion JPEG, its pixels, and a click. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seenCounts, waitUntilMoving } from "../support/counted-picture.ts";
import { Nginx } from "../support/nginx.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { seenColours, seenWay, statsOf } from "../support/viewer-page.ts";
import { WebKit, webkitLacks } from "../support/webkit.ts";

const lack = webkitLacks();
if (lack !== null) console.warn(lack);

describe.skipIf(lack !== null)("WebKit", () => {
  let webkit: WebKit;
  beforeAll(async () => {
    webkit = await WebKit.start();
  });
  afterAll(() => webkit?.close());

  it("shows the scene's very pixels at rest by the WebSocket", async () => {
    await using server = await serveScene("quadrants");
    await webkit.open(server.url);
    const worst = async () => {
      const seen = await seenColours(webkit.view, quadrantPoints);
      return Math.max(...quadrantColours.map((colour, at) => colourDistance(seen[at], colour)));
    };
    await expect.poll(worst).toBe(0);
    expect(await seenWay(webkit.view)).toBe("websocket");
    expect((await statsOf(webkit.view)).fallbackReason).toBe("webrtc-missing");
  });

  it("takes a click to the scene by the WebSocket", async () => {
    await using server = await serveScene("counted");
    await webkit.open(server.url);
    await waitUntilMoving(webkit.view);
    await webkit.click(300, 150);
    await expect.poll(async () => (await seenCounts(webkit.view))?.presses).toBe(1);
  });

  it("shows Motion JPEG where WebSockets are refused, and takes a click", async () => {
    await using server = await serveScene("counted");
    await using proxy = await Nginx.start({ target: server.url, path: "/viz/", passesUpgrades: false });
    await webkit.open(proxy.url);
    await waitUntilMoving(webkit.view);
    expect(await seenWay(webkit.view)).toBe("mjpeg");
    await webkit.click(300, 150);
    await expect.poll(async () => (await seenCounts(webkit.view))?.presses).toBe(1);
  });
});
