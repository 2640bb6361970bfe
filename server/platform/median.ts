/** Owns the middle of a list of figures. Pure. */

/** Of an even number of values the larger of the two in the middle; 0 of none. */
export function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0;
}
