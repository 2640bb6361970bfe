/** Owns the pixels of what a browser shows of a page. */

import sharp from "sharp";

/** RGBA, bottom row first, as ours are. */
export async function pixelsOf(png: Buffer): Promise<Uint8Array> {
  return await sharp(png).ensureAlpha().flip().raw().toBuffer();
}
