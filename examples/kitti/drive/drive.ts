/**
 * Owns opening a drive: which of its sensors are there, when each of them recorded, how they stand to each other, and where the car was. What
 * is large, pictures and sweeps, is not read here. What a drive lacks is absent and said; what is malformed throws FormatError.
 */

import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { DriveKind } from "../geometry/camera-model.ts";
import { CAMERAS, type Calibration, parseCamToCam, parseRigidMotion } from "../read/calibration.ts";
import { type OxtsRecord, parseOxts } from "../read/oxts.ts";
import { parseTimestamps, secondsSince } from "../read/timestamps.ts";
import { parseTracklets, type Tracklet } from "../read/tracklets.ts";
import { type RecordedStream, readStream, type SensorStream, streamOf, textOf } from "./sensor-stream.ts";

/** When a sweep of the lidar began and ended, in seconds; null where nobody wrote that down. */
export type SweepTimes = { readonly start: number; readonly end: number } | null;

export type Drive = {
  readonly name: string;
  readonly kind: DriveKind;
  /** In seconds; all times count from the first thing that any sensor recorded. */
  readonly duration: number;
  /** By their numbers; null for one that is absent. */
  readonly cameras: readonly (SensorStream | null)[];
  /** At the times when the scanner faced forward. */
  readonly lidar: SensorStream | null;
  /** By the numbers of sweeps. */
  readonly sweeps: readonly SweepTimes[];
  readonly oxts: SensorStream | null;
  /** One for each frame of `oxts` that has a file, in its order. */
  readonly records: readonly (OxtsRecord & { readonly time: number })[];
  readonly calibration: Calibration | null;
  /** Null where the drive has none. */
  readonly tracklets: readonly Tracklet[] | null;
  /** What is not there, in words. */
  readonly absent: readonly string[];
};

/** How many small files are read at once. */
const AT_ONCE = 32;
const DRIVE = /_drive_\d{4}_(sync|extract)$/;
const CALIBRATION = ["calib_cam_to_cam.txt", "calib_velo_to_cam.txt", "calib_imu_to_velo.txt"] as const;

/** Opens a drive by its folder, or by the folder of a day that has one. Throws FormatError, and Error where there is no drive. */
export async function openDrive(folder: string): Promise<Drive> {
  const path = await driveFolder(resolve(folder));
  const cameras = await Promise.all(
    Array.from({ length: CAMERAS }, (_, at) => readStream(path, `image_0${at}`, ["png", "jpg"])),
  );
  const lidar = await readStream(path, "velodyne_points", ["bin", "txt"]);
  const oxts = await readStream(path, "oxts", ["txt"]);
  const recorded = [...cameras, lidar, oxts].filter((stream) => stream !== null);
  const times = recorded.flatMap((stream) => stream.times.filter((time) => time !== null));
  const [start, end] = await Promise.all(["start", "end"].map((which) => sweepTimesOf(path, which)));
  times.push(...[...(start ?? []), ...(end ?? [])].filter((time) => time !== null));
  if (recorded.length === 0)
    throw new Error(`${path} has no recordings: neither image_00/timestamps.txt nor those of any other sensor.`);
  const origin = times.reduce((first, time) => (time < first ? time : first));
  const last = times.reduce((latest, time) => (time > latest ? time : latest));
  const calibration = await readCalibration(path);
  const labels = await textOf(join(path, "tracklet_labels.xml"));
  const within = (stream: RecordedStream | null) => (stream === null ? null : streamOf(stream, origin));
  const track = within(oxts);
  return {
    name: basename(path),
    kind: kindOf(path, lidar),
    duration: secondsSince(origin, last),
    cameras: cameras.map(within),
    lidar: within(lidar),
    sweeps: (start ?? []).map((from, at) => spanOf(origin, from, end?.[at] ?? null)),
    oxts: track,
    records: track === null ? [] : await readRecords(track, path),
    calibration: typeof calibration === "string" ? null : calibration,
    tracklets: labels === null ? null : parseTracklets(labels, "tracklet_labels.xml"),
    absent: [
      ...cameras.flatMap((camera, at) => (camera === null ? [`camera ${at}`] : [])),
      ...(lidar === null ? ["lidar"] : []),
      ...(oxts === null ? ["OXTS"] : []),
      ...(labels === null ? ["tracklets"] : []),
      ...(typeof calibration === "string" ? [calibration] : []),
    ],
  };
}

async function driveFolder(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => null);
  if (found === null || !found.isDirectory()) throw new Error(`${folder} is no folder.`);
  const names = await readdir(folder);
  if (DRIVE.test(folder) || names.some((name) => /^(?:image_0\d|oxts|velodyne_points)$/.test(name))) return folder;
  const drives = names.filter((name) => DRIVE.test(name)).sort();
  const [first] = drives;
  if (first === undefined) throw new Error(`${folder} is no drive, and none is in it.`);
  return join(folder, first);
}

function kindOf(path: string, lidar: RecordedStream | null): DriveKind {
  const named = DRIVE.exec(path)?.[1];
  if (named === "sync" || named === "extract") return named;
  return [...(lidar?.files.values() ?? [])][0]?.endsWith(".txt") === true ? "extract" : "sync";
}

/** Of the folder of the day, where the data set has them, or of the drive's own; in words what is missing. */
async function readCalibration(drive: string): Promise<Calibration | string> {
  const read = async (name: string) => (await textOf(join(dirname(drive), name))) ?? (await textOf(join(drive, name)));
  const [camToCam, veloToCam, imuToVelo] = await Promise.all(CALIBRATION.map(read));
  if (typeof camToCam !== "string" || typeof veloToCam !== "string" || typeof imuToVelo !== "string") {
    const missing = CALIBRATION.filter((_, at) => typeof [camToCam, veloToCam, imuToVelo][at] !== "string");
    return `calibration (${missing.join(", ")})`;
  }
  return {
    cameras: parseCamToCam(camToCam, CALIBRATION[0]),
    veloToCam: parseRigidMotion(veloToCam, CALIBRATION[1]),
    imuToVelo: parseRigidMotion(imuToVelo, CALIBRATION[2]),
  };
}

async function readRecords(oxts: SensorStream, drive: string): Promise<Drive["records"]> {
  const there = oxts.frames.filter(({ file }) => file !== null);
  const records: Drive["records"][number][] = [];
  for (let at = 0; at < there.length; at += AT_ONCE) {
    const some = there.slice(at, at + AT_ONCE).map(async ({ file, time }) => {
      const path = file ?? "";
      return { ...parseOxts(await readFile(path, "utf8"), relative(drive, path)), time };
    });
    records.push(...(await Promise.all(some)));
  }
  return records;
}

async function sweepTimesOf(drive: string, which: string): Promise<(bigint | null)[] | null> {
  const name = `velodyne_points/timestamps_${which}.txt`;
  const text = await textOf(join(drive, name));
  return text === null ? null : parseTimestamps(text, name);
}

function spanOf(origin: bigint, start: bigint | null, end: bigint | null): SweepTimes {
  if (start === null || end === null) return null;
  return { start: secondsSince(origin, start), end: secondsSince(origin, end) };
}
