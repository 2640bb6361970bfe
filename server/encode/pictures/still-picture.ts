/** Owns encoding one picture for a file, in the process that calls it, which has nothing else to do. */

import sharp from "sharp";
import type { PictureSize } from "../../../shared/video.ts";

/** How a picture is encoded. */
export type StillForm = {
  readonly format: "png" | "jpg" | "webp";
  /** 1 to 100; of no use for PNG, which is exact. */
  readonly quality: number;
  /** Whether WebP is exact, too. */
  readonly lossless: boolean;
  /** Whether the first row is the top one. Default false. */
  readonly isTopDown?: boolean;
  /** Whether a PNG may be somewhat larger, so that it is made in a third of the time. Default false. */
  readonly isQuick?: boolean;
  /** Whether alpha is kept, which JPEG has none of. Default false. */
  readonly hasAlpha?: boolean;
};

/** How hard PNGs are packed, and whether each row is filtered in its own way. */
const careful = { compressionLevel: 4, adaptiveFiltering: true };
const quick = { compressionLevel: 1, adaptiveFiltering: false };

/** Encodes RGBA, the bottom row first unless it is said otherwise, which is read until the promise is settled. */
export async function encodeStill(rgba: Uint8Array, size: PictureSize, form: StillForm): Promise<Buffer> {
  const { hasAlpha = false, isTopDown = false, isQuick = false } = form;
  const pixels = sharp(rgba, { raw: { ...size, channels: 4 } });
  const colours = hasAlpha ? pixels : pixels.removeAlpha();
  const picture = isTopDown ? colours : colours.flip();
  switch (form.format) {
    case "png":
      return await picture.png(isQuick ? quick : careful).toBuffer();
    case "jpg":
      return await picture.jpeg({ quality: form.quality, chromaSubsampling: "4:4:4" }).toBuffer();
    case "webp":
      return await picture.webp({ quality: form.quality, lossless: form.lossless }).toBuffer();
  }
}
