/**
 * Owns the moment through a magnifying glass: when, around now, the scanner turned and each camera took its picture, and how many
 * milliseconds lie between them. The cameras fire as the scanner faces forward, but none does so at quite that time.
 */

import type { Drive } from "../drive/drive.ts";
import { placeAt, type SensorStream } from "../drive/sensor-stream.ts";
import type { Track } from "../geometry/track.ts";
import type { Rectangle } from "./layout.ts";
import { COLOURS, paintPlate, signed, writeText } from "./palette.ts";
import { CanvasQuad } from "./screen-quad.ts";

type Size = { readonly width: number; readonly height: number };
type Row = { readonly name: string; readonly stream: SensorStream | null; readonly color: string };

/** What is seen before now and after it, in seconds. */
const HALF_SPAN = 0.16;
const [LEFT, RIGHT] = [74, 76];

export class Moment {
  readonly object: CanvasQuad = new CanvasQuad(30);
  readonly #drive: Drive;
  readonly #track: Track;
  readonly #rows: readonly Row[];
  #rectangle: Rectangle = { x: 0, y: 0, width: 1, height: 1 };
  #unit = 1;
  #painted = Number.NaN;

  constructor(drive: Drive, track: Track) {
    this.#drive = drive;
    this.#track = track;
    this.#rows = [
      { name: "lidar", stream: drive.lidar, color: COLOURS.violet },
      ...drive.cameras.map((stream, at) => ({ name: `camera ${at}`, stream, color: "#8fb0ff" })),
      { name: "OXTS", stream: drive.oxts, color: COLOURS.green },
    ];
  }

  put(rectangle: Rectangle, picture: Size, unit: number): void {
    [this.#rectangle, this.#unit, this.#painted] = [rectangle, unit, Number.NaN];
    this.object.put(rectangle, picture);
  }

  follow(seconds: number): void {
    if (seconds === this.#painted) return;
    this.#painted = seconds;
    this.object.paint(this.#rectangle, (context, width, height) => this.#paint(context, width, height, seconds));
  }

  #paint(context: CanvasRenderingContext2D, width: number, height: number, now: number): void {
    const unit = this.#unit;
    paintPlate(context, width, height, unit);
    this.#paintMeasures(context, width, now);
    const [left, right, top] = [LEFT * unit, width - RIGHT * unit, 42 * unit];
    const tall = (height - top - 20 * unit) / this.#rows.length;
    const xOf = (time: number) => left + ((time - now) / HALF_SPAN + 1) * 0.5 * (right - left);
    const forward = shownAt(this.#drive.lidar, now)?.time ?? null;
    for (const offset of [-0.15, -0.1, -0.05, 0, 0.05, 0.1, 0.15]) {
      context.fillStyle = "#1b2743";
      context.fillRect(Math.round(xOf(now + offset)), top, Math.max(1, unit), height - top - 17 * unit);
      const text = offset === 0 ? "now" : `${signed(offset * 1000, 0)}`;
      writeText(context, text, xOf(now + offset), height - 10 * unit, {
        size: 9.5 * unit,
        color: COLOURS.dim,
        align: "center",
      });
    }
    writeText(context, "ms", right + 22 * unit, height - 10 * unit, { size: 9.5 * unit, color: COLOURS.dim });
    this.#rows.forEach((row, at) => {
      const y = top + at * tall;
      writeText(context, row.name, 10 * unit, y + tall / 2, { size: 10.5 * unit });
      context.save();
      context.beginPath();
      context.rect(left, y, right - left, tall);
      context.clip();
      if (row.name === "lidar") this.#paintSweeps(context, now, xOf, y, tall);
      this.#paintFrames(context, row, now, xOf, y, tall);
      context.restore();
      this.#paintDifference(context, row, forward, now, right + 8 * unit, y + tall / 2);
    });
    context.fillStyle = COLOURS.now;
    context.fillRect(
      Math.round(xOf(now)) - 0.5 * unit,
      top - 2 * unit,
      Math.max(1, 1.5 * unit),
      height - top - 14 * unit,
    );
  }

  #paintMeasures(context: CanvasRenderingContext2D, width: number, now: number): void {
    const unit = this.#unit;
    const value = (field: "vf" | "af" | "al") => this.#track.valueAt(field, now);
    writeText(context, `${now.toFixed(3)} s`, 10 * unit, 19 * unit, { size: 15 * unit, bold: true });
    if (this.#track.records.length === 0) return;
    const parts = [
      { text: `${(value("vf") * 3.6).toFixed(1)} km/h`, color: COLOURS.cyan },
      { text: `forward ${signed(value("af"), 1)}`, color: COLOURS.green },
      { text: `left ${signed(value("al"), 1)} m/s²`, color: COLOURS.amber },
    ];
    let x = 96 * unit;
    const step = Math.min(118 * unit, (width - x - 10 * unit) / 3);
    for (const { text, color } of parts) {
      writeText(context, text, x, 19 * unit, { size: 12 * unit, color });
      x += step;
    }
  }

  /** From the beginning of a turn to its end, as far as the files tell. */
  #paintSweeps(
    context: CanvasRenderingContext2D,
    now: number,
    xOf: (time: number) => number,
    y: number,
    tall: number,
  ): void {
    for (const sweep of this.#drive.sweeps) {
      if (sweep === null || sweep.end < now - HALF_SPAN || sweep.start > now + HALF_SPAN) continue;
      const isNow = sweep.start <= now && now < sweep.end;
      context.fillStyle = isNow ? "#5a43a0" : "#33285f";
      context.beginPath();
      const from = xOf(sweep.start) + this.#unit;
      context.roundRect(from, y + tall * 0.22, xOf(sweep.end) - this.#unit - from, tall * 0.56, 3 * this.#unit);
      context.fill();
    }
  }

  #paintFrames(
    context: CanvasRenderingContext2D,
    { stream, color }: Row,
    now: number,
    xOf: (time: number) => number,
    y: number,
    tall: number,
  ): void {
    if (stream === null) return;
    const shown = placeAt(stream, now);
    const wide = 2 * this.#unit;
    for (let at = placeAt(stream, now - HALF_SPAN); at < stream.frames.length; at += 1) {
      const frame = stream.frames[at];
      if (frame === undefined || frame.time > now + HALF_SPAN) break;
      context.fillStyle = frame.file === null ? COLOURS.red : at === shown ? COLOURS.now : color;
      const inset = at === shown ? 0.08 : 0.22;
      context.fillRect(xOf(frame.time) - wide / 2, y + tall * inset, wide, tall * (1 - 2 * inset));
    }
  }

  /** How much later than the scanner faced forward; of the lidar, which frame it is. */
  #paintDifference(
    context: CanvasRenderingContext2D,
    { name, stream }: Row,
    forward: number | null,
    now: number,
    x: number,
    y: number,
  ): void {
    const size = 10.5 * this.#unit;
    if (stream === null) return writeText(context, "absent", x, y, { size, color: COLOURS.dim });
    if (name === "lidar") return writeText(context, `sweep ${shownAt(stream, now)?.number ?? "–"}`, x, y, { size });
    const frame = forward === null ? undefined : nearest(stream, forward);
    if (frame === undefined || forward === null) return;
    writeText(context, `${signed((frame.time - forward) * 1000, 1)} ms`, x, y, { size, color: COLOURS.text });
  }
}

function shownAt(stream: SensorStream | null, time: number): SensorStream["frames"][number] | undefined {
  return stream?.frames[placeAt(stream, time)];
}

/** The frame whose time is next to another one. */
function nearest(stream: SensorStream | null, time: number): SensorStream["frames"][number] | undefined {
  if (stream === null) return undefined;
  const at = placeAt(stream, time);
  const [before, after] = [stream.frames[at], stream.frames[at + 1]];
  if (before === undefined || after === undefined) return before ?? after;
  return Math.abs(after.time - time) < Math.abs(before.time - time) ? after : before;
}
