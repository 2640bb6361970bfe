/** Owns how the sensors of a generated drive stand on its car: a calibration such as the files of a drive have. */

import { Euler, Matrix4, Vector3 } from "three";
import type { Calibration, CameraCalibration, Matrix3x3 } from "../read/calibration.ts";

/** Pictures of 1392 × 512 as taken, and 1242 × 375 rectified, are of scale 1, as those of the real car. */
const TAKEN = { width: 1392, height: 512 };
const RECTIFIED = { width: 1242, height: 375 };
const FOCAL = { taken: 984, rectified: 720 };
/** k1, k2, p1, p2, k3 of a lens that draws what is far aside nearer. */
const LENS = [-0.36, 0.18, 0.0012, -0.0008, -0.045];
/** Where the cameras stand to the right of camera 0, below and before it, in metres. */
const STANDS = [
  [0, 0, 0],
  [0.537, 0.001, -0.004],
  [-0.06, 0.0004, -0.003],
  [0.471, 0.002, -0.002],
] as const;
/** How they are turned against camera 0, in radians: nobody screws them on quite straight. */
const TURNS = [
  [0, 0, 0],
  [0.006, -0.012, 0.004],
  [-0.009, 0.007, -0.003],
  [0.004, 0.011, 0.008],
] as const;

/** `scale` is how large pictures are, 1 as those of the real car. */
export function carCalibration(scale: number): Calibration {
  const toRectified = turn([0.004, 0.009, -0.007]);
  const cameras = STANDS.map((stand, at) => cameraOf(stand, turn(TURNS[at] ?? [0, 0, 0]), toRectified, scale));
  // The lidar's forward, left and up are a camera's forward, its right turned round and its down turned round.
  const axes = new Matrix4().set(0, -1, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0, 0, 0, 0, 1);
  return {
    cameras,
    veloToCam: { R: rotationOf(turn([0.012, -0.008, 0.005]).multiply(axes)), T: [-0.004, -0.075, -0.27] },
    imuToVelo: { R: rotationOf(turn([0.008, -0.003, 0.011])), T: [-0.81, 0.32, -0.8] },
  };
}

/** All cameras look one way once they are rectified: R_rect_0i · R_0i = R_rect_00. */
function cameraOf(stand: readonly number[], own: Matrix4, toRectified: Matrix4, scale: number): CameraCalibration {
  const [S, SRect] = [TAKEN, RECTIFIED].map(({ width, height }) =>
    [width, height].map((side) => Math.round(side * scale)),
  );
  const RRect = toRectified.clone().multiply(own.clone().transpose());
  const moved = new Vector3(...stand).negate();
  const T = moved.clone().applyMatrix4(RRect.clone().transpose());
  const [f, cx, cy] = [FOCAL.rectified * scale, 609.5 * scale, 172.8 * scale];
  return {
    S: S ?? [],
    SRect: SRect ?? [],
    K: [FOCAL.taken * scale, 0, 690.4 * scale, 0, (FOCAL.taken - 3) * scale, 248.6 * scale, 0, 0, 1],
    D: LENS,
    R: rotationOf(own),
    T: T.toArray(),
    RRect: rotationOf(RRect),
    PRect: [
      ...[f, 0, cx, f * moved.x + cx * moved.z],
      ...[0, f, cy, f * moved.y + cy * moved.z],
      ...[0, 0, 1, moved.z],
    ],
  };
}

function turn([x = 0, y = 0, z = 0]: readonly number[]): Matrix4 {
  return new Matrix4().makeRotationFromEuler(new Euler(x, y, z));
}

function rotationOf({ elements: e }: Matrix4): Matrix3x3 {
  return [0, 1, 2].flatMap((row) => [e[row] ?? 0, e[row + 4] ?? 0, e[row + 8] ?? 0]);
}
