/** How far points reach, in round numbers that stay as they are while the points move a little. */

import { ticks } from "../drawing/color-scale.ts";

type Extent = { readonly min: number; readonly max: number };
/** Of x, y and z. */
export type Bounds = readonly [Extent, Extent, Extent];

/** Bounds that are kept while points fill this part of them. */
const FILLED = 0.5;

export const NOTHING: Bounds = [
  { min: -1, max: 1 },
  { min: -1, max: 1 },
  { min: -1, max: 1 },
];

/** Of rows that begin with x, y and z; what is no number does not count. */
export function boundsOf(array: Float32Array, columns: number): Bounds {
  const [min, max] = [
    [Infinity, Infinity, Infinity],
    [-Infinity, -Infinity, -Infinity],
  ];
  for (let at = 0; at < array.length; at += columns) {
    for (let axis = 0; axis < 3; axis += 1) {
      const value = array[at + axis] ?? 0;
      if (value < (min[axis] ?? 0) && value > -Infinity) min[axis] = value;
      if (value > (max[axis] ?? 0) && value < Infinity) max[axis] = value;
    }
  }
  const extentOf = (axis: number): Extent => roundedOf(min[axis] ?? 0, max[axis] ?? 0);
  return [extentOf(0), extentOf(1), extentOf(2)];
}

/** The bounds as they were where they still fit, else the new ones. */
export function extended(before: Bounds, bounds: Bounds): Bounds {
  const isFitting = before.every(({ min, max }, axis) => {
    const { min: low, max: high } = bounds[axis] ?? { min, max };
    return low >= min && high <= max && high - low >= (max - min) * FILLED;
  });
  return isFitting ? before : bounds;
}

function roundedOf(min: number, max: number): Extent {
  if (!(max >= min)) return { min: -1, max: 1 };
  const spare = max === min ? Math.max(1, Math.abs(max)) * 0.5 : 0;
  const [low, high] = [min - spare, max + spare];
  const [first = 0, second = 1] = ticks(low, high, 6);
  const step = second - first;
  return { min: Math.floor(low / step) * step, max: Math.ceil(high / step) * step };
}
