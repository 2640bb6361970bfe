/** A session (SS1 to SS3) whose processes are played by the test: whatever starts them may be behind the port. */

import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveOptions } from "../../../../server/options/options.ts";
import { Session } from "../../../../server/session/session.ts";
import { encodeAck } from "../../../../shared/socket-message.ts";
import type { PictureSize } from "../../../../shared/video.ts";
import { FakeProcesses } from "../../../support/fake-processes.ts";
import { fakeScene } from "../../../support/fake-scene.ts";

let processes: FakeProcesses;
let session: Session;
let statuses: string[];

beforeEach(() => {
  const { sceneUrl, render, encode, quality, ice } = resolveOptions({ scene: fakeScene() });
  const kept = { watch: false, iceHost: null, ice, presence: true };
  const config = { sceneUrl: sceneUrl.href, ...render, ...encode, quality, ...kept };
  processes = new FakeProcesses();
  session = Session.start({ config, sceneState: "[1]", processes });
  statuses = [session.status.kind];
  session.on("statusChanged", ({ status }) => statuses.push(status.kind));
});
afterEach(() => session.close());

test("the process is told the scene, its state and the way to OpenGL", async () => {
  const first = await processes.nth(1);
  expect(first.sent).toMatchObject([{ kind: "start", sceneState: "[1]", config: { backend: "vulkan" } }]);
  first.say({ kind: "failed", error: { code: "no-gl", message: "No Vulkan.", stack: null } });
  first.end({ kind: "exited", exitCode: 1 });
  const second = await processes.nth(2);
  expect(second.sent).toMatchObject([{ kind: "start", config: { backend: "opengl" } }]);
  second.ready("The title");
  expect(await session.ready).toMatchObject({ title: "The title" });
  expect(session.pid).toBe(2);
});

test("a process that is started again begins with the size that the picture had last", async () => {
  const resized: PictureSize[] = [];
  session.on("resized", ({ size }) => resized.push(size));
  const first = await processes.nth(1);
  first.ready();
  await session.ready;
  const size = { width: 652, height: 1412 };
  first.say({ kind: "picture-resized", size });
  first.end({ kind: "killed", signal: "SIGSEGV" });
  const second = await processes.nth(2);
  expect(first.sent.slice(0, 1)).toMatchObject([
    { config: { size: { width: 1280, height: 720 }, followsWindow: true } },
  ]);
  expect(second.sent).toMatchObject([{ config: { size, followsWindow: true } }]);
  expect(resized).toEqual([size]);
});

test("it goes from starting to live, to restarting, to live, and to closed, which is the end (SS1)", async () => {
  (await processes.nth(1)).ready();
  await session.ready;
  processes.started[0]?.end({ kind: "killed", signal: "SIGSEGV" });
  (await processes.nth(2)).ready();
  await expect.poll(() => session.status.kind).toBe("live");
  await session.close();
  processes.started[1]?.ready();
  expect(statuses).toEqual(["starting", "live", "restarting", "live", "closed"]);
});

test("failed is the end too, but for closed (SS1)", async () => {
  const first = await processes.nth(1);
  first.say({ kind: "failed", error: { code: "scene-failed", message: "It threw.", stack: null } });
  await expect(session.ready).rejects.toMatchObject({ code: "scene-failed", message: "It threw." });
  first.ready();
  await expect.poll(() => session.status.kind).toBe("failed");
  await session.close();
  expect(statuses).toEqual(["starting", "failed", "closed"]);
});

test("what a viewer sends reaches the process only while it is live, after the viewer (SS2)", async () => {
  const { viewers } = session;
  const offer = { kind: "offer", connection: 1, sdp: "v=0" } as const;
  viewers.join("a", { person: 1, paused: false });
  viewers.handleMessage("a", offer);
  viewers.handleBytes("a", Uint8Array.of(1));
  const first = await processes.nth(1);
  expect(first.kinds).toEqual(["start"]);
  first.ready();
  await session.ready;
  viewers.handleMessage("a", offer);
  viewers.handleBytes("a", Uint8Array.of(2));
  expect(first.kinds).toEqual([
    "start",
    "viewer-joined",
    "control-changed",
    "viewer-message-received",
    "viewer-bytes-received",
  ]);
  first.end({ kind: "killed", signal: "SIGKILL" });
  await expect.poll(() => session.status.kind).toBe("restarting");
  viewers.handleMessage("a", offer);
  expect(session.handleSceneMessage({ person: 1, name: "", role: "host", hasControl: true }, { json: "1" })).toBe(
    false,
  );
  const second = await processes.nth(2);
  expect(second.kinds).toEqual(["start"]);
  second.ready();
  await expect.poll(() => second.kinds).toEqual(["start", "viewer-joined", "control-changed"]);
});

test("a first start that falls is an answer, a later one is tried again (SS3)", async () => {
  (await processes.nth(1)).ready();
  await session.ready;
  processes.started[0]?.end({ kind: "exited", exitCode: 3 });
  const second = await processes.nth(2);
  second.end({ kind: "not-started", cause: new Error("no memory") });
  const third = await processes.nth(3);
  expect(session.status).toMatchObject({
    kind: "restarting",
    attempt: 2,
    error: { code: "room-lost", message: "The scene's process could not be started: no memory" },
  });
  third.ready();
  await expect.poll(() => session.status.kind).toBe("live");
});

test("a first start that falls is not tried again (SS3)", async () => {
  const first = await processes.nth(1);
  first.print("Error: it has no licence");
  first.end({ kind: "exited", exitCode: 3 });
  await expect(session.ready).rejects.toMatchObject({
    code: "room-lost",
    message:
      "The scene's program ended by itself, with exit code 3. The last thing it printed: Error: it has no licence",
  });
  await expect.poll(() => session.status.kind).toBe("failed");
  expect(processes.started).toHaveLength(1);
});

test("a process that reads nothing is ended, by what is said to it and not by what viewers send without end", async () => {
  const first = await processes.nth(1);
  first.ready();
  await session.ready;
  first.isReading = false;
  const before = first.sent.length;
  for (let count = 0; count < 9_000; count += 1) session.viewers.handleBytes("a", Uint8Array.of(2));
  const sender = { person: 1, name: "", role: "host", hasControl: true } as const;
  for (let count = 0; count < 3_000; count += 1) session.handleSceneMessage(sender, { json: "1" });
  // One message of its input is on the way, whatever it sends; of messages to the scene there are a thousand.
  expect(first.sent.length - before).toBe(1_025);
  for (let count = 0; count < 4_000; count += 1) session.viewers.setControllers([]);
  await expect.poll(() => statuses).toContain("restarting");
  expect(session.status).toMatchObject({ error: { message: expect.stringContaining("no longer answered") } });
});

test("a process that hangs is told of and ended, and the next one begins in the state that it gave last", async () => {
  const hung: (string | null)[] = [];
  session.on("hung", ({ text }) => hung.push(text));
  const first = await processes.nth(1);
  first.ready();
  await session.ready;
  first.say({ kind: "scene-state-changed", state: "[7]" });
  const well = { kind: "pulse", place: "draw", where: null, isStarting: false, isDebugged: false } as const;
  first.say({ ...well, silentMs: 4_000 });
  await expect.poll(() => hung).toEqual([expect.stringMatching(/^The scene does not answer: drawing a frame/)]);
  first.say({ ...well, silentMs: 0 });
  await expect.poll(() => hung.at(-1)).toBeNull();
  expect(statuses).toEqual(["starting", "live"]);
  first.say({ ...well, silentMs: 10_000 });
  const second = await processes.nth(2);
  expect(session.status).toMatchObject({
    kind: "restarting",
    error: { message: "The scene did not answer for 10 seconds: drawing a frame does not come to an end." },
  });
  expect(second.sent).toMatchObject([{ kind: "start", sceneState: "[7]" }]);
  second.ready();
  await expect.poll(() => session.status.kind).toBe("live");
  expect(hung.at(-1)).toBeNull();
});

test("what a viewer pressed before its control changed reaches the process before that (VI1)", async () => {
  const first = await processes.nth(1);
  first.ready();
  await session.ready;
  session.viewers.join("bob", { person: 1, paused: false });
  first.isReading = false;
  for (const byte of [1, 2, 3]) session.viewers.handleBytes("bob", Uint8Array.of(2, byte));
  session.viewers.setControllers(["bob"]);
  session.viewers.handleBytes("bob", Uint8Array.of(2, 4));
  first.read();
  const came = first.sent
    .slice(-4)
    .map((message) => (message.kind === "viewer-bytes-received" ? message.messages : message.kind));
  expect(came).toEqual([
    [Uint8Array.of(2, 1)],
    [Uint8Array.of(2, 2), Uint8Array.of(2, 3)],
    "control-changed",
    [Uint8Array.of(2, 4)],
  ]);
});

test("six who flood a process that is behind keep nobody's acknowledgement from it (VI1, VI2)", async () => {
  const first = await processes.nth(1);
  first.ready();
  await session.ready;
  first.isReading = false;
  for (const flooder of ["a", "b", "c", "d", "e", "f"]) {
    for (let count = 0; count < 1_000; count += 1) session.viewers.handleBytes(flooder, Uint8Array.of(2, count % 256));
  }
  session.viewers.handleBytes("innocent", encodeAck(7));
  session.viewers.handleBytes("innocent", encodeAck(8));
  session.viewers.handleBytes("innocent", encodeAck(9));
  for (const frame of [10, 11]) session.viewers.handleBytes("innocent", Uint8Array.of(3, frame, 0, 0, 0));
  first.read();
  const came = first.sent.flatMap((message) =>
    message.kind === "viewer-bytes-received" && message.viewerId === "innocent" ? message.messages : [],
  );
  // The first was on its way; of the others the newest counts, and so of receipts.
  expect(came).toEqual([encodeAck(7), Uint8Array.of(3, 11, 0, 0, 0), encodeAck(9)]);
  expect(statuses).toEqual(["starting", "live"]);
});
