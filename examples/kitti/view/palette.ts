/** Owns the colours of the view, and how its plates and texts are painted. */

import { FONT } from "../../drawing/label.ts";

export const COLOURS = {
  background: "#060a15",
  plate: "#0b1122f6",
  frame: "#24314f",
  text: "#d5def2",
  dim: "#7e8cb0",
  now: "#ffffff",
  cyan: "#4fd1ff",
  amber: "#ffb454",
  green: "#6ee7a8",
  violet: "#b18cff",
  red: "#ff5d6c",
} as const;

/** Of the kinds of objects that KITTI labels. */
export const KINDS: Readonly<Record<string, string>> = {
  Car: "#4fd1ff",
  Van: "#6ea8ff",
  Truck: "#b18cff",
  Tram: "#e58cff",
  Pedestrian: "#ffb454",
  "Person (sitting)": "#ffd27a",
  Cyclist: "#6ee7a8",
};
export const OTHER_KIND = "#c9d3ea";

/** From near or low to far or high. */
export const RAMP = "#22318a #1f6fd6 #17b4d8 #2fd89a #a8e54a #ffd34a #ff8f3c #ff5470".split(" ");

type TextStyle = {
  readonly color?: string;
  readonly size: number;
  readonly align?: CanvasTextAlign;
  readonly bold?: boolean;
};

/** Writes a line whose middle is at `y`. */
export function writeText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  { color = COLOURS.text, size, align = "left", bold = false }: TextStyle,
): void {
  Object.assign(context, {
    font: `${bold ? "bold " : ""}${size}px ${FONT}`,
    fillStyle: color,
    textAlign: align,
    textBaseline: "middle",
  });
  context.fillText(text, x, y);
}

export function paintPlate(context: CanvasRenderingContext2D, width: number, height: number, unit: number): void {
  context.fillStyle = COLOURS.plate;
  context.strokeStyle = COLOURS.frame;
  context.lineWidth = Math.max(1, unit);
  context.beginPath();
  context.roundRect(0.5, 0.5, width - 1, height - 1, 8 * unit);
  context.fill();
  context.stroke();
}

/** With a real minus, and a sign in any case. */
export function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return `${value < 0 && Number(text) > 0 ? "−" : "+"}${text}`;
}
