/** Owns rigid motions as matrices of three: of the files of calibration, and of the records of OXTS, as KITTI's devkit makes them. */

import { Matrix4, Vector3 } from "three";
import type { Matrix3x3, RigidMotion } from "../read/calibration.ts";
import type { OxtsRecord } from "../read/oxts.ts";

/** The equator's radius of WGS 84, in metres. */
const EARTH_RADIUS = 6_378_137;
const RADIANS = Math.PI / 180;

/** A point that a moving sensor passes, in the frame of the ground: x to the east, y to the north, z up, in metres. */
export type GroundFrame = {
  /** The cosine of the latitude that distances are right at: that of the first record. */
  readonly scale: number;
  /** Of the first record, so that numbers stay small. */
  readonly origin: Vector3;
};

export function matrixOf(R: Matrix3x3, T: readonly number[] = [0, 0, 0]): Matrix4 {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = R;
  const [x = 0, y = 0, z = 0] = T;
  return new Matrix4(a, b, c, x, d, e, f, y, g, h, i, z, 0, 0, 0, 1);
}

export function motionMatrix({ R, T }: RigidMotion): Matrix4 {
  return matrixOf(R, T);
}

/** The frame of the ground that a drive is shown in. */
export function groundFrameOf(first: OxtsRecord): GroundFrame {
  const scale = Math.cos(first.lat * RADIANS);
  return { scale, origin: mercator(first.lat, first.lon, first.alt, scale) };
}

/** Where the IMU is, in metres of the ground. */
export function placeOf({ lat, lon, alt }: OxtsRecord, { scale, origin }: GroundFrame): Vector3 {
  return mercator(lat, lon, alt, scale).sub(origin);
}

/** Latitude and longitude in degrees of a place on the ground; the other way round than `placeOf`. */
export function latitudeAndLongitude({ x, y }: Vector3, { scale, origin }: GroundFrame): { lat: number; lon: number } {
  const [east, north] = [x + origin.x, y + origin.y].map((metres) => metres / (scale * EARTH_RADIUS));
  return { lat: (Math.atan(Math.exp(north ?? 0)) * 2 - Math.PI / 2) / RADIANS, lon: (east ?? 0) / RADIANS };
}

/** Mercator's projection, scaled so that metres are metres where the drive begins. */
function mercator(lat: number, lon: number, alt: number, scale: number): Vector3 {
  const east = scale * EARTH_RADIUS * lon * RADIANS;
  return new Vector3(east, scale * EARTH_RADIUS * Math.log(Math.tan(((90 + lat) * RADIANS) / 2)), alt);
}
