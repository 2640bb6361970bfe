/** Owns how the camera of a scene keeps the shape of the picture when that changes. In the render thread. */

import type { Camera, OrthographicCamera } from "three";
import type { PictureSize } from "../../../shared/video.ts";
import { isPerspective } from "../panorama-camera.ts";

/** The shape of a picture is rounded to whole pixels, and what a scene made of it perhaps once more. */
const TOLERANCE = 0.01;

/**
 * Gives a camera the shape of a picture of `size`. One that is moved by parts of a picture, or sees parallel and has not the
 * shape of the picture before, is the scene's own matter.
 */
export function keepShape(camera: Camera, before: PictureSize, size: PictureSize): void {
  const shape = size.width / size.height;
  if (isPerspective(camera)) {
    if (camera.view?.enabled === true) return;
    camera.aspect = shape;
    camera.updateProjectionMatrix();
  } else if (isOrthographic(camera)) widen(camera, before.width / before.height, shape);
}

/** Keeps the height and the middle. */
function widen(camera: OrthographicCamera, shapeBefore: number, shape: number): void {
  const { left, right, top, bottom } = camera;
  const height = top - bottom;
  if (camera.view?.enabled === true || Math.abs((right - left) / height / shapeBefore - 1) > TOLERANCE) return;
  const [middle, half] = [(left + right) / 2, (height * shape) / 2];
  camera.left = middle - half;
  camera.right = middle + half;
  camera.updateProjectionMatrix();
}

function isOrthographic(camera: Camera): camera is OrthographicCamera {
  return (camera as Partial<OrthographicCamera>).isOrthographicCamera === true;
}
