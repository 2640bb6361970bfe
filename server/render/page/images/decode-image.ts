/**
 * Owns how the bytes of an image become pixels. They are not multiplied by alpha, as textures want them (a 2D canvas would
 * lose the colour of what is transparent). sharp is loaded at first use; Skia reads what sharp cannot, as BMP. In the render
 * thread and the workers of scenes; sharp decodes on threads of its own.
 */

import { createRequire } from "node:module";
import type { PictureCut } from "../../../../shared/picture-cut.ts";
import { createSkiaCanvas, skia } from "./skia.ts";

type Sharp = typeof import("sharp").default;

/** RGBA, rows from top to bottom, colours not multiplied by alpha. */
export type Pixels = { readonly data: Uint8ClampedArray; readonly width: number; readonly height: number };

let library: Sharp | null = null;

/** Decodes PNG, JPEG, WebP, AVIF, GIF (its first picture), TIFF, SVG, BMP or ICO. Rejects where it is none of these. */
export async function decodeImage(bytes: Uint8Array): Promise<Pixels> {
  const read = sharp();
  try {
    const image = read(bytes).autoOrient().toColourspace("srgb").ensureAlpha().raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    const { width, height } = info;
    return { data: new Uint8ClampedArray(data.buffer, data.byteOffset, width * height * 4), width, height };
  } catch (error) {
    return await decodeBySkia(bytes, error);
  }
}

function sharp(): Sharp {
  library ??= createRequire(import.meta.url)("sharp") as Sharp;
  return library;
}

async function decodeBySkia(bytes: Uint8Array, cause: unknown): Promise<Pixels> {
  try {
    const image = await skia().loadImage(bytes);
    const canvas = createSkiaCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, image.width, image.height);
    return { data, width, height };
  } catch {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DOMException(`The image cannot be decoded: ${reason}`, "EncodingError");
  }
}

/** A part of a picture, in another size. */
export async function cutPixels({ data, width, height }: Pixels, { from, to }: PictureCut): Promise<Pixels> {
  const cut = await sharp()(data, { raw: { width, height, channels: 4 } })
    .extract({ left: from.x, top: from.y, width: from.width, height: from.height })
    .resize(to.width, to.height, { fit: "fill" })
    .raw()
    .toBuffer();
  return { data: new Uint8ClampedArray(cut.buffer, cut.byteOffset, to.width * to.height * 4), ...to };
}
