/**
 * Pages of another site in Chromium, which keeps no cookies of third parties: app.localhost shows what scene.localhost
 * serves. To a browser these lead to this machine, are to be trusted as by TLS, and are of no common site.
 */

import type { Browser, BrowserContext, Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createStreamServer, type StreamServer, type StreamServerOptions } from "../../server/index.ts";
import { OtherSite } from "../support/other-site.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const token = "correct-horse-battery";

let site: OtherSite;
let notAllowed: OtherSite;
let browser: Browser;
/** One for all pages, so that they load what they share once. */
let context: BrowserContext;
let sceneUrl: string;
let page: Page;

beforeAll(async () => {
  [site, notAllowed] = await Promise.all([OtherSite.start("app.localhost"), OtherSite.start("else.localhost")]);
  browser = await connectChromium();
  context = await browser.newContext({ reducedMotion: "reduce" });
});
afterEach(() => page?.close());
afterAll(async () => {
  await browser?.close();
  site?.close();
  notAllowed?.close();
});

/** Serves the quadrants at scene.localhost to the tests around. `http` is asked for when the other site is there. */
function serveThem(http: () => StreamServerOptions["http"], token: string | null): void {
  let server: StreamServer;
  beforeAll(async () => {
    server = await createStreamServer({
      scene: new URL("../fixtures/scenes/quadrants.ts", import.meta.url),
      logLevel: "silent",
      http: { port: 0, ...http() },
      access: { token },
      render: { size: { width: 640, height: 360 }, maxFps: 30 },
    });
    sceneUrl = `http://scene.localhost:${server.port}`;
  });
  afterAll(() => server?.close());
}

async function open(url: string): Promise<Page> {
  page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCookieControls", { enableThirdPartyCookieRestriction: true });
  await page.goto(url);
  return page;
}

function viewerUrl(by: OtherSite, more: object = {}): string {
  return by.viewerUrl({ url: `${sceneUrl}/signal`, token, ...more });
}

/** The picture that a viewer shows, as it gives it itself. */
async function expectQuadrants(shown: Page | Frame): Promise<void> {
  await shown.waitForFunction(() => window.scenecast?.state.kind === "live", undefined, { timeout: 30_000 });
  const colours = await shown.evaluate(async (points) => {
    const bitmap = await createImageBitmap(await window.scenecast.snapshot());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.drawImage(bitmap, 0, 0);
    return points.map(([x = 0, y = 0]) => [...context.getImageData(x * bitmap.width, y * bitmap.height, 1, 1).data]);
  }, quadrantPoints);
  for (const [index, colour] of colours.entries()) {
    expect(colourDistance(colour.slice(0, 3), quadrantColours[index] ?? [])).toBeLessThan(40);
  }
}

describe("a server that allows a site, and asks for a token", () => {
  serveThem(() => ({ allowedOrigins: [site.origin], frameAncestors: [site.origin] }), token);

  test.each(["webrtc", "websocket", "mjpeg"] as const)(
    "a page of the site shows the picture by %s, without a cookie",
    async (transport) => {
      const shown = await open(viewerUrl(site, { transport }));
      await expectQuadrants(shown);
      expect(await context.cookies()).toEqual([]);
      // Told once a second.
      await expect.poll(() => shown.evaluate(() => window.scenecast.stats().transport?.kind)).toBe(transport);
      expect(await shown.evaluate(() => window.scenecast.role)).toBe("host");
      // What goes by fetch besides: the picture without loss at rest, and links.
      const link = () => window.scenecast.links.create({ role: "viewer" });
      expect((await shown.evaluate(link)).link).toContain("#token=");
    },
  );

  test("a page of another one says which option would let it in", async () => {
    const shown = await open(viewerUrl(notAllowed));
    await shown.waitForFunction(() => window.scenecast?.state.kind === "gone");
    expect(await shown.evaluate(() => window.scenecast.state)).toEqual({
      kind: "gone",
      code: "origin-refused",
      sentence: `Pages of ${notAllowed.origin} may not use this server. It has to be started with --allowed-origin ${notAllowed.origin} (http.allowedOrigins).`,
    });
  });

  test("our own page in a frame, where the browser keeps no cookie of it, is let in by a key and says so", async () => {
    const shown = await open(site.frameUrl(`${sceneUrl}/#token=${token}`));
    await expect.poll(() => shown.frames().length).toBe(2);
    const frame = shown.frames()[1] as Frame;
    const isTold = () => document.querySelector("#toasts")?.textContent?.includes("blocks cookies");
    await frame.waitForFunction(isTold, undefined, { timeout: 30_000 });
    await expectQuadrants(frame);
    expect(await context.cookies()).toEqual([]);
  });
});

describe("a server that allows a site, and asks for no token", () => {
  serveThem(() => ({ allowedOrigins: [site.origin], allowedHosts: ["scene.localhost"] }), null);

  async function imageWidth(by: OtherSite): Promise<number> {
    const shown = await open(by.imageUrl(`${sceneUrl}/snapshot.png`));
    return shown.evaluate(() => document.querySelector("img")?.naturalWidth ?? 0);
  }

  test("an image of the site's page is shown, and of another's is not", async () => {
    expect(await imageWidth(site)).toBe(640);
    await page.close();
    expect(await imageWidth(notAllowed)).toBe(0);
  });
});
