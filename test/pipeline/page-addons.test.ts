/** Addons of three and things of a page that throw nothing in a scene, and give what they give in a page. */

import { afterAll, beforeAll, expect, it } from "vitest";
import { RenderProbe, sceneFixture } from "../support/render-probe.ts";

let probe: RenderProbe;
let state: Record<string, unknown>;

beforeAll(async () => {
  probe = await RenderProbe.start(sceneFixture("page-addons"));
  const [told] = probe.rendered.flatMap((message) => (message.kind === "state" ? [message.state] : []));
  state = JSON.parse(told ?? "{}");
});
afterAll(() => probe?.close());

it.each([
  ["capabilities", [true, true, false, 0x1908]],
  ["timer", null],
  ["viewHelper", null],
  ["transformControls", null],
  ["dragControls", null],
  ["lut", 16],
  ["css3d", true],
  ["svg", 1],
  ["gltfExporter", true],
  ["collada", [4, 5, 6]],
  ["htmlMesh", null],
  ["interactiveGroup", null],
  ["environment", null],
  ["bloom", null],
  ["gpuComputation", null],
  ["secondRenderer", [0, 255, 0, 255]],
  ["partOfACanvas", 0],
  ["fontFace", 36],
  ["canvasFile", ["image/jpeg", "data:image/png;base64,"]],
  ["styles", [false, "black", 1]],
])("%s", (name, wanted) => expect(state[name]).toEqual(wanted));

it("OpenGL refuses nothing", () => {
  expect(probe.rendered.filter(({ kind }) => kind === "gl-errors" || kind === "notice")).toEqual([]);
});
