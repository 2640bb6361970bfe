/**
 * Owns the path of a scene's state and of its camera through a render: key frames, between which numbers are interpolated. Pure.
 *
 * KF1 Between two key frames a number goes from the one to the other, a `quaternion` by the shortest turn; lists must be as long as each
 *     other. What has another type or length, or is text, is that of the earlier one.
 * KF2 Before the first key frame is as at it, after the last one too.
 */

import type { Json } from "../../shared/custom-message.ts";
import type { CameraPose } from "../render/offline-protocol.ts";

/** A point of the path. */
export type KeyFrame = {
  /** When, in seconds from frame 0. */
  readonly time: number;
  /** The state that the scene takes, as its `getState` gives it. */
  readonly state?: Json;
  /** Where the camera is put, after the scene has moved it. */
  readonly camera?: CameraPose;
  /** How the way to the next one goes. Default `"linear"`; `"smooth"` begins and ends slowly; `"hold"` stays until then. */
  readonly ease?: "linear" | "smooth" | "hold";
};

const MAX_KEY_FRAMES = 100_000;
const poseLengths = { position: 3, target: 3, up: 3, quaternion: 4 } as const;
const eases = ["linear", "smooth", "hold"] as const;

/** Reads what a file has: a list of key frames, each with `time` in seconds or `frame`. Throws `TypeError` naming what is wrong. */
export function parseKeyFrames(at: string, value: unknown, fps: number): readonly KeyFrame[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_KEY_FRAMES) {
    throw new TypeError(`${at} must be a list of key frames, like [{ "time": 0, "state": … }, …].`);
  }
  const keys = value.map((one: unknown, index) => keyFrameOf(`${at}[${index}]`, one, fps));
  const bad = keys.findIndex(({ time }, index) => time <= (keys[index - 1]?.time ?? Number.NEGATIVE_INFINITY));
  if (bad >= 0) throw new TypeError(`${at}[${bad}].time must be later than that of the one before.`);
  return keys;
}

function keyFrameOf(at: string, value: unknown, fps: number): KeyFrame {
  const { time, frame, state, camera, ease } = object(at, value, ["time", "frame", "state", "camera", "ease"]);
  const seconds = time ?? (typeof frame === "number" ? frame / fps : undefined);
  if (typeof seconds !== "number" || !(seconds >= 0) || (time !== undefined && frame !== undefined)) {
    throw new TypeError(`${at} must have either time, in seconds, or frame: a number from 0.`);
  }
  if (state === undefined && camera === undefined) throw new TypeError(`${at} must have a state, a camera, or both.`);
  if (ease !== undefined && !eases.some((known) => known === ease)) {
    throw new TypeError(`${at}.ease must be one of ${eases.join(", ")}.`);
  }
  return {
    time: seconds,
    ...(state === undefined ? {} : { state: state as Json }),
    ...(camera === undefined ? {} : { camera: poseOf(`${at}.camera`, camera) }),
    ...(ease === undefined ? {} : { ease: ease as "linear" }),
  };
}

function poseOf(at: string, value: unknown): CameraPose {
  const pose = object(at, value, [...Object.keys(poseLengths), "fov", "zoom"]);
  for (const [name, length] of Object.entries(poseLengths)) {
    const list = pose[name];
    if (list !== undefined && !(Array.isArray(list) && list.length === length && list.every(Number.isFinite))) {
      throw new TypeError(`${at}.${name} must be ${length} numbers.`);
    }
  }
  for (const name of ["fov", "zoom"]) {
    const number = pose[name];
    if (number !== undefined && !(typeof number === "number" && number > 0)) {
      throw new TypeError(`${at}.${name} must be a number above 0.`);
    }
  }
  return pose as CameraPose;
}

function object(at: string, value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${at} must be an object.`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${at}.${unknown} is unknown. There are ${known.join(", ")}.`);
  return value as Readonly<Record<string, unknown>>;
}

export type PlaceOnPath = { readonly state: Json | undefined; readonly camera: CameraPose | undefined };

/** What the path says for a time in seconds. KF1, KF2 */
export function placeAt(keys: readonly KeyFrame[], seconds: number): PlaceOnPath {
  return {
    state: valueAt(keys, seconds, ({ state }) => state),
    camera: valueAt(keys, seconds, ({ camera }) => camera),
  };
}

function valueAt<Value>(
  all: readonly KeyFrame[],
  seconds: number,
  of: (key: KeyFrame) => Value | undefined,
): Value | undefined {
  const keys = all.filter((key) => of(key) !== undefined);
  const after = keys.findIndex(({ time }) => time > seconds);
  const [from, to] = [keys[after < 0 ? keys.length - 1 : Math.max(0, after - 1)], keys[after]];
  const value = from === undefined ? undefined : of(from);
  if (from === undefined || to === undefined || from === to || value === undefined) return value;
  const part = (seconds - from.time) / (to.time - from.time);
  const ease = from.ease ?? "linear";
  if (ease === "hold") return value;
  return between("", value, of(to), ease === "smooth" ? part * part * (3 - 2 * part) : part) as Value;
}

function between(name: string, from: unknown, to: unknown, part: number): unknown {
  if (typeof from === "number" && typeof to === "number") return from + (to - from) * part;
  if (Array.isArray(from)) {
    if (!Array.isArray(to) || to.length !== from.length) return from;
    if (name === "quaternion" && isQuaternion(from) && isQuaternion(to)) return turned(from, to, part);
    return from.map((item: unknown, at) => between("", item, to[at], part));
  }
  if (typeof from !== "object" || from === null || typeof to !== "object" || to === null) return from;
  const other = to as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(from).map(([key, item]) => [key, between(key, item, other[key], part)]));
}

function isQuaternion(list: readonly unknown[]): list is readonly number[] {
  return list.length === 4 && list.every((item) => typeof item === "number");
}

/** Spherical linear interpolation (Shoemake, Animating Rotation with Quaternion Curves, 1985). */
function turned(from: readonly number[], to: readonly number[], part: number): number[] {
  const dot = from.reduce((sum, item, at) => sum + item * (to[at] ?? 0), 0);
  const side = dot < 0 ? -1 : 1;
  const angle = Math.acos(Math.min(1, Math.abs(dot)));
  const sine = Math.sin(angle);
  const [a, b] = sine < 1e-6 ? [1 - part, part] : [Math.sin((1 - part) * angle) / sine, Math.sin(part * angle) / sine];
  const mixed = from.map((item, at) => a * item + side * b * (to[at] ?? 0));
  const length = Math.hypot(...mixed);
  return mixed.map((item) => item / length);
}
