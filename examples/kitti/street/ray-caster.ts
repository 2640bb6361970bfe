/**
 * Owns how a sensor of a generated drive sees the street: a ray for each pixel or each shot of the laser, and what it meets first. Camera and
 * lidar see by the same rays, so that they agree.
 */

import { Matrix4, Vector3 } from "three";
import type { Solid } from "./solid.ts";

/** A part of the rays, from the first to before the last; columns may go on beyond the last one where the sensor looks all around. */
export type Part = { left: number; right: number; top: number; bottom: number };

/** The rays of a sensor, in rows and columns. */
export type Rays = {
  readonly rows: number;
  readonly columns: number;
  /** x, y, z in the frame of the sensor, row by row. */
  readonly directions: Float32Array;
  /** The rays that may meet what lies within a sphere and a box of these corners, in the frame of the sensor; null for none. */
  partOf(middle: Vector3, radius: number, corners: readonly Vector3[]): Part | null;
};

/** What each ray meets: how far away in lengths of the ray, and which solid; -1 is the ground, -2 nothing. */
export type Hits = { readonly distance: Float32Array; readonly solid: Int16Array };

export const [GROUND, NOTHING] = [-1, -2];

export function hitsFor({ rows, columns }: Rays): Hits {
  return { distance: new Float32Array(rows * columns), solid: new Int16Array(rows * columns) };
}

/** From the frame of a solid, in which it reaches from -1 to 1, to that of the ground. */
function frameOf({ x, y, z, yaw, half }: Solid): Matrix4 {
  return new Matrix4()
    .makeRotationZ(yaw)
    .scale(new Vector3(...half))
    .setPosition(x, y, z);
}

/**
 * Casts all rays of a sensor that is at `place`, which leads from its frame to that of the ground. Gives what leads from its frame to that
 * of each solid.
 */
export function castRays(rays: Rays, place: Matrix4, solids: readonly Solid[], hits: Hits): readonly Matrix4[] {
  castOnGround(rays, place, hits);
  const toSensor = place.clone().invert();
  return solids.map((solid, at) => {
    const frame = frameOf(solid);
    const inSensor = toSensor.clone().multiply(frame);
    const middle = new Vector3().setFromMatrixPosition(inSensor);
    const corners = CUBE.map(([x, y, z]) => new Vector3(x, y, z).applyMatrix4(inSensor));
    const part = rays.partOf(middle, Math.hypot(...solid.half), corners);
    const inward = frame.invert().multiply(place);
    if (part !== null) castOn(solid, at, inward, rays, part, hits);
    return inward;
  });
}

const CUBE = [-1, 1].flatMap((x) => [-1, 1].flatMap((y) => [-1, 1].map((z) => [x, y, z] as const)));

function castOnGround({ directions }: Rays, place: Matrix4, { distance, solid }: Hits): void {
  const { elements: e } = place;
  const [a = 0, b = 0, c = 0, height = 0] = [e[2], e[6], e[10], e[14]];
  for (let ray = 0; ray < distance.length; ray += 1) {
    const at = ray * 3;
    const down = a * (directions[at] ?? 0) + b * (directions[at + 1] ?? 0) + c * (directions[at + 2] ?? 0);
    const isMet = down < -1e-6;
    distance[ray] = isMet ? -height / down : Infinity;
    solid[ray] = isMet ? GROUND : NOTHING;
  }
}

/** `inward` leads from the frame of the sensor to that of the solid. */
function castOn({ form }: Solid, id: number, inward: Matrix4, rays: Rays, part: Part, { distance, solid }: Hits): void {
  const { columns, directions } = rays;
  const { elements: e } = inward;
  const [a = 0, b = 0, c = 0, , d = 0, f = 0, g = 0, , h = 0, i = 0, j = 0, , ox = 0, oy = 0, oz = 0] = e;
  const meet = form === "box" ? meetBox : meetBall;
  for (let row = part.top; row < part.bottom; row += 1) {
    for (let column = part.left; column < part.right; column += 1) {
      const ray = row * columns + (column % columns);
      const at = ray * 3;
      const x = directions[at] as number;
      const y = directions[at + 1] as number;
      const z = directions[at + 2] as number;
      const met = meet(ox, oy, oz, a * x + d * y + h * z, b * x + f * y + i * z, c * x + g * y + j * z);
      if (met > 0 && met < (distance[ray] as number)) {
        distance[ray] = met;
        solid[ray] = id;
      }
    }
  }
}

/** Where a ray comes into the cube from -1 to 1; what is not above 0 is no hit. */
function meetBox(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number {
  // No arrays here: of each there would be millions a second.
  const ax = (-1 - ox) / dx;
  const bx = (1 - ox) / dx;
  const ay = (-1 - oy) / dy;
  const by = (1 - oy) / dy;
  const az = (-1 - oz) / dz;
  const bz = (1 - oz) / dz;
  const near = Math.max(ax < bx ? ax : bx, ay < by ? ay : by, az < bz ? az : bz);
  const far = Math.min(ax < bx ? bx : ax, ay < by ? by : ay, az < bz ? bz : az);
  return near <= far ? near : -1;
}

/** Where a ray comes into the ball of radius 1. */
function meetBall(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): number {
  const square = dx * dx + dy * dy + dz * dz;
  const half = ox * dx + oy * dy + oz * dz;
  const inside = half * half - square * (ox * ox + oy * oy + oz * oz - 1);
  return inside < 0 ? -1 : (-half - Math.sqrt(inside)) / square;
}
