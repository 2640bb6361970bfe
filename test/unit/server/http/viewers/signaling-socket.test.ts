import { afterEach, expect, test } from "vitest";
import { signalingSocketDefaults } from "../../../../../server/http/viewers/signaling-socket.ts";
import type { StreamServer } from "../../../../../server/stream-server.ts";
import { PROTOCOL_VERSION } from "../../../../../shared/signaling.ts";
import { MAX_CLIENT_SOCKET_BYTES, parseClientSocketMessage } from "../../../../../shared/socket-message.ts";
import { startFakeServer } from "../../../../support/fake-scene.ts";
import { TestClient } from "../../../../support/signaling-client.ts";

let server: StreamServer;
afterEach(() => server.close());

const offer = { kind: "offer", connection: 1, sdp: "v=0\r\n" };

test("hello is answered by welcome and the status, an offer by the scene's process", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  expect(client.messages.slice(0, 4)).toEqual([
    {
      kind: "welcome",
      protocol: PROTOCOL_VERSION,
      viewerId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      title: "A fake scene",
      size: { width: 1280, height: 720 },
      iceServers: [],
      person: 1,
      role: "host",
      room: null,
      presence: true,
      canLink: false,
    },
    { kind: "scene-state", state: null },
    { kind: "panels", revision: 0, controls: [] },
    { kind: "status", status: "live", detail: null },
  ]);
  client.send(offer);
  expect(await client.received(({ kind }) => kind === "answer")).toMatchObject({ connection: 1, codec: "h264" });
  expect(server.viewers().length).toBe(1);
  client.socket.close();
  await expect.poll(() => server.viewers().length).toBe(0);
});

test("a frame is followed by a ping, whose pong is a receipt that the scene's process gets", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  const heard: number[][] = [];
  client.socket.on("message", (data: Buffer, isBinary) => void (isBinary && heard.push([...data])));
  // The fake process sends back whatever bytes it gets; with these it sends a frame, number 0x04030201.
  const frame = [1, 0, 1, 0, 1, 2, 3, 4, ...new Array<number>(8).fill(0), 9, 9];
  client.socket.send(Uint8Array.from(frame));
  await expect.poll(() => heard).toEqual([frame, [3, 1, 2, 3, 4]]);
  expect(parseClientSocketMessage(Uint8Array.from([3, 1, 2, 3, 4]))).toEqual({ kind: "receipt", frame: 0x04030201 });
});

test.each([
  ["not json", "message must be JSON."],
  ["[]", "message must be an object."],
  [
    "{}",
    "message.kind must be one of hello, offer, candidate, stream, disconnect, pause, name, control, view, exact-received, message, scene-state, restart, panel, felt, traced.",
  ],
  ['{"kind":"offer","connection":-1,"sdp":"v=0"}', "message.connection must be a whole number from 0 to 2147483647."],
  ['{"kind":"offer","connection":1,"sdp":"x"}', "message.sdp must be a session description that starts with v=0."],
  ['{"kind":"candidate","connection":1}', "message.candidate must be an object."],
  ['{"kind":"hello","protocol":1}', "message.kind must not be hello after the first message."],
])("%s is refused in words and changes nothing (SK2)", async (text, sentence) => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  client.send(text);
  const error = { kind: "error", code: "bad-message", message: sentence };
  expect(await client.received(({ kind }) => kind === "error")).toEqual(error);
  client.send(offer);
  expect(await client.received(({ kind }) => kind === "answer")).toBeDefined();
});

test("binary messages go to the scene as they are, longer ones are refused (SK5)", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  const echo = new Promise((resolve) => {
    client.socket.on("message", (data, isBinary) => isBinary && resolve(data));
  });
  client.socket.send(Buffer.from([2, 7, 9]));
  expect(await echo).toEqual(Buffer.from([2, 7, 9]));
  client.socket.send(Buffer.alloc(MAX_CLIENT_SOCKET_BYTES + 1, 2));
  expect(await client.received(({ kind }) => kind === "error")).toMatchObject({
    message: `message must have at most ${MAX_CLIENT_SOCKET_BYTES} bytes where it is binary.`,
  });
});

test("binary messages faster than a hand and a screen close the socket (SK5)", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  for (let count = 0; count < 8000; count += 1) client.socket.send(Buffer.from([2]));
  expect(await client.closed()).toBe(1008);
});

test("a message over the limit closes the socket", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  client.send("x".repeat(65 * 1024));
  expect(await client.closed()).toBe(1009);
});

test("nothing but hello opens the conversation (SK1)", async () => {
  server = await startFakeServer();
  for (const text of [JSON.stringify(offer), "nonsense"]) {
    const client = await TestClient.open(server.url);
    client.send(text);
    expect(await client.closed()).toBe(4400);
    expect(client.messages).toMatchObject([{ kind: "error", code: "bad-message" }]);
  }
  expect(server.viewers().length).toBe(0);
});

test("another protocol version is told so (SK1)", async () => {
  server = await startFakeServer();
  const client = await TestClient.open(server.url);
  client.send({ kind: "hello", protocol: PROTOCOL_VERSION + 1 });
  expect(await client.closed()).toBe(4426);
  expect(client.messages).toMatchObject([{ kind: "error", code: "protocol-version" }]);
});

test("a viewer that says nothing is closed (SK1)", async () => {
  server = await startFakeServer({ http: { socket: { ...signalingSocketDefaults, helloDeadlineMs: 100 } } });
  const client = await TestClient.open(server.url);
  expect(await client.closed()).toBe(4408);
});

test("a viewer that says too much is closed, a burst is fine (SK3)", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  for (let count = 0; count < 350; count += 1) client.send({ kind: "disconnect", connection: 1 });
  client.send(offer);
  expect(await client.received(({ kind }) => kind === "answer")).toBeDefined();
  for (let count = 0; count < 500; count += 1) client.send({ kind: "disconnect", connection: 1 });
  expect(await client.closed()).toBe(1008);
  await expect.poll(() => server.viewers().length).toBe(0);
});

test("a viewer that does not answer pings is dropped, one that does stays (SK4)", async () => {
  const socket = { ...signalingSocketDefaults, pingIntervalMs: 100, pongDeadlineMs: 2000 };
  server = await startFakeServer({ http: { socket } });
  const alive = await TestClient.join(server.url);
  const dead = await TestClient.join(server.url);
  dead.socket.pause();
  await expect.poll(() => server.viewers().length).toBe(1);
  expect(alive.closeCode).toBe(null);
});

test("a viewer that does not read is dropped (SK4)", async () => {
  server = await startFakeServer({ http: { socket: { ...signalingSocketDefaults, maxWaitingBytes: -1 } } });
  const client = await TestClient.open(server.url);
  client.send({ kind: "hello", protocol: PROTOCOL_VERSION });
  expect(await client.closed()).toBe(1006);
});
