/** What the roles of links open and hear of (RM2, RM5, EN1), on a server whose scenes are fake processes. */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import type { Role } from "../../../../shared/people.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { TestClient } from "../../../support/signaling-client.ts";

const token = "correct-horse-battery";
type Headers = Readonly<Record<string, string>>;
const host: Headers = { Authorization: `Bearer ${token}` };

let server: StreamServer;
let viewer: Headers;
let controller: Headers;
afterEach(() => server.close());

async function start(more: Omit<StreamServerOptions, "scene">): Promise<void> {
  server = await startFakeServer({ more: { access: { token }, ...more } });
  viewer = await linkOf("viewer");
  controller = await linkOf("controller");
}

async function linkOf(role: Role, room: string | null = null): Promise<Headers> {
  const { link } = await server.createLink({ role, room });
  return { Authorization: `Bearer ${new URLSearchParams(new URL(link).hash.slice(1)).get("token")}` };
}

function ask(path: string, headers: Headers, init: RequestInit = {}): Promise<Response> {
  return fetch(new URL(path, server.url), { headers: { ...headers }, ...init });
}

async function healthOf(
  path: string,
  headers: Headers,
): Promise<{ viewers: number; rooms: readonly { room: string }[] }> {
  return (await (await ask(`${path}healthz`, headers)).json()) as never;
}

function join(path: string, headers: Headers): Promise<TestClient> {
  return TestClient.join(new URL(path, server.url).href, { ...headers });
}

/** The code of the error with which somebody is sent away. */
async function refusalOf(path: string, headers: Headers): Promise<string> {
  const client = await TestClient.open(new URL(path, server.url).href, { ...headers });
  client.hello();
  const error = await client.received(({ kind }) => kind === "error");
  await client.closed();
  return error.kind === "error" ? error.code : "";
}

describe("where rooms are private", () => {
  let name: string;
  let inside: TestClient;

  beforeEach(async () => {
    await start({ rooms: { kind: "private" } });
    inside = await join("", controller);
    const [welcome] = inside.messages;
    name = (welcome?.kind === "welcome" ? welcome.room : null) ?? "";
  });

  test("nobody but a host hears the name of a room in which it is not (AC8)", async () => {
    expect(name).toHaveLength(22);
    for (const guest of [viewer, controller, await linkOf("host", "other")]) {
      const path = guest === viewer || guest === controller ? "" : "s/other/";
      const health = await ask(`${path}healthz`, guest);
      expect(await health.text()).not.toContain(name);
      expect((await ask(`${path}metrics`, guest)).status).toBe(403);
    }
    expect(await healthOf("", viewer)).toMatchObject({ rooms: [], viewers: 0 });
    expect(await healthOf("", host)).toMatchObject({ rooms: [{ room: name }], viewers: 1 });
    expect([(await ask("metrics", host)).status, (await ask("metrics", {})).status]).toEqual([200, 401]);
  });

  test("whoever was given the address comes in by any link that may, and hears of that room", async () => {
    const guest = await join(`s/${name}/`, viewer);
    expect(guest.messages[0]).toMatchObject({ kind: "welcome", role: "viewer", room: name });
    expect((await ask(`s/${name}/snapshot.png`, viewer)).status).toBe(200);
    expect(await healthOf(`s/${name}/`, viewer)).toMatchObject({ rooms: [{ room: name }], viewers: 2 });
    expect((await ask(`s/${name}/snapshot.png`, await linkOf("viewer", "other"))).status).toBe(403);
  });

  test("a link for viewers opens no room of its own, by whatever way, and that of a controller does (RM5)", async () => {
    expect([await refusalOf("", viewer), await refusalOf("s/mine/", viewer)]).toEqual(["no-room", "no-room"]);
    expect((await ask("s/mine/snapshot.png", viewer)).status).toBe(404);
    expect((await ask("s/mine/stream.mjpg", viewer)).status).toBe(404);
    expect(server.rooms()).toHaveLength(1);
    expect((await join("", controller)).messages[0]).toMatchObject({ kind: "welcome" });
    expect(server.rooms()).toHaveLength(2);
  });
});

test("the private room that waits for the first who comes is none for viewers, though they are led to it (RM5)", async () => {
  await start({ rooms: { kind: "private" } });
  const { headers } = await ask("", {}, { redirect: "manual" });
  const path = headers.get("location") ?? "";
  expect(await refusalOf(path, viewer)).toBe("no-room");
  await join(path, controller);
  await join(path, viewer);
});

test("a viewer's link starts no scene by asking for its picture, and watches one that is there (RM5)", async () => {
  await start({});
  for (const path of ["s/x/snapshot.png", "s/x/stream.mjpg"]) expect((await ask(path, viewer)).status, path).toBe(404);
  const whep = { method: "POST", body: "v=0\r\ns=good\r\nm=video 9 x 96\r\n" };
  const sdp = { ...viewer, "content-type": "application/sdp" };
  expect((await ask("s/x/whep", sdp, whep)).status).toBe(404);
  expect(await refusalOf("s/x/", viewer)).toBe("no-room");
  expect(server.rooms()).toHaveLength(1);
  await join("s/x/", controller);
  await expect.poll(async () => (await ask("s/x/snapshot.png", viewer)).status).toBe(200);
  expect((await ask("snapshot.png", viewer)).status).toBe(200);
});

test("a host gets in where all places and rooms are taken, and before all who wait (EN1, RM3)", async () => {
  await start({ viewers: { max: 2 }, rooms: { max: 2 } });
  await Promise.all([join("", viewer), join("s/a/", controller)]);
  const waiting = await TestClient.open(server.url, { ...viewer });
  waiting.hello();
  await waiting.received(({ kind }) => kind === "queued");
  await join("", host);
  await join("s/b/", host);
  const later = await TestClient.open(new URL("s/c/", server.url).href, { ...host });
  later.hello();
  expect(await later.received(({ kind }) => kind === "queued")).toMatchObject({ position: 1, waiting: 2 });
});

test("one link takes no more than its part of the places: who comes later by it waits, and others do not (PC2)", async () => {
  await start({ viewers: { max: 8 } });
  const inside = await Promise.all(Array.from({ length: 7 }, () => join("", viewer)));
  const waiting = await TestClient.open(server.url, { ...viewer });
  waiting.hello();
  expect(await waiting.received(({ kind }) => kind === "queued")).toMatchObject({ position: 1, waiting: 1 });
  await join("", controller);
  inside[0]?.socket.close();
  await waiting.received(({ kind }) => kind === "welcome");
});

test("snapshots are counted by link, and links that are not asked so much go on", async () => {
  await start({});
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async () => (await ask("snapshot.jpg", viewer)).status),
  );
  expect(statuses).toContain(429);
  expect((await ask("snapshot.jpg", controller)).status).toBe(200);
});
