/** Owns the whole drive at a glance: speed and accelerations as curves, the frames of each sensor, and where in it we are. */

import * as THREE from "three";
import { ticks } from "../../drawing/color-scale.ts";
import type { Drive } from "../drive/drive.ts";
import { isMissingAt, type SensorStream } from "../drive/sensor-stream.ts";
import type { OxtsField } from "../read/oxts.ts";
import type { Rectangle } from "./layout.ts";
import { COLOURS, paintPlate, writeText } from "./palette.ts";
import { CanvasQuad, ScreenQuad } from "./screen-quad.ts";

type Size = { readonly width: number; readonly height: number };
type Curve = { readonly field: OxtsField; readonly factor: number; readonly color: string };
/** Where a strip of the panel is, from its top to its bottom. */
type Strip = { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };

const SPEED: readonly Curve[] = [{ field: "vf", factor: 3.6, color: COLOURS.cyan }];
const ACCELERATIONS: readonly Curve[] = [
  { field: "af", factor: 1, color: COLOURS.green },
  { field: "al", factor: 1, color: COLOURS.amber },
];
/** Of the panel, for the names of what is shown. */
const [LEFT, RIGHT] = [104, 14];

/** Where the drive begins in the panel, and how long it is there, in pixels. */
export function spanOf({ width }: Rectangle, unit: number): { readonly from: number; readonly across: number } {
  return { from: LEFT * unit, across: width - (LEFT + RIGHT) * unit };
}

export class TimeLine {
  readonly object = new THREE.Group();
  readonly #drive: Drive;
  readonly #panel = new CanvasQuad(30);
  readonly #head = new ScreenQuad(31).fill(COLOURS.now, 0.95);
  readonly #played = new ScreenQuad(31).fill(COLOURS.cyan, 0.1);
  #rectangle: Rectangle = { x: 0, y: 0, width: 1, height: 1 };
  #picture: Size = { width: 1, height: 1 };
  #unit = 1;

  constructor(drive: Drive) {
    this.#drive = drive;
    this.object.add(this.#panel, this.#played, this.#head);
  }

  get rectangle(): Rectangle {
    return this.#rectangle;
  }

  put(rectangle: Rectangle, picture: Size, unit: number): void {
    [this.#rectangle, this.#picture, this.#unit] = [rectangle, { ...picture }, unit];
    this.#panel.put(rectangle, picture);
    this.#panel.paint(rectangle, (context, width, height) => this.#paint(context, width, height));
  }

  /** The time of a place of the picture. */
  timeAt(x: number): number {
    const { from, across } = spanOf(this.#rectangle, this.#unit);
    return Math.min(1, Math.max(0, (x - this.#rectangle.x - from) / across)) * this.#drive.duration;
  }

  follow(seconds: number): void {
    const { x, y, height } = this.#rectangle;
    const { from, across } = spanOf(this.#rectangle, this.#unit);
    const unit = this.#unit;
    const at = x + from + across * (this.#drive.duration > 0 ? seconds / this.#drive.duration : 0);
    const [top, tall] = [y + 6 * unit, height - 12 * unit];
    this.#head.put({ x: at - unit, y: top, width: Math.max(1.5, 2 * unit), height: tall }, this.#picture);
    this.#played.put({ x: x + from, y: top, width: Math.max(0, at - x - from), height: tall }, this.#picture);
  }

  #paint(context: CanvasRenderingContext2D, width: number, height: number): void {
    const unit = this.#unit;
    paintPlate(context, width, height, unit);
    const { from, across } = spanOf(this.#rectangle, this.#unit);
    const inner = height - 28 * unit;
    const strip = (top: number, bottom: number): Strip => ({
      left: from,
      right: from + across,
      top: 8 * unit + inner * top,
      bottom: 8 * unit + inner * bottom,
    });
    this.#paintSeconds(context, strip(0, 1));
    this.#paintCurves(context, strip(0, 0.34), SPEED, "speed", "km/h", true);
    this.#paintCurves(context, strip(0.38, 0.68), ACCELERATIONS, "acceleration", "m/s²", false);
    this.#paintStreams(context, strip(0.72, 1));
  }

  #paintSeconds(context: CanvasRenderingContext2D, { left, right, top, bottom }: Strip): void {
    const { duration } = this.#drive;
    if (duration <= 0) return;
    for (const second of ticks(0, duration, Math.min(9, (right - left) / (60 * this.#unit)))) {
      const x = Math.round(left + ((right - left) * second) / duration) + 0.5;
      context.fillStyle = "#1b2743";
      context.fillRect(x, top, Math.max(1, this.#unit), bottom - top + 4 * this.#unit);
      const text = `${Number(second.toFixed(2))} s`;
      writeText(context, text, x, bottom + 11 * this.#unit, {
        size: 10 * this.#unit,
        color: COLOURS.dim,
        align: "center",
      });
    }
  }

  #paintCurves(
    context: CanvasRenderingContext2D,
    strip: Strip,
    curves: readonly Curve[],
    name: string,
    measure: string,
    isFilled: boolean,
  ): void {
    const { left, right, top, bottom } = strip;
    const unit = this.#unit;
    writeText(context, name, 10 * unit, top + 8 * unit, { size: 10 * unit, color: COLOURS.text });
    writeText(context, measure, 10 * unit, top + 21 * unit, { size: 10 * unit, color: COLOURS.dim });
    const { records, duration } = this.#drive;
    if (records.length < 2 || duration <= 0) {
      writeText(context, "no OXTS", (left + right) / 2, (top + bottom) / 2, {
        size: 11 * unit,
        color: COLOURS.dim,
        align: "center",
      });
      return;
    }
    const values = curves.flatMap(({ field, factor }) => records.map((record) => record[field] * factor));
    const [low, high] = [Math.min(0, ...extremes(values)), Math.max(1, ...extremes(values))];
    const yOf = (value: number) => bottom - ((value - low) / (high - low)) * (bottom - top - 2 * unit);
    context.fillStyle = COLOURS.frame;
    context.fillRect(left, Math.round(yOf(0)), right - left, Math.max(1, unit * 0.7));
    for (const value of [low, high].filter((end) => Math.abs(end) >= 0.5)) {
      const y = Math.min(bottom - 5 * unit, Math.max(top + 6 * unit, yOf(value)));
      const text = value.toFixed(Math.abs(value) < 10 ? 1 : 0).replace("-", "−");
      writeText(context, text, left - 5 * unit, y, { size: 9 * unit, color: COLOURS.dim, align: "right" });
    }
    for (const { field, factor, color } of curves) {
      context.beginPath();
      // No more places than there are pixels.
      const every = Math.max(1, Math.floor(records.length / (right - left)));
      for (let at = 0; at < records.length; at += every) {
        const record = records[at];
        if (record === undefined) continue;
        context.lineTo(left + ((right - left) * record.time) / duration, yOf(record[field] * factor));
      }
      Object.assign(context, { strokeStyle: color, lineWidth: 1.6 * unit, lineJoin: "round" });
      context.stroke();
      if (!isFilled) continue;
      context.lineTo(left + ((right - left) * (records.at(-1)?.time ?? 0)) / duration, yOf(0));
      context.lineTo(left + ((right - left) * (records[0]?.time ?? 0)) / duration, yOf(0));
      context.fillStyle = `${color}26`;
      context.fill();
    }
  }

  /** A row for each sensor: where it recorded, and where something is missing. */
  #paintStreams(context: CanvasRenderingContext2D, { left, right, top, bottom }: Strip): void {
    const { cameras, lidar, oxts, duration } = this.#drive;
    const rows: readonly (readonly [SensorStream | null, string])[] = [
      [lidar, COLOURS.violet],
      ...cameras.map((camera) => [camera, "#6d87c9"] as const),
      [oxts, COLOURS.green],
    ];
    const tall = (bottom - top) / rows.length;
    const unit = this.#unit;
    writeText(context, "frames", 10 * unit, top + 8 * unit, { size: 10 * unit, color: COLOURS.text });
    rows.forEach(([stream, color], row) => {
      const y = top + row * tall;
      context.fillStyle = "#161f38";
      context.fillRect(left, y + tall * 0.2, right - left, tall * 0.6);
      for (const [at, frame] of (stream?.frames ?? []).entries()) {
        if (stream === null) break;
        const next = stream.frames[at + 1]?.time ?? frame.time + stream.period;
        const isGap = frame.file === null || isMissingAt(stream, frame, next);
        const x = left + ((right - left) * frame.time) / duration;
        const wide = Math.max(1, ((right - left) * (next - frame.time)) / duration);
        context.fillStyle = color;
        if (!isGap) context.fillRect(x, y + tall * 0.2, wide * 0.75, tall * 0.6);
        else {
          context.fillStyle = COLOURS.red;
          context.fillRect(x, y + tall * 0.1, Math.max(2 * unit, wide), tall * 0.8);
        }
      }
    });
  }
}

function extremes(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
