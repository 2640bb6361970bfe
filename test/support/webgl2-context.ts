/** The WebGL 2 that a scene gets, in this very process, and what is drawn with it; vitest gives each file a process of its own. */

import { createRequire } from "node:module";
import * as THREE from "three";
import type { WebGlSurface } from "../../server/render/surface/webgl-surface.ts";

const size = { width: 64, height: 64 };

/** As the DOM's types have it; a scene sees no other. */
export type UntypedContext = Record<string, (...values: unknown[]) => unknown> & Record<string, number>;

export type SceneContext = {
  readonly surface: WebGlSurface;
  readonly gl: UntypedContext;
  /** What gl itself made, which nothing of the scene's refers to. */
  readonly madeByGl: WeakRef<object>;
};

/** Opens the one context that there can be in a process. */
export async function openSceneContext(): Promise<SceneContext> {
  process.env["ANGLE_DEFAULT_PLATFORM"] = "vulkan";
  const require = createRequire(import.meta.url);
  const createGl = require("gl") as (...values: unknown[]) => object;
  const entry = require.cache[require.resolve("gl")];
  let madeByGl: WeakRef<object> | undefined;
  const noted = (...values: unknown[]) => {
    const made = createGl(...values);
    madeByGl = new WeakRef(made);
    return made;
  };
  if (entry !== undefined) entry.exports = noted;
  const { WebGlSurface } = await import("../../server/render/surface/webgl-surface.ts");
  const surface = new WebGlSurface({ size, backend: "vulkan", asGpu: false });
  if (madeByGl === undefined) throw new Error("the surface made no context");
  return { surface, gl: surface.renderer.getContext() as never, madeByGl };
}

export const camera = new THREE.OrthographicCamera(-1, 1, 1, -1, 0, 2);
camera.position.z = 1;

/** What `scene` looks like at a place from 0 to 1, `y` up. */
export function drawnAt(surface: WebGlSurface, scene: THREE.Scene, x: number = 0.5, y: number = 0.5): number[] {
  const pixels = new Uint8Array(size.width * size.height * 4);
  surface.draw({ scene, camera });
  surface.read({ rgba: pixels, i420: null });
  const at = (Math.floor(y * size.height) * size.width + Math.floor(x * size.width)) * 4;
  return [...pixels.subarray(at, at + 3)];
}

/** What covers the whole picture. */
export function quadOf(material: THREE.Material): THREE.Scene {
  const scene = new THREE.Scene();
  scene.add(new THREE.Mesh(new THREE.PlaneGeometry(2, 2), material));
  return scene;
}
