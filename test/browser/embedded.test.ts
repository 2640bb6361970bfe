/**
 * Several scenes in a program of somebody's own, in Chromium: the start page leads to a scene, whose page shows and steers it, and
 * the program goes on beside it.
 */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openPage, openViewer, waitUntilLive } from "../support/chromium.ts";
import { type Colour, colourDistance } from "../support/pixels.ts";
import { connectChromium } from "../support/shared-chromium.ts";
import { seenColours } from "../support/viewer-page.ts";

const [BLUE, YELLOW] = [
  [0x20, 0x40, 0xc8],
  [0xe0, 0xc0, 0x20],
] as const;

let browser: Browser;
let program: Server;
let stream: StreamServer;
beforeAll(async () => {
  browser = await connectChromium();
  const app = express();
  program = createServer(app);
  const chat = new WebSocketServer({ server: program, path: "/chat" });
  chat.on("connection", (socket) => socket.on("message", (data) => socket.send(`heard ${data}`)));
  const scene = (name: string) => new URL(`../fixtures/scenes/${name}.ts`, import.meta.url);
  stream = await createStreamServer({
    scenes: { pick: scene("pick"), quadrants: scene("quadrants") },
    server: program,
    logLevel: "silent",
    http: { basePath: "/view" },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
  });
  app.get("/own", (_request, response) => void response.send("the app"));
  await once(program.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  await stream?.close();
  program?.close();
  await browser?.close();
});

/** What the cards of the start page say. */
function cardsOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".scene-words")].map(({ innerText }) =>
      innerText.replaceAll("\n", ", "),
    ),
  );
}

/** The colour in the middle of the picture of the first card; null while it shows none. */
function colourOfCard(page: Page): Promise<Colour | null> {
  return page.evaluate(() => {
    const picture = document.querySelector<HTMLImageElement>(".scene-picture[data-shown]");
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    if (picture === null || context === null) return null;
    const { naturalWidth: width, naturalHeight: height } = picture;
    context.drawImage(picture, width / 2, height / 2, 1, 1, 0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.subarray(0, 3)];
  });
}

test("the start page of an app of express leads to a scene, and shows it as it is from then on", async () => {
  const { page, errors } = await openPage(browser);
  await page.goto(stream.link);
  await expect.poll(() => cardsOf(page)).toEqual(["Pick, Starts when opened", "Quadrants, Starts when opened"]);
  expect(page.url()).toBe(stream.url);
  expect(stream.rooms()).toEqual([]);

  // The token was given here, for all of them.
  await page.getByRole("link", { name: "Pick" }).click();
  await page.waitForURL(`${stream.url}pick/`);
  await waitUntilLive(page);
  await page.mouse.move(600, 600);
  await page.getByRole("link", { name: "All scenes" }).click();
  await expect.poll(async () => (await cardsOf(page))[0]).toBe("Pick, Live");
  await expect.poll(async () => colourDistance((await colourOfCard(page)) ?? [], BLUE)).toBeLessThan(24);
  expect(stream.rooms().map(({ name }) => name)).toEqual(["pick/"]);
  expect(errors).toEqual([]);
  await page.close();
});

test("a scene is seen and steered below the app's base path, and the app's own route and WebSocket go on", async () => {
  const origin = `http://127.0.0.1:${(program.address() as AddressInfo).port}`;
  expect(stream.url).toBe(`${origin}/view/`);
  const { page, errors } = await openViewer(browser, stream.link.replace("/view/", "/view/pick/"));
  await waitUntilLive(page);
  const middle = async () => (await seenColours(page, [[0.5, 0.5]]))[0];
  await expect.poll(async () => colourDistance(await middle(), BLUE)).toBeLessThan(24);
  await page.mouse.click(640, 360);
  await expect.poll(async () => colourDistance(await middle(), YELLOW)).toBeLessThan(24);
  const own = await page.evaluate(async () => {
    const socket = new WebSocket("/chat");
    await new Promise((resolve) => socket.addEventListener("open", resolve));
    socket.send("the page");
    const told = await new Promise<string>((resolve) => {
      socket.addEventListener("message", ({ data }) => resolve(String(data)));
    });
    return [await (await fetch("/own")).text(), told];
  });
  expect(own).toEqual(["the app", "heard the page"]);
  expect(errors).toEqual([]);
  await page.close();
  await stream.close();
  expect(await (await fetch(`${origin}/own`)).text()).toBe("the app");
});
