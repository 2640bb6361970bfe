import { afterEach, expect, test } from "vitest";
import { resolveOptions } from "../../../../server/options/options.ts";
import { glBackends } from "../../../../server/session/gl-backend.ts";
import { Session, type SessionStatus } from "../../../../server/session/session.ts";
import type { MessageSender } from "../../../../server/session/session-protocol.ts";
import { knowledgeOf, knowledgeQuestion, type SessionKnowledge } from "../../../fixtures/session-knowledge.ts";
import { fakeProcesses, fakeScene } from "../../../support/fake-scene.ts";
import { processExists } from "../../../support/processes.ts";

const ann: MessageSender = { person: 1, name: "Ann", role: "controller", hasControl: true };

let session: Session;
afterEach(() => session.close());

function start(query = "", sceneState: string | null = null): Session {
  const { sceneUrl, render, encode, quality, ice } = resolveOptions({ scene: fakeScene(query) });
  const kept = { watch: false, iceHost: null, ice, presence: true };
  const config = { sceneUrl: sceneUrl.href, ...render, ...encode, quality, ...kept };
  session = Session.start({ config, sceneState, processes: fakeProcesses });
  return session;
}

/** What the process was told. */
async function askProcess(): Promise<SessionKnowledge> {
  const { promise, resolve } = Promise.withResolvers<SessionKnowledge>();
  const off = session.on("sceneMessageSent", (message) => {
    const knowledge = knowledgeOf(message);
    if (knowledge !== null) resolve(knowledge);
  });
  expect(session.handleSceneMessage(ann, { json: JSON.stringify(knowledgeQuestion) })).toBe(true);
  const knowledge = await promise;
  off();
  return knowledge;
}

/** Kills the process and waits for the next one. */
async function fall(): Promise<void> {
  const killed = session.pid ?? 0;
  process.kill(killed, "SIGKILL");
  await expect.poll(() => session.status.kind === "live" && session.pid !== killed).toBe(true);
}

/** The statuses that a session goes through, collected while the test runs. */
function statusesOf(watched: Session): string[] {
  const statuses: string[] = [watched.status.kind];
  watched.on("statusChanged", ({ status }: { status: SessionStatus }) => statuses.push(status.kind));
  return statuses;
}

test("it starts, goes live and closes, and its process is gone", async () => {
  const statuses = statusesOf(start());
  expect(await session.ready).toMatchObject({ title: "A fake scene", renderer: { backend: "vulkan" } });
  const pid = session.pid ?? 0;
  expect(processExists(pid)).toBe(true);
  await session.close();
  await session.close();
  expect(processExists(pid)).toBe(false);
  expect(statuses).toEqual(["starting", "live", "closed"]);
});

test("without Vulkan it starts on OpenGL", async () => {
  expect(await start("noGl=vulkan").ready).toMatchObject({ renderer: { backend: "opengl" } });
});

test("a driver that crashes counts as one that is not there", async () => {
  await expect(start("kill=SIGSEGV").ready).rejects.toMatchObject({
    code: "room-lost",
    message: expect.stringMatching(/crashed outside of JavaScript/),
  });
});

test("without any OpenGL the start fails and says what was tried", async () => {
  const statuses = statusesOf(start("noGl=vulkan,opengl"));
  await expect(session.ready).rejects.toMatchObject({
    code: "no-gl",
    message: expect.stringContaining("vulkan, opengl"),
  });
  expect(statuses).toEqual(["starting", "failed"]);
  expect(session.pid).toBe(null);
});

test("a start that fails is not tried again", async () => {
  await expect(start("fail=scene-failed").ready).rejects.toMatchObject({ code: "scene-failed" });
  await expect(start("exit=7").ready).rejects.toMatchObject({
    code: "room-lost",
    message: expect.stringMatching(/exit code 7.*the library could not be loaded/),
  });
});

test("a process that is killed comes back, and viewers may go on", async () => {
  const statuses = statusesOf(start());
  await session.ready;
  session.viewers.join("a", { person: 1, paused: false });
  const killed = session.pid ?? 0;
  process.kill(killed, "SIGKILL");
  await expect.poll(() => statuses).toEqual(["starting", "live", "restarting", "live"]);
  expect(session.pid).not.toBe(killed);
  const answer = new Promise((resolve) => session.on("viewerMessageSent", resolve));
  session.viewers.handleMessage("a", { kind: "offer", connection: 2, sdp: "v=0" });
  expect(await answer).toMatchObject({ viewerId: "a", message: { kind: "answer", connection: 2 } });
});

test("who is there, who looks away and who has control is told to each new process", async () => {
  start();
  session.viewers.join("early", { person: 1, paused: true });
  session.viewers.setControllers(["early", "late"]);
  await session.ready;
  session.viewers.join("late", { person: 2, paused: false });
  session.viewers.join("gone", { person: 3, paused: false });
  session.viewers.leave("gone");
  session.viewers.handleMessage("late", { kind: "pause", paused: true });
  const viewers = { early: { person: 1, paused: true }, late: { person: 2, paused: true } };
  expect(await askProcess()).toMatchObject({ viewers, controllers: ["early", "late"] });
  await fall();
  expect(await askProcess()).toMatchObject({ viewers, controllers: ["early", "late"] });
  session.viewers.leave("early");
  session.viewers.handleMessage("late", { kind: "pause", paused: false });
  session.viewers.setControllers([]);
  await fall();
  expect(await askProcess()).toMatchObject({ viewers: { late: { person: 2, paused: false } }, controllers: [] });
});

test("a pause that is said while there is no process counts for the next one", async () => {
  await start().ready;
  session.viewers.join("a", { person: 1, paused: false });
  const restarting = new Promise<void>((resolve) => {
    session.on("statusChanged", ({ status }) => status.kind === "restarting" && resolve());
  });
  process.kill(session.pid ?? 0, "SIGKILL");
  await restarting;
  session.viewers.handleMessage("a", { kind: "pause", paused: true });
  expect(session.handleSceneMessage(ann, { json: "1" })).toBe(false);
  await expect.poll(() => session.status.kind).toBe("live");
  expect((await askProcess()).viewers).toEqual({ a: { person: 1, paused: true } });
});

test("a session begins in the state that it is given, and each new process in the newest one", async () => {
  await start("", '{"step":1}').ready;
  const states: (string | null)[] = [];
  session.on("sceneStateChanged", ({ state }) => states.push(state));
  expect([session.sceneState, (await askProcess()).state]).toEqual(['{"step":1}', '{"step":1}']);
  session.setSceneState('{"step":2}');
  await expect.poll(() => session.sceneState).toBe('{"step":2}');
  await fall();
  expect([session.sceneState, (await askProcess()).state]).toEqual(['{"step":2}', '{"step":2}']);
  expect(states).toEqual(['{"step":2}']);
});

test("a state that is wanted before the scene is live reaches it", async () => {
  start("readyAfter=200", '{"step":1}').setSceneState('{"step":2}');
  await session.ready;
  expect((await askProcess()).state).toBe('{"step":2}');
  await expect.poll(() => session.sceneState).toBe('{"step":2}');
});

test("a scene says whose messages it takes and what its state is, before it is live", async () => {
  start(`messagesFrom=everyone&state=${encodeURIComponent("[7]")}`);
  expect([session.messagesFrom, session.sceneState]).toEqual(["control", null]);
  await session.ready;
  await expect.poll(() => [session.messagesFrom, session.sceneState]).toEqual(["everyone", "[7]"]);
});

test("messages go both ways, and so does who used control", async () => {
  await start().ready;
  session.viewers.join("a", { person: 1, paused: false });
  session.viewers.setControllers(["a"]);
  const told = new Promise((resolve) => session.on("sceneMessageSent", resolve));
  const active = new Promise((resolve) => session.on("viewersActive", resolve));
  session.handleSceneMessage(ann, { base64: "AQID" });
  session.viewers.handleBytes("a", Uint8Array.of(2));
  expect(await told).toEqual({ to: null, body: { base64: "AQID" } });
  expect(await active).toEqual({ viewerIds: ["a"] });
});

test("a process that keeps falling is down at last, with a reason, and starts again when a host wants it", async () => {
  const statuses = statusesOf(start("fallAfter=1"));
  await session.ready;
  await expect.poll(() => session.status.kind).toBe("down");
  expect(statuses.filter((status) => status === "restarting")).toHaveLength(5);
  expect(session.status).toMatchObject({ error: { message: expect.stringContaining("tried again in 30 seconds.") } });
  await expect(session.viewers.answerWhep("a", 1, "v=0")).rejects.toMatchObject({ code: "room-lost" });
  const before = statuses.length;
  session.restart();
  await expect.poll(() => statuses.slice(before, before + 2)).toEqual(["live", "restarting"]);
});

test("a scene that runs starts again when a host wants it, with the state that it gave last", async () => {
  const statuses = statusesOf(start("state=[1]"));
  await session.ready;
  session.setSceneState("[2]");
  await expect.poll(() => session.sceneState).toBe("[2]");
  const killed = session.pid;
  session.restart();
  await expect.poll(() => statuses).toEqual(["starting", "live", "restarting", "live"]);
  expect(session.pid).not.toBe(killed);
  expect(await askProcess()).toMatchObject({ state: "[2]" });
});

test("a process that does not stop is killed after a second", async () => {
  await start("deaf=1").ready;
  const pid = session.pid ?? 0;
  const asked = performance.now();
  await session.close();
  expect(performance.now() - asked).toBeLessThan(10_000);
  expect(processExists(pid)).toBe(false);
});

test("it can be closed while it starts and while it restarts", async () => {
  const refused = expect(start("readyAfter=60000").ready).rejects.toMatchObject({ code: "closed" });
  await session.close();
  await refused;
  await start("fallAfter=100").ready;
  await expect.poll(() => session.status.kind, { interval: 2 }).toBe("restarting");
  await session.close();
  expect(session.status.kind).toBe("closed");
});

test("on Linux Vulkan comes first, then the display that is there, then one of our own", () => {
  const names = (env: NodeJS.ProcessEnv) => glBackends("linux", env).map(({ name }) => name);
  expect(names({ DISPLAY: ":1" })).toEqual(["Vulkan", "OpenGL on display :1", "OpenGL on Xvfb"]);
  expect(names({})).toEqual(["Vulkan", "OpenGL on Xvfb"]);
  expect(names({ SCENECAST_GL_BACKEND: "opengl" })).toEqual(["OpenGL on Xvfb"]);
  expect(names({ SCENECAST_GL_BACKEND: "vulkan", DISPLAY: ":1" })).toEqual(["Vulkan"]);
  expect(glBackends("darwin", {})).toHaveLength(1);
});

test.each([
  ["linux", "vulkan"],
  ["darwin", "opengl"],
] as const)(
  "on %s the first way to OpenGL says which it is, and to the environment no more than ANGLE reads",
  async (platform, backend) => {
    const opened = await glBackends(platform, {})[0]?.open();
    expect(opened).toMatchObject({ backend });
    expect(Object.keys(opened?.env ?? {})).not.toContain("SCENECAST_GL_BACKEND");
  },
);
