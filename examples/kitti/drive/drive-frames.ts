/** Owns the large files of a drive around the moment that is shown: sweeps and pictures, read ahead. In the render thread. */

import { pathToFileURL } from "node:url";
import { parseLidarBinary, parseLidarText } from "../read/lidar.ts";
import type { Drive } from "./drive.ts";
import { ReadAhead } from "./read-ahead.ts";
import { isMissingAt, placeAt, type SensorFrame, type SensorStream } from "./sensor-stream.ts";

/** Frames of each sensor that are kept before the one that is shown and after it. */
const [BEHIND, AHEAD] = [1, 5];

/** What a sensor shows at a moment. `value` is null while it is read, and where the frame is missing. */
export type Shown<Value> = { readonly frame: SensorFrame; readonly isMissing: boolean; readonly value: Value | null };

export class DriveFrames {
  readonly #drive: Drive;
  readonly #lidar: StreamFrames<Float32Array> | null;
  readonly #cameras: readonly (StreamFrames<ImageBitmap> | null)[];
  #waiting: (() => void)[] = [];

  /** `tell` is called when there is something new to show. */
  constructor(drive: Drive, tell: () => void) {
    this.#drive = drive;
    const onRead = (): void => {
      tell();
      if (this.isComplete) for (const resolve of this.#waiting.splice(0)) resolve();
    };
    this.#lidar = drive.lidar === null ? null : new StreamFrames(drive.lidar, readSweep, onRead);
    this.#cameras = drive.cameras.map((camera) =>
      camera === null ? null : new StreamFrames(camera, readPicture, onRead, (bitmap) => bitmap.close()),
    );
  }

  /** Reads what is shown at a moment and soon after it; `isBackwards` where that is before it. */
  follow(seconds: number, isBackwards: boolean): void {
    for (const stream of [this.#lidar, ...this.#cameras]) stream?.follow(seconds, isBackwards);
  }

  /** Null for a drive without lidar. Throws what reading the sweep threw. */
  sweep(): Shown<Float32Array> | null {
    return this.#lidar?.shown() ?? null;
  }

  /** Null for a camera that is absent. Throws what reading the picture threw. */
  picture(camera: number): Shown<ImageBitmap> | null {
    return this.#cameras[camera]?.shown() ?? null;
  }

  /** Whether all that is shown at this moment is there. */
  get isComplete(): boolean {
    return [this.#lidar, ...this.#cameras].every((stream) => stream === null || stream.isComplete);
  }

  /** Resolves when all that is shown at a moment is there, or could not be read. */
  async ready(seconds: number): Promise<void> {
    this.follow(seconds, false);
    if (!this.isComplete) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The number of the frame that boxes are given for: that of the sweep, or of a picture where there is no lidar. */
  get labelFrame(): number | null {
    const stream = this.#lidar ?? this.#cameras.find((camera) => camera !== null) ?? null;
    return this.#drive.tracklets === null || stream === null ? null : stream.frame.number;
  }

  dispose(): void {
    for (const stream of [this.#lidar, ...this.#cameras]) stream?.dispose();
  }
}

class StreamFrames<Value> {
  readonly #stream: SensorStream;
  readonly #ahead: ReadAhead<Value>;
  #place = -1;
  #isBackwards = false;
  #seconds = 0;

  constructor(
    stream: SensorStream,
    read: (file: string) => Promise<Value>,
    onRead: () => void,
    release: (value: Value) => void = () => {},
  ) {
    this.#stream = stream;
    this.#ahead = new ReadAhead({ read: (place) => read(stream.frames[place]?.file ?? ""), onRead, release });
  }

  get frame(): SensorFrame {
    return this.#stream.frames[Math.max(0, this.#place)] as SensorFrame;
  }

  get isComplete(): boolean {
    if (this.#place < 0) return true;
    try {
      return this.frame.file === null || this.#ahead.get(this.#place) !== null;
    } catch {
      return true;
    }
  }

  follow(seconds: number, isBackwards: boolean): void {
    const place = placeAt(this.#stream, seconds);
    this.#seconds = seconds;
    if (place === this.#place && isBackwards === this.#isBackwards) return;
    this.#place = place;
    this.#isBackwards = isBackwards;
    const way = isBackwards ? -1 : 1;
    const places = Array.from({ length: AHEAD + 1 }, (_, at) => place + at * way);
    for (let at = 1; at <= BEHIND; at += 1) places.push(place - at * way);
    this.#ahead.want(places.filter((at) => typeof this.#stream.frames[at]?.file === "string"));
  }

  shown(): Shown<Value> {
    const { frame } = this;
    const isMissing = isMissingAt(this.#stream, frame, this.#seconds);
    return { frame, isMissing, value: isMissing ? null : this.#ahead.get(this.#place) };
  }

  dispose(): void {
    this.#ahead.want([]);
  }
}

async function readSweep(file: string): Promise<Float32Array> {
  const bytes = await (await fetchFile(file)).arrayBuffer();
  return file.endsWith(".txt") ? parseLidarText(bytes, nameOf(file)) : parseLidarBinary(bytes, nameOf(file));
}

async function readPicture(file: string): Promise<ImageBitmap> {
  const blob = await (await fetchFile(file)).blob();
  try {
    return await createImageBitmap(blob);
  } catch (cause) {
    throw new Error(`${nameOf(file)}: expected a picture, found ${blob.size} bytes that are none.`, { cause });
  }
}

async function fetchFile(file: string): Promise<Response> {
  const response = await fetch(pathToFileURL(file));
  if (!response.ok) throw new Error(`${nameOf(file)} is there no more.`);
  return response;
}

/** With the folders of the sensor. */
function nameOf(file: string): string {
  return file.split(/[\\/]/).slice(-3).join("/");
}
