/**
 * Owns one flood, in a process of its own: `node flood-process.ts <kind> <server's URL> <token>`. It goes on until it is killed,
 * and comes back whenever it is sent away, as somebody who means harm does.
 */

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { PROTOCOL_VERSION } from "../../../shared/signaling.ts";
import { encodeSocketInput } from "../../../shared/socket-message.ts";
import { pointerInput } from "../input-samples.ts";
import type { FloodKind } from "./floods.ts";

const [kind, url = "", token = ""] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };

const MESSAGES_PER_SECOND = 10_000;
const FLOODERS = 6;
const SLOW = 500;
const SNAPSHOTS = 50;
const JOINS_PER_SECOND = 100;
const TICK_MS = 20;
const RETRY_MS = 1_000;

async function open(): Promise<WebSocket> {
  const socket = new WebSocket(new URL("signal", url), { headers });
  socket.on("error", () => undefined);
  await once(socket, "open");
  socket.send(JSON.stringify({ kind: "hello", protocol: PROTOCOL_VERSION }));
  return socket;
}

/** For ever, with a pause after what failed. */
async function again(work: () => Promise<void>): Promise<never> {
  for (;;) await work().catch(() => sleep(RETRY_MS));
}

async function floodMessages(): Promise<void> {
  const socket = await open();
  const perTick = Math.ceil((MESSAGES_PER_SECOND / FLOODERS / 1000) * TICK_MS);
  for (let sent = 0; socket.readyState === WebSocket.OPEN; ) {
    for (let count = 0; count < perTick; count += 1) {
      sent += 1;
      socket.send(encodeSocketInput({ sequence: sent, ordered: 0, event: pointerInput("move", { x: Math.random() }) }));
    }
    await sleep(TICK_MS);
  }
}

/** Asks for video and reads nothing of it. */
async function beSlow(): Promise<void> {
  const socket = await open();
  socket.send(JSON.stringify({ kind: "stream", connection: 1, codecs: ["h264"] }));
  socket.pause();
  await once(socket, "close");
}

async function takeSnapshot(): Promise<void> {
  const response = await fetch(new URL("snapshot.png?size=8192x8192", url), { headers });
  await response.arrayBuffer();
  if (!response.ok) await sleep(20);
}

async function joinAndLeave(): Promise<void> {
  const socket = await open();
  socket.close();
}

const floods: Readonly<Record<FloodKind, () => void>> = {
  messages: () => repeat(FLOODERS, floodMessages),
  slow: () => repeat(SLOW, beSlow),
  snapshots: () => repeat(SNAPSHOTS, takeSnapshot),
  joins: () => void setInterval(() => void joinAndLeave().catch(() => undefined), 1000 / JOINS_PER_SECOND),
};

function repeat(count: number, work: () => Promise<void>): void {
  for (let index = 0; index < count; index += 1) void again(work);
}

floods[kind as FloodKind]();
