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
};

/** Encodes RGBA, the bottom row first, which is read until the promise is settled. The colours alone: alpha is shown nowhere. */
export async function encodeStill(rgba: Uint8Array, size: PictureSize, form: StillForm): Promise<Buffer> {
  const picture = sharp(rgba, { raw: { ...size, channels: 4 } })
    .removeAlpha()
    .flip();
  switch (form.format) {
    case "png":
      return await picture.png({ compressionLevel: 4, adaptiveFiltering: true }).toBuffer();
    case "jpg":
      return await picture.jpeg({ quality: form.quality, chromaSubsampling: "4:4:4" }).toBuffer();
    case "webp":
      return await picture.webp({ quality: form.quality, lossless: form.lossless }).toBuffer();
  }
}
