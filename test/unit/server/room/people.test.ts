/** People, control, messages and states between sockets, on a server whose scene is a fake process. */

import { afterEach, expect, test } from "vitest";
import type { StreamServerOptions } from "../../../../server/options/options.ts";
import type { StreamServer } from "../../../../server/stream-server.ts";
import { PROTOCOL_VERSION, type ServerMessage } from "../../../../shared/signaling.ts";
import { startFakeServer } from "../../../support/fake-scene.ts";
import { TestClient } from "../../../support/signaling-client.ts";

let server: StreamServer;
afterEach(() => server?.close());

type People = Extract<ServerMessage, { readonly kind: "people" }>;

async function start(more: Omit<StreamServerOptions, "scene"> = {}, query = ""): Promise<void> {
  server = await startFakeServer({ query, more: { control: { mode: "one" }, ...more } });
}

/** Comes with a role that the application gave it. */
function roleOf(role: "host" | "controller" | "viewer"): Record<string, string> {
  return { "x-role": role };
}

const byHeader: StreamServerOptions["access"] = {
  authenticate: ({ headers }) => ({ role: headers["x-role"] as "viewer" }),
};

function people(client: TestClient, fits: (message: People) => boolean): Promise<ServerMessage> {
  return client.received((message) => message.kind === "people" && fits(message));
}

test("who comes is named as it wishes and told who else is there", async () => {
  await start();
  const ann = await TestClient.open(server.url);
  ann.hello("  Ann\u202e  of\tGreen Gables ");
  const other = await TestClient.join(server.url);
  const list = await people(other, (message) => message.people.length === 2);
  expect(list).toMatchObject({
    people: [
      { number: 1, name: "Ann of Green Gables", role: "host", hasControl: true, isAsking: false, isAway: false },
      { number: 2, role: "host", hasControl: false },
    ],
    total: 2,
    mode: "one",
    locked: false,
    holder: 1,
  });
  other.send({ kind: "name", name: "Ben" });
  await people(ann, (message) => message.people.some(({ name }) => name === "Ben"));
  other.send({ kind: "pause", paused: true });
  await people(ann, (message) => message.people.some(({ isAway }) => isAway));
  ann.socket.close();
  await people(other, (message) => message.people.length === 1 && message.holder === 2);
});

test("control is asked for, granted, and the scene's process told whose input counts", async () => {
  await start();
  const [ann, ben] = [await TestClient.join(server.url), await TestClient.join(server.url)];
  ben.send({ kind: "control", request: { action: "ask" } });
  await people(ann, (message) => message.people.some(({ isAsking, number }) => isAsking && number === 2));
  const changed = new Promise((resolve) => server.on("controlChanged", resolve));
  ann.send({ kind: "control", request: { action: "grant", person: 2 } });
  await people(ben, ({ holder }) => holder === 2);
  const [first, second] = server.viewers();
  expect(await changed).toMatchObject({ room: "", holder: second?.viewerId, asking: [] });
  expect([first?.hasControl, second?.hasControl]).toEqual([false, true]);
  ben.send({ kind: "control", request: { action: "ask" } });
  ann.send({ kind: "control", request: { action: "grant", person: 99 } });
  expect(await ann.received(({ kind }) => kind === "error")).toMatchObject({ code: "not-allowed" });
});

test("who asks is told that it was refused", async () => {
  await start();
  const [ann, ben] = [await TestClient.join(server.url), await TestClient.join(server.url)];
  ben.send({ kind: "control", request: { action: "ask" } });
  await people(ann, (message) => message.people.some(({ isAsking }) => isAsking));
  ann.send({ kind: "control", request: { action: "refuse", person: 2 } });
  expect(await ben.received(({ kind }) => kind === "error")).toMatchObject({ code: "control-refused" });
});

test("what a role does not allow is refused in words and changes nothing", async () => {
  await start({ access: byHeader });
  const host = await TestClient.join(server.url, roleOf("host"));
  const viewer = await TestClient.join(server.url, roleOf("viewer"));
  for (const request of [
    { action: "ask" },
    { action: "take" },
    { action: "grant", person: 2 },
    { action: "kick", person: 1 },
    { action: "lock", locked: true },
    { action: "mode", mode: "everyone" },
    { action: "release" },
  ]) {
    viewer.messages.length = 0;
    viewer.send({ kind: "control", request });
    const error = await viewer.received(({ kind }) => kind === "error");
    expect(["not-allowed", "no-control"], request.action).toContain(error.kind === "error" && error.code);
  }
  viewer.send({ kind: "name", name: "Mallory" });
  expect(await people(host, (message) => message.people.some(({ name }) => name === "Mallory"))).toMatchObject({
    mode: "one",
    locked: false,
    holder: 1,
  });
  expect(host.closeCode).toBe(null);
});

test("a host sends somebody out", async () => {
  await start({ access: byHeader });
  const host = await TestClient.join(server.url, roleOf("host"));
  const guest = await TestClient.join(server.url, roleOf("controller"));
  host.send({ kind: "control", request: { action: "kick", person: 2 } });
  expect(await guest.received(({ kind }) => kind === "error")).toMatchObject({ code: "kicked" });
  expect(await guest.closed()).toBe(4403);
  await people(host, (message) => message.people.length === 1);
});

test("the program that runs the server grants control and sends people out", async () => {
  await start();
  const [, ben] = [await TestClient.join(server.url), await TestClient.join(server.url)];
  const [first, second] = server.viewers();
  const room = server.room();
  room.grant(second?.viewerId ?? "");
  expect(server.viewers().map(({ hasControl }) => hasControl)).toEqual([false, true]);
  room.setControl({ mode: "everyone" });
  expect(server.viewers().map(({ hasControl }) => hasControl)).toEqual([true, true]);
  expect(() => room.grant(first?.viewerId ?? "")).toThrow("Everyone steers here");
  expect(() => room.kick("nobody")).toThrow("There is no viewer with this id in the room.");
  expect(() => server.room("x")).toThrow('There is no room "x" right now.');
  room.kick(second?.viewerId ?? "");
  expect(await ben.closed()).toBe(4403);
  expect(server.viewers()).toHaveLength(1);
});

test("without presence each sees itself alone, and who has control by number", async () => {
  await start({ viewers: { presence: false } });
  const [ann, ben] = [await TestClient.join(server.url), await TestClient.join(server.url)];
  expect(ben.messages[0]).toMatchObject({ kind: "welcome", presence: false, person: 2 });
  expect(await people(ben, () => true)).toMatchObject({ people: [{ number: 2 }], total: 1, holder: 1 });
  ann.send({ kind: "name", name: "Ann" });
  await people(ann, (message) => message.people[0]?.name === "Ann");
  expect(JSON.stringify(ben.messages)).not.toContain("Ann");
});

test("messages and states go to the scene from who has control, and from no others (SR2)", async () => {
  await start();
  const [ann, ben] = [await TestClient.join(server.url), await TestClient.join(server.url)];
  for (const message of [
    { kind: "message", json: '{"a":1}' },
    { kind: "message", base64: "AQID" },
    { kind: "scene-state", state: '{"zoom":2}' },
  ]) {
    ben.messages.length = 0;
    ben.send(message);
    expect(await ben.received(({ kind }) => kind === "error")).toMatchObject({ code: "no-control" });
    ann.send(message);
    expect(await ben.received(({ kind }) => kind === message.kind)).toMatchObject(message);
  }
  const late = await TestClient.join(server.url);
  expect(late.messages).toContainEqual({ kind: "scene-state", state: '{"zoom":2}' });
});

test("a program is named among the people, never gets control, and speaks to the scene as far as it may set controls (SR2)", async () => {
  await start({ access: byHeader });
  const program = async (role: "host" | "controller" | "viewer"): Promise<TestClient> => {
    const client = await TestClient.open(server.url, roleOf(role));
    client.send({ kind: "hello", protocol: PROTOCOL_VERSION, name: "Python", program: true });
    await client.received(({ kind }) => kind === "status");
    return client;
  };
  const [host, controller, viewer] = [await program("host"), await program("controller"), await program("viewer")];
  expect(server.viewers()).toMatchObject([
    { way: "program", name: "Python", hasControl: false, isAway: false },
    { way: "program", hasControl: false },
    { way: "program", hasControl: false },
  ]);
  // Though programs came first, the first person has control.
  await TestClient.join(server.url, roleOf("controller"));
  expect(server.viewers()[3]).toMatchObject({ way: "page", hasControl: true });
  host.send({ kind: "control", request: { action: "take" } });
  expect(await host.received(({ kind }) => kind === "error")).toMatchObject({ code: "not-allowed" });
  for (const [client, json] of [
    [host, "1"],
    [controller, "2"],
  ] as const) {
    client.send({ kind: "message", json });
    await viewer.received((message) => message.kind === "message" && "json" in message && message.json === json);
  }
  viewer.send({ kind: "message", json: "3" });
  expect(await viewer.received(({ kind }) => kind === "error")).toMatchObject({ code: "no-control" });
  server.room().setControl({ mode: "host" });
  controller.send({ kind: "message", json: "4" });
  expect(await controller.received(({ kind }) => kind === "error")).toMatchObject({ code: "no-control" });
});

test("too many messages are left out, and the viewer told so; the others are not slowed (SR1)", async () => {
  await start();
  const [ann, ben] = [await TestClient.join(server.url), await TestClient.join(server.url)];
  for (let index = 0; index < 150; index += 1) ann.send({ kind: "message", json: String(index) });
  expect(await ann.received(({ kind }) => kind === "error")).toMatchObject({ code: "too-fast" });
  await ben.received((message) => message.kind === "message" && "json" in message && message.json === "99");
  expect(ann.closeCode).toBe(null);
});
