/** Owns what is said of the drive in words: its name, what is shown, what is absent, what could not be read; and the scale of colours. */

import { tickText } from "../../drawing/color-scale.ts";
import type { Drive } from "../drive/drive.ts";
import type { Rectangle } from "./layout.ts";
import { COLOURS, RAMP, writeText } from "./palette.ts";
import { CanvasQuad } from "./screen-quad.ts";
import { type Colouring, RANGES } from "./sweep-points.ts";

export type Said = {
  readonly colouring: Colouring;
  readonly frame: string;
  readonly points: number | null;
  /** What could not be read; null for nothing. */
  readonly error: string | null;
};

const UNITS = {
  height: "height above the scanner, m",
  distance: "distance, m",
  reflectance: "reflectance",
  camera: "",
} as const;

export class DriveTitle {
  readonly object: CanvasQuad = new CanvasQuad(30);
  readonly #drive: Drive;
  #rectangle: Rectangle = { x: 0, y: 0, width: 1, height: 1 };
  #unit = 1;
  #said = "";

  constructor(drive: Drive) {
    this.#drive = drive;
  }

  put(rectangle: Rectangle, picture: { readonly width: number; readonly height: number }, unit: number): void {
    [this.#rectangle, this.#unit, this.#said] = [rectangle, unit, ""];
    this.object.put(rectangle, picture);
  }

  say(said: Said): void {
    const text = JSON.stringify(said);
    if (text === this.#said) return;
    this.#said = text;
    this.object.paint(this.#rectangle, (context, width) => this.#paint(context, width, said));
  }

  #paint(context: CanvasRenderingContext2D, width: number, { colouring, frame, points, error }: Said): void {
    const unit = this.#unit;
    context.fillStyle = "#060a15a8";
    context.beginPath();
    context.roundRect(0, 0, width, this.#rectangle.height, 8 * unit);
    context.fill();
    writeText(context, this.#drive.name, 10 * unit, 15 * unit, { size: 16 * unit, bold: true, color: "#eef3ff" });
    const count = points === null ? "" : ` · ${points.toLocaleString("en")} points`;
    writeText(context, `${frame}${count}`, 10 * unit, 36 * unit, { size: 12 * unit, color: COLOURS.dim });
    const absent = this.#drive.absent.length === 0 ? "" : `absent: ${this.#drive.absent.join(", ")}`;
    if (error !== null) {
      for (const [at, line] of linesOf(context, error, width - 4 * unit, 12 * unit).entries())
        writeText(context, line, 10 * unit, (50 + at * 15) * unit, { size: 12 * unit, color: COLOURS.red });
      return;
    }
    writeText(context, absent, 10 * unit, 83 * unit, { size: 11 * unit, color: COLOURS.amber });
    if (colouring === "camera")
      return writeText(context, "coloured by camera", 10 * unit, 57 * unit, { size: 11 * unit, color: COLOURS.dim });
    this.#paintScale(context, colouring, Math.min(270 * unit, width * 0.8));
  }

  #paintScale(context: CanvasRenderingContext2D, colouring: Exclude<Colouring, "camera">, width: number): void {
    const unit = this.#unit;
    const [low, high] = RANGES[colouring];
    const gradient = context.createLinearGradient(10 * unit, 0, width, 0);
    for (const [at, stop] of RAMP.entries()) gradient.addColorStop(at / (RAMP.length - 1), stop);
    context.fillStyle = gradient;
    context.beginPath();
    context.roundRect(10 * unit, 51 * unit, width, 7 * unit, 3.5 * unit);
    context.fill();
    const y = 69 * unit;
    const style = { size: 10.5 * unit, color: COLOURS.dim } as const;
    writeText(context, tickText(low), 10 * unit, y, style);
    writeText(context, tickText(high), 10 * unit + width, y, { ...style, align: "right" });
    writeText(context, UNITS[colouring], 10 * unit + width / 2, y, { ...style, align: "center" });
  }
}

function linesOf(context: CanvasRenderingContext2D, text: string, width: number, size: number): string[] {
  context.font = `${size}px sans-serif`;
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (context.measureText(longer).width > width * 0.92) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.slice(0, 3);
}
