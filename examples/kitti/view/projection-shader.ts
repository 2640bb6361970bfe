/** Owns where a point of the lidar is in the picture of a camera, as a shader: geometry/camera-model.ts in GLSL. */

import * as THREE from "three";
import { type CameraModel, farthestSquare, focalOf } from "../geometry/camera-model.ts";

/** `seen` is u, v in pixels and the depth in metres; a depth of -1 where the point is not in the picture. */
export const projectPoint: string = `uniform mat4 toCamera; uniform vec4 focal; uniform vec4 lens; uniform vec2 lensEnd; uniform vec2 pictureSize;
  vec3 projectPoint(vec3 point) {
    vec3 eye = (toCamera * vec4(point, 1.0)).xyz;
    if (eye.z < 0.1) return vec3(0.0, 0.0, -1.0);
    vec2 at = eye.xy / eye.z;
    float square = dot(at, at);
    if (square > lensEnd.y) return vec3(0.0, 0.0, -1.0);
    float radial = 1.0 + square * (lens.x + square * (lens.y + square * lensEnd.x));
    vec2 bent = at * radial + vec2(2.0 * lens.z * at.x * at.y + lens.w * (square + 2.0 * at.x * at.x),
      lens.z * (square + 2.0 * at.y * at.y) + 2.0 * lens.w * at.x * at.y);
    vec2 pixel = focal.xy * bent + focal.zw;
    if (pixel.x < 0.0 || pixel.y < 0.0 || pixel.x > pictureSize.x - 1.0 || pixel.y > pictureSize.y - 1.0)
      return vec3(0.0, 0.0, -1.0);
    return vec3(pixel, eye.z);
  }`;

export type ProjectionUniforms = {
  toCamera: { value: THREE.Matrix4 };
  focal: { value: THREE.Vector4 };
  /** k1, k2, p1, p2; and k3 with the square of where the lens ends. */
  lens: { value: THREE.Vector4 };
  lensEnd: { value: THREE.Vector2 };
  pictureSize: { value: THREE.Vector2 };
};

/** Without a camera nothing is in the picture. */
export function projectionUniforms(model: CameraModel | null): ProjectionUniforms {
  const [k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0] = model?.distortion ?? [];
  return {
    toCamera: { value: model?.toCamera ?? new THREE.Matrix4().makeScale(0, 0, 0) },
    focal: { value: model === null ? new THREE.Vector4() : focalOf(model) },
    lens: { value: new THREE.Vector4(k1, k2, p1, p2) },
    lensEnd: { value: new THREE.Vector2(k3, model === null ? 0 : farthestSquare(model)) },
    pictureSize: { value: new THREE.Vector2(model?.width ?? 1, model?.height ?? 1) },
  };
}

/** Red, green and blue of a number from 0 to 1, by the ramp. */
export function rampTexture(stops: readonly string[]): THREE.DataTexture {
  const bytes = new Uint8Array(256 * 4).fill(255);
  const [colour, next] = [new THREE.Color(), new THREE.Color()];
  for (let at = 0; at < 256; at += 1) {
    const place = (at / 255) * (stops.length - 1);
    colour.set(stops[Math.floor(place)] ?? "#fff").lerp(next.set(stops[Math.ceil(place)] ?? "#fff"), place % 1);
    const { r, g, b } = colour.convertLinearToSRGB();
    bytes.set([r * 255, g * 255, b * 255], at * 4);
  }
  const texture = new THREE.DataTexture(bytes, 256, 1);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.minFilter = texture.magFilter = THREE.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
