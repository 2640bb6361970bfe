/** Colours for numbers, and the bar that says which colour is which number. */

import * as THREE from "three";
import { FONT, Label, type Picture } from "./label.ts";

/** From dark blue to yellow; as bright as the number is large, for the colour-blind too. */
export const VIRIDIS = "#46327e #3b528b #2c728e #21918c #28ae80 #5ec962 #addc30 #fde725".split(" ");
/** From violet by red to pale yellow. */
export const EMBER = "#4b3bb5 #8f43c4 #d0479a #f2626d #ff9a5c #ffd27a #fff6cf".split(" ");

export class ColorScale {
  readonly min: number;
  readonly max: number;
  readonly stops: readonly string[];
  readonly #colors: readonly THREE.Color[];

  constructor(stops: readonly string[], min: number, max: number) {
    this.stops = stops;
    this.min = min;
    this.max = max;
    this.#colors = stops.map((stop) => new THREE.Color(stop));
  }

  /** The colour of a value, put into `color`. */
  at(value: number, color: THREE.Color = new THREE.Color()): THREE.Color {
    const part = THREE.MathUtils.clamp((value - this.min) / (this.max - this.min), 0, 1);
    const place = part * (this.#colors.length - 1);
    const from = this.#colors[Math.floor(place)] ?? color;
    return color.lerpColors(from, this.#colors[Math.ceil(place)] ?? from, place % 1);
  }

  /** A bar with its title and ticks, at the right of the picture. */
  bar(picture: Picture, title: string): Label {
    return this.paintBar(new Label(picture, { x: 1, y: 0.5 }), title).pinTo(-28, 360);
  }

  paintBar(label: Label, title: string): Label {
    const [width, height, top] = [190, 290, 42];
    const [left, length] = [width - 16, height - top - 10];
    return label.paint(width, height, (context) => {
      const gradient = context.createLinearGradient(0, top + length, 0, top);
      this.stops.forEach((stop, at) => {
        gradient.addColorStop(at / (this.stops.length - 1), stop);
      });
      context.fillStyle = gradient;
      context.fillRect(left, top, 16, length);
      Object.assign(context, {
        font: `15px ${FONT}`,
        fillStyle: "#c9d3ea",
        textAlign: "right",
        textBaseline: "middle",
      });
      context.fillText(title, width, 14);
      for (const tick of ticks(this.min, this.max, 5)) {
        const y = top + length * (1 - (tick - this.min) / (this.max - this.min));
        context.fillRect(left - 5, Math.round(y) - 0.5, 5, 1);
        context.fillText(tickText(tick), left - 10, y);
      }
    });
  }
}

/** Round numbers from `min` to `max`, about `count` of them. */
export function ticks(min: number, max: number, count: number): number[] {
  const raw = (max - min) / count;
  const magnitude = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * magnitude >= raw * 0.8) ?? 10) * magnitude;
  const found: number[] = [];
  for (let at = Math.ceil(min / step - 1e-9); at * step <= max + step * 1e-9; at += 1) found.push(at * step);
  return found;
}

export function tickText(tick: number): string {
  return String(Number(tick.toPrecision(6))).replace("-", "−");
}
