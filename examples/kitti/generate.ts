/**
 * Writes a drive as the raw recordings of KITTI are, of a street that is made up. The scene does so when it is given none; by itself:
 *
 *   node examples/kitti/generate.ts <folder> [--extract] [--full] [--frames 48]
 */

import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { cameraModelOf, type DriveKind } from "./geometry/camera-model.ts";
import { CAMERAS } from "./read/calibration.ts";
import { carCalibration } from "./street/car-rig.ts";
import * as texts from "./street/drive-texts.ts";
import { encodePng, greyOf } from "./street/png.ts";
import { nanosecondsOf, Recording, type Times } from "./street/recording.ts";
import { StreetCamera, StreetLidar } from "./street/sensors.ts";

export type GenerateOptions = {
  /** Where the folder of the day is put, and the drive in it. */
  readonly folder: string;
  readonly kind: DriveKind;
  /** Sweeps of the lidar, some ten a second. */
  readonly frames: number;
  /** How large pictures are, 1 as those of the real car. */
  readonly scale: number;
  /** How many shots each of the lidar's 64 lasers makes in a turn. */
  readonly shots: number;
  /** Told of each frame that is written. */
  readonly onFrame?: (frame: number) => void;
};

/** What the scene makes for itself, and what is as large as a real one. */
export const SMALL = { frames: 48, scale: 0.4, shots: 900 } as const;
export const FULL = { frames: 450, scale: 1, shots: 2000 } as const;

const DAY = "2011_09_26";

/** Writes a drive and gives its folder. */
export async function generateDrive(options: GenerateOptions): Promise<string> {
  const { folder, kind, frames, scale, shots, onFrame } = options;
  const calibration = carCalibration(scale);
  const recording = new Recording(kind, frames, calibration);
  const day = join(folder, DAY);
  const drive = join(day, `${DAY}_drive_9001_${kind}`);
  await mkdir(drive, { recursive: true });
  await writeFile(join(day, "calib_cam_to_cam.txt"), texts.camToCamText(calibration.cameras));
  await writeFile(join(day, "calib_velo_to_cam.txt"), texts.rigidMotionText(calibration.veloToCam, true));
  await writeFile(join(day, "calib_imu_to_velo.txt"), texts.rigidMotionText(calibration.imuToVelo, false));
  await writeFile(join(drive, "tracklet_labels.xml"), texts.trackletsText(recording.tracklets()));
  await writeRecords(drive, recording);
  const cameras = Array.from({ length: CAMERAS }, (_, at) => cameraModelOf(calibration, at, kind)).map((model) =>
    model === null ? null : new StreetCamera(model),
  );
  for (const at of cameras.keys()) await writeTimes(join(drive, `image_0${at}`), "timestamps", recording.pictures(at));
  const sweeps = recording.sweeps;
  const points = join(drive, "velodyne_points");
  await writeTimes(points, "timestamps", sweeps.forward);
  await writeTimes(points, "timestamps_start", sweeps.start);
  await writeTimes(points, "timestamps_end", sweeps.end);
  const lidar = new StreetLidar(shots);
  for (let frame = 0; frame < frames; frame += 1) {
    const pictures = cameras.map((camera, at) => writePicture(drive, recording, camera, at, frame));
    await Promise.all([...pictures, writeSweep(points, recording, lidar, frame)]);
    onFrame?.(frame);
  }
  return drive;
}

async function writeRecords(drive: string, recording: Recording): Promise<void> {
  const folder = join(drive, "oxts");
  await writeTimes(folder, "timestamps", recording.records);
  await writeFile(join(folder, "dataformat.txt"), texts.dataFormatText());
  const files = recording.records.map((time, at) =>
    writeFile(join(folder, "data", nameOf(at, "txt")), texts.oxtsText(recording.oxts(time))),
  );
  await Promise.all(files);
}

async function writePicture(
  drive: string,
  recording: Recording,
  camera: StreetCamera | null,
  at: number,
  frame: number,
): Promise<void> {
  const time = recording.pictures(at)[frame] ?? null;
  // One file is missing, though its time is there, as now and then in real drives.
  const isLost = at === CAMERAS - 1 && frame === Math.floor(recording.frames / 3);
  if (camera === null || time === null || isLost) return;
  const pixels = camera.picture(recording.street, recording.lidarPose(time), time);
  const { width, height } = camera.model;
  // Cameras 0 and 1 are grey, 2 and 3 see colours.
  const png = at < 2 ? encodePng(greyOf(pixels), width, height, 1) : encodePng(pixels, width, height, 3);
  await writeFile(join(drive, `image_0${at}`, "data", nameOf(frame, "png")), await png);
}

async function writeSweep(folder: string, recording: Recording, lidar: StreetLidar, frame: number): Promise<void> {
  const time = recording.sweeps.forward[frame] ?? null;
  if (time === null) return;
  const points = lidar.sweep(recording.street, recording.lidarPose(time), time);
  if (recording.kind === "sync") await writeFile(join(folder, "data", nameOf(frame, "bin")), points);
  else await writeFile(join(folder, "data", nameOf(frame, "txt")), texts.lidarText(points));
}

async function writeTimes(folder: string, name: string, times: Times): Promise<void> {
  await mkdir(join(folder, "data"), { recursive: true });
  const text = texts.timestampsText(times.map((time) => (time === null ? null : nanosecondsOf(time))));
  await writeFile(join(folder, `${name}.txt`), text);
}

function nameOf(frame: number, ending: string): string {
  return `${String(frame).padStart(10, "0")}.${ending}`;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { extract: { type: "boolean" }, full: { type: "boolean" }, frames: { type: "string" } },
  });
  const [folder] = positionals;
  const size = values.full === true ? FULL : SMALL;
  const frames = Number(values.frames ?? size.frames);
  if (folder === undefined || !Number.isInteger(frames) || frames < 2 || frames > 10_000) {
    console.error("Usage: generate.ts <folder> [--extract] [--full] [--frames 2..10000]");
    process.exitCode = 1;
    return;
  }
  const kind = values.extract === true ? "extract" : "sync";
  const onFrame = (frame: number) => frame % 20 === 19 && console.log(`${frame + 1} of ${frames} frames`);
  console.log(await generateDrive({ folder: resolve(folder), kind, ...size, frames, onFrame }));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
