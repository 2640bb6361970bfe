/** How the stages of a scene are joined: server/pipeline/pipeline.ts and viewers/viewers.ts, with stand-ins for the stages. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { StreamError } from "../../../../shared/errors.ts";
import { encodeInput } from "../../../../shared/input.ts";
import { now } from "../../../../shared/time.ts";
import { keyInput, pointerInput } from "../../../support/input-samples.ts";
import { FakeSink } from "./fake-stages.ts";
import { JoinedPipeline } from "./joined-pipeline.ts";

let scene: JoinedPipeline;

beforeEach(() => {
  vi.useFakeTimers();
  scene = new JoinedPipeline();
});

afterEach(async () => {
  await scene.close();
});

test("the scene is drawn and encoded while somebody looks, and a newcomer's video begins with a key frame", async () => {
  expect([scene.render.isWatched, scene.encoders.wanted]).toEqual([false, []]);
  const ann = scene.join("ann");
  expect([scene.render.isWatched, scene.encoders.wantedNames]).toEqual([true, ["h264 0"]]);
  await scene.move(200);
  const bob = scene.join("bob");
  await scene.move(400);
  expect([ann.frames[0]?.isKeyFrame, bob.frames[0]?.isKeyFrame]).toEqual([true, true]);
  expect(ann.frames.map(({ frame }) => frame)).toEqual(ann.frames.map((_, index) => index + 1));
  scene.leave("ann");
  expect(scene.render.isWatched).toBe(true);
  scene.leave("bob");
  expect([scene.render.isWatched, scene.encoders.wanted]).toEqual([false, []]);
});

test("viewers of different codecs have an encoder each, and get the frames of theirs alone", async () => {
  const [ann, bob] = [scene.join("ann"), scene.join("bob", { codec: "vp8" })];
  await scene.move(200);
  expect(scene.encoders.wantedNames.sort()).toEqual(["h264 0", "vp8 0"]);
  expect(new Set(ann.frames.map(({ codec }) => codec))).toEqual(new Set(["h264"]));
  expect(new Set(bob.frames.map(({ codec }) => codec))).toEqual(new Set(["vp8"]));
});

test("who looks away gets nothing and has nothing drawn, and begins with a key frame when it looks again", async () => {
  const ann = scene.join("ann", { paused: true });
  await scene.move(100);
  expect([scene.render.isWatched, ann.frames]).toEqual([false, []]);
  ann.say({ kind: "pause", paused: false });
  await scene.move(100);
  const seen = ann.frames.length;
  expect([scene.render.isWatched, seen > 0]).toEqual([true, true]);
  ann.say({ kind: "pause", paused: true });
  scene.pipeline.addSink(new FakeSink());
  await scene.move(100);
  expect(ann.frames).toHaveLength(seen);
  ann.say({ kind: "pause", paused: false });
  await scene.move(400);
  expect(ann.frames[seen]?.isKeyFrame).toBe(true);
});

test("the same bytes for several viewers cross to the main process once", async () => {
  scene.join("ann");
  scene.join("bob");
  await scene.move(400);
  scene.sent.length = 0;
  await scene.move(16);
  const frames = scene.sent.flatMap((message) => (message.kind === "send-viewer-bytes" ? [message.viewerIds] : []));
  expect(frames).toEqual([["ann", "bob"]]);
});

test("input reaches the scene with control alone, and its echo comes with the first frame that shows it", async () => {
  const [ann, bob] = [scene.join("ann"), scene.join("bob")];
  await scene.move(400);
  scene.setControl("ann");
  const press = keyInput("down");
  for (const viewer of [ann, bob]) viewer.press(press);
  expect(scene.render.received).toMatchObject([{ viewerId: "ann", sequence: 1, event: press }]);
  expect(scene.kinds("viewers-active")).toEqual([{ kind: "viewers-active", viewerIds: ["ann"] }]);
  const receivedAt = now();
  const shown = { viewerId: "ann", sequence: 1, receivedAt };
  const frame = 1 + Math.round(400 / 16);
  scene.render.emit("messageReceived", { kind: "inputs-shown", frame, inputs: [shown] });
  const isEcho = (feedback: unknown) => (feedback as { readonly kind: string }).kind === "echo";
  expect(ann.feedback.some(isEcho)).toBe(false);
  await scene.move(64);
  const echoes = ann.feedback.filter(isEcho);
  expect(echoes).toEqual([{ kind: "echo", rtpTimestamp: ann.frames.at(-4)?.frame, sequence: 1, serverMs: 0 }]);
  expect(bob.feedback.some(isEcho)).toBe(false);
  scene.leave("ann");
  // What it held is let go.
  expect(scene.render.received.at(-1)).toMatchObject({ viewerId: "ann", sequence: 0, event: { phase: "up" } });
});

test("an echo of what a viewer did before it looked away is not told", async () => {
  const ann = scene.join("ann");
  scene.pipeline.addSink(new FakeSink());
  await scene.move(400);
  scene.render.emit("messageReceived", {
    kind: "inputs-shown",
    frame: 1,
    inputs: [{ viewerId: "ann", sequence: 1, receivedAt: now() }],
  });
  ann.say({ kind: "pause", paused: true });
  await scene.move(100);
  ann.say({ kind: "pause", paused: false });
  await scene.move(400);
  expect(ann.feedback.filter((feedback) => (feedback as { kind: string }).kind === "echo")).toEqual([]);
});

test("bad input is counted and logged, and costs nobody anything", async () => {
  const ann = scene.join("ann");
  ann.send(new Uint8Array([1, 2, 3]));
  await scene.move(1100);
  expect(scene.reports[0]?.rejectedInputs).toBe(1);
  expect(scene.kinds("log")).toMatchObject([{ level: "debug" }]);
  expect(ann.frames.length).toBeGreaterThan(50);
});

test("viewers see where others point, and where each is when they begin", async () => {
  const [ann, bob] = [scene.join("ann"), scene.join("bob")];
  ann.press(pointerInput("down", { x: 0.25, y: 0.5 }));
  await scene.move(100);
  const pointers = { kind: "pointers", pointers: [expect.objectContaining({ person: 1, state: "pressed" })] };
  expect(bob.feedback).toContainEqual(pointers);
  expect(ann.feedback).not.toContainEqual(pointers);
  const cid = scene.join("cid");
  await vi.advanceTimersByTimeAsync(1);
  expect(cid.feedback).toContainEqual(pointers);
});

test("viewers that are not to see each other are told of no pointers", async () => {
  const apart = new JoinedPipeline({ presence: false });
  const [ann, bob] = [apart.join("ann"), apart.join("bob")];
  ann.press(pointerInput("down"));
  await apart.move(100);
  expect(bob.feedback).toEqual([]);
  await apart.close();
});

test("that the scene is about to rest, rests and moves again is told to all, with the frame that shows it", async () => {
  const ann = scene.join("ann");
  await scene.move(160);
  scene.render.emit("messageReceived", { kind: "resting", frame: 11 });
  expect(ann.told.at(-1)).toEqual({ kind: "resting", connection: 1, picture: "p11" });
  scene.encoders.encode(true, true);
  expect(ann.told.at(-1)).toEqual({ kind: "rest", connection: 1, frame: ann.frames.at(-1)?.frame, picture: "p11" });
  await scene.move(16);
  expect(scene.kinds("rest-begun", "rest-changed")).toEqual([
    { kind: "rest-begun", picture: "p11" },
    { kind: "rest-changed", picture: "p11" },
    { kind: "rest-changed", picture: null },
  ]);
});

test("each second is reported, and viewers are told of those in which frames came", async () => {
  const ann = scene.join("ann");
  scene.render.emit("messageReceived", { kind: "report", rendered: 50, renderMs: [7], readbackMs: [1], cpuMs: 400 });
  await scene.move(1100);
  expect(scene.reports).toHaveLength(1);
  const [report] = scene.reports;
  expect(report).toMatchObject({ rendered: 50, viewers: 1, encoders: 1, keyFrames: 1, droppedFrames: 0 });
  expect([report?.encoded, report?.sentFrames]).toEqual([63, 63]);
  expect(report?.stageMs.encode[0]).toBe(2);
  const pulse = { kind: "pulse", renderedFps: 50, renderMs: 7, encodeMs: 2 };
  expect(ann.feedback).toContainEqual(pulse);
  await scene.rest(3000);
  expect(ann.feedback.filter((feedback) => (feedback as { kind: string }).kind === "pulse")).toHaveLength(2);
});

test("what the scene and its renderer say goes to the main process, and what is for them comes there", () => {
  const { render, pipeline } = scene;
  render.emit("messageReceived", { kind: "notice", text: "It threw." });
  render.emit("messageReceived", { kind: "message", to: 3, body: { json: "1" } });
  render.emit("messageReceived", { kind: "state", state: "{}" });
  render.emit("messageReceived", { kind: "reloaded", title: "Again", messagesFrom: "control", content: "text" });
  expect(scene.encoders.content).toBe("text");
  expect(scene.sent).toMatchObject([
    { text: "It threw." },
    { to: 3, body: { json: "1" } },
    { state: "{}" },
    { title: "Again", messagesFrom: "control" },
  ]);
  const from = { person: 1, name: "Ann", role: "host", hasControl: true } as const;
  pipeline.handle({ kind: "scene-message-received", from, body: { json: "null" } });
  pipeline.handle({ kind: "scene-state-wanted", state: "[1]" });
  expect(render.received).toEqual([[from, { json: "null" }], "[1]"]);
});

test("errors of OpenGL are counted, and each kind is logged once", async () => {
  scene.join("ann");
  for (const name of ["INVALID_ENUM", "INVALID_ENUM", "INVALID_VALUE"]) {
    scene.render.emit("messageReceived", { kind: "gl-errors", name, count: 2 });
  }
  await scene.move(1100);
  expect(scene.reports[0]?.glErrors).toBe(6);
  expect(scene.kinds("log")).toHaveLength(2);
});

test("picture outlets have the scene drawn as viewers do, and are given what is asked of them", () => {
  const wanted = { kind: "jpeg-unwanted", streamId: "s" } as const;
  scene.pipeline.handle(wanted);
  expect(scene.outlets.received).toEqual([wanted]);
  scene.outlets.isWatching = true;
  scene.outlets.emit("watchingChanged", {});
  expect([scene.render.isWatched, scene.encoders.wanted]).toEqual([true, []]);
  scene.outlets.isWatching = false;
  scene.outlets.emit("watchingChanged", {});
  expect(scene.render.isWatched).toBe(false);
});

test("a WHEP viewer is answered, watches, and is gone with its connection", async () => {
  scene.pipeline.handle({ kind: "whep-offered", viewerId: "whep", person: 4, sdp: "v=0" });
  await vi.advanceTimersByTimeAsync(1);
  expect(scene.kinds("whep-answered")).toEqual([{ kind: "whep-answered", viewerId: "whep", sdp: "answer to v=0" }]);
  const [way] = scene.transports;
  way?.emit("connected", {});
  await scene.move(100);
  expect(way?.sent[0]?.isKeyFrame).toBe(true);
  scene.setControl("whep");
  way?.emit("inputReceived", { bytes: encodeInput({ sequence: 1, ordered: 0, event: keyInput("down") }) });
  way?.emit("lost", { reason: "It went away." });
  expect(scene.kinds("viewer-closed")).toEqual([{ kind: "viewer-closed", viewerId: "whep", reason: "It went away." }]);
  expect([scene.render.isWatched, way?.isClosed]).toEqual([false, true]);
  expect(scene.render.received.at(-1)).toMatchObject({ viewerId: "whep", sequence: 0, event: { phase: "up" } });
});

test("a WHEP offer that cannot be used is refused, and leaves nobody behind", async () => {
  scene.refusal = new StreamError("bad-sdp");
  scene.pipeline.handle({ kind: "whep-offered", viewerId: "whep", person: 4, sdp: "nonsense" });
  await vi.advanceTimersByTimeAsync(1);
  expect(scene.kinds("whep-refused")).toMatchObject([{ viewerId: "whep", error: { code: "bad-sdp" } }]);
  expect(scene.render.isWatched).toBe(false);
});

test("a viewer whose WebSocket takes nothing for long is to be cut", async () => {
  scene.join("ann").delayMs = 1e9;
  await scene.move(8000);
  expect(scene.kinds("viewer-stuck")).toMatchObject([{ viewerId: "ann" }]);
  expect(scene.render.isWatched).toBe(false);
});

test("words and bytes of a viewer that is gone are ignored", () => {
  const ann = scene.join("ann");
  scene.leave("ann");
  ann.press(keyInput("down"));
  ann.say({ kind: "pause", paused: true });
  ann.send(new Uint8Array());
  expect([scene.failures, scene.render.received, scene.kinds("log")]).toEqual([[], [], []]);
});

test.each(["render", "encoders", "outlets"] as const)("that %s is gone for good fails the pipeline", (stage) => {
  const error = new StreamError("encoder-failed");
  if (stage === "render") scene.render.emit("ended", error);
  if (stage === "encoders") scene.encoders.emit("failed", error);
  if (stage === "outlets") scene.outlets.emit("failed", error);
  expect(scene.failures).toEqual([error]);
});

test("closing ends viewers and stages, and what they say then is no failure", async () => {
  const way = scene.joinByWebRtc("ann");
  await scene.close();
  await scene.close();
  scene.render.emit("ended", new StreamError("scene-failed"));
  expect([way.isClosed, scene.render.isClosed, scene.encoders.isClosed, scene.outlets.isClosed]).toEqual(
    new Array(4).fill(true),
  );
  expect(scene.failures).toEqual([]);
});

test("the scene is drawn as those prefer who steer, from the moment on that they do", async () => {
  const ann = scene.join("ann");
  scene.join("bob");
  ann.say({ kind: "view", shown: null, preference: "fluid", maxBitrateBps: null });
  scene.setControl("bob");
  await scene.move(1200);
  expect(scene.render.received).toEqual([]);
  scene.setControl("ann");
  expect(scene.render.received).toEqual(["fluid"]);
  ann.say({ kind: "view", shown: null, preference: "sharp", maxBitrateBps: null });
  await scene.move(1200);
  expect(scene.render.received).toEqual(["fluid", "sharp"]);
});
