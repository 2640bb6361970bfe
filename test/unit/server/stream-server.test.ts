import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { StreamServer } from "../../../server/stream-server.ts";
import { startFakeServer } from "../../support/fake-scene.ts";
import { processExists } from "../../support/processes.ts";
import { TestClient } from "../../support/signaling-client.ts";

let server: StreamServer;
afterEach(() => server?.close());

test("a scene that is killed comes back with its viewers still there", async () => {
  server = await startFakeServer({ query: "readyAfter=500" });
  const client = await TestClient.join(server.url);
  process.kill(server.room().pid ?? 0, "SIGKILL");
  await client.received((message) => message.kind === "status" && message.status === "restarting");
  expect((await fetch(new URL("healthz", server.url))).status).toBe(503);
  // News of people may come behind it.
  const statuses = () => client.messages.filter(({ kind }) => kind === "status");
  await expect.poll(() => statuses().at(-1)).toMatchObject({ status: "live" });
  client.send({ kind: "offer", connection: 7, sdp: "v=0" });
  expect(await client.received(({ kind }) => kind === "answer")).toMatchObject({ connection: 7 });
  expect(client.messages.find(({ kind }) => kind === "status")).toMatchObject({ status: "live" });
  expect(server.viewers().length).toBe(1);
});

test("a viewer may come before the scene is there", async () => {
  const port = await freePort();
  const starting = startFakeServer({ port, query: "readyAfter=1500" });
  await expect.poll(() => isOpen(port), { interval: 20 }).toBe(true);
  const client = await TestClient.join(`http://127.0.0.1:${port}/`);
  expect(client.messages[0]).toMatchObject({ kind: "welcome", title: "fake" });
  expect(client.messages.find(({ kind }) => kind === "status")).toMatchObject({ status: "starting" });
  const { status } = await fetch(`http://127.0.0.1:${port}/whep`, {
    method: "POST",
    headers: { "content-type": "application/sdp" },
    body: "v=0\r\nm=video 9 RTP 96\r\n",
  });
  expect(status).toBe(503);
  server = await starting;
  await client.received((message) => message.kind === "status" && message.status === "live");
  expect(client.messages.filter(({ kind }) => kind === "welcome" || kind === "status").slice(2)).toMatchObject([
    { kind: "welcome", title: "A fake scene" },
    { kind: "status", status: "live" },
  ]);
  client.send({ kind: "offer", connection: 1, sdp: "v=0" });
  expect(await client.received(({ kind }) => kind === "answer")).toBeDefined();
});

test("what the scene threw is told to those who watch and those who come", async () => {
  server = await startFakeServer({ query: "notice=update threw." });
  const client = await TestClient.join(server.url);
  expect(await client.received(({ kind }) => kind === "notice")).toEqual({ kind: "notice", text: "update threw." });
});

test("close ends viewers, port and process, as often as it is called", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  const idle = connect(server.port, "127.0.0.1");
  await once(idle, "connect");
  const pid = server.room().pid ?? 0;
  await Promise.all([server.close(), server.close(), once(idle, "close")]);
  expect(await client.closed()).toBe(1001);
  expect(processExists(pid)).toBe(false);
  expect(await isOpen(server.port)).toBe(false);
});

test("close does not wait for a viewer that does not listen", async () => {
  server = await startFakeServer();
  const client = await TestClient.join(server.url);
  client.socket.pause();
  const asked = performance.now();
  await server.close();
  // It would take ws half a minute.
  expect(performance.now() - asked).toBeLessThan(15_000);
  client.socket.terminate();
});

test("a failed start leaves neither the port nor a process", async () => {
  const port = await freePort();
  await expect(startFakeServer({ port, query: "fail=scene-invalid" })).rejects.toMatchObject({ code: "scene-invalid" });
  expect(await isOpen(port)).toBe(false);
  server = await startFakeServer({ port });
  await expect(startFakeServer({ port })).rejects.toMatchObject({ code: "port-taken" });
});

test("its signal closes it, also while it starts", async () => {
  const stop = new AbortController();
  const starting = startFakeServer({ query: "readyAfter=60000", signal: stop.signal });
  setTimeout(() => stop.abort(), 300);
  await expect(starting).rejects.toMatchObject({ code: "closed" });

  const later = new AbortController();
  server = await startFakeServer({ signal: later.signal });
  const closed = new Promise((resolve) => server.on("closed", resolve));
  later.abort();
  await closed;
  expect(await isOpen(server.port)).toBe(false);
});

async function freePort(): Promise<number> {
  const other = await startFakeServer();
  await other.close();
  return other.port;
}

function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  }).then((open) => {
    socket.destroy();
    return open as boolean;
  });
}

test.each([
  ["/proc/scenecast/live", "no folder can be made there"],
  [join(import.meta.filename, "live"), "there is no such folder"],
])("with a folder for HLS at %s it does not start, and says why", async (folder, why) => {
  const begun = performance.now();
  const starting = startFakeServer({ more: { hls: { folder } } });
  await expect(starting).rejects.toMatchObject({
    code: "output-failed",
    message: `options.hls.folder ${folder} cannot be written: ${why}.`,
  });
  expect(performance.now() - begun).toBeLessThan(5000);
});
