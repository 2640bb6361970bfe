/** Owns the boxes of tracklets: their corners in the frame of the lidar, and their edges as they fall on a picture. */

import { Vector3 } from "three";
import type { Tracklet, TrackletPose } from "../read/tracklets.ts";
import { type CameraModel, farthestSquare, projectSeen } from "./camera-model.ts";

/** A tracklet in one frame. */
export type PlacedBox = { readonly tracklet: Tracklet; readonly pose: TrackletPose; readonly id: number };

/** Of corners; the first four edges are the bottom, the last is what points to the front on the top. */
export const EDGES: readonly (readonly [number, number])[] = [
  ...([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 0],
  ] as const),
  ...([
    [4, 5],
    [5, 6],
    [6, 7],
    [7, 4],
  ] as const),
  ...([
    [0, 4],
    [1, 5],
    [2, 6],
    [3, 7],
  ] as const),
];

/** What is nearer to the camera is cut off, in metres. */
const NEAR = 0.3;
/** An edge is bent by a lens, so it is drawn in so many pieces. */
const PIECES = 6;

/** Those of the boxes that are there in a frame. */
export function boxesAt(tracklets: readonly Tracklet[], frame: number): PlacedBox[] {
  return tracklets.flatMap((tracklet, id) => {
    const pose = tracklet.poses[frame - tracklet.firstFrame];
    return pose === undefined ? [] : [{ tracklet, pose, id }];
  });
}

/** Eight corners in the frame of the lidar: the bottom from the front left round to the front right, then the top likewise. */
export function cornersOf({ tracklet: { l, w, h }, pose }: PlacedBox): Vector3[] {
  const [cos, sin] = [Math.cos(pose.rz), Math.sin(pose.rz)];
  const sides = [
    [1, 1],
    [-1, 1],
    [-1, -1],
    [1, -1],
  ] as const;
  return [0, h].flatMap((up) =>
    sides.map(([front, left]) => {
      const [x, y] = [(front * l) / 2, (left * w) / 2];
      return new Vector3(pose.tx + cos * x - sin * y, pose.ty + sin * x + cos * y, pose.tz + up);
    }),
  );
}

/** The pieces of a box's edges in pixels, from u, v to u, v; what lies behind the camera is cut off. */
export function edgesInPicture(model: CameraModel, box: PlacedBox): (readonly [number, number, number, number])[] {
  const corners = cornersOf(box).map((corner) => corner.applyMatrix4(model.toCamera));
  const limit = farthestSquare(model);
  const pieces = model.distortion.some((value) => value !== 0) ? PIECES : 1;
  return EDGES.flatMap(([from, to]) => {
    const ends = cutAtNear(corners[from], corners[to]);
    if (ends === null) return [];
    const found: [number, number, number, number][] = [];
    for (let piece = 0; piece < pieces; piece += 1) {
      const [a, b] = [piece, piece + 1].map((at) => ends[0].clone().lerp(ends[1], at / pieces));
      if (a === undefined || b === undefined || squareOf(a) > limit || squareOf(b) > limit) continue;
      const [start, end] = [projectSeen(model, a), projectSeen(model, b)];
      found.push([start.u, start.v, end.u, end.v]);
    }
    return found;
  });
}

function cutAtNear(a: Vector3 | undefined, b: Vector3 | undefined): readonly [Vector3, Vector3] | null {
  if (a === undefined || b === undefined || (a.z < NEAR && b.z < NEAR)) return null;
  if (a.z >= NEAR && b.z >= NEAR) return [a, b];
  const cut = a.clone().lerp(b, (NEAR - a.z) / (b.z - a.z));
  return a.z < NEAR ? [cut, b] : [a, cut];
}

function squareOf({ x, y, z }: Vector3): number {
  return (x / z) ** 2 + (y / z) ** 2;
}
