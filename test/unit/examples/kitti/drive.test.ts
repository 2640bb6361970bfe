/** What of a drive is found: whole ones, ones that lack sensors, and what is said of those that are none. */

import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openDrive } from "../../../../examples/kitti/drive/drive.ts";
import { isMissingAt, placeAt, type SensorStream } from "../../../../examples/kitti/drive/sensor-stream.ts";
import { generateDrive } from "../../../../examples/kitti/generate.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-kitti-"));
let made = "";
/** A copy that a test may spoil. */
let drive = "";

beforeAll(async () => {
  made = await generateDrive({ folder: join(folder, "made"), kind: "sync", frames: 9, scale: 0.04, shots: 60 });
});
beforeEach(() => {
  const copy = mkdtempSync(join(folder, "copy-"));
  cpSync(dirname(made), copy, { recursive: true });
  drive = join(copy, "2011_09_26_drive_9001_sync");
});
afterEach(() => rmSync(dirname(drive), { recursive: true, force: true }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a drive", () => {
  it("has the frames of each sensor at its own times, and gaps where frames are missing", async () => {
    const { cameras, lidar, sweeps, oxts, records, tracklets, calibration, absent, duration } = await openDrive(drive);
    expect(absent).toEqual([]);
    // The sweep in the middle has no time and no file; a picture of camera 3 has a time alone.
    expect(lidar?.frames.map(({ number }) => number)).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
    expect(lidar?.count).toBe(9);
    expect(cameras[3]?.frames.filter(({ file }) => file === null).map(({ number }) => number)).toEqual([3]);
    expect(cameras[2]?.frames.every(({ file }) => file !== null)).toBe(true);
    const [third, forward] = [cameras[2]?.frames[2]?.time ?? 0, lidar?.frames[2]?.time ?? 0];
    expect((third - forward) * 1000).toBeGreaterThan(-2.4);
    expect((third - forward) * 1000).toBeLessThan(-1.8);
    const sweep = sweeps[2] ?? null;
    expect(sweep !== null && sweep.start < forward && forward < sweep.end).toBe(true);
    expect(sweeps[4]).toBeNull();
    expect([oxts?.frames.length, records.length]).toEqual([9, 9]);
    expect(tracklets?.length).toBeGreaterThan(3);
    expect(calibration?.cameras.every((camera) => camera !== null)).toBe(true);
    expect(duration).toBeGreaterThan(0.9);
  });

  it("has its frames in the order of their times where a clock went back", async () => {
    const file = join(drive, "oxts", "timestamps.txt");
    const lines = readFileSync(file, "utf8").split("\n");
    [lines[3], lines[4]] = [lines[4] ?? "", lines[3] ?? ""];
    writeFileSync(file, lines.join("\n"));
    const { oxts, records } = await openDrive(drive);
    expect(oxts?.frames.map(({ number }) => number)).toEqual([0, 1, 2, 4, 3, 5, 6, 7, 8]);
    expect(records.every(({ time }, at) => time >= (records[at - 1]?.time ?? 0))).toBe(true);
  });

  it("is found in the folder of its day", async () => {
    expect((await openDrive(dirname(drive))).name).toBe("2011_09_26_drive_9001_sync");
  });

  it("is shown with what there is: cameras, tracklets, OXTS and calibration may be absent", async () => {
    rmSync(join(drive, "image_01"), { recursive: true });
    rmSync(join(drive, "oxts"), { recursive: true });
    rmSync(join(drive, "tracklet_labels.xml"));
    rmSync(join(dirname(drive), "calib_imu_to_velo.txt"));
    const opened = await openDrive(drive);
    expect(opened.absent).toEqual(["camera 1", "OXTS", "tracklets", "calibration (calib_imu_to_velo.txt)"]);
    expect([opened.cameras[1], opened.oxts, opened.tracklets, opened.calibration]).toEqual([null, null, null, null]);
    expect([opened.records, opened.lidar?.frames.length]).toEqual([[], 8]);
  });

  it("may be without lidar, and its calibration may lie in its own folder", async () => {
    rmSync(join(drive, "velodyne_points"), { recursive: true });
    for (const name of readdirSync(dirname(drive)).filter((file) => file.startsWith("calib_")))
      renameSync(join(dirname(drive), name), join(drive, name));
    const { absent, lidar, calibration, sweeps } = await openDrive(drive);
    expect([absent, lidar, sweeps]).toEqual([["lidar"], null, []]);
    expect(calibration).not.toBeNull();
  });

  it.each([
    ["oxts/data/0000000003.txt", "1 2 3", /^oxts\/data\/0000000003\.txt, line 1: expected 30 values, found 3\.$/],
    ["image_02/timestamps.txt", "today\n", /^image_02\/timestamps\.txt, line 1: expected a time as/],
    ["velodyne_points/timestamps_end.txt", "\n\nx", /^velodyne_points\/timestamps_end\.txt, line 3/],
    ["tracklet_labels.xml", "<a>", /^tracklet_labels\.xml, line 1: expected well-formed XML/],
    ["../calib_velo_to_cam.txt", "R: 1", /^calib_velo_to_cam\.txt, line 1: expected R: with 9 numbers, found 1\.$/],
  ])("says what is wrong with %s", async (file, text, sentence) => {
    writeFileSync(join(drive, file), text);
    await expect(openDrive(drive)).rejects.toThrow(sentence);
  });

  it("is not taken for one where there is none", async () => {
    await expect(openDrive(join(folder, "nowhere"))).rejects.toThrow(/nowhere is no folder\./);
    await expect(openDrive(join(drive, "image_02", "data"))).rejects.toThrow(/is no drive, and none is in it\./);
    for (const name of readdirSync(drive)) rmSync(join(drive, name), { recursive: true });
    await expect(openDrive(drive)).rejects.toThrow(/has no recordings/);
  });
});

describe("a stream", () => {
  const frames = [0.1, 0.2, 0.3, 0.6].map((time, number) => ({ number, time, file: "x" }));
  const stream: SensorStream = { name: "x", frames, count: 4, period: 0.1 };

  it("shows the newest frame at a time, and the first before there was one", () => {
    const places = [0, 0.1, 0.19999, 0.2, 0.59, 0.6, 9].map((seconds) => placeAt(stream, seconds));
    expect(places).toEqual([0, 0, 0, 1, 2, 3, 3]);
  });

  it("has a gap where a frame is far too old", () => {
    const [, , third] = frames;
    if (third === undefined) throw new Error("no frame");
    expect([0.35, 0.44, 0.47, 0.59].map((seconds) => isMissingAt(stream, third, seconds))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(isMissingAt(stream, { ...third, file: null }, 0.3)).toBe(true);
  });
});
