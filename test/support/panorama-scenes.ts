/** Owns scenes in which each direction has its colour, and looking for it in pictures of all around. */

import {
  BackSide,
  BoxGeometry,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  Scene,
  ShaderMaterial,
  Vector3,
} from "three";
import { expect } from "vitest";
import { panoramaCamera } from "../../server/render/scene.ts";
import type { WebGlSurface } from "../../server/render/surface/webgl-surface.ts";
import type { PictureSize } from "../../shared/video.ts";

export const size: PictureSize = { width: 512, height: 256 };
export const emptyPicture = (): Uint8Array => new Uint8Array(size.width * size.height * 4);

/** What the middle of a pixel shows, in the directions of a camera: x right, y up, z behind. Rows count from the bottom. */
function directionOf(column: number, row: number): Vector3 {
  const longitude = ((column + 0.5) / size.width - 0.5) * 2 * Math.PI;
  const latitude = ((row + 0.5) / size.height - 0.5) * Math.PI;
  const flat = Math.cos(latitude);
  return new Vector3(flat * Math.sin(longitude), Math.sin(latitude), -flat * Math.cos(longitude));
}

export const walls: readonly number[] = [0xff0000, 0x00ffff, 0x00ff00, 0xff00ff, 0x0000ff, 0xffff00];

/** A room of six colours: +x, -x, +y, -y, +z, -z; the camera is in its middle and moved with it. */
export function room(): { readonly scene: Scene; readonly camera: PerspectiveCamera } {
  const scene = new Scene();
  const materials = walls.map((color) => new MeshBasicMaterial({ color, side: BackSide }));
  const box = new Mesh(new BoxGeometry(4, 4, 4), materials);
  const camera = new PerspectiveCamera(35, 2, 0.1, 20);
  for (const placed of [box, camera]) placed.position.set(3, -1, 7);
  scene.add(box);
  return { scene, camera };
}

function wallIn({ x, y, z }: Vector3): number {
  const [right, up, behind] = [Math.abs(x), Math.abs(y), Math.abs(z)];
  if (right >= up && right >= behind) return x > 0 ? 0 : 1;
  if (up >= behind) return y > 0 ? 2 : 3;
  return z > 0 ? 4 : 5;
}

export function isColour(rgba: Uint8Array, at: number, hex: number, tolerance = 2): boolean {
  return [16, 8, 0].every(
    (shift, channel) => Math.abs((rgba[at + channel] ?? 0) - ((hex >> shift) & 255)) <= tolerance,
  );
}

/** Pixels that have none of the colours of the directions that lie within a pixel of theirs. */
export function strayPixels(rgba: Uint8Array, turned: (direction: Vector3) => Vector3, tolerance = 2): number {
  let count = 0;
  for (let row = 0; row < size.height; row += 1) {
    // A pixel is as wide as at the equator; towards the poles it is several columns.
    const wide = 1 / Math.cos(((row + 0.5) / size.height - 0.5) * Math.PI);
    for (let column = 0; column < size.width; column += 1) {
      const near = [-1, 0, 1].flatMap((x) =>
        [-1, 0, 1].map((y) => wallIn(turned(directionOf(column + x * wide, row + y)))),
      );
      const at = (row * size.width + column) * 4;
      // At an edge it may be a mixture of those on both sides.
      if (new Set(near).size === 1 && !isColour(rgba, at, walls[near[0] ?? 0] ?? 0, tolerance)) count += 1;
    }
  }
  return count;
}

/** Shines in the colour of its direction from the camera. */
export function sky(): { readonly scene: Scene; readonly camera: PerspectiveCamera } {
  const scene = new Scene();
  const material = new ShaderMaterial({
    side: BackSide,
    vertexShader: `varying vec3 to;
      void main() { to = position; gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }`,
    fragmentShader: "varying vec3 to; void main() { gl_FragColor = vec4(normalize(to) * 0.5 + 0.5, 1.0); }",
  });
  scene.add(new Mesh(new BoxGeometry(8, 8, 8), material));
  return { scene, camera: panoramaCamera(new PerspectiveCamera(50, 2, 0.1, 20)) };
}

/** Draws a room, level and tilted, and expects each wall where its direction is, within a pixel. */
export function expectRoomInPlace(surface: WebGlSurface): void {
  const { scene, camera } = room();
  // Multisampled, what lies a pixel and a half away has some part in a pixel.
  const tolerance = surface.isMultisampled ? 64 : 2;
  const rgba = emptyPicture();
  // Turned by 30°, the corners of the room are not where the views meet. That it looks down as well does not tilt it.
  camera.rotation.set(-0.4, -Math.PI / 6, 0, "YXZ");
  surface.draw({ scene, camera: panoramaCamera(camera) });
  surface.read({ rgba, i420: null });
  const heading = (direction: Vector3) => direction.applyAxisAngle(new Vector3(0, 1, 0), -Math.PI / 6);
  expect(strayPixels(rgba, heading, tolerance)).toBe(0);
  surface.draw({ scene, camera: panoramaCamera(camera, { level: false }) });
  surface.read({ rgba, i420: null });
  expect(strayPixels(rgba, (direction) => direction.applyQuaternion(camera.quaternion), tolerance)).toBe(0);
  expect(surface.takeErrors()).toEqual([]);
}

/** Expects each pixel to have the colour of its direction: no line at a seam, and even poles. */
export function expectSkyEverywhere(surface: WebGlSurface): void {
  const parts = sky();
  const rgba = emptyPicture();
  surface.draw(parts);
  surface.read({ rgba, i420: null });
  let worst = 0;
  for (let row = 0; row < size.height; row += 1) {
    for (let column = 0; column < size.width; column += 1) {
      const at = (row * size.width + column) * 4;
      for (const [channel, value] of directionOf(column, row).toArray().entries()) {
        worst = Math.max(worst, Math.abs((rgba[at + channel] ?? 0) - (value * 0.5 + 0.5) * 255));
      }
    }
  }
  expect(worst).toBeLessThan(1.5);
  expect(surface.takeErrors()).toEqual([]);
}
