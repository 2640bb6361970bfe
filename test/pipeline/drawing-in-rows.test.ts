/** The surface in software: a picture that is drawn in strips, and what drawing smaller leaves behind. */

import {
  AmbientLight,
  BoxGeometry,
  Color,
  DirectionalLight,
  Mesh,
  MeshStandardMaterial,
  PerspectiveCamera,
  PlaneGeometry,
  Scene,
  Vector2,
  Vector4,
} from "three";
import { beforeAll, expect, it } from "vitest";
import { WebGlSurface } from "../../server/render/surface/webgl-surface.ts";

const size = { width: 160, height: 96 };
let surface: WebGlSurface;

beforeAll(() => {
  process.env["ANGLE_DEFAULT_PLATFORM"] = "vulkan";
  surface = new WebGlSurface({ size, backend: "vulkan", asGpu: false });
  surface.renderer.shadowMap.enabled = true;
});

/** A box over a floor, with its shadow, before a background. */
function boxOverFloor() {
  const scene = new Scene();
  scene.background = new Color(0x203040);
  const box = new Mesh(new BoxGeometry(), new MeshStandardMaterial({ color: 0xd02030 }));
  const floor = new Mesh(new PlaneGeometry(6, 6), new MeshStandardMaterial({ color: 0xe0e0e0 }));
  floor.rotation.x = -Math.PI / 2;
  floor.position.y = -0.8;
  const sun = new DirectionalLight(0xffffff, 3);
  sun.position.set(2, 4, 1);
  [box.castShadow, floor.receiveShadow, sun.castShadow] = [true, true, true];
  scene.add(box, floor, sun, new AmbientLight(0xffffff, 0.4));
  const camera = new PerspectiveCamera(50, size.width / size.height, 0.1, 20);
  camera.position.set(1, 2, 4);
  camera.lookAt(0, 0, 0);
  return { parts: { scene, camera }, box };
}

const empty = () => new Uint8Array(size.width * size.height * 4);

it("strips are the same picture as the whole, shadows too, of a scene that changed since", () => {
  const { parts, box } = boxOverFloor();
  surface.draw(parts);
  surface.read({ rgba: empty(), i420: null });
  // The shadow that is there is an old one.
  box.rotation.y = 0.7;
  const [whole, strips] = [empty(), empty()];
  for (const [first, end] of [
    [0, 30],
    [30, 31],
    [31, 96],
  ] as const) {
    surface.draw(parts, { rows: { first, count: end - first } });
    expect(surface.read({ rgba: strips, i420: null })).toEqual(size);
  }
  surface.draw(parts);
  surface.read({ rgba: whole, i420: null });
  expect(new Set(whole).size).toBeGreaterThan(20);
  expect(Buffer.compare(whole, strips)).toBe(0);
  expect(surface.takeErrors()).toEqual([]);
});

it("drawing smaller, or in strips, leaves the renderer as a scene set it", () => {
  const { parts } = boxOverFloor();
  const { renderer } = surface;
  renderer.setViewport(10, 20, 100, 60);
  renderer.setScissor(5, 6, 70, 80);
  renderer.setScissorTest(true);
  const state = () => [
    renderer.getPixelRatio(),
    renderer.getSize(new Vector2()).toArray(),
    renderer.getDrawingBufferSize(new Vector2()).toArray(),
    renderer.getViewport(new Vector4()).toArray(),
    renderer.getScissor(new Vector4()).toArray(),
    renderer.getScissorTest(),
    renderer.shadowMap.autoUpdate,
  ];
  const before = state();
  surface.draw(parts, { scale: 0.59 });
  expect(surface.read({ rgba: empty(), i420: null })).toEqual({ width: 94, height: 56 });
  expect(state()).toEqual(before);
  surface.draw(parts, { rows: { first: 10, count: 20 } });
  surface.read({ rgba: empty(), i420: null });
  expect(state()).toEqual(before);
  const broken = { ...parts, scene: Object.assign(new Scene(), { onBeforeRender: () => expect.unreachable() }) };
  expect(() => surface.draw(broken, { scale: 0.5 })).toThrow();
  expect(state()).toEqual(before);
});
