/** Owns what a generated drive records and when: the car's own records, the boxes, and the times of each sensor, none of them quite alike. */

import { type Matrix4, Vector3 } from "three";
import type { DriveKind } from "../geometry/camera-model.ts";
import { type GroundFrame, groundFrameOf, latitudeAndLongitude, motionMatrix } from "../geometry/motion.ts";
import { IMU_HEIGHT, matrixOfPose, wrapped } from "../geometry/track.ts";
import type { Calibration } from "../read/calibration.ts";
import { OXTS_FIELDS, type OxtsRecord } from "../read/oxts.ts";
import type { Tracklet, TrackletPose } from "../read/tracklets.ts";
import { DrivePath } from "./drive-path.ts";
import { grain } from "./solid.ts";
import { Street } from "./street.ts";

/** 2011-09-26 13:02:25 by the clock of the recording. */
const BEGIN = 1_317_042_145_000_000_000n;
const PLACE = { lat: 49.0112, lon: 8.4228, alt: 116.2 };
/** The scanner turns somewhat slower than ten times a second. */
const TURN_SECONDS = 0.10352;
/** When each camera takes its picture after the scanner faces forward, in seconds. */
const CAMERA_DELAYS = [0.0034, 0.0035, -0.0021, -0.0019];
/** Boxes are there for what is before the car, in metres and radians. */
const [LABEL_REACH, LABEL_ASIDE] = [55, 0.75];

/** In seconds from the beginning; null where a sensor delivered nothing. */
export type Times = readonly (number | null)[];

export class Recording {
  readonly kind: DriveKind;
  readonly street: Street;
  readonly frames: number;
  readonly #path: DrivePath;
  readonly #calibration: Calibration;
  readonly #ground: GroundFrame = groundFrameOf({ ...NOTHING_MEASURED, ...PLACE });

  constructor(kind: DriveKind, frames: number, calibration: Calibration) {
    this.kind = kind;
    this.frames = frames;
    this.#calibration = calibration;
    this.#path = new DrivePath((frames + 1) * TURN_SECONDS);
    this.street = new Street(this.#path);
  }

  /** When the scanner faces forward in each sweep. */
  get triggers(): readonly number[] {
    return Array.from({ length: this.frames }, (_, at) => 0.06 + at * TURN_SECONDS + 0.0006 * (grain(at, 1, 1) - 0.5));
  }

  /** As with real drives, a sweep in the middle did not come through. */
  get sweeps(): { readonly start: Times; readonly forward: Times; readonly end: Times } {
    const missing = Math.floor(this.frames / 2);
    const times = (shift: number) => this.triggers.map((time, at) => (at === missing ? null : time + shift));
    return { start: times(-TURN_SECONDS / 2), forward: times(0), end: times(TURN_SECONDS / 2) };
  }

  pictures(camera: number): Times {
    return this.triggers.map((time, at) => time + (CAMERA_DELAYS[camera] ?? 0) + 0.0004 * (grain(at, camera, 2) - 0.5));
  }

  /** A hundred a second in "extract"; in "sync" the one next to each sweep. */
  get records(): readonly number[] {
    if (this.kind === "sync") return this.triggers.map((time) => Math.round(time * 100) / 100 + 0.0002);
    const count = Math.floor((this.triggers.at(-1) ?? 0) * 100) + 8;
    return Array.from({ length: count }, (_, at) => at / 100 + 0.0014 * (grain(at, 3, 3) - 0.5) + 0.001);
  }

  /** From the frame of the lidar to that of the ground. */
  lidarPose(seconds: number): Matrix4 {
    const { x, y, roll, pitch, yaw } = this.#path.stateAt(seconds);
    const imu = matrixOfPose({ place: new Vector3(x, y, IMU_HEIGHT), roll, pitch, yaw });
    return imu.multiply(motionMatrix(this.#calibration.imuToVelo).invert());
  }

  oxts(seconds: number): OxtsRecord {
    const { x, y, yaw, pitch, roll, speed, acceleration, lateral, yawRate } = this.#path.stateAt(seconds);
    const begin = this.#path.stateAt(this.records[0] ?? 0);
    return {
      ...NOTHING_MEASURED,
      ...latitudeAndLongitude(new Vector3(x - begin.x, y - begin.y, 0), this.#ground),
      ...{ alt: PLACE.alt, roll, pitch, yaw },
      ...{ vn: speed * Math.sin(yaw), ve: speed * Math.cos(yaw), vf: speed },
      ...{ ax: acceleration, ay: lateral, az: 9.81, af: acceleration, al: lateral, au: 9.81, wz: yawRate, wu: yawRate },
      ...{ pos_accuracy: 0.06, vel_accuracy: 0.02, navstat: 4, numsats: 9, posmode: 5, velmode: 5, orimode: 6 },
    };
  }

  tracklets(): Tracklet[] {
    const [triggers, found] = [this.triggers, [] as Tracklet[]];
    const poses = triggers.map((time) => ({
      time,
      inverse: this.lidarPose(time).invert(),
      yaw: this.#path.stateAt(time).yaw,
    }));
    for (const object of this.street.objects) {
      const places = poses.map(({ time, inverse, yaw }): TrackletPose | null => {
        const { x, y, heading } = this.street.placeOf(object, time);
        const at = new Vector3(x, y, 0).applyMatrix4(inverse);
        const isSeen = at.x > 3 && at.length() < LABEL_REACH && Math.abs(Math.atan2(at.y, at.x)) < LABEL_ASIDE;
        return isSeen ? { tx: at.x, ty: at.y, tz: at.z, rz: wrapped(heading - yaw), occlusion: 0 } : null;
      });
      const first = places.findIndex((pose) => pose !== null);
      if (first < 0) continue;
      const gone = places.indexOf(null, first);
      const run = places.slice(first, gone < 0 ? undefined : gone).filter((pose) => pose !== null);
      const [l, w, h] = object.size;
      found.push({ objectType: object.objectType, h, w, l, firstFrame: first, poses: run });
    }
    return found;
  }
}

const NOTHING_MEASURED = Object.fromEntries(OXTS_FIELDS.map((field) => [field, 0])) as OxtsRecord;

export function nanosecondsOf(seconds: number): bigint {
  return BEGIN + BigInt(Math.round(seconds * 1e9));
}
