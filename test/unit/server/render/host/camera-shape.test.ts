import { Camera, OrthographicCamera, PerspectiveCamera } from "three";
import { expect, test } from "vitest";
import { keepShape } from "../../../../../server/render/host/camera-shape.ts";

const before = { width: 1280, height: 720 };
const after = { width: 360, height: 720 };

test("a camera with perspective gets the shape of the picture", () => {
  const camera = new PerspectiveCamera(50, 1280 / 720, 0.1, 100);
  keepShape(camera, before, after);
  expect(camera.aspect).toBe(0.5);
  const { elements } = camera.projectionMatrix;
  expect((elements[5] ?? 0) / (elements[0] ?? 0)).toBeCloseTo(0.5);
});

test("one that sees parallel keeps its height and its middle", () => {
  const camera = new OrthographicCamera(-15, 17, 9, -9, 0.1, 100);
  keepShape(camera, before, after);
  expect([camera.left, camera.right, camera.top, camera.bottom]).toEqual([-3.5, 5.5, 9, -9]);
  expect(2 / (camera.projectionMatrix.elements[0] ?? 0)).toBeCloseTo(9);
});

test("what has not the shape of the picture, sees but a part of it or is no such camera is left alone", () => {
  const square = new OrthographicCamera(-1, 1, 1, -1);
  keepShape(square, before, after);
  expect([square.left, square.right]).toEqual([-1, 1]);
  const part = new PerspectiveCamera(50, 2);
  part.setViewOffset(1000, 500, 0, 0, 100, 50);
  keepShape(part, before, after);
  expect(part.aspect).toBe(2);
  keepShape(new Camera(), before, after);
});
