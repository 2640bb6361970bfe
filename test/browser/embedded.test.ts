/** A stream in a program of somebody's own, in Chromium: its page shows and steers the scene, and the program goes on beside it. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import { openViewer, waitUntilLive } from "../support/chromium.ts";
import { colourDistance } from "../support/pixels.ts";
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
  stream = await createStreamServer({
    scene: new URL("../fixtures/scenes/pick.ts", import.meta.url),
    server: program,
    logLevel: "silent",
    http: { basePath: "/view" },
    render: { size: { width: 640, height: 360 } },
  });
  app.get("/own", (_request, response) => void response.send("the app"));
  await once(program.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  await stream?.close();
  program?.close();
  await browser?.close();
});

test("an app of express has a stream under /view, and its own route and WebSocket go on", async () => {
  const origin = `http://127.0.0.1:${(program.address() as AddressInfo).port}`;
  expect(stream.url).toBe(`${origin}/view/`);
  const { page, errors } = await openViewer(browser, stream.link);
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
