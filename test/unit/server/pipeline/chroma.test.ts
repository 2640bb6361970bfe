/** Viewers who can show 4:4:4 and viewers who cannot, before one scene whose stages are stand-ins. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SceneContent } from "../../../../shared/video.ts";
import { JoinedPipeline } from "./joined-pipeline.ts";

let scene: JoinedPipeline;

beforeEach(() => {
  vi.useFakeTimers();
  scene = new JoinedPipeline();
});

afterEach(async () => {
  await scene.close();
});

function reload(content: SceneContent): void {
  scene.render.emit("messageReceived", { kind: "reloaded", title: "Again", messagesFrom: "control", content });
}

const both = ["h264", "h264-444"] as const;

test("a scene of lines is encoded in 4:4:4, from RGBA, for who can show it, and in 4:2:0 for who cannot", async () => {
  reload("lines");
  const [ann, bob] = [scene.join("ann", { codec: both }), scene.join("bob", { codec: "vp8" })];
  expect(scene.encoders.wantedNames.toSorted()).toEqual(["h264-444 0", "vp8 0"]);
  expect(scene.render.isRgbaWanted).toBe(true);
  await scene.move(100);
  expect([ann.frames[0]?.codec, bob.frames[0]?.codec]).toEqual(["h264-444", "vp8"]);
  scene.leave("ann");
  expect([scene.encoders.wantedNames, scene.render.isRgbaWanted]).toEqual([["vp8 0"], false]);
});

test("a scene of surfaces is encoded in 4:2:0 alone, of whatever form there is", () => {
  scene.join("ann", { codec: both });
  scene.joinByWebRtc("bob");
  expect([scene.encoders.wantedNames, scene.render.isRgbaWanted]).toEqual([["h264 0"], false]);
});

test("what the options say counts more than what the scene says", async () => {
  await scene.close();
  scene = new JoinedPipeline({ chroma: "420" });
  reload("text");
  scene.join("ann", { codec: both });
  expect(scene.encoders.wantedNames).toEqual(["h264 0"]);
  await scene.close();
  scene = new JoinedPipeline({ chroma: "444", codec: "vp9" });
  expect(scene.joinByWebRtc("bob").codec).toBe("vp9-444");
});

test("a scene that is loaded anew and says something else of itself is heard by encoders, and by viewers who come then", () => {
  expect(scene.encoders.content).toBe("surfaces");
  scene.join("ann", { codec: both });
  reload("text");
  expect(scene.encoders.content).toBe("text");
  scene.join("bob", { codec: both });
  expect(scene.encoders.wantedNames).toEqual(["h264 0", "h264-444 0"]);
});
