/** The laboratory between programs that speak HTTP and WebSocket: what passes, how fast, and what does not. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { Laboratory } from "../support/lab/laboratory.ts";
import type { LinkSettings } from "../support/lab/shaper.ts";

const LARGE = Buffer.alloc(250_000, 7);

let server: Server;
let address: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === "/large") response.end(LARGE);
    else response.writeHead(404, { "X-Told": request.headers["x-asked"] ?? "" }).end("no");
  });
  const echo = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    if (request.url !== "/signal") {
      socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    echo.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on("message", (data, isBinary) => webSocket.send(data as Buffer, { binary: isBinary }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

function start(network: Partial<LinkSettings>): Promise<Laboratory> {
  return Laboratory.start({ to: address, network });
}

/** How long it takes to get the large file, in milliseconds. */
async function loadMs(url: string): Promise<number> {
  const from = performance.now();
  const response = await fetch(new URL("large", url));
  expect(Buffer.from(await response.arrayBuffer()).equals(LARGE)).toBe(true);
  return performance.now() - from;
}

it("passes requests and answers as they are", async () => {
  await using laboratory = await start({});
  const response = await fetch(new URL("other", laboratory.url), { headers: { "X-Asked": "it" } });
  expect([response.status, response.headers.get("x-told"), await response.text()]).toEqual([404, "it", "no"]);
});

it("takes as long as the bits and the way take", async () => {
  await using laboratory = await start({ rateBps: 2_000_000, delayMs: 100 });
  const ms = await loadMs(laboratory.url);
  // 1 s for the bits, 100 ms there and as much back.
  expect(ms).toBeGreaterThan(1150);
  expect(ms).toBeLessThan(5000);
});

it("has all connections share the rate", async () => {
  await using laboratory = await start({ rateBps: 4_000_000 });
  const times = await Promise.all([loadMs(laboratory.url), loadMs(laboratory.url)]);
  expect(Math.max(...times)).toBeGreaterThan(950);
  expect(Math.max(...times)).toBeLessThan(5000);
});

it("loses nothing of a connection, but it comes later", async () => {
  await using laboratory = await start({ rateBps: 8_000_000, loss: 0.05 });
  expect(await loadMs(laboratory.url)).toBeGreaterThan(400);
  expect(laboratory.down.lost).toBeGreaterThan(0);
});

it("stands still while its rate is 0, and goes on", async () => {
  await using laboratory = await start({ rateBps: 8_000_000 });
  laboratory.change({ rateBps: 0 });
  laboratory.change({ rateBps: 8_000_000 }, 600);
  const ms = await loadMs(laboratory.url);
  expect(ms).toBeGreaterThan(750);
  expect(ms).toBeLessThan(5000);
});

it("passes messages of a WebSocket both ways, in their order and kind", async () => {
  await using laboratory = await start({ delayMs: 30 });
  const socket = new WebSocket(new URL("signal", laboratory.url));
  await once(socket, "open");
  const got: [string, boolean][] = [];
  socket.on("message", (data, isBinary) => got.push([String(data), isBinary]));
  const from = performance.now();
  for (const text of ["one", "two", "three"]) socket.send(text);
  socket.send(Buffer.from("four"), { binary: true });
  while (got.length < 4) await once(socket, "message");
  expect(performance.now() - from).toBeGreaterThanOrEqual(60);
  expect(got).toEqual([
    ["one", false],
    ["two", false],
    ["three", false],
    ["four", true],
  ]);
  socket.close();
  await once(socket, "close");
});

it("passes on that a WebSocket is refused", async () => {
  await using laboratory = await start({});
  const socket = new WebSocket(new URL("elsewhere", laboratory.url));
  const [, response] = await once(socket, "unexpected-response");
  expect(response.statusCode).toBe(403);
  socket.on("error", () => undefined);
  socket.terminate();
});

it("says with an error that its port is taken", async () => {
  await using laboratory = await start({});
  const port = Number(new URL(laboratory.url).port);
  await expect(Laboratory.start({ to: address, port })).rejects.toThrow("EADDRINUSE");
});
