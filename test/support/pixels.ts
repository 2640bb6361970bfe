/** Compares colours that were read from pictures. Pure. */

export type Colour = readonly number[];
export type Point = readonly [number, number];

/** How far the worst channel of a colour is from the wanted one; infinite where there is no colour. */
export function colourDistance(colour: Colour | undefined, wanted: Colour): number {
  return Math.max(...wanted.map((value, channel) => Math.abs(value - (colour?.[channel] ?? Number.POSITIVE_INFINITY))));
}

/** The mean difference of a channel between two lists of colours. */
export function meanDifference(colours: readonly Colour[], others: readonly Colour[]): number {
  const differences = colours.flatMap((colour, at) =>
    colour.map((value, channel) => Math.abs(value - (others[at]?.[channel] ?? Number.NaN))),
  );
  return differences.reduce((sum, difference) => sum + difference, 0) / differences.length;
}

/** Points evenly spread over a picture, from 0 to 1. */
export function gridPoints(columns: number, rows: number): Point[] {
  return Array.from(
    { length: columns * rows },
    (_, at): Point => [((at % columns) + 0.5) / columns, (Math.floor(at / columns) + 0.5) / rows],
  );
}

/** The colours of test/fixtures/scenes/quadrants.ts as sRGB bytes, and where in the picture each is. */
export const quadrantColours: readonly (readonly number[])[] = [
  [0xd0, 0x20, 0x30],
  [0x20, 0xb0, 0x40],
  [0x20, 0x40, 0xc8],
  [0xe0, 0xc0, 0x20],
];
export const quadrantPoints: readonly Point[] = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
];
