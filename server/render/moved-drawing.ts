/** Owns drawing a scene moved by parts of a pixel, of which the mean of several is anti-aliased. In the render thread. */

import type { OrthographicCamera, PerspectiveCamera } from "three";
import type { SceneParts } from "./scene.ts";
import type { DrawingOptions, Surface } from "./surface/surface.ts";

export type MovableCamera = PerspectiveCamera | OrthographicCamera;

/** Whether drawings by this camera can be moved: a view that the scene cut out itself is left as it is. */
export function canBeMoved(camera: MovableCamera): boolean {
  return typeof camera.setViewOffset === "function" && camera.view?.enabled !== true;
}

/** Draws one sample, moved by so many pixels, and leaves the camera as it was. */
export async function drawMoved(
  surface: Surface,
  { parts, camera }: { readonly parts: SceneParts; readonly camera: MovableCamera },
  [x, y]: readonly [number, number],
  options: Omit<DrawingOptions, "isSample">,
): Promise<void> {
  const { width, height } = surface.size;
  const aspect = "aspect" in camera ? camera.aspect : null;
  camera.setViewOffset(width, height, x, y, width, height);
  try {
    await surface.draw(parts, { ...options, isSample: true });
  } finally {
    camera.clearViewOffset();
    if ("aspect" in camera && aspect !== null && camera.aspect !== aspect) {
      camera.aspect = aspect;
      camera.updateProjectionMatrix();
    }
  }
}
