/** What the readers of KITTI's files take, and that they say where in a file something is wrong and what was expected. */

import { describe, expect, it } from "vitest";
import { parseCamToCam, parseRigidMotion } from "../../../../examples/kitti/read/calibration.ts";
import { FormatError } from "../../../../examples/kitti/read/format-error.ts";
import { parseLidarBinary, parseLidarText } from "../../../../examples/kitti/read/lidar.ts";
import { parseOxts } from "../../../../examples/kitti/read/oxts.ts";
import { parseTimestamps, secondsSince } from "../../../../examples/kitti/read/timestamps.ts";
import { parseTracklets } from "../../../../examples/kitti/read/tracklets.ts";
import { carCalibration } from "../../../../examples/kitti/street/car-rig.ts";
import {
  camToCamText,
  lidarText,
  rigidMotionText,
  trackletsText,
} from "../../../../examples/kitti/street/drive-texts.ts";

/** The error that reading gives; it fails where there is none. */
function errorOf(read: () => unknown): FormatError {
  try {
    read();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("It was read.");
}

const bytesOf = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer as ArrayBuffer;

describe("timestamps", () => {
  it("are exact to the nanosecond, and an empty line is a missing frame", () => {
    const times = parseTimestamps("2011-09-26 13:02:25.964389445\n\n2011-09-26 13:02:26.064389446\n", "t.txt");
    expect(times).toEqual([1_317_042_145_964_389_445n, null, 1_317_042_146_064_389_446n]);
    expect(secondsSince(times[0] ?? 0n, times[2] ?? 0n)).toBe(0.100000001);
  });

  it.each([
    ["2011-09-26 13:02:25.9\n26.09.2011", 2],
    ["2011-02-30 13:02:25.0", 1],
    ["nan", 1],
  ])("%j is refused in line %i", (text, line) => {
    const error = errorOf(() => parseTimestamps(text, "oxts/timestamps.txt"));
    expect(error).toMatchObject({ line, file: "oxts/timestamps.txt" });
    expect(error.message).toContain(`oxts/timestamps.txt, line ${line}: expected`);
  });
});

describe("calibration", () => {
  const calibration = carCalibration(1);
  const text = camToCamText(calibration.cameras);

  it("is read as it was written", () => {
    expect(parseCamToCam(text, "c.txt")[2]?.PRect[3]).toBeCloseTo(calibration.cameras[2]?.PRect[3] ?? 0, 6);
    const motion = parseRigidMotion(rigidMotionText(calibration.veloToCam, true), "v.txt");
    expect(motion.T).toEqual(calibration.veloToCam.T);
  });

  it("has null for a camera that the file does not have", () => {
    const without = text.replaceAll(/^\w+_03:.*\n/gm, "");
    expect(parseCamToCam(without, "c.txt").map((camera) => camera !== null)).toEqual([true, true, true, false]);
  });

  it.each([
    [text.replace(/^R_rect_02:.*\n/m, ""), /R_rect_02: with 9 numbers, found the end of the file/],
    [text.replace(/^(K_01: .*) \S+$/m, "$1"), /line \d+: expected K_01: with 9 numbers, found 8/],
    [text.replace(/^(P_rect_00: )\S+/m, "$1nan"), /line \d+: expected a finite number \(P_rect_00\), found "nan"/],
    [text.replace(/^(R_02: )\S+/m, "$13.0"), /R_02: a rotation/],
    [`${text}K_00: 1 2 3\n`, /K_00 only once/],
    [text.replace("S_00:", "S_00"), /line 3: expected a name, ":" and values/],
    ["corner_dist: 9.9e-02\n", /a camera: lines that begin with S_00/],
    [text.replaceAll(/^\w+_00:.*\n/gm, ""), /R_rect_00, which all cameras need/],
    [text.replace(/^S_rect_03:.*$/m, "S_rect_03: 1242 0.5"), /a width and a height in pixels/],
    [text.replace(/^(P_rect_01:.*) 0\.0+e\+00 (\S+e\+\d+) /m, "$1 1.5 $2 "), /P_rect_01/],
  ])("says what is wrong (%#)", (wrong, sentence) => {
    expect(wrong).not.toBe(text);
    expect(errorOf(() => parseCamToCam(wrong, "calib_cam_to_cam.txt")).message).toMatch(sentence);
  });

  it("says which matrix of a rigid motion is missing", () => {
    expect(errorOf(() => parseRigidMotion("calib_time: now\nR: 1 0 0 0 1 0 0 0 1\n", "v.txt")).message).toMatch(
      /^v\.txt, line 3: expected T: with 3 numbers, found the end of the file without T\.$/,
    );
  });
});

describe("OXTS", () => {
  const values = Array.from({ length: 30 }, (_, at) => at / 10);

  it("has 30 values by their names", () => {
    const record = parseOxts(`${values.join(" ")} \n`, "o.txt");
    expect([record.lat, record.vn, record.vf, record.af, record.orimode]).toEqual([0, 0.6, 0.8, 1.4, 2.9]);
  });

  it.each([
    [values.slice(1).join(" "), /line 1: expected 30 values, found 29/],
    [[...values.slice(0, 8), "nan", ...values.slice(9)].join(" "), /\(value 9, vf\), found "nan"/],
    [[95, ...values.slice(1)].join(" "), /lat from -89 to 89/],
    [`${values.join(" ")}\n${values.join(" ")}\n`, /line 2: expected one line/],
    ["", /30 values, found 0/],
  ])("says what is wrong (%#)", (text, sentence) => {
    expect(errorOf(() => parseOxts(text, "oxts/data/0000000000.txt")).message).toMatch(sentence);
  });
});

describe("sweeps of the lidar", () => {
  const points = Float32Array.from([53.801, 6.443, 2.038, 0.25, -1.5, 0, 0.001, 0]);

  it("are the same as text and as bytes", () => {
    expect(parseLidarBinary(points.slice().buffer, "a.bin")).toEqual(points);
    expect(parseLidarText(bytesOf(lidarText(points)), "a.txt")).toEqual(points);
    expect([...parseLidarText(bytesOf("1e1 -2.5E-1 +3 0.5\r\n\n"), "a.txt")]).toEqual([10, -0.25, 3, 0.5]);
    expect(parseLidarText(new ArrayBuffer(0), "a.txt").length).toBe(0);
  });

  it.each([
    [points.buffer.slice(0, 30), /a\.bin: expected points of 16 bytes each, found 1 and 14 bytes/],
    [Float32Array.from([1, 2, Number.NaN, 4]).buffer, /finite numbers up to 10000, found NaN at byte 8 \(point 0\)/],
    [Float32Array.from([1e30, 2, 3, 4]).buffer, /found .* at byte 0/],
  ])("as bytes say what is wrong (%#)", (bytes, sentence) => {
    expect(errorOf(() => parseLidarBinary(bytes, "a.bin")).message).toMatch(sentence);
  });

  it.each([
    ["1 2 3 4\n1 2 3\n", /a\.txt, line 2: expected 4 finite numbers: x y z reflectance, found nothing/],
    ["1 2 3 4 5\n", /line 1: expected 4 values: x y z reflectance, found more/],
    ["1 2 nan 4\n", /found "nan"/],
    ["1 2 3 4\n\n1 2 3 1e9\n", /line 3: .*found "1e9"/],
    ["<html>", /line 1/],
  ])("as text say what is wrong (%#)", (text, sentence) => {
    expect(errorOf(() => parseLidarText(bytesOf(text), "a.txt")).message).toMatch(sentence);
  });
});

describe("tracklets", () => {
  const pose = { tx: 10.25, ty: -2, tz: -1.7, rz: 0.5, occlusion: 1 };
  const tracklets = [
    { objectType: "Car", h: 1.5, w: 1.7, l: 4.2, firstFrame: 3, poses: [pose, { ...pose, tx: 11 }] },
    { objectType: "Pedestrian", h: 1.8, w: 0.6, l: 0.5, firstFrame: 0, poses: [pose] },
  ];
  const text = trackletsText(tracklets);

  it("are read as Boost wrote them, one or many", () => {
    expect(parseTracklets(text, "t.xml")).toEqual(tracklets);
    expect(parseTracklets(trackletsText(tracklets.slice(1)), "t.xml")).toEqual(tracklets.slice(1));
    expect(parseTracklets(trackletsText([]), "t.xml")).toEqual([]);
  });

  it.each([
    [text.replace("</tx>", "</ty>"), /^t\.xml, line \d+: expected well-formed XML/],
    [text.replace("<tx>11</tx>", "<tx>east</tx>"), /<tx> of pose 1 of tracklet 0, found "east"/],
    [text.replace("<rz>0.5</rz>", ""), /<rz> of pose 0 of tracklet 0, found nothing/],
    [
      text.replace("<count>2</count>\n\t<item_version>", "<count>3</count>\n\t<item_version>"),
      /3 items in the tracklets/,
    ],
    [text.replace("<first_frame>3<", "<first_frame>-1<"), /tracklet 0 with a <first_frame> from 0, found -1/],
    [text.replace("<h>1.8</h>", "<h>0</h>"), /tracklet 1 with <h>, <w> and <l> above 0/],
    [text.replace(/<objectType>Car<\/objectType>/, ""), /tracklet 0 with an <objectType>/],
    ["<html><body/></html>", /<boost_serialization> with <tracklets> in it/],
    ["", /t\.xml/],
  ])("say what is wrong (%#)", (wrong, sentence) => {
    expect(errorOf(() => parseTracklets(wrong, "t.xml")).message).toMatch(sentence);
  });

  it("say the line on which the item begins", () => {
    const wrong = text.replace("<tx>11</tx>", "<tx>east</tx>");
    const line = wrong.split("\n").findIndex((one) => one.includes("east"));
    expect(errorOf(() => parseTracklets(wrong, "t.xml")).line).toBe(line);
  });

  it("take no entities, so that a small file stays small", () => {
    const bomb = text.replace(
      "<!DOCTYPE boost_serialization>",
      '<!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>',
    );
    expect(parseTracklets(bomb.replace(">Car<", ">&b;<"), "t.xml")[0]?.objectType).toBe("&b;");
  });
});
