/**
 * The controls of a scene on pages of another origin, in Chromium: the panel inside `<scene-cast>` under a strict policy, and the
 * server's page in a frame, driven by messages.
 */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { type OpenPage, openPage } from "../support/chromium.ts";
import { servedSize } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

const WITHIN = { timeout: 30_000 };
const policy = (server: string) =>
  `default-src 'none'; script-src 'self' ${server}; connect-src ${server} ${server.replace("http", "ws")}; worker-src blob:; img-src blob:; style-src 'self'; frame-src ${server}`;

/** What the pages of the other site are, by path. */
const files = new Map<string, { readonly type: string; readonly text: string }>();
let [browser, server, site] = [] as unknown as [Browser, StreamServer, Server];
let port: number;

beforeAll(async () => {
  site = createServer((request, response) => {
    const found = files.get(request.url ?? "");
    const headers = { "Content-Type": found?.type ?? "text/plain", "Content-Security-Policy": policy(serverOrigin()) };
    response.writeHead(found === undefined ? 404 : 200, headers).end(found?.text);
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  port = (site.address() as AddressInfo).port;
  [browser, server] = await Promise.all([
    connectChromium(),
    createStreamServer({
      scene: new URL("../fixtures/scenes/declared.ts", import.meta.url),
      logLevel: "silent",
      http: {
        port: 0,
        allowedOrigins: [`http://127.0.0.1:${port}`],
        frameDrivers: [`http://127.0.0.1:${port}`],
        // It may show our page, and nothing more.
        frameAncestors: [`http://localhost:${port}`],
      },
      render: { size: servedSize, maxFps: 30 },
    }),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.close(), browser?.close()]);
  site?.close();
});

const serverOrigin = () => new URL(server.url).origin;
const heldBy = (id: string) => {
  const control = server
    .room()
    .controls.list()
    .find((one) => one.id === id);
  return control !== undefined && "value" in control ? control.value : null;
};

/** Opens a page of the site with this body and script. */
async function openSite(body: string, script: string, host = "127.0.0.1"): Promise<OpenPage> {
  files.set("/page.css", { type: "text/css", text: "scene-cast::part(panel-title) { letter-spacing: 3px; }" });
  files.set("/page.js", { type: "text/javascript", text: script });
  const head = `<!doctype html><title>Theirs</title><link rel="stylesheet" href="page.css">`;
  files.set("/", { type: "text/html", text: `${head}<script type="module" src="page.js"></script>${body}` });
  const opened = await openPage(browser);
  await opened.page.goto(`http://${host}:${port}/`);
  return opened;
}

/** The middle of the picture that `snapshot`, run in the page, gives. */
const centreBy = (snapshot: string) => `(async () => {
  const bitmap = await createImageBitmap(await ${snapshot});
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
  context.drawImage(bitmap, 0, 0);
  return [...context.getImageData(bitmap.width / 2, bitmap.height / 2, 1, 1).data.subarray(0, 3)];
})().catch(() => [])`;

test("a <scene-cast> with controls-panel has the panel inside, under a strict policy, by keyboard, in the colours of the system", async () => {
  const { page, errors } = await openSite(
    "<scene-cast controls-panel></scene-cast>",
    `import "${server.url}scenecast.js";`,
  );
  const cast = page.locator("scene-cast");
  const slider = cast.getByRole("slider", { name: "Red" });
  await slider.waitFor();
  await slider.focus();
  await page.keyboard.press("End");
  await expect.poll(() => heldBy("/scene/red"), WITHIN).toBe(1);
  const centre = centreBy(`document.querySelector("scene-cast").snapshot()`);
  await expect.poll(async () => ((await page.evaluate(centre)) as number[])[0], WITHIN).toBeGreaterThan(235);
  await cast.getByLabel("on", { exact: true }).uncheck();
  await expect.poll(() => heldBy("/scene/More/on"), WITHIN).toBe(false);
  await cast.getByRole("button", { name: "reset" }).click();
  await expect.poll(() => slider.inputValue(), WITHIN).toBe("0");

  // What the page and the system want of its looks.
  const panels = cast.locator("[part=panels]");
  const looks = (property: string) =>
    panels.evaluate((element, name) => getComputedStyle(element)[name as "color"], property);
  expect(
    await cast
      .locator("summary")
      .first()
      .evaluate((element) => getComputedStyle(element).letterSpacing),
  ).toBe("3px");
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await looks("backgroundColor");
  await page.emulateMedia({ colorScheme: "light" });
  expect(await looks("backgroundColor")).not.toBe(dark);
  await page.emulateMedia({ forcedColors: "active" });
  expect(await looks("borderTopWidth")).toBe("1px");

  // It comes and goes without another connection.
  const [before] = server.viewers();
  await cast.evaluate((element) => Object.assign(element, { controlsPanel: false }));
  await expect.poll(() => panels.count()).toBe(0);
  await cast.evaluate((element) => element.setAttribute("controls-panel", ""));
  await slider.waitFor();
  expect(server.viewers()).toEqual([before]);
  expect(errors).toEqual([]);
  await page.close();
}, 120_000);

test("FM1, FM2, FM3: a page that may drive the one in its frame hears what happens there and gives commands; another is told why not", async () => {
  const script = `import { connectFrame } from "${server.url}frame.js";
    globalThis.told = {};
    globalThis.framed = connectFrame(document.querySelector("iframe"));
    for (const name of ["stateChanged", "titleChanged", "peopleChanged", "panelsChanged", "messageReceived"]) {
      framed.on(name, (detail) => (told[name] = detail));
    }`;
  const body = `<iframe src="${server.url}" width="700" height="420"></iframe>`;
  const { page, errors } = await openSite(body, script);
  const run = (text: string) => page.evaluate(text);
  await expect.poll(() => run("globalThis.told?.stateChanged?.state.kind"), WITHIN).toBe("live");
  expect(await run("[told.titleChanged.title, told.peopleChanged.people.length]")).toEqual(["Declared", 1]);

  await run(`framed.setControls({ "/scene/red": 1, "/scene/More/on": true })`);
  await expect.poll(() => heldBy("/scene/red"), WITHIN).toBe(1);
  await expect.poll(() => run("told.panelsChanged.changed?.[0]?.value"), WITHIN).toBeTruthy();
  await expect
    .poll(async () => ((await run(centreBy("framed.snapshot()"))) as number[])[0], WITHIN)
    .toBeGreaterThan(235);
  const refused = `framed.setControls({ "/scene/tone": "bright", "/scene/red": 2 }).catch((error) => error.message)`;
  expect(await run(refused)).toBe('The value of "/scene/red" must be a number from 0 to 1.');
  await run(`framed.send({ hello: "frame" })`);
  await expect.poll(() => run("told.messageReceived?.data"), WITHIN).toEqual({ hello: "frame" });
  expect(heldBy("/scene/tone")).toBe("dark");
  await run("framed.pause()");
  await expect.poll(() => server.viewers().map(({ isAway }) => isAway), WITHIN).toEqual([true]);
  await run("framed.resume()");
  await expect.poll(() => server.viewers().map(({ isAway }) => isAway), WITHIN).toEqual([false]);
  expect(errors).toEqual([]);
  await page.close();

  const { page: other } = await openSite(body, script, "localhost");
  const because = await other.evaluate(
    "new Promise((resolve) => setTimeout(resolve)).then(() => framed.ready).catch((error) => error.message)",
  );
  expect(because).toContain(
    `The server has to be started with --frame-driver http://localhost:${port} (http.frameDrivers).`,
  );
  const frame = other.frames()[1];
  await frame?.waitForFunction(() => window.scenecast?.state.kind === "live", undefined, WITHIN);
  await other.evaluate(`{
    globalThis.heard = [];
    addEventListener("message", ({ data }) => heard.push(data.kind));
    const frame = document.querySelector("iframe").contentWindow;
    frame.postMessage({ scenecast: 1, kind: "set-controls", number: 1, values: { "/scene/red": 0.5 } }, "*");
    frame.postMessage({ scenecast: 1, kind: "hello" }, "*");
  }`);
  await expect.poll(() => other.evaluate("heard"), WITHIN).toEqual(["refused"]);
  expect(heldBy("/scene/red")).toBe(1);
  await other.close();
}, 120_000);
