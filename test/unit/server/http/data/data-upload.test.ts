/** Bodies that come slowly, or not at all, to a server of their own. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import express from "express";
import { afterEach, expect, test } from "vitest";
import { DataUpload, refuseUnread } from "../../../../../server/http/data/data-upload.ts";

const pace = { silenceMs: 600, graceMs: 1_000, minBytesPerSecond: 1_000 };
let close: () => void;
afterEach(() => close());

type Ended = { bytes: number; error: string | null };

/** A server that reads bodies; `taken` is called for each chunk, and what it gives is waited for. */
async function start(
  taken: () => Promise<void> | void = () => undefined,
  refused = false,
): Promise<{ port: number; ended: Promise<Ended> }> {
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  const app = express();
  app.put("/", async (request, response) => {
    if (refused) return refuseUnread(request, response, 413, "It is too large.");
    const upload = new DataUpload(request, response, pace);
    let bytes = 0;
    try {
      for await (const chunk of upload.chunks()) {
        bytes += chunk.byteLength;
        await taken();
      }
      response.send("ok");
      resolve({ bytes, error: null });
    } catch (error) {
      resolve({ bytes, error: (error as Error).message });
    }
  });
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, ended };
}

function send(port: number, length: number): { write(bytes: number): void; answer: Promise<string> } {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`PUT / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`);
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk.toString("latin1");
  });
  // One that is cut off closes as well.
  const answer = new Promise<string>((resolve) => socket.once("close", () => resolve(text)));
  return { write: (bytes) => void socket.write(new Uint8Array(bytes)), answer };
}

test("who sends nothing for a while is cut off (DU2)", async () => {
  const { port, ended } = await start();
  const sender = send(port, 1_000);
  sender.write(10);
  expect(await ended).toEqual({ bytes: 10, error: "The body came too slowly." });
});

test("who sends a little now and then is cut off as well (DU2)", async () => {
  const { port, ended } = await start();
  const sender = send(port, 100_000);
  const drops = setInterval(() => sender.write(1), 100);
  const { bytes, error } = await ended;
  clearInterval(drops);
  expect([error, bytes < 100]).toEqual(["The body came too slowly.", true]);
});

test("who waits for us is not slow, and is read no faster than is taken (DU1)", async () => {
  const { port, ended } = await start(() => new Promise((resolve) => setTimeout(resolve, 400)));
  const sender = send(port, 300_000);
  sender.write(300_000);
  expect(await ended).toEqual({ bytes: 300_000, error: null });
  expect(await sender.answer).toContain("ok");
});

test("who is refused reads why, though it goes on sending (DU3)", async () => {
  const { port } = await start(undefined, true);
  const sender = send(port, 1_000_000_000);
  const more = setInterval(() => sender.write(1_000_000), 20);
  const answer = await sender.answer;
  clearInterval(more);
  expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*Connection: close[\s\S]*It is too large\.\n$/);
});
