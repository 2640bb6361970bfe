/** What a scene prints, and how its start goes, as the pages of viewers have it. */

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resolveOptions } from "../../server/options/options.ts";
import { StreamServer } from "../../server/stream-server.ts";
import { openPage, openViewer, waitUntilLive } from "../support/chromium.ts";
import { SceneProject } from "../support/scene-loading.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await connectChromium();
});
afterAll(() => browser.close());

const scene = `
import { Scene, PerspectiveCamera } from "three"; import { existsSync } from "node:fs";
export default { async setup() {
  console.log("<b>begins</b>");
  while (!existsSync(new URL("./go", import.meta.url))) await new Promise((resolve) => setTimeout(resolve, 50));
  for (let i = 0; i < 3; i++) console.warn("again");
  const timer = setInterval(() => { if (existsSync(new URL("./late", import.meta.url))) throw clearInterval(timer), new RangeError("too late"); }, 50);
  return { scene: new Scene(), camera: new PerspectiveCamera() };
} };`;

it("says how long setup() takes, and shows hosts what the scene prints and throws", async () => {
  using project = new SceneProject({ "scene.ts": scene });
  const token = "correct-horse-battery";
  const options = resolveOptions({
    scene: project.path("scene.ts"),
    logLevel: "silent",
    http: { port: 0 },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
    access: { token },
  });
  const { promise: listening, resolve } = Promise.withResolvers<StreamServer>();
  const started = StreamServer.start(options, {}, { listening: resolve });
  await using server = await listening;
  // Nobody waits for it where the test fails before.
  started.catch(() => undefined);
  const { page } = await openPage(browser);
  await page.goto(server.link);
  const detail = page.locator("#overlay-detail");
  await expect
    .poll(() => detail.innerText(), { timeout: 20_000 })
    .toMatch(/^The scene's setup\(\) has been running for \d+ seconds?\./);
  project.write({ go: "" });
  await started;
  await waitUntilLive(page);
  const panel = page.locator("details.console");
  await panel.locator("summary").click();
  const lines = () => panel.locator("li").allInnerTexts();
  await expect.poll(lines, { timeout: 20_000 }).toEqual(["<b>begins</b>", "3×again"]);
  project.write({ late: "" });
  await expect
    .poll(lines, { timeout: 20_000 })
    .toEqual(["<b>begins</b>", "3×again", "The scene threw in a timer: RangeError: too late (scene.ts:7:117)."]);
  const watcher = (await openViewer(browser, server.inviteLink ?? "")).page;
  await waitUntilLive(watcher);
  expect(await watcher.locator("details.console").isHidden()).toBe(true);
  await panel.locator("button").click();
  expect(await panel.isHidden()).toBe(true);
  await Promise.all([page.close(), watcher.close()]);
}, 120_000);
