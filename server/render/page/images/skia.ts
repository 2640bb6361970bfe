/**
 * Owns @napi-rs/canvas, which draws what scenes draw on 2D canvases, in system fonts. It is loaded at first use (20 to 35 ms
 * and 25 MB). The only file that imports it. In the render thread and the workers of scenes.
 */

import { createRequire } from "node:module";
import type * as Skia from "@napi-rs/canvas";
import { sayMissingFonts } from "./missing-fonts.ts";

export type SkiaCanvas = Skia.Canvas;
export type SkiaContext = Skia.SKRSContext2D;

/** An image source that is a page's and not Skia's: what a 2D context draws of it. */
export type Drawable = { skiaCanvas(): SkiaCanvas };

let library: typeof Skia | null = null;

export function skia(): typeof Skia {
  if (library !== null) return library;
  const loaded = createRequire(import.meta.url)("@napi-rs/canvas") as typeof Skia;
  const prototype = Object.getPrototypeOf(loaded.createCanvas(1, 1).getContext("2d")) as SkiaContext;
  acceptDrawables(prototype);
  sayMissingFonts(prototype, () => loaded.GlobalFonts.families.length);
  library = loaded;
  return library;
}

/** A canvas of at least a pixel, since Skia knows no empty ones. */
export function createSkiaCanvas(width: number, height: number): SkiaCanvas {
  return skia().createCanvas(Math.max(1, width), Math.max(1, height));
}

/** A canvas with these pixels: RGBA, colours not multiplied by alpha. */
export function skiaCanvasOf(data: Uint8ClampedArray, width: number, height: number): SkiaCanvas {
  const canvas = createSkiaCanvas(width, height);
  const image = new (skia().ImageData)(data as Uint8ClampedArray<ArrayBuffer>, width, height);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

function acceptDrawables(prototype: SkiaContext): void {
  for (const name of ["drawImage", "createPattern"] as const) {
    const native = Reflect.get(prototype, name) as (...parts: unknown[]) => unknown;
    Reflect.set(prototype, name, function draw(this: SkiaContext, source: unknown, ...rest: unknown[]): unknown {
      return native.call(this, isDrawable(source) ? source.skiaCanvas() : source, ...rest);
    });
  }
}

export function isDrawable(source: unknown): source is Drawable {
  return typeof source === "object" && source !== null && "skiaCanvas" in source;
}
