/** Pages of another site in Chromium, which keeps no cookies of third parties: app.example shows what scene.example serves. */

import { type Browser, chromium, type Frame, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createStreamServer, type StreamServer, type StreamServerOptions } from "../../server/index.ts";
import { chromiumOptions } from "../support/chromium.ts";
import { findFreePort } from "../support/free-port.ts";
import { OtherSite, siteFlags } from "../support/other-site.ts";
import { colourDistance, quadrantColours, quadrantPoints } from "../support/pixels.ts";

const token = "correct-horse-battery";

let site: OtherSite;
let browser: Browser;
let port: number;
let server: StreamServer | null = null;
let page: Page;

beforeAll(async () => {
  [site, port] = await Promise.all([OtherSite.start(), findFreePort()]);
  const options = chromiumOptions();
  const flags = siteFlags([site.origin, `http://scene.example:${port}`]);
  browser = await chromium.launch({ ...options, args: [...(options.args ?? []), ...flags] });
});
afterEach(async () => {
  await page?.close();
  await server?.close();
});
afterAll(async () => {
  await browser?.close();
  site?.close();
});

async function serve(
  http: StreamServerOptions["http"],
  access: StreamServerOptions["access"] = { token },
): Promise<string> {
  server = await createStreamServer({
    scene: new URL("../fixtures/scenes/quadrants.ts", import.meta.url),
    logLevel: "silent",
    http: { port, ...http },
    access,
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
  });
  return `http://scene.example:${port}`;
}

async function open(url: string): Promise<Page> {
  page = await browser.newPage({ reducedMotion: "reduce" });
  await page.goto(url);
  return page;
}

function viewerUrl(url: string, more: object = {}): string {
  return site.viewerUrl({ url: `${url}/signal`, token, ...more });
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

test.each(["webrtc", "websocket", "mjpeg"] as const)(
  "a page of an allowed site shows the picture by %s, without a cookie",
  async (transport) => {
    const url = await serve({ allowedOrigins: [site.origin] });
    const shown = await open(viewerUrl(url, { transport }));
    await expectQuadrants(shown);
    expect(await shown.context().cookies()).toEqual([]);
    // Told once a second.
    await expect.poll(() => shown.evaluate(() => window.scenecast.stats().transport?.kind)).toBe(transport);
    expect(await shown.evaluate(() => window.scenecast.role)).toBe("host");
    // What goes by fetch besides: the picture without loss at rest, and links.
    expect(await shown.evaluate(async () => (await window.scenecast.links.create({ role: "viewer" })).link)).toContain(
      "#token=",
    );
  },
);

test("a page of a site that is not allowed says which option would let it in", async () => {
  const url = await serve({});
  const shown = await open(viewerUrl(url));
  await shown.waitForFunction(() => window.scenecast?.state.kind === "gone");
  expect(await shown.evaluate(() => window.scenecast.state)).toEqual({
    kind: "gone",
    code: "origin-refused",
    sentence: `Pages of ${site.origin} may not use this server. It has to be started with --allowed-origin ${site.origin} (http.allowedOrigins).`,
  });
});

test("an image of an allowed site's page is shown, and of another's is not", async () => {
  const width = (shown: Page) => shown.evaluate(() => document.querySelector("img")?.naturalWidth ?? 0);
  const url = await serve({ allowedOrigins: [site.origin], allowedHosts: ["scene.example"] }, { token: null });
  expect(await width(await open(site.imageUrl(`${url}/snapshot.png`)))).toBe(640);
  await page.close();
  await server?.close();
  await serve({ allowedHosts: ["scene.example"] }, { token: null });
  expect(await width(await open(site.imageUrl(`${url}/snapshot.png`)))).toBe(0);
});

test("our own page in a frame, where the browser keeps no cookie of it, is let in by a key and says so", async () => {
  const url = await serve({ frameAncestors: [site.origin] });
  const shown = await open(site.frameUrl(`${url}/#token=${token}`));
  await expect.poll(() => shown.frames().length).toBe(2);
  const frame = shown.frames()[1] as Frame;
  await frame.waitForFunction(
    () => document.querySelector("#toasts")?.textContent?.includes("blocks cookies"),
    undefined,
    {
      timeout: 30_000,
    },
  );
  await expectQuadrants(frame);
  expect(await shown.context().cookies()).toEqual([]);
});
