/** Owns looking at what streaming needs of the network: the port, UDP, and what a share link wants. */

import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Finding } from "./finding.ts";
import { good } from "./finding.ts";

const ECHO_DEADLINE_MS = 2_000;
const ANSWER_DEADLINE_MS = 1_000;

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
  return {
    name,
    verdict: "missing",
    sentence,
    mend: "export NGROK_AUTHTOKEN=<from dashboard.ngrok.com>, or use --share-command",
  };
}

/** Sends bytes from one to the other, which sends them back. Returns how long that took. */
async function echo([asker, answerer]: readonly [Socket, Socket], address: string): Promise<number> {
  for (const socket of [asker, answerer]) {
    socket.bind(0, address);
    await once(socket, "listening");
  }
  answerer.on("message", (bytes, from) => answerer.send(bytes, from.port, from.address));
  const sent = randomBytes(20);
  const begun = performance.now();
  const answered = once(asker, "message", { signal: AbortSignal.timeout(ECHO_DEADLINE_MS) });
  asker.send(sent, answerer.address().port, address);
  const [answer] = (await answered) as [Buffer];
  const ms = performance.now() - begun;
  if (!answer.equals(sent)) throw new Error("what came back was another message");
  return ms;
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
