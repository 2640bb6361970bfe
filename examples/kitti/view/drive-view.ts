/** Owns all that is seen of a drive, and puts it in step with a moment of it. */

import * as THREE from "three";
import type { Drive } from "../drive/drive.ts";
import { DriveFrames, type Shown } from "../drive/drive-frames.ts";
import { boxesAt, type PlacedBox } from "../geometry/box.ts";
import { cameraModelOf } from "../geometry/camera-model.ts";
import { motionMatrix } from "../geometry/motion.ts";
import { type CarPose, matrixOfPose, Track } from "../geometry/track.ts";
import { CameraPicture } from "./camera-picture.ts";
import { DriveTitle } from "./drive-title.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { Moment } from "./moment.ts";
import { StreetBoxes } from "./street-boxes.ts";
import { carWithRings, DrivenPath } from "./street-ground.ts";
import { type Colouring, SweepPoints } from "./sweep-points.ts";
import { TimeLine } from "./time-line.ts";

type Size = { readonly width: number; readonly height: number };

export type ViewOptions = {
  readonly colouring: Colouring;
  readonly pointSize: number;
  /** Whether the street turns with the car; else north is up. */
  readonly turnsWithCar: boolean;
  readonly hasBoxes: boolean;
  readonly hasNames: boolean;
  readonly hasPath: boolean;
  readonly hasPictures: boolean;
  /** What is drawn on the pictures. */
  readonly hasPointsOnPictures: boolean;
  readonly hasBoxesOnPictures: boolean;
};

/** The camera whose colours the points take: of colour where there is one. */
const COLOUR_ORDER = [2, 3, 0, 1];

export class DriveView {
  readonly object = new THREE.Group();
  readonly timeLine: TimeLine;
  readonly frames: DriveFrames;
  layout: Layout;
  readonly #drive: Drive;
  readonly #track: Track;
  readonly #picture: Size;
  readonly #pictures: readonly CameraPicture[];
  readonly #sweep: SweepPoints;
  readonly #boxes: StreetBoxes;
  readonly #path: DrivenPath;
  readonly #moment: Moment;
  readonly #title: DriveTitle;
  /** The ground, x to the east, y to the north, z up; what it is to the picture is its parent's. */
  readonly #ground = new THREE.Group();
  readonly #car = carWithRings();
  /** The frame of the lidar, where it was at the sweep that is shown. */
  readonly #scanner = new THREE.Group();
  readonly #toLidar: THREE.Matrix4;
  readonly #colourCamera: number;
  #shownSweep: Float32Array | null = null;
  #hasPictures = true;
  #shown: Parameters<DriveView["show"]> | null = null;

  /** `invalidate` is called when a moment was read, and is shown already. */
  constructor(drive: Drive, picture: Size, invalidate: () => void) {
    this.#drive = drive;
    this.#picture = picture;
    this.#track = new Track(drive.records);
    this.frames = new DriveFrames(drive, () => {
      // Not for each part of a moment: a frame takes longer to draw than a part to read.
      if (!this.frames.isComplete) return;
      if (this.#shown !== null) this.show(...this.#shown);
      invalidate();
    });
    const { calibration } = drive;
    const models = drive.cameras.map((_, at) =>
      calibration === null ? null : cameraModelOf(calibration, at, drive.kind),
    );
    const isUsable = (at: number) => drive.cameras[at] !== null && models[at] !== null;
    this.#colourCamera = COLOUR_ORDER.find(isUsable) ?? -1;
    this.#sweep = new SweepPoints(models[this.#colourCamera] ?? null);
    this.#pictures = drive.cameras.map((_, at) => new CameraPicture(at, models[at] ?? null, this.#sweep));
    this.#boxes = new StreetBoxes(picture);
    this.#path = new DrivenPath(this.#track);
    this.timeLine = new TimeLine(drive);
    this.#moment = new Moment(drive, this.#track);
    this.#title = new DriveTitle(drive);
    // Without a calibration the scanner is taken to be above the IMU.
    this.#toLidar =
      calibration === null
        ? new THREE.Matrix4().makeTranslation(0.8, 0, 0.8)
        : motionMatrix(calibration.imuToVelo).invert();
    for (const group of [this.#ground, this.#car, this.#scanner]) group.matrixAutoUpdate = false;
    this.#scanner.add(this.#sweep.object, this.#boxes.object);
    this.#ground.add(this.#path.object, this.#car, this.#scanner);
    this.object.add(this.#ground, ...this.#pictures.map((shown) => shown.object));
    this.object.add(this.timeLine.object, this.#moment.object, this.#title.object);
    this.layout = layoutOf(picture, true);
    this.arrange(true);
  }

  /** After the picture has another size, or the pictures of the cameras come or go. */
  arrange(hasPictures: boolean): void {
    const size = this.#picture;
    this.#hasPictures = hasPictures;
    this.layout = layoutOf(size, hasPictures);
    const { unit, cameras, title, timeLine, moment } = this.layout;
    this.#pictures.forEach((picture, at) => {
      const rectangle = cameras[at];
      if (hasPictures && rectangle !== undefined) picture.put(rectangle, size, unit);
    });
    this.#title.put(title, size, unit);
    this.timeLine.put(timeLine, size, unit);
    this.#moment.put(moment, size, unit);
  }

  /** Shows a moment, in seconds of the drive. */
  show(seconds: number, isBackwards: boolean, options: ViewOptions): void {
    this.#shown = [seconds, isBackwards, options];
    if (options.hasPictures !== this.#hasPictures) this.arrange(options.hasPictures);
    this.frames.follow(seconds, isBackwards);
    const errors: string[] = [];
    const sweep = tried(() => this.frames.sweep(), errors);
    const label = this.frames.labelFrame;
    const boxes = label === null ? [] : boxesAt(this.#drive.tracklets ?? [], label);
    this.#place(seconds, sweep?.frame.time ?? seconds, options.turnsWithCar);
    this.#showSweep(sweep, options);
    this.#boxes.show(options.hasBoxes ? boxes : [], options.hasNames);
    this.#path.object.visible = options.hasPath;
    this.#path.follow(seconds);
    this.#showPictures(options, boxes, errors);
    this.timeLine.follow(seconds);
    this.#moment.follow(seconds);
    this.#title.say({
      colouring: options.colouring,
      frame: describe(sweep, this.#drive),
      points: sweep === null || this.#shownSweep === null ? null : this.#shownSweep.length / 4,
      error: errors[0] ?? null,
    });
  }

  /** How far the street is moved to the right in the picture, in pixels; names go with it. */
  shift(pixels: number): void {
    this.#boxes.shift(pixels);
  }

  dispose(): void {
    this.frames.dispose();
  }

  /** Where the car is at a moment, and where the scanner was when it saw what is shown. */
  #place(seconds: number, sweepSeconds: number, turnsWithCar: boolean): void {
    const pose = this.#track.poseAt(seconds);
    this.#car.matrix.copy(matrixOfPose(pose));
    this.#scanner.matrix.copy(matrixOfPose(this.#track.poseAt(sweepSeconds))).multiply(this.#toLidar);
    this.#ground.matrix.copy(groundToPicture(pose, turnsWithCar));
    this.#ground.matrixWorldNeedsUpdate = true;
  }

  #showSweep(sweep: Shown<Float32Array> | null, { colouring, pointSize }: ViewOptions): void {
    // The sweep before stays until the next is read.
    const isReading = sweep !== null && !sweep.isMissing && sweep.value === null;
    const points = isReading ? this.#shownSweep : (sweep?.value ?? null);
    if (points !== this.#shownSweep) this.#sweep.show(points);
    this.#shownSweep = points;
    this.#sweep.object.visible = points !== null;
    this.#sweep.paint(colouring, pointSize * 0.06, this.#picture.height);
  }

  #showPictures(options: ViewOptions, boxes: readonly PlacedBox[], errors: string[]): void {
    this.#pictures.forEach((picture, at) => {
      picture.object.visible = options.hasPictures;
      const shown = tried(() => this.frames.picture(at), errors);
      // As long as it is read, what was there stays.
      if (shown === null || shown.isMissing) picture.show(null);
      else if (shown.value !== null) picture.show(shown.value);
      const absent = this.#drive.cameras[at] === null ? "absent" : "";
      picture.describe(shown?.isMissing === true ? `frame ${shown.frame.number} is missing` : absent);
      picture.overlay(
        options.hasPointsOnPictures && this.#sweep.object.visible,
        options.hasBoxesOnPictures ? boxes : null,
      );
    });
    this.#sweep.takeColours(this.#pictures[this.#colourCamera]?.texture ?? null);
  }
}

/** Three's y is up. The car's place is at 0, so that a camera that stands still goes with it. */
function groundToPicture({ place, yaw }: CarPose, turnsWithCar: boolean): THREE.Matrix4 {
  const level = new THREE.Matrix4().makeRotationZ(turnsWithCar ? yaw : Math.PI / 2).setPosition(place);
  // Forward, or north, is away from who looks: -z.
  const upright = new THREE.Matrix4().set(0, -1, 0, 0, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0, 1);
  return upright.multiply(level.invert());
}

function describe(sweep: Shown<Float32Array> | null, { lidar }: Drive): string {
  if (sweep === null || lidar === null) return "no lidar";
  const what = `sweep ${sweep.frame.number} of ${lidar.count}`;
  if (!sweep.isMissing) return what;
  return sweep.frame.file === null ? `${what} is missing` : `the sweep after ${sweep.frame.number} is missing`;
}

/** What `read` gives; null where it throws, and what it threw among the errors. */
function tried<Value>(read: () => Value | null, errors: string[]): Value | null {
  try {
    return read();
  } catch (error) {
    errors.push(error instanceof Error ? error.message : String(error));
    return null;
  }
}
