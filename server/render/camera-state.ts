/**
 * Owns the state of a camera, for scenes whose look depends on little else. Exported with "scenecast/scene"; imports
 * nothing at run time.
 */

import type { OrthographicCamera, PerspectiveCamera, Vector3 } from "three";
import type { Json } from "../../shared/custom-message.ts";

/** What a camera turns around, as `OrbitControls` and its kin have it. */
export type CameraTarget = {
  readonly target: Vector3;
  enableDamping?: boolean;
  /** Turns the camera to the target. */
  update(): unknown;
};

/** What of `SceneParts` gives and takes a state. */
export type StateKeeper = {
  /** Gives the state as JSON. */
  getState(): Json;
  /** Takes what `getState` gave. Throws `TypeError` where it is something else. */
  setState(state: Json): void;
};

/**
 * Keeps where a camera is and what it looks at: `return { scene, camera, ...cameraState(camera, controls) }`. A state that is
 * none of a camera changes nothing and throws `TypeError`.
 */
export function cameraState(camera: PerspectiveCamera | OrthographicCamera, controls?: CameraTarget): StateKeeper {
  return {
    getState: () => ({
      position: camera.position.toArray(),
      quaternion: camera.quaternion.toArray(),
      zoom: camera.zoom,
      ...(controls === undefined ? {} : { target: controls.target.toArray() }),
    }),
    setState(state) {
      const position = numbers(state, "position", 3);
      const quaternion = numbers(state, "quaternion", 4);
      const target = controls === undefined ? [] : numbers(state, "target", 3);
      const zoom = field(state, "zoom");
      if (typeof zoom !== "number" || !(zoom > 0)) throw new TypeError("state.zoom must be a number above 0.");
      stopGliding(controls);
      camera.position.fromArray(position);
      camera.quaternion.fromArray(quaternion);
      camera.zoom = zoom;
      camera.updateProjectionMatrix();
      controls?.target.fromArray(target);
      controls?.update();
    },
  };
}

/** What is left of a swing would turn the camera away from the state again. Without damping it is spent at once. */
function stopGliding(controls: CameraTarget | undefined): void {
  if (controls?.enableDamping !== true) return;
  controls.enableDamping = false;
  controls.update();
  controls.enableDamping = true;
}

function numbers(state: Json, name: string, count: number): number[] {
  const value = field(state, name);
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const read = list.filter((item): item is number => typeof item === "number" && Number.isFinite(item));
  if (read.length !== count) throw new TypeError(`state.${name} must be ${count} numbers.`);
  return read;
}

function field(state: Json, name: string): unknown {
  return typeof state === "object" && state !== null && name in state ? (state as Record<string, unknown>)[name] : null;
}
