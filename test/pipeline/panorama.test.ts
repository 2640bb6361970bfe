/** Drawing all around: each pixel has the colour of its direction, at seams and poles too, whichever way it is drawn. */

import {
  AmbientLight,
  BufferGeometry,
  Float32BufferAttribute,
  Group,
  Mesh,
  MeshBasicMaterial,
  OrthographicCamera,
  PerspectiveCamera,
  Points,
  PointsMaterial,
  Scene,
  SphereGeometry,
  Vector2,
  Vector3,
  Vector4,
} from "three";
import { beforeAll, expect, it } from "vitest";
import { SampledPicture } from "../../server/render/sampled-picture.ts";
import { panoramaCamera } from "../../server/render/scene.ts";
import { WebGlSurface } from "../../server/render/surface/webgl-surface.ts";
import {
  emptyPicture,
  expectRoomInPlace,
  expectSkyEverywhere,
  isColour,
  room,
  size,
  strayPixels,
  walls,
} from "../support/panorama-scenes.ts";

let surface: WebGlSurface;

beforeAll(() => {
  process.env["ANGLE_DEFAULT_PLATFORM"] = "vulkan";
  surface = new WebGlSurface({ size, backend: "vulkan", asGpu: false });
});

it("AA1: each wall of a room is where its direction is, within a pixel, and the camera's heading is the middle", () =>
  expectRoomInPlace(surface));

it("AA1: a sky of a colour for each direction has it everywhere, with no line at a seam, and is even at the poles", () =>
  expectSkyEverywhere(surface));

it("AA3: of several samples the edges of a room are smooth, and still at their places", async () => {
  const { scene, camera } = room();
  const rgba = emptyPicture();
  camera.rotation.y = 0.3;
  await new SampledPicture(surface, 8).draw({ scene, camera: panoramaCamera(camera) }, rgba);
  expect(strayPixels(rgba, (direction) => direction.applyAxisAngle(new Vector3(0, 1, 0), 0.3))).toBe(0);
  const colours = new Set(new Uint32Array(rgba.buffer));
  expect(colours.size).toBeGreaterThan(40);
  expect(camera.view?.enabled ?? false).toBe(false);
});

it("AA4: drawn smaller it is the same view, and the renderer stays as a scene set it", () => {
  const { renderer } = surface;
  const { scene, camera } = room();
  const parts = { scene, camera: panoramaCamera(camera) };
  renderer.setViewport(10, 20, 100, 60);
  renderer.setScissor(5, 6, 70, 80);
  renderer.setScissorTest(true);
  const state = () => [
    renderer.getPixelRatio(),
    renderer.getSize(new Vector2()).toArray(),
    renderer.getViewport(new Vector4()).toArray(),
    renderer.getScissor(new Vector4()).toArray(),
    renderer.getScissorTest(),
    [renderer.shadowMap.autoUpdate, renderer.info.autoReset, renderer.autoClear],
  ];
  const before = state();
  expect(surface.canScale(parts)).toBe(true);
  surface.draw(parts, { scale: 0.5 });
  const rgba = emptyPicture();
  expect(surface.read({ rgba, i420: null })).toEqual({ width: 256, height: 128 });
  expect(state()).toEqual(before);
  // Ahead is -z, to the right +x, up +y.
  const colourAt = (column: number, row: number) =>
    walls.findIndex((hex) => isColour(rgba, (row * 256 + column) * 4, hex));
  expect([colourAt(128, 64), colourAt(192, 64), colourAt(64, 64), colourAt(0, 64), colourAt(255, 64)]).toEqual([
    5, 0, 1, 4, 4,
  ]);
  expect([colourAt(5, 127), colourAt(200, 127), colourAt(5, 0)]).toEqual([2, 2, 3]);
  const broken = { ...parts, scene: Object.assign(new Scene(), { onBeforeRender: () => expect.unreachable() }) };
  expect(() => surface.draw(broken)).toThrow();
  expect(state()).toEqual(before);
  renderer.setScissorTest(false);
});

it("AA2: points that are sized by their distance are as large as a sphere of their size, whichever view they are in", () => {
  const measure = (object: Mesh | Points, direction: Vector3): number => {
    const scene = new Scene();
    object.position.copy(direction).multiplyScalar(4);
    scene.add(new AmbientLight(), new Group().add(object));
    const rgba = emptyPicture();
    surface.draw({ scene, camera: panoramaCamera(new PerspectiveCamera(50, 2, 0.1, 20)) });
    surface.read({ rgba, i420: null });
    const row = rgba.subarray((size.height / 2) * size.width * 4, (size.height / 2 + 1) * size.width * 4);
    return new Uint32Array(row.slice().buffer).filter((colour) => (colour & 255) > 128).length;
  };
  const point = new BufferGeometry().setAttribute("position", new Float32BufferAttribute([0, 0, 0], 3));
  for (const direction of [new Vector3(0, 0, -1), new Vector3(1, 0, 0), new Vector3(-1, 0, 0)]) {
    const points = measure(new Points(point, new PointsMaterial({ size: 1, color: 0xffffff })), direction);
    const ball = measure(new Mesh(new SphereGeometry(0.5), new MeshBasicMaterial({ color: 0xffffff })), direction);
    expect(Math.abs(points - ball)).toBeLessThanOrEqual(2);
    expect(ball).toBeGreaterThan(15);
  }
});

it("what is no camera in perspective is refused at once, and so are options that are none", () => {
  expect(() => panoramaCamera(new OrthographicCamera() as never)).toThrow("camera must be a PerspectiveCamera");
  const camera = new PerspectiveCamera();
  expect(() => panoramaCamera(camera, { viewSize: 3 })).toThrow("options.viewSize must be a whole number");
  expect(() => panoramaCamera(camera, { level: 1 as never })).toThrow("options.level must be true or false");
});
