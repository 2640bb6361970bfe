/** The WebSocket of programs on a real server, whose room's process is played. */

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { ProgramSeat } from "../../../../../server/access/program-connection.ts";
import { ProgramSocket } from "../../../../../server/http/programs/program-socket.ts";
import type { StreamServer } from "../../../../../server/stream-server.ts";
import { startFakeServer } from "../../../../support/fake-scene.ts";
import { FrameProgram } from "../../../../support/frame-program.ts";

const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(more: object = {}): Promise<StreamServer> {
  const server = await startFakeServer({ more: { scenes: { plot: "frames:", fake: import.meta.filename }, ...more } });
  closing.push(() => server.close());
  return server;
}

const plot = (server: StreamServer) => new URL("plot/", server.url).href;

test("hello comes first, of a version that is spoken, and once (PK1)", async () => {
  const server = await serve();
  for (const [message, code, closed] of [
    ['{"kind":"frame"}', "bad-message", 4400],
    ["?", "bad-message", 4400],
    [Uint8Array.of(1, 10, 2), "bad-message", 4400],
    ['{"kind":"hello","protocol":9}', "protocol-version", 4426],
  ] as const) {
    const program = await FrameProgram.open(plot(server));
    program.send(message);
    expect(await program.received("error")).toMatchObject({ code });
    expect(await program.closed()).toBe(closed);
  }
  using program = await FrameProgram.join(plot(server));
  program.send('{"kind":"hello","protocol":1}');
  const { message } = await program.received("refused");
  expect(message).toBe("message.kind must not be hello after the first message.");
});

test("what is refused is answered and changes nothing, and too much of it ends it (PK2)", async () => {
  const server = await serve();
  using program = await FrameProgram.join(plot(server), { width: 32, height: 16 });
  program.send({ kind: "frame", slot: 9, number: 1, width: 32, height: 16 });
  expect(await program.received("refused")).toMatchObject({
    message: "message.slot must be a whole number from 0 to 3.",
  });
  program.send({ kind: "reserve", width: 64, height: 64 });
  expect(await program.received("capacity")).toEqual({ kind: "capacity", bytes: 16_384 });
  const flood = setInterval(() => {
    for (let count = 0; count < 1000; count += 1) program.send("{");
  }, 50);
  onTestFinished(() => clearInterval(flood));
  expect(await program.closed()).toBe(1008);
});

test("rooms that a scene draws want no program, nor is there one where no room is named", async () => {
  const server = await serve();
  for (const [path, code] of [
    ["fake/", "not-allowed"],
    ["", "no-room"],
  ] as const) {
    const program = await FrameProgram.open(new URL(path, server.url).href);
    program.send({ kind: "hello", protocol: 1 });
    expect(await program.received("error")).toMatchObject({ code });
    expect(await program.closed()).toBe(4403);
  }
});

test("only hosts give pictures, by the token or a link (FD1)", async () => {
  const server = await serve({ access: { token: "a-long-token" } });
  const tokenOf = async (role: "host" | "controller") => {
    return new URLSearchParams(new URL((await server.createLink({ role })).link).hash.slice(1)).get("token");
  };
  const by = (token: string | null) => ({ Authorization: `Bearer ${token}` });
  await expect(FrameProgram.open(plot(server))).rejects.toThrow("401");
  await expect(FrameProgram.open(plot(server), by("wrong"))).rejects.toThrow("401");
  await expect(FrameProgram.open(plot(server), by(await tokenOf("controller")))).rejects.toThrow("403");
  using program = await FrameProgram.join(plot(server), {}, by(await tokenOf("host")));
  expect(program.welcome.slots).toBe(4);
  const [link] = server.links().filter(({ role }) => role === "host");
  server.revokeLink(link?.id ?? "");
  expect(await program.received("error")).toMatchObject({ code: "link-ended" });
  expect(await program.event("close")).toMatchObject({ event_type: "close" });
});

/** Both ends of a socket. */
async function pair(): Promise<{ socket: ProgramSocket; client: WebSocket; seat: ProgramSeat }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  closing.push(() => server.close());
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("It does not listen.");
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  const [[webSocket]] = await Promise.all([once(server, "connection"), once(client, "open")]);
  closing.push(() => client.terminate());
  const seat = { handleMessage: vi.fn(), handleFrame: vi.fn(async () => undefined), leave: vi.fn() };
  return { socket: new ProgramSocket(webSocket), client, seat };
}

test("moves that a program does not read are left out but the newest, and stay in their order (PK3)", async () => {
  const { socket, client } = await pair();
  const move = (number: number) => ({ event_type: "pointer_move", x: number, padding: "x".repeat(20_000) }) as never;
  client.pause();
  for (let number = 1; number <= 3000; number += 1) socket.send({ kind: "event", number, event: move(number) });
  socket.send({ kind: "event", number: 3001, event: { event_type: "pointer_up" } as never });
  const numbers: number[] = [];
  client.on("message", (data) => void numbers.push(JSON.parse(String(data)).number));
  client.resume();
  await expect.poll(() => numbers.at(-1)).toBe(3001);
  expect(numbers.at(-2)).toBe(3000);
  expect(numbers.length).toBeLessThan(2000);
  expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  for (let number = 1; number <= 3000 && client.readyState === WebSocket.OPEN; number += 1) {
    if (number === 1) client.pause();
    socket.send({ kind: "refused", message: "x".repeat(20_000) });
  }
  client.resume();
  await once(client, "close");
});

test("a program that is slow to read, and goes on sending, still learns why it was closed (PK2)", async () => {
  const { socket, client } = await pair();
  client.pause();
  socket.close(1008, "Too many messages.");
  const sending = setInterval(() => client.send("{"), 10);
  closing.push(() => clearInterval(sending));
  await sleep(500);
  client.resume();
  expect((await once(client, "close"))[0]).toBe(1008);
});

test("a program that gives no sign of life is told apart from one that does, and cut (PK3)", async () => {
  const { socket, client, seat } = await pair();
  socket.setSeat(seat);
  expect(await socket.answersWithin(5_000)).toBe(true);
  client.pause();
  expect(await socket.answersWithin(100)).toBe(false);
  socket.cut();
  await expect.poll(() => vi.mocked(seat.leave).mock.calls.length).toBe(1);
  const other = { ...seat, leave: vi.fn() };
  socket.setSeat(other);
  expect(other.leave).toHaveBeenCalledOnce();
  expect(await socket.answersWithin(100)).toBe(false);
});
