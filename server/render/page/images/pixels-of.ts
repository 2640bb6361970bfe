/** Owns what pixels an image source of a page has: an image, a canvas, a bitmap, a video. Render thread. */

import type { Pixels } from "./decode-image.ts";

/** A source of the page, which gives its pixels; null while it has none. */
export type PixelSource = { imagePixels(): Pixels | null };

type ForeignCanvas = { width: number; height: number; getContext(kind: "2d"): ForeignContext | null };
type ForeignContext = { getImageData(x: number, y: number, width: number, height: number): Pixels };

/** The pixels of a source, of the page or of @napi-rs/canvas and its like; null where it is no image or has no pixels yet. */
export function pixelsOf(source: unknown): Pixels | null {
  if (typeof source !== "object" || source === null) return null;
  if (isPixelSource(source)) return source.imagePixels();
  if (isForeignCanvas(source)) {
    const { width, height } = source;
    return source.getContext("2d")?.getImageData(0, 0, width, height) ?? null;
  }
  return isImageData(source) ? source : null;
}

function isPixelSource(source: object): source is PixelSource {
  return "imagePixels" in source;
}

function isForeignCanvas(source: object): source is ForeignCanvas {
  return "getContext" in source && typeof source.getContext === "function";
}

function isImageData(source: object): source is Pixels {
  return "data" in source && ArrayBuffer.isView(source.data) && "width" in source && "height" in source;
}
