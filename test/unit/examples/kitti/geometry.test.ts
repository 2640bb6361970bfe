/** Where points and boxes fall on pictures, against numpy's account of the same files, and the path against the speeds in them. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Vector3 } from "three";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDrive } from "../../../../examples/kitti/drive/drive.ts";
import { generateDrive } from "../../../../examples/kitti/generate.ts";
import { boxesAt, cornersOf } from "../../../../examples/kitti/geometry/box.ts";
import {
  type CameraModel,
  cameraModelOf,
  type DriveKind,
  directionOf,
  project,
  projectSeen,
} from "../../../../examples/kitti/geometry/camera-model.ts";
import { Track } from "../../../../examples/kitti/geometry/track.ts";
import { parseLidarBinary, parseLidarText } from "../../../../examples/kitti/read/lidar.ts";

type Triple = readonly [number, number, number];
type Account = {
  readonly points: readonly Triple[];
  readonly corners: readonly Triple[];
  readonly cameras: readonly { readonly points: readonly Triple[]; readonly corners: readonly Triple[] }[];
  readonly path: Readonly<Record<"east" | "north" | "ve" | "vn", readonly number[]>>;
};

const program = fileURLToPath(new URL("../../../fixtures/programs/kitti_projection.py", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "scenecast-kitti-"));
const FRAME = 4;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(["sync", "extract"] as const)("a drive as %s", (kind: DriveKind) => {
  let path = "";
  let account: Account;
  beforeAll(async () => {
    path = await generateDrive({ folder, kind, frames: 10, scale: 0.2, shots: 360 });
    const text = execFileSync("/usr/bin/python3", [program, path, String(FRAME)], { maxBuffer: 1 << 26 });
    account = JSON.parse(text.toString()) as Account;
  });

  it.each([0, 1, 2, 3])("points of the lidar and corners of boxes fall on camera %i as numpy says", async (camera) => {
    const { calibration, tracklets } = await openDrive(path);
    if (calibration === null) throw new Error("no calibration");
    const model = cameraModelOf(calibration, camera, kind);
    if (model === null) throw new Error("no camera");
    const points = pointsOf(path, kind).filter((_, at) => at % 23 === 0);
    expect(points.length).toBe(account.points.length);
    expectSame(model, points, account.cameras[camera]?.points ?? [], 60);
    const corners = boxesAt(tracklets ?? [], FRAME).flatMap(cornersOf);
    expect(corners.length).toBe(account.corners.length);
    expectSame(model, corners, account.cameras[camera]?.corners ?? [], 16);
  });

  it("a place in a picture is a direction, and back", async () => {
    const { calibration } = await openDrive(path);
    const model = calibration === null ? null : cameraModelOf(calibration, 2, kind);
    if (model === null) throw new Error("no camera");
    for (const [u, v] of [
      [3, 4],
      [model.width - 5, 9],
      [model.width / 2, model.height - 2],
    ] as const) {
      const back = projectSeen(model, directionOf(model, u, v).multiplyScalar(7));
      expect(Math.hypot(back.u - u, back.v - v)).toBeLessThan(0.01);
    }
  });

  it("the path's derivative is the speed that OXTS says, and lies where numpy has it", async () => {
    const { records } = await openDrive(path);
    const { places } = new Track(records);
    expect(places.length).toBe(account.path.east.length);
    for (const [at, place] of places.entries()) {
      expect(Math.abs(place.x - (account.path.east[at] ?? 0))).toBeLessThan(0.01);
      expect(Math.abs(place.y - (account.path.north[at] ?? 0))).toBeLessThan(0.01);
    }
    for (let at = 2; at < places.length - 2; at += 1) {
      const [before, after] = [places[at - 1], places[at + 1]];
      const seconds = (records[at + 1]?.time ?? 0) - (records[at - 1]?.time ?? 0);
      if (before === undefined || after === undefined) continue;
      const speed = after.clone().sub(before).divideScalar(seconds);
      // Of a second's hundredth, the times' own error is some hundredths of the speed.
      const tolerance = 0.06;
      expect(Math.abs(speed.x - (account.path.ve[at] ?? 0))).toBeLessThan(tolerance);
      expect(Math.abs(speed.y - (account.path.vn[at] ?? 0))).toBeLessThan(tolerance);
    }
  });
});

/** Within a pixel, of at least `least` that are in the picture; what is behind the camera is so for both. */
function expectSame(model: CameraModel, points: readonly Vector3[], wanted: readonly Triple[], least: number): void {
  let seen = 0;
  for (const [at, point] of points.entries()) {
    const [u, v, depth] = wanted[at] ?? [0, 0, 0];
    if (depth < 0.5 || u < 0 || v < 0 || u > model.width || v > model.height) continue;
    const found = project(model, point);
    expect(Math.hypot(found.u - u, found.v - v), `point ${at}`).toBeLessThan(0.05);
    expect(Math.abs(found.depth - depth)).toBeLessThan(0.001);
    seen += 1;
  }
  expect(seen).toBeGreaterThan(least);
}

function pointsOf(path: string, kind: DriveKind): Vector3[] {
  const name = join(
    path,
    "velodyne_points",
    "data",
    `${String(FRAME).padStart(10, "0")}.${kind === "sync" ? "bin" : "txt"}`,
  );
  const { buffer } = Uint8Array.from(readFileSync(name));
  const rows = kind === "sync" ? parseLidarBinary(buffer, name) : parseLidarText(buffer, name);
  return Array.from({ length: rows.length / 4 }, (_, at) => new Vector3().fromArray(rows, at * 4));
}
