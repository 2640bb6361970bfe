/** Owns where the car was and how it moved at any time, between the records of OXTS. */

import { Euler, Matrix4, Vector3 } from "three";
import type { OxtsField, OxtsRecord } from "../read/oxts.ts";
import { type GroundFrame, groundFrameOf, placeOf } from "./motion.ts";

export type TimedRecord = OxtsRecord & { readonly time: number };

/** How high the IMU of the car is above the ground, in metres. */
export const IMU_HEIGHT = 0.93;

/** The car at a moment, in metres and radians of the ground. */
export type CarPose = { readonly place: Vector3; readonly roll: number; readonly pitch: number; readonly yaw: number };

const STANDING: CarPose = { place: new Vector3(), roll: 0, pitch: 0, yaw: 0 };

export class Track {
  readonly records: readonly TimedRecord[];
  /** Where the car was at each record. */
  readonly places: readonly Vector3[];

  /** A drive without records stands still. */
  constructor(records: readonly TimedRecord[]) {
    this.records = records;
    const [first] = records;
    const frame: GroundFrame | null = first === undefined ? null : groundFrameOf(first);
    this.places = frame === null ? [] : records.map((record) => placeOf(record, frame));
  }

  poseAt(seconds: number): CarPose {
    const { from, to, part } = this.#around(seconds);
    const [a, b] = [this.records[from], this.records[to]];
    const [start, end] = [this.places[from], this.places[to]];
    if (a === undefined || b === undefined || start === undefined || end === undefined) return STANDING;
    const between = (field: "roll" | "pitch" | "yaw") => a[field] + wrapped(b[field] - a[field]) * part;
    const place = start.clone().lerp(end, part);
    return { place, roll: between("roll"), pitch: between("pitch"), yaw: between("yaw") };
  }

  /** A measure at a time; 0 without records. */
  valueAt(field: OxtsField, seconds: number): number {
    const { from, to, part } = this.#around(seconds);
    const [a, b] = [this.records[from]?.[field] ?? 0, this.records[to]?.[field] ?? 0];
    return a + (b - a) * part;
  }

  #around(seconds: number): { from: number; to: number; part: number } {
    let [from, high] = [0, this.records.length - 1];
    while (from < high) {
      const middle = (from + high + 1) >> 1;
      if ((this.records[middle]?.time ?? Infinity) <= seconds) from = middle;
      else high = middle - 1;
    }
    const to = Math.min(from + 1, Math.max(0, this.records.length - 1));
    const [start, end] = [this.records[from]?.time ?? 0, this.records[to]?.time ?? 0];
    return { from, to, part: end > start ? Math.min(1, Math.max(0, (seconds - start) / (end - start))) : 0 };
  }
}

/** From the frame of the IMU to that of the ground. */
export function matrixOfPose({ place, roll, pitch, yaw }: CarPose): Matrix4 {
  return new Matrix4().makeRotationFromEuler(new Euler(roll, pitch, yaw, "ZYX")).setPosition(place);
}

/** The same angle, from -π to π. */
export function wrapped(angle: number): number {
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}
