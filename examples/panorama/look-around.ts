/** Where one looks in a panorama: dragged by pointer or touch, by wheel, keys, and the way that a phone is held. */

import * as THREE from "three";

const MAX_PITCH = Math.PI / 2;
const [MIN_FOV, MAX_FOV] = [25, 100];
const KEY_TURN = THREE.MathUtils.degToRad(5);
const KEY_ZOOM = 5;

export type Look = { readonly yaw: number; readonly pitch: number; readonly fov: number };

export class LookAround {
  /** Radians to the left and upwards from the middle of the panorama, and degrees from the top of the picture to its bottom. */
  yaw = 0;
  pitch = 0;
  fov = 75;
  readonly #camera: THREE.PerspectiveCamera;
  readonly #changed: () => void;
  /** The fingers, or the mouse, that are down, and where. */
  readonly #pointers = new Map<number, THREE.Vector2>();
  /** The way that a phone is held; null where none tells. */
  #held: THREE.Quaternion | null = null;

  constructor(camera: THREE.PerspectiveCamera, element: HTMLElement, changed: () => void) {
    this.#camera = camera;
    this.#changed = changed;
    element.addEventListener("pointerdown", (event) => {
      this.#pointers.set(event.pointerId, new THREE.Vector2(event.clientX, event.clientY));
    });
    element.addEventListener("pointermove", (event) => this.#drag(event, element.clientHeight));
    for (const type of ["pointerup", "pointercancel"] as const) {
      element.addEventListener(type, ({ pointerId }) => this.#pointers.delete(pointerId));
    }
    element.addEventListener("wheel", ({ deltaY }) => this.#zoom(deltaY / 20));
    element.addEventListener("dblclick", () => this.set({ yaw: 0, pitch: 0, fov: 75 }));
    element.addEventListener("keydown", ({ key }) => this.#press(key));
    this.#apply();
  }

  set({ yaw, pitch, fov }: Look): void {
    this.yaw = yaw;
    this.pitch = THREE.MathUtils.clamp(pitch, -MAX_PITCH, MAX_PITCH);
    this.fov = THREE.MathUtils.clamp(fov, MIN_FOV, MAX_FOV);
    this.#apply();
  }

  /**
   * Looks where the back of a phone does: alpha, beta and gamma of a DeviceOrientationEvent and the angle of its screen, in degrees
   * (Device Orientation and Motion, section 4.1). What is dragged is added to it.
   */
  hold(alpha: number, beta: number, gamma: number, screen: number): void {
    const [toRadians, half] = [THREE.MathUtils.degToRad, Math.PI / 2];
    const held = new THREE.Quaternion().setFromEuler(
      new THREE.Euler(toRadians(beta), toRadians(alpha), -toRadians(gamma), "YXZ"),
    );
    // The screen faces who holds it, and its upper edge may be at a side.
    held.multiply(new THREE.Quaternion().setFromAxisAngle(new THREE.Vector3(1, 0, 0), -half));
    held.multiply(new THREE.Quaternion().setFromAxisAngle(new THREE.Vector3(0, 0, 1), -toRadians(screen)));
    this.#held = held;
    this.#apply();
  }

  /** One finger turns what it holds, two pinch. */
  #drag({ pointerId, clientX, clientY }: PointerEvent, height: number): void {
    const from = this.#pointers.get(pointerId);
    if (from === undefined) return;
    const to = new THREE.Vector2(clientX, clientY);
    const [other] = [...this.#pointers].filter(([id]) => id !== pointerId).map(([, place]) => place);
    this.#pointers.set(pointerId, to);
    if (other !== undefined) {
      const [before, after] = [from.distanceTo(other), to.distanceTo(other)];
      return this.#zoom((this.fov * (before - after)) / Math.max(1, after));
    }
    // What is under the pointer stays there, in the middle of the picture.
    const perPixel = (2 * Math.tan(THREE.MathUtils.degToRad(this.fov) / 2)) / height;
    const { yaw, pitch, fov } = this;
    this.set({ yaw: yaw + (to.x - from.x) * perPixel, pitch: pitch + (to.y - from.y) * perPixel, fov });
  }

  #zoom(degrees: number): void {
    this.set({ yaw: this.yaw, pitch: this.pitch, fov: this.fov + degrees });
  }

  #press(key: string): void {
    const { yaw, pitch, fov } = this;
    if (key === "ArrowLeft" || key === "a") this.set({ yaw: yaw + KEY_TURN, pitch, fov });
    if (key === "ArrowRight" || key === "d") this.set({ yaw: yaw - KEY_TURN, pitch, fov });
    if (key === "ArrowUp" || key === "w") this.set({ yaw, pitch: pitch + KEY_TURN, fov });
    if (key === "ArrowDown" || key === "s") this.set({ yaw, pitch: pitch - KEY_TURN, fov });
    if (key === "+") this.#zoom(-KEY_ZOOM);
    if (key === "-") this.#zoom(KEY_ZOOM);
  }

  #apply(): void {
    const camera = this.#camera;
    const turned = new THREE.Quaternion().setFromEuler(new THREE.Euler(0, this.yaw, 0));
    const tilted = this.#held ?? new THREE.Quaternion().setFromEuler(new THREE.Euler(this.pitch, 0, 0));
    camera.quaternion.copy(turned).multiply(tilted);
    camera.fov = this.fov;
    camera.updateProjectionMatrix();
    this.#changed();
  }
}
