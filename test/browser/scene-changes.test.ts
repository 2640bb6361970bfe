/** A scene that throws, or whose file changes, while a page looks at it. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { countShownFrames, openViewer, shownCentre, waitUntilLive } from "../support/chromium.ts";
import { colourDistance } from "../support/pixels.ts";
import { serveScene } from "../support/served-scene.ts";
import { connectChromium } from "../support/shared-chromium.ts";

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await connectChromium();
  folder = await mkdtemp(join(tmpdir(), "scenecast-"));
});
afterAll(async () => {
  await browser.close();
  await rm(folder, { recursive: true });
});

describe("a scene that throws", () => {
  it("says so in the page, which stays live, and takes it back when it works again", async () => {
    await using server = await serveScene("throws-while-pressed");
    const { page } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    const notice = page.locator("#notice");
    expect(await notice.isVisible()).toBe(false);
    await page.mouse.click(640, 300);
    await notice.waitFor({ state: "visible" });
    expect(await page.locator("#notice-text").innerText()).toMatch(
      /^The scene threw in update\(\): RangeError: out of colours \(throws-while-pressed\.ts:\d+:\d+\)\.$/,
    );
    expect(await page.evaluate(() => window.scenecast.state)).toEqual({ kind: "live" });

    const late = (await openViewer(browser, server.url)).page;
    await late.locator("#notice").waitFor({ state: "visible" });
    await late.close();

    await page.mouse.click(640, 300);
    await notice.waitFor({ state: "hidden" });
    await expect.poll(() => countShownFrames(page, 500)).toBeGreaterThan(3);
    await page.close();
  });
});

describe("a scene whose file changes", () => {
  const sceneOf = (title: string, colour: string) => `
    import { defineScene } from "scenecast/scene";
    import { Color, PerspectiveCamera, Scene } from "three";
    export default defineScene({
      title: "${title}",
      setup() {
        const scene = new Scene();
        scene.background = new Color(${colour});
        return { scene, camera: new PerspectiveCamera() };
      },
    });
  `;

  it("is shown anew to a page that stays connected, and as it was before while it is broken", async () => {
    const file = join(folder, "changing.ts");
    await writeFile(file, sceneOf("First", "0xd02030"));
    await using server = await serveScene(pathToFileURL(file), { watch: true });
    const { page, errors } = await openViewer(browser, server.url);
    await waitUntilLive(page);
    const changes: string[] = [];
    server.on("viewerJoined", ({ viewerId }) => changes.push(viewerId));
    server.on("viewerLeft", ({ viewerId }) => changes.push(viewerId));
    server.on("statusChanged", ({ status }) => changes.push(status));
    const expectColour = (...wanted: number[]) =>
      expect
        .poll(async () => colourDistance(await shownCentre(page), wanted), { interval: 150 })
        .toBeLessThanOrEqual(6);
    await expectColour(0xd0, 0x20, 0x30);

    await writeFile(file, sceneOf("Second", "0x20b040"));
    await expectColour(0x20, 0xb0, 0x40);
    expect(server.title).toBe("Second");
    await expect.poll(() => page.title()).toBe("Second");

    await writeFile(file, sceneOf("Third", "0x2040c8 +"));
    await page.locator("#notice").waitFor({ state: "visible" });
    await expectColour(0x20, 0xb0, 0x40);

    await writeFile(file, sceneOf("Third", "0x2040c8"));
    await expectColour(0x20, 0x40, 0xc8);
    await page.locator("#notice").waitFor({ state: "hidden" });
    expect([changes, errors]).toEqual([[], []]);
    await page.close();
  });
});
