/** Owns the shadows of boxes and text: what is drawn far aside, so that only its shadow is seen. In the render thread. */

import type { SkiaContext } from "../images/skia.ts";

/** A shadow, in pixels. */
export type Shadow = { readonly x: number; readonly y: number; readonly blur: number; readonly colour: string };

/** Far enough that what casts a shadow is not seen beside it. */
const ASIDE = 10_000;

/** Paints the shadow of what `draw` draws, which it draws moved by `dx`. */
export function paintShadow(context: SkiaContext, { x, y, blur, colour }: Shadow, draw: (dx: number) => void): void {
  context.save();
  context.shadowColor = colour;
  context.shadowBlur = blur;
  context.shadowOffsetX = x + ASIDE;
  context.shadowOffsetY = y;
  context.fillStyle = "black";
  draw(-ASIDE);
  context.restore();
}
