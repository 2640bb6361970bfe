/** Owns how a piece of text is painted, with its shadows and the line under or through it. In the render thread. */

import type { SkiaContext } from "../images/skia.ts";
import type { TextStyle } from "./text-style.ts";
import { widthOf } from "./text-style.ts";

/** Far enough that what casts a shadow is not seen beside it. */
const ASIDE = 10_000;

/** Paints `text` from `x` on, standing on `y`. */
export function paintText(context: SkiaContext, text: string, x: number, y: number, style: TextStyle): void {
  context.font = "16px sans-serif";
  context.font = style.font;
  context.letterSpacing = style.letterSpacing;
  context.textBaseline = "alphabetic";
  for (const { x: right, y: down, blur, colour } of style.shadows.toReversed()) {
    context.save();
    context.shadowColor = colour;
    context.shadowBlur = blur;
    context.shadowOffsetX = right + ASIDE;
    context.shadowOffsetY = down;
    context.fillStyle = "black";
    context.fillText(text, x - ASIDE, y);
    context.restore();
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
