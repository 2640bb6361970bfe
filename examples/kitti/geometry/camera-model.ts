/**
 * Owns where a point of the lidar is in the picture of a camera. Of rectified pictures (sync) u, v, w = P_rect · R_rect_00 · Tr_velo_to_cam · x;
 * of pictures as they were taken (extract) K and the distortion D of the camera's own frame, as OpenCV has it.
 */

import { Matrix4, Vector3, Vector4 } from "three";
import type { Calibration } from "../read/calibration.ts";
import { matrixOf, motionMatrix } from "./motion.ts";

/** As pictures of a drive are: rectified, or as they were taken. */
export type DriveKind = "sync" | "extract";

export type CameraModel = {
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** From the frame of the lidar to that of the camera: right, down, forward. */
  readonly toCamera: Matrix4;
  readonly fx: number;
  readonly fy: number;
  readonly cx: number;
  readonly cy: number;
  /** k1, k2, p1, p2, k3; all 0 of a rectified picture. */
  readonly distortion: readonly number[];
};

/** The middle of the pixel at the top left is at 0, 0. `depth` is in metres; what is not above 0 lies behind. */
export type Projected = { readonly u: number; readonly v: number; readonly depth: number };

const RECTIFIED = [0, 0, 0, 0, 0];

/** Null where there is no such camera. */
export function cameraModelOf(calibration: Calibration, camera: number, kind: DriveKind): CameraModel | null {
  const { cameras, veloToCam } = calibration;
  const own = cameras[camera] ?? null;
  const first = cameras[0] ?? null;
  if (own === null || first === null) return null;
  const toFirst = motionMatrix(veloToCam);
  if (kind === "extract") {
    const [width = 0, height = 0] = own.S;
    const [fx = 1, , cx = 0, , fy = 1, cy = 0] = own.K;
    return { width, height, toCamera: matrixOf(own.R, own.T).multiply(toFirst), fx, fy, cx, cy, distortion: own.D };
  }
  const [width = 0, height = 0] = own.SRect;
  const P = own.PRect;
  const [fx = 1, , cx = 0, tx = 0, , fy = 1, cy = 0, ty = 0, , , , tz = 0] = P;
  // P = K · [I | b]: the last column moves the camera, by b, before it is drawn.
  const moved = new Matrix4().makeTranslation((tx - cx * tz) / fx, (ty - cy * tz) / fy, tz);
  const toCamera = moved.multiply(matrixOf(first.RRect)).multiply(toFirst);
  return { width, height, toCamera, fx, fy, cx, cy, distortion: RECTIFIED };
}

/** Where a point in the frame of the lidar falls. */
export function project(model: CameraModel, point: Vector3): Projected {
  return projectSeen(model, point.clone().applyMatrix4(model.toCamera));
}

/** Where a point in the frame of the camera falls. */
export function projectSeen(model: CameraModel, { x, y, z }: Vector3): Projected {
  const seen = distorted(x / z, y / z, model.distortion);
  return { u: model.fx * seen.x + model.cx, v: model.fy * seen.y + model.cy, depth: z };
}

/** The direction in the frame of the camera that a place of the picture shows; 1 forward. */
export function directionOf(model: CameraModel, u: number, v: number): Vector3 {
  const [x, y] = [(u - model.cx) / model.fx, (v - model.cy) / model.fy];
  let [undistortedX, undistortedY] = [x, y];
  if (model.distortion.some((value) => value !== 0)) {
    for (let round = 0; round < 40; round += 1) {
      const seen = distorted(undistortedX, undistortedY, model.distortion);
      undistortedX += x - seen.x;
      undistortedY += y - seen.y;
    }
  }
  return new Vector3(undistortedX, undistortedY, 1);
}

/**
 * The square of the tangent up to which the distortion still goes outwards: what is further aside is not in the picture, but the
 * polynomial would bend it back into it.
 */
export function farthestSquare({ distortion }: CameraModel): number {
  const [k1 = 0, k2 = 0, , , k3 = 0] = distortion;
  for (let square = 0.01; square < 9; square += 0.01) {
    if (1 + 3 * k1 * square + 5 * k2 * square ** 2 + 7 * k3 * square ** 3 <= 0) return square;
  }
  return 9;
}

/** For a shader: fx, fy, cx, cy. */
export function focalOf({ fx, fy, cx, cy }: CameraModel): Vector4 {
  return new Vector4(fx, fy, cx, cy);
}

function distorted(x: number, y: number, [k1 = 0, k2 = 0, p1 = 0, p2 = 0, k3 = 0]: readonly number[]) {
  const square = x * x + y * y;
  const radial = 1 + square * (k1 + square * (k2 + square * k3));
  return {
    x: x * radial + 2 * p1 * x * y + p2 * (square + 2 * x * x),
    y: y * radial + p1 * (square + 2 * y * y) + 2 * p2 * x * y,
  };
}
