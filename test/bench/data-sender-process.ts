/** Sends data as a user's program does, over HTTP or a WebSocket. Started by URL only. */

import { once } from "node:events";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { now } from "../../shared/time.ts";
import type { SentValue, ToSender } from "./data-sender-protocol.ts";

const agent = new Agent({ keepAlive: true });
process.on("disconnect", () => process.exit(0));
process.on("message", (wish: ToSender) => {
  send(wish).then(
    (sent) => process.send?.(sent),
    (error) => process.send?.({ error: String(error) }),
  );
});

async function send(wish: ToSender): Promise<readonly SentValue[]> {
  const { bytes, count, perSecond, pauseMs } = wish;
  const way = wish.way === "http" ? httpWay(wish.url) : await socketWay(wish.url);
  const points = new Float32Array(bytes / 4);
  const sent: SentValue[] = [];
  const begun = now();
  for (let at = 0; at < count; at += 1) {
    points[0] = (at + 1) % 2;
    sent.push(await way.send(new Uint8Array(points.buffer)));
    const dueIn = perSecond === 0 ? pauseMs : begun + ((at + 1) * 1000) / perSecond - now();
    if (dueIn > 0) await sleep(dueIn);
  }
  way.close();
  return sent;
}

type Way = { send(bytes: Uint8Array): Promise<SentValue>; close(): void };
type Answer = { readonly version: number; readonly taken: boolean };

function httpWay(url: string): Way {
  const send = async (bytes: Uint8Array): Promise<SentValue> => {
    const begunAt = now();
    const headers = { "Content-Type": "application/octet-stream", "Content-Length": bytes.byteLength };
    const sending = request(new URL("data/points", url), { method: "PUT", agent, headers });
    const finished = once(sending, "finish").then(() => now());
    sending.end(bytes);
    const [response] = await once(sending, "response");
    let text = "";
    for await (const chunk of response) text += String(chunk);
    if (response.statusCode !== 200) throw new Error(`The server answered ${response.statusCode}: ${text}`);
    const { version, taken } = JSON.parse(text) as Answer;
    return { begunAt, lastByteAt: await finished, answeredAt: now(), version, taken };
  };
  return { send, close: () => undefined };
}

async function socketWay(url: string): Promise<Way> {
  const socket = new WebSocket(new URL("data/points", url));
  await once(socket, "open");
  const send = async (bytes: Uint8Array): Promise<SentValue> => {
    const begunAt = now();
    const answered = once(socket, "message");
    await new Promise((resolve) => socket.send(Buffer.concat([Buffer.from("{}\n"), bytes]), resolve));
    const lastByteAt = now();
    const [message] = await answered;
    const { version, taken } = JSON.parse(String(message)) as Answer;
    return { begunAt, lastByteAt, answeredAt: now(), version, taken };
  };
  return { send, close: () => socket.close() };
}
