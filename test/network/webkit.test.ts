/** Debian's WebKit, which has no WebRTC: the page by WebSocket and by Motion JPEG, its pixels, and a click. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StreamServer } from "../../server/index.ts";
import { Nginx } from "../support/nginx.ts";
import { type Colour, colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { seenColours, seenWay, statsOf } from "../support/viewer-page.ts";
import { WebKit, webkitLacks } from "../support/webkit.ts";

const lack = webkitLacks();
if (lack !== null) console.warn(lack);

const white: readonly Colour[] = quadrantColours.map(() => [255, 255, 255]);
/** Each look is a photograph. */
const LOOKS = { interval: 200 };

describe.skipIf(lack !== null)("WebKit", () => {
  let webkit: WebKit;
  let server: StreamServer;
  beforeAll(async () => {
    [webkit, server] = await Promise.all([WebKit.start(), serveScene("quadrants")]);
  });
  afterAll(async () => {
    await webkit?.close();
    await server?.close();
  });

  async function worst(colours: readonly Colour[]): Promise<number> {
    const seen = await seenColours(webkit.view, quadrantPoints);
    return Math.max(...colours.map((colour, at) => colourDistance(seen[at], colour)));
  }

  it("shows the scene's very pixels at rest by the WebSocket, and takes a click to the scene", async () => {
    await webkit.open(server.url);
    await expect.poll(() => worst(quadrantColours), LOOKS).toBe(0);
    expect(await seenWay(webkit.view)).toBe("websocket");
    expect((await statsOf(webkit.view)).fallbackReason).toBe("webrtc-missing");
    await webkit.click(300, 150);
    await expect.poll(() => worst(white), LOOKS).toBe(0);
    await webkit.click(300, 150);
    await expect.poll(() => worst(quadrantColours), LOOKS).toBe(0);
  });

  it("shows Motion JPEG where WebSockets are refused, and takes a click", async () => {
    await using proxy = await Nginx.start({ target: server.url, path: "/viz/", passesUpgrades: false });
    await webkit.open(proxy.url);
    await expect.poll(() => worst(quadrantColours), LOOKS).toBeLessThan(24);
    expect(await seenWay(webkit.view)).toBe("mjpeg");
    await webkit.click(300, 150);
    await expect.poll(() => worst(white), LOOKS).toBeLessThan(24);
  });
});
