/** Owns the sensors of a generated drive: the rays of its cameras and of its lidar, and what they make of what they meet. */

import { type Matrix4, Vector3 } from "three";
import { type CameraModel, directionOf, projectSeen } from "../geometry/camera-model.ts";
import { castRays, GROUND, type Hits, hitsFor, NOTHING, type Rays } from "./ray-caster.ts";
import { grain, paintSolid, type Rgb } from "./solid.ts";
import type { Street } from "./street.ts";

/** What lies further away is not drawn, in metres. */
const SIGHT = 150;
/** Velodyne's HDL-64E: 64 beams from 2° above to 24.8° below. */
const BEAMS = 64;
const [HIGHEST, LOWEST] = [2, -24.8].map((degrees) => (degrees * Math.PI) / 180) as [number, number];
const LASER_REACH = 80;
/** Of how far away something is, in metres, either way. */
const LASER_ERROR = 0.015;

/** A camera of a generated drive. */
export class StreetCamera {
  readonly model: CameraModel;
  readonly #rays: Rays;
  readonly #hits: Hits;

  constructor(model: CameraModel) {
    this.model = model;
    this.#rays = cameraRays(model);
    this.#hits = hitsFor(this.#rays);
  }

  /** RGB, row by row, of the street as it is at a time; `lidar` leads from the frame of the lidar to that of the ground. */
  picture(street: Street, lidar: Matrix4, seconds: number): Uint8Array {
    const place = lidar.clone().multiply(this.model.toCamera.clone().invert());
    const eye = new Vector3().setFromMatrixPosition(place);
    const solids = street.solidsNear(eye.x, eye.y, SIGHT, seconds);
    const inward = castRays(this.#rays, place, solids, this.#hits);
    const pixels = new Uint8Array(this.#hits.distance.length * 3);
    const { directions } = this.#rays;
    const rgb: Rgb = [0, 0, 0];
    const at = new Vector3();
    for (let ray = 0; ray < this.#hits.distance.length; ray += 1) {
      const met = this.#hits.solid[ray] ?? NOTHING;
      const distance = this.#hits.distance[ray] ?? 0;
      at.fromArray(directions, ray * 3);
      if (met === NOTHING || distance > SIGHT) skyAt((ray / this.#rays.columns) | 0, this.#rays.rows, rgb);
      else {
        const solid = solids[met];
        at.multiplyScalar(distance).applyMatrix4(
          met === GROUND || solid === undefined ? place : (inward[met] ?? place),
        );
        if (solid === undefined) street.groundAt(at.x, at.y, rgb);
        else paintSolid(solid, at.x, at.y, at.z, rgb);
        haze(rgb, distance);
      }
      pixels[ray * 3] = rgb[0];
      pixels[ray * 3 + 1] = rgb[1];
      pixels[ray * 3 + 2] = rgb[2];
    }
    return pixels;
  }
}

/** The lidar of a generated drive. */
export class StreetLidar {
  readonly #rays: Rays;
  readonly #hits: Hits;

  /** `columns` is how many shots each of the 64 lasers makes in a turn; the HDL-64E some 2000. */
  constructor(columns: number) {
    this.#rays = lidarRays(columns);
    this.#hits = hitsFor(this.#rays);
  }

  /** x, y, z and reflectance of what a sweep meets, seen as if all of it were at one time. */
  sweep(street: Street, lidar: Matrix4, seconds: number): Float32Array<ArrayBuffer> {
    const eye = new Vector3().setFromMatrixPosition(lidar);
    const solids = street.solidsNear(eye.x, eye.y, LASER_REACH + 15, seconds);
    const inward = castRays(this.#rays, lidar, solids, this.#hits);
    const { directions } = this.#rays;
    const points = new Float32Array(this.#hits.distance.length * 4);
    const rgb: Rgb = [0, 0, 0];
    const [at, local] = [new Vector3(), new Vector3()];
    let count = 0;
    for (let ray = 0; ray < this.#hits.distance.length; ray += 1) {
      const met = this.#hits.solid[ray] ?? NOTHING;
      const distance = this.#hits.distance[ray] ?? 0;
      const chance = grain(ray, Math.round(seconds * 1000), 1);
      // Some shots do not come back, and the more of them the further they went.
      if (met === NOTHING || distance > LASER_REACH || chance < 0.02 + distance * 0.002) continue;
      const solid = solids[met];
      at.fromArray(directions, ray * 3).multiplyScalar(distance);
      local.copy(at).applyMatrix4(solid === undefined ? lidar : (inward[met] ?? lidar));
      if (solid === undefined) street.groundAt(local.x, local.y, rgb);
      else paintSolid(solid, local.x, local.y, local.z, rgb);
      const error = 1 + ((grain(ray, Math.round(seconds * 1000), 2) - 0.5) * 2 * LASER_ERROR) / distance;
      at.multiplyScalar(error).toArray(points, count);
      points[count + 3] = Math.min(0.99, (rgb[0] + rgb[1]) / 520);
      count += 4;
    }
    return points.slice(0, count);
  }
}

function cameraRays(model: CameraModel): Rays {
  const { width, height } = model;
  const directions = new Float32Array(width * height * 3);
  for (let v = 0, at = 0; v < height; v += 1) {
    for (let u = 0; u < width; u += 1, at += 3) directionOf(model, u, v).toArray(directions, at);
  }
  const all = { left: 0, right: width, top: 0, bottom: height };
  return {
    rows: height,
    columns: width,
    directions,
    partOf(middle, radius, corners) {
      if (middle.z < -radius) return null;
      // Too near to be sure; a lens bends what is far aside anywhere.
      if (corners.some(({ x, y, z }) => z < 0.3 || Math.hypot(x, y) > 2 * z)) return all;
      const places = corners.map((corner) => projectSeen(model, corner));
      const [us, vs] = [places.map(({ u }) => u), places.map(({ v }) => v)];
      const spare = model.distortion.some((value) => value !== 0) ? 12 : 2;
      const part = {
        left: Math.max(0, Math.floor(Math.min(...us)) - spare),
        right: Math.min(width, Math.ceil(Math.max(...us)) + spare),
        top: Math.max(0, Math.floor(Math.min(...vs)) - spare),
        bottom: Math.min(height, Math.ceil(Math.max(...vs)) + spare),
      };
      return part.left < part.right && part.top < part.bottom ? part : null;
    },
  };
}

/** Columns go round to the left, from behind the car over its right, so that the middle one looks forward. */
function lidarRays(columns: number): Rays {
  const directions = new Float32Array(BEAMS * columns * 3);
  for (let row = 0, at = 0; row < BEAMS; row += 1) {
    const elevation = HIGHEST + ((LOWEST - HIGHEST) * row) / (BEAMS - 1);
    for (let column = 0; column < columns; column += 1, at += 3) {
      const azimuth = ((column + 0.5) / columns - 0.5) * 2 * Math.PI;
      const flat = Math.cos(elevation);
      directions.set([flat * Math.cos(azimuth), flat * Math.sin(azimuth), Math.sin(elevation)], at);
    }
  }
  return {
    rows: BEAMS,
    columns,
    directions,
    partOf(middle, radius) {
      const distance = middle.length();
      if (distance > LASER_REACH + radius) return null;
      if (Math.hypot(middle.x, middle.y) <= radius * 1.05) return { left: 0, right: columns, top: 0, bottom: BEAMS };
      const spread = Math.asin(radius / Math.hypot(middle.x, middle.y));
      const azimuth = Math.atan2(middle.y, middle.x);
      const columnOf = (angle: number) => (angle / (2 * Math.PI) + 0.5) * columns;
      const left = Math.floor(columnOf(azimuth - spread)) - 1;
      const right = Math.ceil(columnOf(azimuth + spread)) + 1;
      const turned = left < 0 ? columns : 0;
      return { left: left + turned, right: right + turned, ...rowsOf(middle.z, distance, radius) };
    },
  };
}

function rowsOf(z: number, distance: number, radius: number): { top: number; bottom: number } {
  const elevation = Math.asin(z / distance);
  const spread = Math.asin(Math.min(1, radius / distance));
  const rowOf = (angle: number) => ((angle - HIGHEST) / (LOWEST - HIGHEST)) * (BEAMS - 1);
  const top = Math.max(0, Math.floor(rowOf(elevation + spread)) - 1);
  return { top, bottom: Math.min(BEAMS, Math.ceil(rowOf(elevation - spread)) + 1) };
}

function skyAt(row: number, rows: number, rgb: Rgb): void {
  const part = Math.min(1, (row / rows) * 2);
  rgb[0] = 120 + 90 * part;
  rgb[1] = 164 + 56 * part;
  rgb[2] = 214 + 16 * part;
}

function haze(rgb: Rgb, distance: number): void {
  const part = 1 - Math.exp(-distance / 160);
  rgb[0] += (206 - rgb[0]) * part;
  rgb[1] += (216 - rgb[1]) * part;
  rgb[2] += (228 - rgb[2]) * part;
}
