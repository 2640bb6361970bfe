/** Owns the colours of the ground of a generated street, as a map of small squares: lanes, their marks, kerbs, pavements, grass. */

import type { DrivePath } from "./drive-path.ts";
import { grain, type Rgb } from "./solid.ts";

const CELL = 0.12;
/** How far the map goes to the sides of the lane, in metres. */
const ASIDE = 14;

export class GroundMap {
  readonly #left: number;
  readonly #bottom: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;

  constructor(path: DrivePath) {
    const places: { x: number; y: number }[] = [];
    for (let along = 0; along <= path.length; along += 5)
      places.push(path.placeAt(along, ASIDE), path.placeAt(along, -ASIDE));
    const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
    this.#left = Math.min(...xs) - 1;
    this.#bottom = Math.min(...ys) - 1;
    this.#columns = Math.ceil((Math.max(...xs) + 1 - this.#left) / CELL);
    const rows = Math.ceil((Math.max(...ys) + 1 - this.#bottom) / CELL);
    this.#cells = new Uint8Array(this.#columns * rows);
    const step = CELL * 0.6;
    for (let along = 0; along < path.length; along += step) {
      const { x, y, heading } = path.placeAt(along, 0);
      const [cos, sin] = [Math.cos(heading), Math.sin(heading)];
      for (let left = -ASIDE; left < ASIDE; left += step) {
        const at = this.#cellOf(x - sin * left, y + cos * left);
        if (at >= 0) this.#cells[at] = kindAt(along, left);
      }
    }
  }

  colourAt(x: number, y: number, into: Rgb): void {
    const at = this.#cellOf(x, y);
    const [red, green, blue] = COLOURS[at < 0 ? 0 : (this.#cells[at] ?? 0)] ?? COLOURS[0];
    const shade = 0.93 + 0.14 * grain(Math.floor(x * 12), Math.floor(y * 12), 5);
    into[0] = red * shade;
    into[1] = green * shade;
    into[2] = blue * shade;
  }

  /** -1 beside the map. */
  #cellOf(x: number, y: number): number {
    const column = Math.floor((x - this.#left) / CELL);
    const row = Math.floor((y - this.#bottom) / CELL);
    if (column < 0 || row < 0 || column >= this.#columns) return -1;
    const at = row * this.#columns + column;
    return at < this.#cells.length ? at : -1;
  }
}

const COLOURS = [
  [104, 122, 78],
  [92, 94, 98],
  [226, 226, 220],
  [150, 148, 142],
  [128, 126, 122],
] as const;

/** Which of the colours: grass, asphalt, a mark, a kerb, a pavement. */
function kindAt(along: number, left: number): number {
  // Seen from the middle of the two lanes.
  const aside = left - 1.75;
  const distance = Math.abs(aside);
  if (distance < 0.09) return along % 6 < 3 ? 2 : 1;
  if (distance > 3.55 && distance < 3.7) return 2;
  if (distance < 6) return 1;
  if (distance < 6.2) return 3;
  return distance < 10.2 ? 4 : 0;
}
