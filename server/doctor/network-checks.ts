/** Owns looking at what streaming needs of the network: the port, UDP, and what a share link wants. */

import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Finding } from "./finding.ts";
import { good } from "./finding.ts";

const ECHO_DEADLINE_MS = 2_000;
const ANSWER_DEADLINE_MS = 1_000;
/** RFC 8489, sections 5 and 14.2. */
const MAGIC_COOKIE = 0x2112a442;
const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;

/** Whether `scenecast serve` could listen on `port` of this machine. */
export async function examinePort(port: number): Promise<Finding> {
  const name = "port";
  const refusal = await whyNotListening(port);
  if (refusal === null) return good(name, `${port} is free`);
  if (refusal === "EADDRINUSE" && (await answersAsScenecast(port))) {
    return good(name, `${port} is taken by a Scenecast server that runs`);
  }
  const free = await freePort(port + 1);
  const why = refusal === "EADDRINUSE" ? "is taken by another program" : `may not be listened on (${refusal})`;
  const mend = free === null ? null : `scenecast serve --port ${free}`;
  return { name, verdict: "missing", sentence: `${port} ${why}`, mend };
}

/** Whether datagrams pass between two sockets of this machine, as those of WebRTC have to; without, video comes over TCP. */
export async function examineUdp(address: string = "127.0.0.1"): Promise<Finding> {
  const name = "UDP";
  const sockets: readonly [Socket, Socket] = [createSocket("udp4"), createSocket("udp4")];
  try {
    const ms = await echo(sockets, address);
    return good(name, `an echo on ${address} took ${ms.toFixed(1)} ms`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = `no echo on ${address} (${reason}), so video comes over the WebSocket`;
    return { name, verdict: "slow", sentence, mend: "sudo iptables -I INPUT -i lo -p udp -j ACCEPT" };
  } finally {
    for (const socket of sockets) socket.close();
  }
}

/** What `--share` needs. The token itself is told to nobody. */
export function examineTunnel(hasToken: boolean, hasPackage: boolean): Finding {
  const name = "share link";
  if (!hasPackage) {
    const sentence = "the optional package @ngrok/ngrok is not installed, which --share needs";
    return { name, verdict: "missing", sentence, mend: "npm install --include=optional" };
  }
  if (hasToken) return good(name, "NGROK_AUTHTOKEN is set");
  const sentence = "NGROK_AUTHTOKEN is not set, which --share needs";
  return { name, verdict: "missing", sentence, mend: "export NGROK_AUTHTOKEN=<from dashboard.ngrok.com>" };
}

/** Sends what a browser sends first, a binding request, and reads the answer. Returns how long that took. */
async function echo([asker, answerer]: readonly [Socket, Socket], address: string): Promise<number> {
  for (const socket of [asker, answerer]) {
    socket.bind(0, address);
    await once(socket, "listening");
  }
  answerer.on("message", (request, from) => {
    answerer.send(bindingAnswer(request, from.port, from.address), from.port, from.address);
  });
  const request = bindingRequest();
  const begun = performance.now();
  const answered = once(asker, "message", { signal: AbortSignal.timeout(ECHO_DEADLINE_MS) });
  asker.send(request, answerer.address().port, address);
  const [answer] = (await answered) as [Buffer];
  const ms = performance.now() - begun;
  const isOurs = answer.readUInt16BE(0) === BINDING_SUCCESS && answer.subarray(8, 20).equals(request.subarray(8, 20));
  const port = answer.readUInt16BE(26) ^ (MAGIC_COOKIE >>> 16);
  if (!isOurs || port !== asker.address().port) throw new Error("what came back was another message");
  return ms;
}

function bindingRequest(): Buffer {
  const message = Buffer.alloc(20);
  message.writeUInt16BE(BINDING_REQUEST, 0);
  message.writeUInt32BE(MAGIC_COOKIE, 4);
  randomBytes(12).copy(message, 8);
  return message;
}

function bindingAnswer(request: Buffer, port: number, address: string): Buffer {
  const message = Buffer.alloc(32);
  message.writeUInt16BE(BINDING_SUCCESS, 0);
  message.writeUInt16BE(12, 2);
  request.copy(message, 4, 4, 20);
  message.writeUInt16BE(XOR_MAPPED_ADDRESS, 20);
  message.writeUInt16BE(8, 22);
  message.writeUInt8(1, 25);
  message.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 26);
  const bytes = address.split(".").map(Number);
  for (const [at, byte] of bytes.entries())
    message.writeUInt8(byte ^ ((MAGIC_COOKIE >>> (24 - 8 * at)) & 0xff), 28 + at);
  return message;
}

/** The operating system's code for the refusal; null where the port can be had. */
function whyNotListening(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(null)));
  });
}

async function freePort(first: number): Promise<number | null> {
  for (let port = first; port < first + 20 && port < 65_536; port += 1) {
    if ((await whyNotListening(port)) === null) return port;
  }
  return null;
}

async function answersAsScenecast(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`, {
      signal: AbortSignal.timeout(ANSWER_DEADLINE_MS),
    });
    const health: unknown = await response.json();
    return typeof health === "object" && health !== null && "ok" in health && typeof health.ok === "boolean";
  } catch {
    return false;
  }
}
