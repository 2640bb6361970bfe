/** Owns ImageBitmap and how one is made of any image source. In the render thread and the workers of scenes. */

import { decodeImage, type Pixels } from "./decode-image.ts";
import { pixelsOf } from "./pixels-of.ts";
import { createSkiaCanvas, type SkiaCanvas, skiaCanvasOf } from "./skia.ts";

/** A picture in memory. */
export class ImageBitmap {
  #pixels: Pixels | null;
  #canvas: SkiaCanvas | null = null;

  /** Whether a texture gets its colours multiplied by alpha, whatever else is asked for (WebGL 1.0, section 6.10). */
  readonly isPremultiplied: boolean;

  /** `from` is kept, not copied; its colours are not multiplied by alpha. */
  constructor(from: Pixels, isPremultiplied: boolean = true) {
    this.#pixels = from;
    this.isPremultiplied = isPremultiplied;
  }

  get width(): number {
    return this.#pixels?.width ?? 0;
  }
  get height(): number {
    return this.#pixels?.height ?? 0;
  }

  close(): void {
    this.#pixels = null;
    this.#canvas = null;
  }

  imagePixels(): Pixels | null {
    return this.#pixels;
  }
  skiaCanvas(): SkiaCanvas {
    if (this.#pixels === null) throw new DOMException("The ImageBitmap is closed.", "InvalidStateError");
    const { data, width, height } = this.#pixels;
    this.#canvas ??= skiaCanvasOf(data, width, height);
    return this.#canvas;
  }
}

type BitmapOptions = {
  readonly imageOrientation?: "none" | "from-image" | "flipY";
  readonly premultiplyAlpha?: "none" | "premultiply" | "default";
  readonly resizeWidth?: number;
  readonly resizeHeight?: number;
  readonly resizeQuality?: string;
};
type Rectangle = readonly [x: number, y: number, width: number, height: number];

/**
 * As in a page: of a Blob, an image, a canvas, ImageData, a video or another bitmap, of all of it or of a rectangle in
 * pixels. Rejects where the source has no pixels.
 */
export async function createImageBitmap(source: unknown, ...rest: unknown[]): Promise<ImageBitmap> {
  const numbers = rest.filter((part) => typeof part === "number");
  const options = (rest.find((part) => typeof part === "object" && part !== null) ?? {}) as BitmapOptions;
  const whole =
    source instanceof Blob ? await decodeImage(new Uint8Array(await source.arrayBuffer())) : pixelsOf(source);
  if (whole === null) throw new DOMException("The source of the ImageBitmap has no pixels.", "InvalidStateError");
  const [x, y, width, height] = numbers;
  const isPart = x !== undefined && y !== undefined && width !== undefined && height !== undefined;
  const part = cut(whole, isPart ? [x, y, width, height] : [0, 0, whole.width, whole.height]);
  const sized = resized(part, options);
  // A copy of its own in any case: the source may change.
  const isOwn = sized !== whole || source instanceof Blob;
  const own = isOwn ? sized : { ...sized, data: new Uint8ClampedArray(sized.data) };
  if (options.imageOrientation === "flipY") flip(own);
  return new ImageBitmap(own, options.premultiplyAlpha !== "none");
}

function cut(from: Pixels, [x, y, width, height]: Rectangle): Pixels {
  if (x === 0 && y === 0 && width === from.width && height === from.height) return from;
  const data = new Uint8ClampedArray(width * height * 4);
  const left = Math.max(0, x);
  const right = Math.min(from.width, x + width);
  for (let row = Math.max(0, y); row < Math.min(from.height, y + height) && left < right; row += 1) {
    const at = row * from.width;
    data.set(from.data.subarray((at + left) * 4, (at + right) * 4), ((row - y) * width + left - x) * 4);
  }
  return { data, width, height };
}

function resized(from: Pixels, { resizeWidth, resizeHeight }: BitmapOptions): Pixels {
  if (resizeWidth === undefined && resizeHeight === undefined) return from;
  const width = resizeWidth ?? Math.round((from.width * (resizeHeight ?? 1)) / from.height);
  const height = resizeHeight ?? Math.round((from.height * width) / from.width);
  const context = createSkiaCanvas(width, height).getContext("2d");
  context.drawImage(skiaCanvasOf(from.data, from.width, from.height), 0, 0, width, height);
  return { data: context.getImageData(0, 0, width, height).data, width, height };
}

function flip({ data, width, height }: Pixels): void {
  const bytes = width * 4;
  for (let top = 0, bottom = height - 1; top < bottom; top += 1, bottom -= 1) {
    const row = data.slice(top * bytes, (top + 1) * bytes);
    data.copyWithin(top * bytes, bottom * bytes, (bottom + 1) * bytes);
    data.set(row, bottom * bytes);
  }
}
