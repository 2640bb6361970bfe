/** The WebGL 2 of a scene is whole, and nothing that a scene calls ends the process: it is this very process that would end. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as THREE from "three";
import { beforeAll, describe, expect, it } from "vitest";
import { randomOf } from "../support/lab/random.ts";
import { residentBytesOf } from "../support/process-stats.ts";
import { drawnAt, openSceneContext, quadOf, type SceneContext } from "../support/webgl2-context.ts";

let surface: SceneContext["surface"];
let gl: SceneContext["gl"];
let madeByGl: SceneContext["madeByGl"];
let collect: () => void;

beforeAll(async () => {
  setFlagsFromString("--expose-gc");
  collect = runInNewContext("gc") as () => void;
  ({ surface, gl, madeByGl } = await openSceneContext());
});

describe("the WebGL 2 context of a scene", () => {
  it("has every call and constant that a browser's has", () => {
    const file = createRequire(import.meta.url).resolve("typescript/lib/lib.dom.d.ts");
    const text = readFileSync(file, "utf8");
    const body = (head: string) => text.slice(text.indexOf(head), text.indexOf("\n}", text.indexOf(head)));
    const interfaces = ["WebGLRenderingContextBase", "WebGL2RenderingContextBase", "WebGL2RenderingContextOverloads"];
    const bodies = interfaces.map((name) => body(`interface ${name} {`)).join("\n");
    const calls = [...bodies.matchAll(/^ {4}(\w+)\(/gm)].map(([, name = ""]) => name);
    const constants = [...bodies.matchAll(/^ {4}readonly ([A-Z]\w+): (0x[0-9A-F]+|\d+);/gm)];
    expect(calls.length).toBeGreaterThan(200);
    expect(constants.length).toBeGreaterThan(500);
    expect(calls.filter((name) => typeof gl[name] !== "function")).toEqual([]);
    expect(constants.filter(([, name = "", value]) => gl[name] !== Number(value))).toEqual([]);
  });

  it("keeps what gl made, which ends the process when it is collected", async () => {
    for (let turn = 0; turn < 3; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    expect(madeByGl.deref()).toBeDefined();
  });

  it("answers with the errors of WebGL, and names what a scene bound", () => {
    const buffer = gl["createBuffer"]?.();
    gl["bindBuffer"]?.(gl["ARRAY_BUFFER"], buffer);
    expect(gl["getParameter"]?.(gl["ARRAY_BUFFER_BINDING"])).toBe(buffer);
    gl["bindBuffer"]?.(gl["ELEMENT_ARRAY_BUFFER"], buffer);
    expect(gl["getError"]?.()).toBe(gl["INVALID_OPERATION"]);
    gl["clearBufferfv"]?.(gl["COLOR"], 0, [1, 2]);
    expect(gl["getError"]?.()).toBe(gl["INVALID_VALUE"]);
    gl["deleteBuffer"]?.(buffer);
    expect(gl["isBuffer"]?.(buffer)).toBe(false);
    expect(() => gl["bindTexture"]?.(gl["TEXTURE_2D"], {})).toThrow(TypeError);
    expect(gl["getParameter"]?.(gl["FRAMEBUFFER_BINDING"])).toBe(null);
    surface.renderer.resetState();
  });

  it("is there after what nobody holds was collected", async () => {
    const scene = quadOf(new THREE.MeshBasicMaterial({ color: 0x00ff00 }));
    for (let round = 0; round < 3; round += 1) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(drawnAt(surface, scene)).toEqual([0, 255, 0]);
    }
  });

  it("takes no memory for each drawing of a shader whose branches hang on uniforms", () => {
    const scene = new THREE.Scene().add(new THREE.Points(new THREE.BoxGeometry(), new THREE.PointsMaterial()));
    const camera = new THREE.PerspectiveCamera();
    camera.position.z = 3;
    const pixels = new Uint8Array(64 * 64 * 4);
    const draw = (): void => {
      surface.draw({ scene, camera });
      surface.read({ rgba: pixels, i420: null });
    };
    for (let frame = 0; frame < 100; frame += 1) draw();
    expect(pixels.some((value) => value > 0)).toBe(true);
    const before = residentBytesOf(process.pid);
    for (let frame = 0; frame < 600; frame += 1) draw();
    const grownMib = (residentBytesOf(process.pid) - before) / 2 ** 20;
    expect(grownMib).toBeLessThan(30);
  });

  it("outlives whatever is called with whatever", () => {
    const random = randomOf(11);
    const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)] as Value;
    const made = [
      "createBuffer",
      "createTexture",
      "createFramebuffer",
      "createProgram",
      "createVertexArray",
      "createQuery",
    ];
    const objects = made.map((name) => gl[name]?.());
    const numbers = Object.values(Object.getPrototypeOf(gl) as object).filter((value) => typeof value === "number");
    const values = () =>
      pick<() => unknown>([
        () => pick(numbers),
        () => pick([0, 1, 2, -1, 16, 0.5, 1e9, Number.NaN]),
        () => pick([null, undefined, true, "text", {}, [], [1, 2, 3], new Float32Array(2), new Uint8Array(0)]),
        () => pick(objects),
        () => new Uint8Array(16),
      ])();
    // These would only allocate or wait.
    const left = new Set([
      "texStorage2D",
      "texStorage3D",
      "renderbufferStorage",
      "renderbufferStorageMultisample",
      "makeXRCompatible",
      "resizeDrawingBuffer",
    ]);
    const names = Object.keys(gl).filter((name) => typeof gl[name] === "function" && !left.has(name));
    let thrown = 0;
    for (let turn = 0; turn < 20_000; turn += 1) {
      try {
        gl[pick(names)]?.(...Array.from({ length: Math.floor(random() * 10) }, values));
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
        thrown += 1;
      }
    }
    expect(thrown).toBeGreaterThan(0);
    for (let count = 0; count < 20 && gl["getError"]?.() !== 0; count += 1);
  });
});
