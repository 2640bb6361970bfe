/** The example of KITTI's drives, drawn, encoded and decoded again: what falls where on the pictures, and that the time line moves it all. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { Vector3 } from "three";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type Drive, openDrive } from "../../examples/kitti/drive/drive.ts";
import { madeDrive } from "../../examples/kitti/drive/made-drive.ts";
import { placeAt } from "../../examples/kitti/drive/sensor-stream.ts";
import { SMALL } from "../../examples/kitti/generate.ts";
import { boxesAt, cornersOf } from "../../examples/kitti/geometry/box.ts";
import { type CameraModel, cameraModelOf, project } from "../../examples/kitti/geometry/camera-model.ts";
import { parseLidarBinary } from "../../examples/kitti/read/lidar.ts";
import { layoutOf, type Rectangle } from "../../examples/kitti/view/layout.ts";
import { spanOf } from "../../examples/kitti/view/time-line.ts";
import { dragInput, keyInput } from "../support/input-samples.ts";
import { colourAt, RenderProbe } from "../support/render-probe.ts";
import { type DecodedPicture, decodePictures } from "../support/video-decoder.ts";

const state = mkdtempSync(join(tmpdir(), "scenecast-kitti-"));
const size = { width: 1280, height: 720 };
const layout = layoutOf(size, true);
const CAMERA = 2;
const SECONDS = 1.21;
const CAR = [0x4f, 0xd1, 0xff];

let drive: Drive;
let model: CameraModel;
let probe: RenderProbe;
/** Where the picture of the camera is. */
let place: Rectangle;
/** What is drawn on the pictures; a state that changes nothing is followed by no frame. */
let current = "nothing";

beforeAll(async () => {
  // A shorter one is in the place of what the scene would make for itself.
  vi.stubEnv("XDG_STATE_HOME", state);
  drive = await openDrive(await madeDrive("sync", { ...SMALL, frames: 20 }));
  const found = drive.calibration === null ? null : cameraModelOf(drive.calibration, CAMERA, drive.kind);
  const room = layout.cameras[CAMERA];
  if (found === null || room === undefined) throw new Error("no camera");
  model = found;
  const scale = Math.min(room.width / model.width, room.height / model.height);
  const [width, height] = [model.width * scale, model.height * scale];
  place = { x: room.x + (room.width - width) / 2, y: room.y + (room.height - height) / 2, width, height };
  const url = new URL("../../examples/kitti/scene.ts", import.meta.url).href;
  probe = await RenderProbe.start(url, { size, codec: "h264-444", state: stateOf("nothing"), bitrateBps: 12_000_000 });
  probe.tell({ kind: "watched", watched: true });
  probe.tell({ kind: "wanted", wanted: true });
  probe.tell({ kind: "rgba-wanted", wanted: true });
});
afterAll(async () => {
  await probe?.close();
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

it("boxes and the lidar's points are drawn on a picture where the calibration puts them", async () => {
  const [bare, boxed, dotted] = [await shownWith("nothing"), await shownWith("boxes"), await shownWith("lidar")];
  const sweep = drive.lidar?.frames[placeAt(drive.lidar, SECONDS)];
  if (sweep === undefined) throw new Error("no sweep");
  const cars = boxesAt(drive.tracklets ?? [], sweep.number).filter(({ tracklet }) => tracklet.objectType === "Car");
  const corners = inPicture(cars.flatMap(cornersOf));
  expect(corners.length).toBeGreaterThan(15);
  for (const corner of corners) {
    expect(nearestColour(boxed, corner, CAR)).toBeLessThan(90);
    expect(nearestColour(boxed, corner, CAR)).toBeLessThan(nearestColour(bare, corner, CAR));
  }

  const all = pointsOf(sweep.file ?? "");
  const points = inPicture(all);
  expect(points.length).toBeGreaterThan(2000);
  const changed = points.filter((point) => changeAt(bare, dotted, point) > 40).length / points.length;
  expect(changed).toBeGreaterThan(0.9);
  // Where no point is, nothing is changed: looked at before it is encoded, which blurs what is beside the points.
  const near = new Set(inPicture(all, true).flatMap(({ x, y }) => around(x, y, 1).map((one) => `${one.x} ${one.y}`)));
  let [apart, wrong] = [0, 0];
  for (let x = Math.ceil(place.x) + 2; x < place.x + place.width - 2; x += 1) {
    for (let y = Math.ceil(place.y) + 2; y < place.y + place.height - 2; y += 1) {
      if (near.has(`${x} ${y}`)) continue;
      apart += 1;
      if (difference(exact(bare, x, y), exact(dotted, x, y)) > 3) wrong += 1;
    }
  }
  expect(apart).toBeGreaterThan(3000);
  expect(wrong).toBe(0);
});

it("the time line shows another moment where it is pressed, and an arrow the next one", async () => {
  const before = await frameShown(await shownWith("nothing"));
  expect(before).toBe(frameAt(SECONDS));
  const { from, across } = spanOf(layout.timeLine, layout.unit);
  const x = layout.timeLine.x + from + across * 0.8;
  const y = layout.timeLine.y + layout.timeLine.height * 0.4;
  for (const event of dragInput([[x / size.width, y / size.height]])) probe.input(event);
  const scrubbed = await newest(before);
  expect(await frameShown(scrubbed)).toBe(frameAt(drive.duration * 0.8));
  const head = Math.round(x);
  const bright = Math.max(...[-1, 0, 1].map((aside) => Math.min(...colour(scrubbed, head + aside, Math.round(y)))));
  expect(bright).toBeGreaterThan(190);

  const shown = await frameShown(scrubbed);
  probe.input(keyInput("down", { key: "ArrowRight", code: "ArrowRight" }));
  // Of the sweep after it, and so of the picture that was taken with that.
  const time = drive.lidar?.frames.find((frame) => frame.time > drive.duration * 0.8)?.time ?? 0;
  expect(await frameShown(await newest(shown))).toBe(frameAt(time));
  expect(frameAt(time)).toBeGreaterThan(shown);
});

function stateOf(overlay: string): string {
  const panels = { "/scene/playing": false, "/scene/overlay": overlay };
  return JSON.stringify({ view: null, seconds: SECONDS, $panels: panels });
}

/** The picture as it was drawn, and as it comes out of the encoder. */
type Shown = { readonly drawn: Uint8Array; readonly decoded: DecodedPicture };

async function shownWith(overlay: string): Promise<Shown> {
  if (overlay !== current) {
    const { number } = await probe.untilAtRest(true);
    probe.tell({ kind: "set-state", state: stateOf(overlay) });
    await probe.grabWhen((frame) => frame.number > number);
    current = overlay;
  }
  return await decoded();
}

/** The picture at rest. */
async function decoded(): Promise<Shown> {
  const { pixels } = await probe.untilAtRest(true);
  const picture = decodePictures(
    "h264-444",
    probe.packets.map(({ data }) => data),
  ).at(-1);
  if (picture === undefined) throw new Error("no picture");
  return { drawn: pixels, decoded: picture };
}

/** The picture at rest, when another frame than this is shown. */
async function newest(before: number): Promise<Shown> {
  for (let round = 0; round < 20; round += 1) {
    const picture = await decoded();
    if ((await frameShown(picture)) !== before) return picture;
  }
  throw new Error("nothing changed");
}

/** Which frame of the camera is in the picture: the one that it differs from least. */
async function frameShown(picture: Shown): Promise<number> {
  const frames = drive.cameras[CAMERA]?.frames ?? [];
  const [columns, rows] = [40, 12];
  const errors = await Promise.all(
    frames.map(async ({ file, number }) => {
      if (file === null) return { number, error: Infinity };
      const pixels = await sharp(readFileSync(file))
        .resize(columns, rows, { fit: "fill" })
        .removeAlpha()
        .raw()
        .toBuffer();
      let error = 0;
      // Below the name of the camera.
      for (let row = 3; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
          const seen = mean(picture, (column + 0.5) / columns, (row + 0.5) / rows);
          error += difference(seen, [
            ...pixels.subarray((row * columns + column) * 3, (row * columns + column) * 3 + 3),
          ]);
        }
      }
      return { number, error };
    }),
  );
  return errors.reduce((best, one) => (one.error < best.error ? one : best)).number;
}

function frameAt(seconds: number): number {
  const stream = drive.cameras[CAMERA];
  return stream === null || stream === undefined ? -1 : (stream.frames[placeAt(stream, seconds)]?.number ?? -1);
}

/** Those that are in the camera's picture and not at its rim or under its name, as pixels of the whole one. */
function inPicture(points: readonly Vector3[], withRim = false): { readonly x: number; readonly y: number }[] {
  return points.flatMap((point) => {
    const { u, v, depth } = project(model, point);
    const isIn = depth > 0.5 && u > 3 && v > 3 && u < model.width - 4 && v < model.height - 4;
    const x = place.x + ((u + 0.5) / model.width) * place.width;
    const y = place.y + ((v + 0.5) / model.height) * place.height;
    return withRim ? (depth > 0 ? [{ x, y }] : []) : isIn && y > place.y + 24 ? [{ x, y }] : [];
  });
}

function pointsOf(file: string): Vector3[] {
  const rows = parseLidarBinary(Uint8Array.from(readFileSync(file)).buffer, file);
  return Array.from({ length: rows.length / 4 }, (_, at) => new Vector3().fromArray(rows, at * 4));
}

function colour({ decoded }: Shown, x: number, y: number): number[] {
  return decoded.colourAt((x + 0.5) / size.width, (y + 0.5) / size.height);
}

function exact({ drawn }: Shown, x: number, y: number): number[] {
  return colourAt(drawn, size, (x + 0.5) / size.width, (y + 0.5) / size.height);
}

/** Of a part of the camera's picture, around a place from 0 to 1. */
function mean(picture: Shown, x: number, y: number): number[] {
  const [column, row] = [Math.floor(place.x + x * place.width), Math.floor(place.y + y * place.height)];
  const colours = around(column, row, 3).map((one) => colour(picture, one.x, one.y));
  return [0, 1, 2].map((at) => colours.reduce((sum, one) => sum + (one[at] ?? 0), 0) / colours.length);
}

/** Within a pixel of a place. */
function nearestColour(picture: Shown, { x, y }: { x: number; y: number }, wanted: readonly number[]): number {
  return Math.min(...around(x, y, 1).map((one) => difference(colour(picture, one.x, one.y), wanted)));
}

function changeAt(a: Shown, b: Shown, { x, y }: { x: number; y: number }): number {
  return Math.max(...around(x, y, 1).map((one) => difference(colour(a, one.x, one.y), colour(b, one.x, one.y))));
}

function around(x: number, y: number, reach: number): { readonly x: number; readonly y: number }[] {
  const [column, row] = [Math.floor(x), Math.floor(y)];
  const steps = Array.from({ length: reach * 2 + 1 }, (_, at) => at - reach);
  return steps.flatMap((right) => steps.map((down) => ({ x: column + right, y: row + down })));
}

function difference(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] ?? 0)), 0);
}
