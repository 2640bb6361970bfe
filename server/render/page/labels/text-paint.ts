/** Owns how a piece of text is painted, with its shadows and the line under or through it. In the render thread. */

import type { SkiaContext } from "../images/skia.ts";
import { paintShadow } from "./shadow.ts";
import type { TextStyle } from "./text-style.ts";
import { widthOf } from "./text-style.ts";

/** Paints `text` from `x` on, standing on `y`. */
export function paintText(context: SkiaContext, text: string, x: number, y: number, style: TextStyle): void {
  context.font = "16px sans-serif";
  context.font = style.font;
  context.letterSpacing = style.letterSpacing;
  context.textBaseline = "alphabetic";
  for (const shadow of style.shadows.toReversed()) {
    paintShadow(context, shadow, (dx) => context.fillText(text, x + dx, y));
  }
  // One that cannot be read would leave the colour of whatever was painted before.
  context.fillStyle = "black";
  context.fillStyle = style.colour;
  context.fillText(text, x, y);
  if (style.lines === "none") return;
  const thickness = Math.max(1, Math.round(style.size / 16));
  const heights = { underline: thickness, "line-through": -style.ascent * 0.35, overline: -style.ascent };
  context.fillRect(x, Math.round(y + heights[style.lines]), widthOf(text, style), thickness);
}
