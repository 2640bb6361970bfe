import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { resolveOptions } from "../../server/options/options.ts";
import { StreamServer } from "../../server/stream-server.ts";

import { FakeNgrok } from "../support/fake-ngrok.ts";
import { OtherSite } from "../support/other-site.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { shownPicture } from "../support/shown-picture.ts";

/** Each look reads pixels. */
const SELDOM = { interval: 150 };
const size = { width: 320, height: 180 } as const;

let browser: Browser;
let site: OtherSite;
const ngrok = new FakeNgrok();
let server: StreamServer;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  site = await OtherSite.start();
  ngrok.isFree = true;
  [browser, server] = await Promise.all([
    connectChromium(),
    StreamServer.start(
      resolveOptions({
        scene: new URL("../fixtures/scenes/animated.ts", import.meta.url),
        logLevel: "silent",
        http: { port: 0, allowedOrigins: [loopback(site.origin)] },
        share: { ngrokToken: "2abc", bitrateBps: 2_000_000 },
        // No test asks a server of somebody else's.
        ice: { stun: [] },
        render: { size, maxFps: 10 },
      }),
      { share: { load: ngrok.load } },
    ),
  ]);
  await vi.waitUntil(() => server.shareLink !== null, { timeout: 30_000 });
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  ngrok.close();
  site.close();
});
afterEach(() => context?.close());

const picture = (): Promise<string | null> => shownPicture(page, size);

/** Browsers trust it without TLS, and it is another site than the tunnel's. */
function loopback(origin: string): string {
  return origin.replace("app.example", "127.0.0.1");
}

/** A page of a browser that was never here. */
async function newcomer(): Promise<void> {
  context = await browser.newContext({ ignoreHTTPSErrors: true, reducedMotion: "reduce" });
  page = await context.newPage();
}

/** Opens a link, and presses the button of the page that the free plan puts before it. */
async function visit(link: string): Promise<void> {
  await page.goto(link);
  await page.click("#visit");
}

test("the share link shows moving pictures behind the free plan's page, which keeps its token, and by TCP alone", async () => {
  await newcomer();
  // Without a relay there is nothing for WebRTC to go by, as with a tunnel whose far end is elsewhere.
  await page.addInitScript(() => {
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: "relay" });
      }
    };
  });
  await visit(server.shareLink ?? "");
  await expect.poll(picture, SELDOM).not.toBe(null);
  const before = await picture();
  await expect.poll(picture, SELDOM).not.toBe(before);
  expect(page.url()).not.toContain("token");
  // What came by the tunnel was held to less than a viewer gets elsewhere.
  const quality = () => page.evaluate(() => window.scenecast.quality?.bitrateBps ?? 0);
  await expect.poll(quality).toBeGreaterThan(0);
  expect(await quality()).toBeLessThanOrEqual(2_000_000);
});

test("a page of another site, which the free plan's page is never shown to, gets in and shows moving pictures", async () => {
  await newcomer();
  const { warned, byHeader } = ngrok.freePlan ?? { warned: [], byHeader: [] };
  const [warnedBefore, { hash, origin }] = [warned.length, new URL(server.shareLink ?? "")];
  const token = new URLSearchParams(hash.slice(1)).get("token") ?? "";
  const url = `${origin.replace(/^http/, "ws")}/signal`;
  await page.goto(loopback(site.viewerUrl({ url, token, transport: "mjpeg" })));
  await expect.poll(picture, SELDOM).not.toBe(null);
  const before = await picture();
  await expect.poll(picture, SELDOM).not.toBe(before);
  expect(byHeader).toEqual(expect.arrayContaining(["POST /access", "GET /stream.mjpg"]));
  expect(warned.slice(warnedBefore)).toEqual([]);
});

test("a host sees how much went through the tunnel this month, and nobody else does", async () => {
  await newcomer();
  const told = () =>
    page.evaluate(() => document.querySelector<HTMLElement>("#tunnel-usage:not([hidden])")?.textContent);
  await page.goto(server.link);
  await expect.poll(told).toMatch(/^So far [\d.]+ [kM]B of about 1 GB went through the tunnel this month\.$/);
  await context.close();
  await newcomer();
  await page.goto(server.inviteLink ?? "");
  await expect.poll(picture, SELDOM).not.toBe(null);
  expect(await told()).toBe(undefined);
});

test("without the token the same address shows no picture", async () => {
  await newcomer();
  const answered: number[] = [];
  page.on("response", (response) => response.url().endsWith("/access") && answered.push(response.status()));
  await visit((server.shareLink ?? "").split("#")[0] ?? "");
  await expect.poll(() => answered).toContain(401);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await picture()).toBe(null);
});

test("a link that was opened once opens again without its fragment, for a while", async () => {
  await newcomer();
  const link = server.shareLink ?? "";
  await visit(link);
  await expect.poll(picture, SELDOM).not.toBe(null);
  const ours = (await context.cookies()).filter(({ name }) => name.startsWith("scenecast"));
  expect(ours.map(({ httpOnly, secure }) => [httpOnly, secure])).toEqual([[true, true]]);
  await page.goto("about:blank");
  await page.goto(link.split("#")[0] ?? "");
  await expect.poll(picture, SELDOM).not.toBe(null);
});

test("the page works where a proxy mounts it, by its path with and without that of the proxy", async () => {
  const base = "/user/ana/proxy/absolute/8080";
  await using mounted = await StreamServer.start(
    resolveOptions({
      scene: new URL("../fixtures/scenes/quadrants.ts", import.meta.url),
      logLevel: "silent",
      http: { port: 0, basePath: base },
      access: { token: "correct-horse" },
      render: { size, maxFps: 30 },
    }),
  );
  for (const path of [base, "/"]) {
    await context?.close();
    await newcomer();
    await page.goto(new URL(`${path}#token=correct-horse`, mounted.url).href);
    await expect.poll(picture, SELDOM).not.toBe(null);
    expect(new URL(page.url()).pathname).toBe(path === "/" ? "/" : `${path}/`);
  }
});
