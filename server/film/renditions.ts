/** Owns which sizes a movie is encoded in, and at which bit rates. Pure. */

import type { PictureSize } from "../../shared/video.ts";

/** Bits a second of each size, which is the height of a picture of 16:9. */
export const bitRates: Readonly<Record<number, number>> = { 360: 360_000, 720: 870_000, 1080: 2_100_000 };

export type Rendition = {
  /** Also its folder's. */
  readonly name: string;
  readonly size: PictureSize;
  readonly bitrateBps: number;
};

/** A source that is so much larger than the largest size is worth one of its own. */
const WORTH = 1.1;

/**
 * The sizes, small ones first, none larger than the source. Each is a box, as of 1280x720, or of 720x1280 for what stands upright; the
 * picture fits in it with its own shape. Where the source is smaller than the largest box, its own size takes the place of those that
 * it does not reach.
 */
export function renditionsOf(source: PictureSize, sizes: readonly number[]): readonly Rendition[] {
  const renditions: Rendition[] = [];
  let largest = 0;
  for (const height of [...sizes].sort((one, other) => one - other)) {
    const scale = scaleInto(source, height);
    if (scale > 1) {
      if (1 > largest * WORTH) renditions.push(ownRendition(source));
      return renditions;
    }
    largest = scale;
    renditions.push({ name: String(height), size: scaled(source, scale), bitrateBps: rateOf(height) });
  }
  return renditions;
}

function scaleInto({ width, height }: PictureSize, box: number): number {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  return Math.min((box * 16) / 9 / long, box / short);
}

function ownRendition(source: PictureSize): Rendition {
  const height = Math.round(
    Math.max(Math.min(source.width, source.height), (Math.max(source.width, source.height) * 9) / 16),
  );
  return { name: String(height), size: scaled(source, 1), bitrateBps: rateOf(height) };
}

/** Between the sizes of the table in a straight line over the number of pixels. */
function rateOf(height: number): number {
  const known = Object.entries(bitRates).map(([size, rate]) => ({ pixels: Number(size) ** 2, rate }));
  const pixels = height ** 2;
  const above = known.find((one) => one.pixels >= pixels);
  const below = known.findLast((one) => one.pixels <= pixels);
  if (above === undefined) return Math.round(((below?.rate ?? 0) * pixels) / (below?.pixels ?? 1));
  const { pixels: from, rate } = below ?? { pixels: 0, rate: 0 };
  if (above.pixels === from) return rate;
  return Math.round(rate + ((above.rate - rate) * (pixels - from)) / (above.pixels - from));
}

function scaled({ width, height }: PictureSize, scale: number): PictureSize {
  return { width: even(width * scale), height: even(height * scale) };
}

function even(side: number): number {
  return Math.max(2, 2 * Math.round(side / 2 - 0.001));
}
