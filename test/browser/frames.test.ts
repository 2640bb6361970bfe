/** Frames of another program are shown in Chromium as it made them, and what is done there comes back to it. */

import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { Child } from "../support/child.ts";
import { openViewer, shownColours, waitUntilLive } from "../support/chromium.ts";
import { drawnPixels, isStillShown, shownPixels } from "../support/exact-pixels.ts";
import { asymmetric, FrameProgram, upsideDown, withoutAlpha } from "../support/frame-program.ts";
import { processExists } from "../support/processes.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { untilSteady } from "../support/until-steady.ts";

const [width, height] = [320, 180];
const corners = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.1, 0.9],
  [0.9, 0.9],
] as const;

let browser: Browser;
let server: StreamServer;
beforeAll(async () => {
  browser = await connectChromium();
  server = await serveFrames();
});
afterAll(async () => {
  await server?.close();
  await browser.close();
});

function serveFrames(): Promise<StreamServer> {
  return createStreamServer({ scene: "frames:A program", logLevel: "silent", http: { port: 0 } });
}

async function open(url: string): Promise<{ page: Page; errors: string[] }> {
  const opened = await openViewer(browser, url);
  await waitUntilLive(opened.page);
  return opened;
}

/** What the corners of a picture of asymmetric() look like. */
function cornersOf(blue: number): number[][] {
  return corners.map(([x, y]) => [255 * x, 255 * y, x < 0.5 && y >= 0.5 ? blue : 20]);
}

async function expectCorners(page: Page, blue: number): Promise<void> {
  const furthest = async () => {
    const seen = (await shownColours(page, corners)).flat();
    return Math.max(
      ...cornersOf(blue)
        .map((_, at) => at)
        .flatMap((at) =>
          [0, 1, 2].map((channel) => {
            return Math.abs((seen[at * 3 + channel] ?? 999) - (cornersOf(blue)[at]?.[channel] ?? 0));
          }),
        ),
    );
  };
  await expect.poll(furthest).toBeLessThan(12);
}

function worst(one: Uint8Array, other: Uint8Array): number {
  if (one.length !== other.length) return Number.POSITIVE_INFINITY;
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - (other[at] ?? 0))), 0);
}

describe("a program in JavaScript", () => {
  let page: Page;
  let errors: string[];
  beforeAll(async () => {
    ({ page, errors } = await open(server.url));
  });
  afterAll(() => page?.close());

  it("is shown the right way around, to the pixel at rest, by snapshots too, whichever way its rows and bytes run", async () => {
    using program = await FrameProgram.join(server.url, { width, height, title: "Fibres" });
    expect(program.findsNonce()).toBe(true);
    await program.received("watched", ({ watched }) => watched);
    await expect.poll(() => page.title()).toContain("Fibres");
    const rgba = asymmetric(width, height);
    for (const [pixels, form] of [
      [rgba, {}],
      [upsideDown(asymmetric(width, height, 120), width), { rows: "up" }],
      [withoutAlpha(asymmetric(width, height, 240)), { format: "rgb" }],
    ] as const) {
      await program.give(pixels, { width, height, ...form });
      const blue = form === undefined || !("rows" in form) ? ("format" in form ? 240 : 200) : 120;
      const wanted = withoutAlpha(asymmetric(width, height, blue));
      await expectCorners(page, blue);
      await expect.poll(() => isStillShown(page)).toBe(true);
      await expect.poll(async () => worst((await shownPixels(page)).rgb, wanted)).toBe(0);
      expect(worst((await drawnPixels(server.url)).rgb, wanted)).toBe(0);
    }
    expect(errors).toEqual([]);
  });

  it("may change the size at any frame, also to odd numbers, which lose a row or a column", async () => {
    using program = await FrameProgram.join(server.url, { width, height });
    for (const [wide, high] of [
      [320, 180],
      [160, 240],
      [321, 181],
    ] as const) {
      await program.give(asymmetric(wide, high, 180), { width: wide, height: high });
      const [evenWide, evenHigh] = [wide - (wide % 2), high - (high % 2)];
      await expect.poll(() => server.size).toEqual({ width: evenWide, height: evenHigh });
      const shown = () =>
        page.evaluate(() => [...document.querySelectorAll("video")].map((v) => v.videoWidth / v.videoHeight));
      await expect.poll(async () => (await shown())[0]).toBeCloseTo(evenWide / evenHigh, 2);
      await expectCorners(page, 180);
      const drawn = await drawnPixels(server.url);
      const cut = asymmetric(wide, high, 180).filter((_, at) => {
        const [x, y] = [Math.floor(at / 4) % wide, Math.floor(at / 4 / wide)];
        return x < evenWide && y < evenHigh && at % 4 !== 3;
      });
      await expect.poll(async () => worst((await drawnPixels(server.url)).rgb, cut)).toBe(0);
      expect([drawn.width, drawn.height]).toEqual([evenWide, evenHigh]);
    }
  });

  it("hears of what is done, in pixels of the window, and which size is wished for", async () => {
    using program = await FrameProgram.join(server.url);
    await page.setViewportSize({ width: 800, height: 800 });
    const wished = await program.received("event", ({ event }) => event.event_type === "resize" && event.width < 900);
    if (wished.event.event_type !== "resize") throw new Error("It is another.");
    const { width: wide, height: high, pixel_ratio, pwidth, pheight } = wished.event;
    expect(pwidth / pixel_ratio).toBeCloseTo(wide, 3);
    expect(Math.abs(wide - 800)).toBeLessThan(8);
    await program.give(asymmetric(pwidth, pheight), { width: pwidth, height: pheight });
    await expectCorners(page, 200);
    const box = await page.evaluate(() => document.querySelector("video")?.getBoundingClientRect().toJSON());
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2);
    await page.mouse.up();
    await page.mouse.wheel(0, 120);
    await page.keyboard.press("Shift+A");
    const down = await program.event("pointer_down");
    expect(down).toMatchObject({ button: 1, buttons: [1], modifiers: [], ntouches: 1 });
    if (!("x" in down)) throw new Error("It has no place.");
    expect([down.x / wide, down.y / high].map((part) => part.toFixed(2))).toEqual(["0.50", "0.25"]);
    expect(await program.event("pointer_up")).toMatchObject({ button: 1, buttons: [] });
    expect(await program.event("wheel")).toMatchObject({ dy: 120 });
    expect(await program.event("char")).toMatchObject({ data: "A", modifiers: ["Shift"] });
    expect(await program.event("key_up")).toMatchObject({ key: "A" });
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("sends its frames in the socket where it is elsewhere, and hears when nobody watches any more", async () => {
    using program = await FrameProgram.join(server.url, { width, height });
    for (const blue of [90, 160, 250]) {
      await program.carry(withoutAlpha(asymmetric(width, height, blue)), { width, height, format: "rgb" });
      await expectCorners(page, blue);
    }
    await page.close();
    await program.received("watched", ({ watched }) => !watched);
  });
});

describe("a program in Python", () => {
  let python: Child;
  let page: Page;
  let errors: string[];
  beforeAll(async () => {
    python = await startPython(server.url);
    ({ page, errors } = await open(server.url));
  });
  afterAll(async () => {
    await page?.close();
    await python?.close();
  });

  const band = async () => (await shownColours(page, [[0.5, 0.02]]))[0]?.[0] ?? 0;
  const isBright = async () => (await band()) > 130;

  async function expectAnswerToPress(): Promise<void> {
    const before = await isBright();
    await page.mouse.move(400, 400);
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(isBright).toBe(!before);
  }

  it("answers a press with its next picture, and goes on when the room's process is killed", async () => {
    await expect
      .poll(() => shownColours(page, [[0.95, 0.9]]).then(([colour = []]) => (colour[0] ?? 0) > 200))
      .toBe(true);
    for (const _ of [1, 2]) await expectAnswerToPress();
    expect(errors).toEqual([]);
    const drawn = async () => Buffer.from((await drawnPixels(server.url)).rgb).toString("base64");
    const wanted = await untilSteady(drawn, 300);
    const pid = server.room().pid ?? 0;
    process.kill(pid, "SIGKILL");
    await page.waitForFunction(() => window.scenecast.state.kind !== "live");
    await waitUntilLive(page);
    expect([server.room().pid === pid, processExists(pid)]).toEqual([false, false]);
    await expect.poll(async () => (await drawn()) === wanted).toBe(true);
    await expectAnswerToPress();
  });

  it("leaves its last picture when it is killed, until it is back", async () => {
    const before = await isBright();
    process.kill(python.pid, "SIGKILL");
    await expect.poll(() => isToldGone(page)).toBe(true);
    expect(await isBright()).toBe(before);
    await using _again = await startPython(server.url);
    await expect.poll(() => isToldGone(page)).toBe(false);
    // Its first picture is bright, its second one dark.
    await expect.poll(isBright).toBe(true);
    await expectAnswerToPress();
  });
});

function isToldGone(page: Page): Promise<boolean> {
  return page.locator("#notice-text").getByText("The program that makes the pictures has gone").isVisible();
}

async function startPython(url: string): Promise<Child> {
  const script = new URL("../fixtures/programs/frames.py", import.meta.url).pathname;
  const address = new URL("frames", url.replace(/^http/, "ws")).href;
  // The one before it may just be going.
  for (let tries = 0; ; tries += 1) {
    try {
      return await Child.start(["python3", script, address, `${width}`, `${height}`], /joined/, 30_000);
    } catch (error) {
      if (tries === 5) throw error;
      await sleep(500);
    }
  }
}
