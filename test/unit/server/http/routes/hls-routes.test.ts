/** `/hls` (HL1 to HL3): who waits for what, from how many on a connection may wait no more, and what is answered to a name that is none. */

import { once } from "node:events";
import { Agent, createServer, get, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import express from "express";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type HlsHandler, hlsRoutes } from "../../../../../server/http/routes/hls-routes.ts";
import { StreamError } from "../../../../../shared/errors.ts";

let server: Server;
let url = "";
/** Who waits, by what for; answered by tests. */
let waiting: { readonly what: unknown; readonly done: (isThere: boolean) => void; isOff: boolean }[] = [];
let playlist: Buffer | null = null;
/** Who asks for the playlist of all sizes, and what it waits for; null where that is there. */
let askers: AbortSignal[] = [];
let master: Promise<string> | null = null;
let part: Uint8Array | null = null;
let fault: Error | null = null;
let sent = 0;
let reloads: boolean[] = [];

/** More than the buffers of a connection take. */
const large = new Uint8Array(16 * 1024 * 1024);

const handler: HlsHandler = {
  master: async (gone) => {
    if (fault !== null) throw fault;
    askers.push(gone);
    return await (master ?? Promise.resolve("#EXTM3U\n"));
  },
  size: (name) =>
    name === "high"
      ? {
          get playlist() {
            return playlist;
          },
          whenThere: (what, done) => {
            if (what.sequence > 1000) throw new TypeError("_HLS_msn must be at most two segments ahead.");
            const one = { what, done, isOff: false };
            waiting.push(one);
            return () => {
              one.isOff = true;
            };
          },
          isNext: (sequence, number) => sequence === 7 && number === 1,
          segment: (sequence) =>
            sequence === 6 ? [Uint8Array.of(1, 2), Uint8Array.of(3)] : sequence === 4 ? [large, large] : null,
          part: (sequence, number) => (sequence === 7 && number === 1 ? part : null),
          init: (name) => (name === "init6.mp4" ? Uint8Array.of(9) : null),
        }
      : null,
  noteReload: (waits) => void reloads.push(waits),
  countSent: (bytes) => {
    sent += bytes;
  },
};

beforeAll(async () => {
  const app = express();
  app.use(hlsRoutes({ hlsOf: () => handler, maxSendMs: 500 }));
  // A busy machine may not send all of a segment in that time.
  app.use("/patient", hlsRoutes({ hlsOf: () => handler }));
  server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hls/`;
});
afterAll(() => void server.close());
beforeEach(() => {
  waiting = [];
  askers = [];
  master = null;
  reloads = [];
  sent = 0;
  fault = null;
  playlist = Buffer.from("#EXTM3U\n#first\n");
  part = Uint8Array.of(7);
});

/** Asks so often at once on one connection (RFC 9112 section 9.3.2), and gives the statuses of the answers until now. */
function askAtOnce(path: string, count: number): { statuses(): string[]; end(): void } {
  const socket = new Socket().connect((server.address() as AddressInfo).port, "127.0.0.1");
  let answers = "";
  socket.on("data", (data) => {
    answers += data.toString("latin1");
  });
  socket.write(`GET /hls/${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(count));
  return {
    statuses: () =>
      answers
        .split("HTTP/1.1 ")
        .slice(1)
        .map((answer) => answer.slice(0, 3)),
    end: () => void socket.destroy(),
  };
}

const untilWaiting = (count: number) => expect.poll(() => waiting.length).toBe(count);

it("gives a segment part after part, what never changes to be kept, and says of a playlist that it changes", async () => {
  const segment = await fetch(`${url}high/6.m4s`);
  expect([...new Uint8Array(await segment.arrayBuffer())]).toEqual([1, 2, 3]);
  expect([segment.headers.get("content-type"), segment.headers.get("content-length")]).toEqual([
    "video/iso.segment",
    "3",
  ]);
  expect(segment.headers.get("cache-control")).toBe("private, max-age=60, immutable");
  expect((await fetch(`${url}high/init6.mp4`)).headers.get("content-type")).toBe("video/mp4");
  const live = await fetch(`${url}high/live.m3u8`);
  expect([await live.text(), live.headers.get("cache-control")]).toEqual(["#EXTM3U\n#first\n", "no-cache"]);
  expect(sent).toBe(3 + 1 + 15);
  const head = await fetch(`${url}high/6.m4s`, { method: "HEAD" });
  expect([head.status, head.headers.get("content-length"), sent]).toEqual([200, "3", 19]);
  for (const name of [
    "high/5.m4s",
    "high/7.2.m4s",
    "high/init5.mp4",
    "high/x",
    "low/live.m3u8",
    "high/6.m4s.x",
    "high/..%2f6.m4s",
  ]) {
    expect((await fetch(url + name)).status).toBe(404);
  }
  expect((await fetch(`${url}high/6.m4s`, { method: "POST" })).status).toBe(405);
});

it("HL3: who does not take a segment is cut, and who does gets all of it", async () => {
  const whole = await fetch(new URL("/patient/hls/high/4.m4s", url));
  expect((await whole.arrayBuffer()).byteLength).toBe(2 * large.length);
  const lazy = get(`${url}high/4.m4s`, { agent: new Agent() });
  const [response] = (await once(lazy, "response")) as [IncomingMessage];
  response.pause();
  const connections = () => new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
  const before = await connections();
  await expect.poll(connections).toBeLessThan(before);
  response.destroy();
});

it("HL1: who asks for what is next waits for it, a playlist and a part", async () => {
  const asked = fetch(`${url}high/live.m3u8?_HLS_msn=7&_HLS_part=2`);
  await untilWaiting(1);
  expect([waiting[0]?.what, reloads]).toEqual([{ sequence: 7, part: 2 }, [true]]);
  playlist = Buffer.from("#EXTM3U\n#second\n");
  waiting[0]?.done(true);
  expect(await (await asked).text()).toBe("#EXTM3U\n#second\n");
  part = null;
  const hinted = fetch(`${url}high/7.1.m4s`);
  await untilWaiting(2);
  part = Uint8Array.of(4, 4);
  waiting[1]?.done(true);
  expect((await (await hinted).arrayBuffer()).byteLength).toBe(2);
  const late = fetch(`${url}high/live.m3u8?_HLS_msn=8`);
  await untilWaiting(3);
  waiting[2]?.done(false);
  expect([(await late).status, (await late).headers.get("retry-after")]).toEqual([503, "1"]);
});

it("before there is a playlist who asks for it waits as well", async () => {
  playlist = null;
  const asked = fetch(`${url}high/live.m3u8`);
  await untilWaiting(1);
  playlist = Buffer.from("#EXTM3U\n");
  waiting[0]?.done(true);
  expect([(await asked).status, reloads]).toEqual([200, [false]]);
});

it("HL1: who goes waits no more, and a connection waits for a hundred things and no more", async () => {
  const leaving = new AbortController();
  const left = fetch(`${url}high/live.m3u8?_HLS_msn=7`, { signal: leaving.signal });
  await untilWaiting(1);
  leaving.abort();
  await expect(left).rejects.toThrow();
  await expect.poll(() => waiting[0]?.isOff).toBe(true);
  const { statuses, end } = askAtOnce("high/live.m3u8?_HLS_msn=7", 105);
  await untilWaiting(101);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(waiting).toHaveLength(101);
  for (const { done } of waiting.slice(1)) done(true);
  await expect.poll(statuses).toHaveLength(105);
  expect(statuses().filter((status) => status === "200")).toHaveLength(100);
  expect(statuses().filter((status) => status === "429")).toHaveLength(5);
  end();
});

it("HL1: the playlist of all sizes is waited for as others are: so often on a connection, and not for who has gone", async () => {
  const made = Promise.withResolvers<string>();
  master = made.promise;
  const leaving = new AbortController();
  const left = fetch(`${url}master.m3u8`, { signal: leaving.signal });
  await expect.poll(() => askers).toHaveLength(1);
  leaving.abort();
  await expect(left).rejects.toThrow();
  await expect.poll(() => askers[0]?.aborted).toBe(true);
  const { statuses, end } = askAtOnce("master.m3u8", 105);
  await expect.poll(() => askers).toHaveLength(101);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(askers).toHaveLength(101);
  made.resolve("#EXTM3U\n");
  await expect.poll(statuses).toHaveLength(105);
  expect(statuses().filter((status) => status === "200")).toHaveLength(100);
  expect(statuses().filter((status) => status === "429")).toHaveLength(5);
  end();
});

it("HL2: hundreds who wait are sent the same memory when it is there", async () => {
  const agent = new Agent({ maxSockets: 200 });
  const answers: Promise<IncomingMessage>[] = Array.from({ length: 200 }, () => {
    return new Promise((resolve, reject) => {
      get(`${url}high/live.m3u8?_HLS_msn=7`, { agent }, resolve).on("error", reject);
    });
  });
  await untilWaiting(200);
  playlist = Buffer.alloc(4000, "#\n");
  for (const { done } of waiting) done(true);
  for (const answer of await Promise.all(answers)) {
    expect(answer.headers["content-length"]).toBe("4000");
    answer.destroy();
  }
  expect(sent).toBe(200 * 4000);
  agent.destroy();
});

it("refuses what cannot be asked for, and says why there is nothing", async () => {
  for (const query of ["_HLS_part=1", "_HLS_msn=-1", "_HLS_msn=1e3", "_HLS_msn=7&_HLS_part=x", "_HLS_msn=2000"]) {
    expect((await fetch(`${url}high/live.m3u8?${query}`)).status).toBe(400);
  }
  fault = new StreamError("no-encoder", "None works here.");
  const refused = await fetch(`${url}master.m3u8`);
  expect([refused.status, await refused.text()]).toEqual([503, "None works here.\n"]);
  fault = new StreamError("no-room");
  expect((await fetch(`${url}master.m3u8`)).status).toBe(404);
});
