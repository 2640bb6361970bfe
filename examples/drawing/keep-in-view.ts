/** Keeps what a scene shows in view on an upright phone: there it is as wide as the picture, and not wider. */

import * as THREE from "three";
import type { Picture } from "./label.ts";

/**
 * A picture that is narrower than `narrowest`, its width by its height, shows more above and below. Returns what is to be called when
 * it has another size, which `size` has by then.
 */
export function keepInView(camera: THREE.PerspectiveCamera, size: Picture, narrowest: number): () => void {
  const tangent = Math.tan(THREE.MathUtils.degToRad(camera.fov) / 2);
  const frame = (): void => {
    camera.aspect = size.width / size.height;
    const widening = Math.max(1, narrowest / camera.aspect);
    camera.fov = THREE.MathUtils.radToDeg(2 * Math.atan(tangent * widening));
    camera.updateProjectionMatrix();
  };
  frame();
  return frame;
}
