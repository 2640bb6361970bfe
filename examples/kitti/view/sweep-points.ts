/** Owns the points of a sweep as they are drawn in the street and on the pictures: one buffer, which all of them share. */

import * as THREE from "three";
import type { CameraModel } from "../geometry/camera-model.ts";
import type { Rectangle } from "./layout.ts";
import { RAMP } from "./palette.ts";
import { projectionUniforms, projectPoint, rampTexture } from "./projection-shader.ts";
import { placeInPicture, placeUniforms, setPlace } from "./screen-quad.ts";

/** What the points are coloured by. */
export const COLOURINGS = ["height", "distance", "reflectance", "camera"] as const;
export type Colouring = (typeof COLOURINGS)[number];

/** What the ends of the ramp are, in metres, or of reflectance. The scanner is 1.73 m above the ground. */
export const RANGES = { height: [-1.9, 2.6], distance: [2, 50], reflectance: [0, 0.9] } as const;

const streetVertex = `attribute vec4 point; uniform int colouring; uniform float size; uniform float pixels; uniform vec2 range;
  uniform sampler2D ramp; uniform sampler2D shot; uniform bool hasShot; varying vec3 paint;
  ${projectPoint}
  void main() {
    float distance = length(point.xy);
    float value = colouring == 0 ? point.z : (colouring == 1 ? distance : point.w);
    paint = texture2D(ramp, vec2(clamp((value - range.x) / (range.y - range.x), 0.0, 1.0), 0.5)).rgb;
    if (colouring == 0) paint *= 0.55 + 0.6 * point.w;
    if (colouring == 3) {
      vec3 seen = projectPoint(point.xyz);
      paint = vec3(0.03, 0.045, 0.09) * (0.4 + point.w);
      if (hasShot && seen.z > 0.0) paint = texture2D(shot, (seen.xy + 0.5) / pictureSize).rgb;
    }
    vec4 eye = modelViewMatrix * vec4(point.xyz, 1.0);
    gl_Position = projectionMatrix * eye;
    gl_PointSize = clamp(size * pixels / -eye.z, 1.0, 14.0);
  }`;
const pictureVertex = `attribute vec4 point; uniform float pixels; uniform vec2 range; uniform sampler2D ramp; varying vec3 paint;
  ${placeInPicture}
  ${projectPoint}
  void main() {
    vec3 seen = projectPoint(point.xyz);
    gl_Position = seen.z < 0.0 ? vec4(2.0, 2.0, 2.0, 1.0) : placeInPicture((seen.xy + 0.5) / pictureSize);
    gl_PointSize = pixels;
    paint = texture2D(ramp, vec2(clamp((seen.z - range.x) / (range.y - range.x), 0.0, 1.0), 0.5)).rgb;
  }`;
const fragmentShader = `varying vec3 paint;
  void main() {
    gl_FragColor = vec4(paint, 1.0);
    #include <colorspace_fragment>
  }`;

export class SweepPoints {
  /** In the frame of the lidar. */
  readonly object: THREE.Points<THREE.BufferGeometry, THREE.ShaderMaterial>;
  readonly #geometry = new THREE.BufferGeometry();
  readonly #ramp = rampTexture(RAMP);
  readonly #uniforms;
  #buffer = new THREE.BufferAttribute(new Float32Array(0), 4);

  /** `model` is the camera that the points may be coloured by. */
  constructor(model: CameraModel | null) {
    this.#uniforms = {
      ...projectionUniforms(model),
      colouring: { value: 0 },
      size: { value: 1 },
      pixels: { value: 1 },
      range: { value: new THREE.Vector2() },
      ramp: { value: this.#ramp },
      shot: { value: null as THREE.Texture | null },
      hasShot: { value: false },
    };
    const material = new THREE.ShaderMaterial({ uniforms: this.#uniforms, vertexShader: streetVertex, fragmentShader });
    this.object = new THREE.Points(this.#geometry, material);
    this.object.frustumCulled = false;
  }

  /** The same points as they fall on a picture. */
  onPicture(model: CameraModel): PicturePoints {
    return new PicturePoints(this.#geometry, model, this.#ramp);
  }

  /** Rows of x, y, z and reflectance, which are copied; null for none. */
  show(points: Float32Array | null): void {
    const count = (points?.length ?? 0) / 4;
    if (points !== null && points.length > 0) {
      if (points.length > this.#buffer.array.length) this.#grow(points.length);
      this.#buffer.array.set(points);
      this.#buffer.clearUpdateRanges();
      this.#buffer.addUpdateRange(0, points.length);
      this.#buffer.needsUpdate = true;
    }
    this.#geometry.setDrawRange(0, count);
  }

  /** `height` is how high the picture is for a lens of 45 degrees, in pixels; `size` that of a point, in metres. */
  paint(colouring: Colouring, size: number, height: number): void {
    this.#uniforms.colouring.value = COLOURINGS.indexOf(colouring);
    const [low, high] = RANGES[colouring === "camera" ? "height" : colouring];
    this.#uniforms.range.value.set(low, high);
    this.#uniforms.size.value = size;
    this.#uniforms.pixels.value = height;
  }

  /** The picture whose colours the points take; null for none. */
  takeColours(texture: THREE.Texture | null): void {
    this.#uniforms.shot.value = texture;
    this.#uniforms.hasShot.value = texture !== null;
  }

  /** To a size that sweeps seldom exceed, as the memory of the graphics card is made anew. */
  #grow(length: number): void {
    this.#geometry.dispose();
    // Else three looks at all points for it.
    this.#geometry.boundingSphere = new THREE.Sphere(new THREE.Vector3(), 120);
    this.#buffer = new THREE.BufferAttribute(new Float32Array(Math.ceil((length / 4) * 1.15) * 4), 4);
    this.#buffer.setUsage(THREE.DynamicDrawUsage);
    this.#geometry.setAttribute("point", this.#buffer);
    // Three asks for how many vertices there are by this name.
    this.#geometry.setAttribute("position", this.#buffer);
  }
}

/** Points on the picture of a camera, coloured by how far away they are. */
export class PicturePoints {
  readonly object: THREE.Points;
  readonly #uniforms;

  constructor(geometry: THREE.BufferGeometry, model: CameraModel, ramp: THREE.Texture) {
    this.#uniforms = {
      ...placeUniforms(),
      ...projectionUniforms(model),
      pixels: { value: 1 },
      range: { value: new THREE.Vector2(...RANGES.distance) },
      ramp: { value: ramp },
    };
    const material = new THREE.ShaderMaterial({
      uniforms: this.#uniforms,
      vertexShader: pictureVertex,
      fragmentShader,
      depthTest: false,
      depthWrite: false,
      transparent: true,
    });
    this.object = new THREE.Points(geometry, material);
    this.object.frustumCulled = false;
    this.object.renderOrder = 21;
  }

  put(rectangle: Rectangle, picture: { readonly width: number; readonly height: number }): void {
    setPlace(this.#uniforms, rectangle, picture);
    this.#uniforms.pixels.value = Math.max(1, rectangle.width / 290);
  }
}
