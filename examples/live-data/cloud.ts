/** Points drawn from the memory in which they were sent: nothing is copied but to the graphics card. */

import * as THREE from "three";
import { ColorScale, VIRIDIS } from "../drawing/color-scale.ts";
import type { Bounds } from "./bounds.ts";

type Range = { readonly offset: number; readonly count: number };

const STEPS = 256;
/** More points than this are too small to be round. */
const MAX_ROUND = 100_000;

export class Cloud {
  readonly object = new THREE.Group();
  readonly #uniforms = {
    ramp: { value: rampTexture() },
    low: { value: 0 },
    high: { value: 1 },
    isRound: { value: true },
  };
  #buffer: THREE.InterleavedBuffer | null = null;
  #size = 1;
  #points: THREE.Points<THREE.BufferGeometry, THREE.PointsMaterial> | null = null;

  /** Rows of three columns, or of six with colours. */
  show(array: Float32Array, columns: 3 | 6, ranges: readonly Range[] | null): void {
    const buffer = this.#buffer;
    if (buffer === null || buffer.stride !== columns || buffer.array.length !== array.length) {
      return this.#make(array, columns);
    }
    // As large as before, so that the memory of the graphics card can stay.
    buffer.array = array;
    buffer.clearUpdateRanges();
    for (const { offset, count } of ranges ?? []) buffer.addUpdateRange(offset, count);
    buffer.needsUpdate = true;
  }

  /** So many times as large as they would be by their number. */
  pointsAre(size: number): void {
    this.#size = size;
    const points = this.#points;
    if (points === null) return;
    points.material.size = sizeOf(points.geometry.getAttribute("position").count) * size;
  }

  empty(): void {
    this.#points?.geometry.dispose();
    this.#points?.material.dispose();
    this.object.clear();
    [this.#points, this.#buffer] = [null, null];
  }

  /** Puts the middle of the bounds at 0, as long as `sides` to each side, with z upwards. */
  fit(bounds: Bounds, sides: readonly number[]): void {
    const [x, y, z] = bounds;
    const scaleOf = ({ min, max }: { min: number; max: number }, side = 1): number => (2 * side) / (max - min);
    const scale = new THREE.Vector3(scaleOf(x, sides[0]), scaleOf(y, sides[1]), scaleOf(z, sides[2]));
    const middle = new THREE.Vector3(x.min + x.max, y.min + y.max, z.min + z.max).multiplyScalar(0.5);
    const matrix = new THREE.Matrix4().makeRotationX(-Math.PI / 2).scale(scale);
    this.object.matrix.copy(matrix.multiply(new THREE.Matrix4().makeTranslation(middle.negate())));
    this.object.matrixAutoUpdate = false;
    this.object.matrixWorldNeedsUpdate = true;
    this.#uniforms.low.value = z.min;
    this.#uniforms.high.value = z.max;
  }

  #make(array: Float32Array, columns: 3 | 6): void {
    this.empty();
    const buffer = new THREE.InterleavedBuffer(array, columns).setUsage(THREE.DynamicDrawUsage);
    const geometry = new THREE.BufferGeometry();
    geometry.setAttribute("position", new THREE.InterleavedBufferAttribute(buffer, 3, 0));
    if (columns === 6) geometry.setAttribute("color", new THREE.InterleavedBufferAttribute(buffer, 3, 3));
    const count = array.length / columns;
    this.#uniforms.isRound.value = count <= MAX_ROUND;
    const points = new THREE.Points(geometry, this.#material(count, columns === 6));
    points.frustumCulled = false;
    this.object.add(points);
    [this.#points, this.#buffer] = [points, buffer];
  }

  /** Coloured as it is sent, in the colours of screens, or by height. */
  #material(count: number, isColoured: boolean): THREE.PointsMaterial {
    const size = sizeOf(count) * this.#size;
    const material = new THREE.PointsMaterial({ size, vertexColors: isColoured });
    material.customProgramCacheKey = () => String(isColoured);
    material.onBeforeCompile = (shader) => {
      Object.assign(shader.uniforms, this.#uniforms);
      const paint = isColoured
        ? "vColor.rgb = pow(clamp(vColor.rgb, 0.0, 1.0), vec3(2.2));"
        : "height = clamp((position.z - low) / (high - low), 0.0, 1.0);";
      const height = isColoured ? "" : "varying float height;";
      shader.vertexShader = `${height} uniform float low; uniform float high;\n${shader.vertexShader}`.replace(
        "#include <color_vertex>",
        `#include <color_vertex>\n${paint}`,
      );
      const colour = isColoured ? "" : "diffuseColor.rgb = texture2D(ramp, vec2(height, 0.5)).rgb;";
      shader.fragmentShader =
        `${height} uniform sampler2D ramp; uniform bool isRound;\n${shader.fragmentShader}`.replace(
          "#include <color_fragment>",
          `#include <color_fragment>\n${colour}
          vec2 place = gl_PointCoord * 2.0 - 1.0;
          if (isRound && dot(place, place) > 1.0) discard;
          if (isRound) diffuseColor.rgb *= 0.55 + 0.45 * sqrt(1.0 - dot(place, place));`,
        );
    };
    return material;
  }
}

function sizeOf(count: number): number {
  return THREE.MathUtils.clamp(4 / Math.sqrt(count), 0.006, 0.06);
}

function rampTexture(): THREE.DataTexture {
  const scale = new ColorScale(VIRIDIS, 0, STEPS - 1);
  const colour = new THREE.Color();
  const pixels = new Uint8Array(STEPS * 4).fill(255);
  for (let step = 0; step < STEPS; step += 1) {
    const { r, g, b } = scale.at(step, colour).convertLinearToSRGB();
    pixels.set([r * 255, g * 255, b * 255], step * 4);
  }
  const texture = new THREE.DataTexture(pixels, STEPS, 1);
  texture.colorSpace = THREE.SRGBColorSpace;
  texture.minFilter = texture.magFilter = THREE.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
