/** The controls that a scene declared, as the scene has them and as its viewers do. */

import { beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { DeclaredControls } from "../../../../../server/render/panels/declared-controls.ts";
import { readControls } from "../../../../../server/render/panels/read-controls.ts";
import { ScenePanels } from "../../../../../server/render/panels/scene-panels.ts";
import { defineScene } from "../../../../../server/render/scene.ts";

const scene = defineScene({
  controls: {
    speed: { type: "range", min: 0, max: 5, step: 0.1, value: 1, label: "Speed" },
    shape: { type: "choice", options: ["cube", "ball"], value: "cube" },
    reset: { type: "button" },
    Light: {
      type: "folder",
      controls: { tint: { type: "colour", value: "#ff8800" }, on: { type: "switch", value: true } },
    },
  },
  setup({ three, controls }) {
    expectTypeOf(controls.speed).toEqualTypeOf<number>();
    expectTypeOf(controls.shape).toEqualTypeOf<"cube" | "ball">();
    expectTypeOf(controls.Light.tint).toEqualTypeOf<string>();
    expectTypeOf(controls.Light.on).toEqualTypeOf<boolean>();
    controls.Light.onChange("on", (on) => expectTypeOf(on).toEqualTypeOf<boolean>());
    // @ts-expect-error a button holds nothing
    controls.onChange("reset", () => undefined);
    // @ts-expect-error there is none of this name
    controls.onPress("rest", () => undefined);
    // @ts-expect-error it is a number
    controls.speed = "fast";
    return { scene: new three.Scene(), camera: new three.PerspectiveCamera() };
  },
});
type Controls = Parameters<typeof scene.setup>[0]["controls"];

let [declared, panels, controls] = [] as unknown as [DeclaredControls, ScenePanels, Controls];
let [errors, sets] = [[] as string[], 0];

beforeEach(() => {
  [errors, sets] = [[], 0];
  [declared, panels] = begin();
  controls = declared.api as Controls;
});

function begin(): [DeclaredControls, ScenePanels] {
  const declared = new DeclaredControls(() => {
    sets += 1;
  });
  declared.declare(readControls("controls", scene.controls));
  const onError = (label: string, error: unknown) => errors.push(`${label}: ${error}`);
  return [declared, new ScenePanels({ sources: [declared], onError, warn: () => undefined })];
}

const set = (id: string, value: number | string | boolean | null, last = true) => panels.set({ id, value, last });

describe("controls that a scene declares", () => {
  it("are a panel, whose ids are the names and whose labels may be others", () => {
    expect(panels.read().map(({ id, label }) => `${id} ${label}`)).toEqual([
      "/scene Controls",
      "/scene/speed Speed",
      "/scene/shape shape",
      "/scene/reset reset",
      "/scene/Light Light",
      "/scene/Light/tint tint",
      "/scene/Light/on on",
    ]);
    expect([controls.speed, controls.shape, controls.Light.tint]).toEqual([1, "cube", "#ff8800"]);
    expect(Object.keys(controls)).toEqual(["speed", "shape", "Light"]);
  });

  it("are none without a declaration, also for the scene", () => {
    const none = new DeclaredControls(() => undefined);
    expect([none.isEmpty, [...none.read()]]).toEqual([true, []]);
    expect(Object.keys(none.api as object)).toEqual([]);
  });

  it("DL2: tell the scene what viewers set, and not what it sets itself", () => {
    const heard: unknown[] = [];
    const off = controls.onChange("speed", (value, last) => heard.push([value, last]));
    controls.Light.onChange("tint", (value) => heard.push(value));
    controls.onPress("reset", () => heard.push("reset"));
    set("/scene/speed", 2, false);
    set("/scene/Light/tint", "#00ff00");
    set("/scene/reset", null);
    controls.speed = 3;
    off();
    set("/scene/speed", 4);
    expect(heard).toEqual([[2, false], "#00ff00", "reset"]);
    expect([controls.speed, controls.Light.tint, sets]).toEqual([4, "#00ff00", 1]);
  });

  it("DL1: hold what fits alone, on steps of a range, and say the rule", () => {
    set("/scene/speed", 0.34);
    expect(controls.speed).toBe(0.3);
    expect(set("/scene/speed", 6)).toBe(false);
    expect(() => (controls.speed = 6)).toThrow(new TypeError("controls.speed must be a number from 0 to 5."));
    expect(() => Object.assign(controls, { shape: "egg" })).toThrow("controls.shape must be one of cube, ball.");
    expect(() => Object.assign(controls, { sped: 1 })).toThrow(TypeError);
    expect(() => Object.assign(controls, { Light: 1 })).toThrow("controls.Light cannot be set: it is a folder.");
    expect(() => controls.onPress("speed" as "reset", () => undefined)).toThrow(
      'controls has no button "speed". It has reset.',
    );
    expect(() => controls.onChange("shpae" as "shape", () => undefined)).toThrow(
      /^controls has no control with a value "shpae"\. It has speed, shape/,
    );
    expect(controls.speed).toBe(0.3);
  });

  it("go on where a listener throws, and the others hear of it", () => {
    const heard: number[] = [];
    controls.onChange("speed", () => {
      throw new RangeError("no");
    });
    controls.onChange("speed", (value) => heard.push(value));
    set("/scene/speed", 2);
    expect([heard, errors, controls.speed]).toEqual([[2], ["Speed: RangeError: no"], 2]);
  });

  it("DL3: come back with what viewers and the scene itself set, and listeners hear of it", () => {
    expect([panels.hasValues, panels.values]).toEqual([true, {}]);
    set("/scene/Light/on", false);
    controls.shape = "ball";
    expect(panels.values).toEqual({ "/scene/shape": "ball", "/scene/Light/on": false });
    const [next, nextPanels] = begin();
    const nextControls = next.api as Controls;
    const heard: string[] = [];
    nextControls.onChange("shape", (shape) => heard.push(shape));
    nextPanels.restore(panels.values ?? {});
    expect([nextControls.shape, nextControls.Light.on, heard]).toEqual(["ball", false, ["ball"]]);
    nextPanels.restore({});
    expect([nextControls.shape, nextControls.Light.on, nextPanels.values]).toEqual(["cube", true, {}]);
  });
});
