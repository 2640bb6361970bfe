/** Owns how a number of a panel is written: short, and without what only floating point adds. Pure. */

export function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}
