import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { resolveOptions } from "../../server/options/options.ts";
import { StreamServer } from "../../server/stream-server.ts";

import { FakeNgrok } from "../support/fake-ngrok.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { shownPicture } from "../support/shown-picture.ts";

const size = { width: 640, height: 360 } as const;

let browser: Browser;
const ngrok = new FakeNgrok();
let server: StreamServer;
let page: Page;

beforeAll(async () => {
  [browser, server] = await Promise.all([
    connectChromium(),
    StreamServer.start(
      resolveOptions({
        scene: new URL("../fixtures/scenes/animated.ts", import.meta.url),
        logLevel: "silent",
        http: { port: 0 },
        share: { ngrokToken: "2abc" },
        render: { size },
      }),
      { share: { load: ngrok.load } },
    ),
  ]);
  await vi.waitUntil(() => server.shareLink !== null, { timeout: 30_000 });
});
afterAll(async () => {
  await Promise.all([browser?.close(), server?.close()]);
  ngrok.close();
});
afterEach(() => page?.close());

const picture = (): Promise<string | null> => shownPicture(page, size);

test("the share link shows moving pictures through a tunnel that carries TCP only", async () => {
  page = await browser.newPage();
  // Without a relay there is nothing for WebRTC to go by, as with a tunnel whose far end is elsewhere.
  await page.addInitScript(() => {
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: "relay" });
      }
    };
  });
  await page.goto(server.shareLink ?? "");
  await expect.poll(picture).not.toBe(null);
  const before = await picture();
  await expect.poll(picture).not.toBe(before);
  expect(page.url()).not.toContain("token");
});

test("without the token the same address shows no picture", async () => {
  page = await (await browser.newContext()).newPage();
  const answered: number[] = [];
  page.on("response", (response) => response.url().endsWith("/access") && answered.push(response.status()));
  await page.goto((server.shareLink ?? "").split("#")[0] ?? "");
  await expect.poll(() => answered).toContain(401);
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(await picture()).toBe(null);
});

test("a link that was opened once opens again without its fragment, for a while", async () => {
  const context = await browser.newContext();
  page = await context.newPage();
  const link = server.shareLink ?? "";
  await page.goto(link);
  await expect.poll(picture).not.toBe(null);
  expect((await context.cookies()).map(({ name, httpOnly }) => [name.slice(0, 9), httpOnly])).toEqual([
    ["scenecast", true],
  ]);
  await page.goto("about:blank");
  await page.goto(link.split("#")[0] ?? "");
  await expect.poll(picture).not.toBe(null);
});

test.each(["/user/ana/proxy/absolute/8080", "/"])("the page works where a proxy mounts it at %s", async (path) => {
  const mounted = await StreamServer.start(
    resolveOptions({
      scene: new URL("../fixtures/scenes/animated.ts", import.meta.url),
      logLevel: "silent",
      http: { port: 0, basePath: "/user/ana/proxy/absolute/8080" },
      access: { token: "correct-horse" },
      render: { size },
    }),
  );
  page = await browser.newPage();
  await page.goto(new URL(`${path}#token=correct-horse`, mounted.url).href);
  await expect.poll(picture).not.toBe(null);
  expect(new URL(page.url()).pathname).toBe(path === "/" ? "/" : `${path}/`);
  await mounted.close();
});
