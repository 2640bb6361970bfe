/** Rooms (RM1 to RM5, RM7) and the entrance (EN1 to EN3), on a server whose scenes are fake processes. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { processExists } from "../../../support/processes.ts";
import { TestClient } from "../../../support/signaling-client.ts";

let server: StreamServer;
afterEach(() => server?.close());

async function start(more: Omit<StreamServerOptions, "scene"> = {}): Promise<void> {
  server = await startFakeServer({ more });
}

function room(name: string): string {
  return new URL(`s/${name}/`, server.url).href;
}

async function roomsOf(): Promise<readonly { readonly room: string; readonly viewers: number }[]> {
  const health = (await (await fetch(new URL("healthz", server.url))).json()) as { rooms: never };
  return health.rooms;
}

test("a named room is a scene of its own, made when somebody comes and ended when all have left (RM1, RM4)", async () => {
  await start({ rooms: { emptySeconds: 1 } });
  const page = await fetch(room("a"));
  expect([page.status, await roomsOf()]).toMatchObject([200, [{ room: "" }]]);
  const [one, two] = [await TestClient.join(room("a")), await TestClient.join(room("a"))];
  const other = await TestClient.join(server.url);
  expect(one.messages[0]).toMatchObject({ kind: "welcome", room: "a", person: 1 });
  expect(other.messages[0]).toMatchObject({ kind: "welcome", room: null, person: 1 });
  expect(await roomsOf()).toMatchObject([
    { room: "", viewers: 1 },
    { room: "a", viewers: 2 },
  ]);
  await two.received((message) => message.kind === "people" && message.people.length === 2);
  for (const client of [one, two, other]) client.socket.close();
  await expect.poll(roomsOf).toMatchObject([{ room: "", viewers: 0 }]);
});

test("a room whose page is opened without its slash moves to the one with it; what is no name is nowhere", async () => {
  await start();
  const moved = await fetch(new URL("s/a?x=1", server.url), { redirect: "manual" });
  expect([moved.status, moved.headers.get("location")]).toEqual([308, "a/?x=1"]);
  for (const path of ["s/", "s/a.b/", `s/${"a".repeat(65)}/`, "s/a%20b/"]) {
    expect((await fetch(new URL(path, server.url))).status, path).toBe(404);
  }
  await expect(TestClient.open(new URL("s/a.b/", server.url).href)).rejects.toThrow("404");
});

test("without named rooms there is the shared room alone", async () => {
  await start({ rooms: { named: false } });
  const client = await TestClient.open(room("a"));
  client.hello();
  expect(await client.received(({ kind }) => kind === "error")).toMatchObject({ code: "not-allowed" });
  expect(await client.closed()).toBe(4403);
  expect((await fetch(new URL("snapshot.png", room("a")))).status).toBe(404);
  expect(await roomsOf()).toHaveLength(1);
});

test("private: the page leads each to a room of its own, the first to the one that is up already (RM2)", async () => {
  await start({ rooms: { kind: "private" } });
  const locations: (string | null)[] = [];
  for (const query of ["", "?transport=mjpeg"]) {
    const response = await fetch(`${server.url}${query}`, { redirect: "manual" });
    expect(response.status).toBe(307);
    locations.push(response.headers.get("location"));
  }
  expect(locations[0]).toMatch(/^s\/[\w-]{22}\/$/);
  expect(locations[1]).toMatch(/^s\/[\w-]{22}\/\?transport=mjpeg$/);
  const [first, second] = locations.map((path) => new URL(path ?? "", server.url).href);
  await TestClient.join(first ?? "");
  expect(await roomsOf()).toHaveLength(1);
  await TestClient.join(second ?? "");
  expect(await roomsOf()).toMatchObject([{ viewers: 1 }, { viewers: 1 }]);
});

test("private: who comes to the root by socket is told its room, and finds it again there", async () => {
  await start({ rooms: { kind: "private" } });
  const clients = [await TestClient.join(server.url), await TestClient.join(server.url)];
  const rooms = clients.map(({ messages: [welcome] }) => (welcome?.kind === "welcome" ? welcome.room : null));
  expect(new Set(rooms).size).toBe(2);
  clients[0]?.socket.close();
  const back = await TestClient.join(room(rooms[0] ?? ""));
  expect(back.messages[0]).toMatchObject({ room: rooms[0] });
  expect(await roomsOf()).toHaveLength(2);
  expect((await fetch(new URL("snapshot.png", server.url))).status).toBe(404);
});

test("who comes when all places are taken waits, is told its position, and gets in by itself (EN1, EN2)", async () => {
  await start({ viewers: { max: 2 } });
  const inside = [await TestClient.join(server.url), await TestClient.join(server.url)];
  const [third, fourth] = [await TestClient.open(server.url), await TestClient.open(server.url)];
  third.hello();
  expect(await third.received(({ kind }) => kind === "queued")).toMatchObject({ position: 1, waiting: 1 });
  fourth.hello();
  expect(await fourth.received(({ kind }) => kind === "queued")).toMatchObject({ position: 2, waiting: 2 });
  const whep = {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: "v=0\r\ns=good\r\nm=video 9 x 96\r\n",
  };
  expect((await fetch(new URL("whep", server.url), whep)).status).toBe(503);
  third.send({ kind: "control", request: { action: "ask" } });
  inside[0]?.socket.terminate();
  await third.received(({ kind }) => kind === "welcome");
  await fourth.received((message) => message.kind === "queued" && message.position === 1);
  expect(server.viewers()).toHaveLength(2);
  third.socket.close();
  await fourth.received(({ kind }) => kind === "status");
});

test("a viewer by plain HTTP waits as well", async () => {
  await start({ viewers: { max: 1 } });
  const client = await TestClient.join(server.url);
  const answer = (await (await fetch(new URL("viewer", server.url), { method: "POST" })).json()) as {
    viewerId: string;
    next: number;
    messages: unknown[];
  };
  expect(answer.messages).toEqual([{ kind: "queued", position: 1, waiting: 1 }]);
  client.socket.close();
  const poll = await fetch(new URL(`viewer/${answer.viewerId}?after=${answer.next}`, server.url));
  const { messages } = (await poll.json()) as { messages: unknown[] };
  expect(messages[0]).toMatchObject({ kind: "welcome", viewerId: answer.viewerId });
});

test("who needs one room too many waits until a room is left (RM3)", async () => {
  await start({ rooms: { max: 2, emptySeconds: 1 } });
  const first = await TestClient.join(room("a"));
  const waiting = await TestClient.open(room("b"));
  waiting.hello();
  await waiting.received(({ kind }) => kind === "queued");
  // There is a place in the rooms that are there.
  const other = await TestClient.join(room("a"));
  expect(other.messages[0]).toMatchObject({ room: "a" });
  first.socket.close();
  other.socket.close();
  expect(await waiting.received(({ kind }) => kind === "welcome")).toMatchObject({ room: "b" });
});

test("a room that nobody uses makes place when somebody waits, and says why (RM4)", async () => {
  await start({ rooms: { max: 2, idleSeconds: 1 } });
  const idle = await TestClient.join(room("a"));
  await sleep(2500);
  expect(idle.closeCode).toBe(null);
  const waiting = await TestClient.open(room("b"));
  waiting.hello();
  expect(await idle.received(({ kind }) => kind === "error")).toMatchObject({ code: "room-idle" });
  expect(await idle.closed()).toBe(4403);
  await waiting.received(({ kind }) => kind === "welcome");
});

test("no process is left when the server ends", async () => {
  await start();
  const pids: number[] = [server.room().pid ?? 0];
  await TestClient.join(room("a"));
  await server.close();
  expect(pids.map(processExists)).toEqual([false]);
});

test("who is let in until a time is sent out then (EN3)", async () => {
  await start({ access: { authenticate: () => ({ role: "viewer", expiresAt: Date.now() + 1000 }) } });
  const client = await TestClient.join(server.url);
  expect(await client.received(({ kind }) => kind === "error")).toMatchObject({ code: "link-ended" });
  expect(await client.closed()).toBe(4403);
  expect(server.viewers()).toEqual([]);
});

test("who came by a link that is revoked is sent out, with its pictures; others stay (EN3)", async () => {
  await start({ access: { token: "correct-horse-battery" } });
  const [one, other] = [await server.createLink({ role: "viewer" }), await server.createLink({ role: "viewer" })];
  const bearer = (link: string) => ({
    Authorization: `Bearer ${new URLSearchParams(new URL(link).hash.slice(1)).get("token")}`,
  });
  const guest = await TestClient.join(server.url, bearer(one.link));
  const stays = await TestClient.join(server.url, bearer(other.link));
  const pictures = await fetch(new URL("stream.mjpg", server.url), { headers: bearer(one.link) });
  expect(server.revokeLink(one.id)).toBe(true);
  expect(await guest.received(({ kind }) => kind === "error")).toMatchObject({ code: "link-ended" });
  await expect(pictures.text()).rejects.toThrow();
  expect([await guest.closed(), stays.closeCode]).toEqual([4403, null]);
  await expect(TestClient.open(server.url, bearer(one.link))).rejects.toThrow("401");
});

test("RM7: the link that opens a room sets what the scene lets links set, and who comes later finds it so", async () => {
  await start({ rooms: { emptySeconds: 60 } });
  const parametersOf = (name: string) => expect.poll(() => server.room(name).parameters);
  await TestClient.join(`${room("a")}?count=200&dark=true&transport=mjpeg`);
  await parametersOf("a").toEqual({ count: 200, dark: false });
  await TestClient.join(`${room("a")}?count=300`);
  expect(server.room("a").parameters).toEqual({ count: 200, dark: false });
  // A value that does not fit opens the room as if it were not there; the shared room is the server's.
  await TestClient.join(`${room("b")}?count=9000`);
  await parametersOf("b").toEqual({ count: 60, dark: false });
  await TestClient.join(`${server.url}?count=200`);
  expect(server.room("").parameters).toEqual({ count: 60, dark: false });
  const posted = await fetch(new URL("viewer?count=70", room("c")), { method: "POST" });
  expect(posted.status).toBe(201);
  await parametersOf("c").toEqual({ count: 70, dark: false });
});

test("RM7: what the address of a picture says of its form is of no parameter of that name", async () => {
  server = await startFakeServer({ query: "qualities" });
  const parametersOf = (name: string) => expect.poll(() => server.room(name).parameters);
  await fetch(new URL("snapshot.jpg?quality=90&count=7", room("a")));
  await parametersOf("a").toEqual({ count: 7, dark: false, quality: 5 });
  await TestClient.join(`${room("b")}?quality=90`);
  await parametersOf("b").toEqual({ count: 60, dark: false, quality: 90 });
});

test("RM7: of private rooms each has its own values, the first one too, which is up already", async () => {
  await start({ rooms: { kind: "private" }, parameters: { dark: true } });
  const rooms = await Promise.all(
    ["?count=5", "?count=6", ""].map(
      async (query) => (await fetch(`${server.url}${query}`, { redirect: "manual" })).headers,
    ),
  );
  const addresses = rooms.map((headers) => new URL(headers.get("location") ?? "", server.url).href);
  const clients = await Promise.all(addresses.map((address) => TestClient.join(address)));
  await expect
    .poll(() => server.rooms().map(({ parameters }) => parameters))
    .toEqual([
      { count: 5, dark: true },
      { count: 6, dark: true },
      { count: 60, dark: true },
    ]);
  for (const { socket } of clients) socket.close();
});

test("a program ends a room, which tells its viewers, and not the shared one", async () => {
  await start();
  const client = await TestClient.join(room("a"));
  const handle = server.room("a");
  const { pid } = handle;
  await handle.close();
  await handle.close();
  expect(await client.received(({ kind }) => kind === "error")).toMatchObject({ code: "closed" });
  expect(await client.closed()).toBe(4403);
  expect([handle.status, processExists(pid ?? 0), server.rooms().length]).toEqual(["closed", false, 1]);
  await expect(server.room().close()).rejects.toMatchObject({ code: "not-allowed" });
  expect(server.room().status).toBe("live");
});
