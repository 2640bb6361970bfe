/** Owns what text of a style looks like and how much place it takes, by Skia. In the render thread. */

import { createSkiaCanvas, type SkiaContext } from "../images/skia.ts";
import type { ComputedStyle } from "../styles/cascade.ts";
import { type LengthBase, pixels } from "../styles/lengths.ts";
import { splitTop } from "../styles/style-text.ts";
import type { Shadow } from "./shadow.ts";

export type TextStyle = {
  /** As a 2D context takes it. */
  readonly font: string;
  readonly colour: string;
  readonly letterSpacing: string;
  readonly lines: "none" | "underline" | "line-through" | "overline";
  readonly shadows: readonly Shadow[];
  readonly size: number;
  /** Of the font, above and below the line that it stands on, in pixels. */
  readonly ascent: number;
  readonly descent: number;
  readonly lineHeight: number;
};

let measuring: SkiaContext | null = null;
const metrics = new Map<string, { readonly ascent: number; readonly descent: number }>();
const MAX_METRICS = 500;

export function textStyleOf(style: ComputedStyle, base: LengthBase): TextStyle {
  const size = base.em;
  const weight = style.get("font-weight") ?? "normal";
  const font = `${style.get("font-style") ?? "normal"} ${weight === "bolder" ? "bold" : weight} ${size}px ${style.get("font-family") ?? "serif"}`;
  const { ascent, descent } = metricsOf(font);
  const spacing = pixels(style.get("letter-spacing"), base) ?? 0;
  const line = style.get("text-decoration-line");
  return {
    font,
    colour: style.get("color") ?? "black",
    letterSpacing: `${spacing}px`,
    lines: line === "underline" || line === "line-through" || line === "overline" ? line : "none",
    shadows: shadowsOf(style.get("text-shadow"), style, base),
    size,
    ascent,
    descent,
    lineHeight: lineHeightOf(style.get("line-height") ?? "normal", base) ?? ascent + descent,
  };
}

/** The width of a text in pixels. */
export function widthOf(text: string, { font, letterSpacing }: TextStyle): number {
  const context = contextWith(font);
  context.letterSpacing = letterSpacing;
  return context.measureText(text).width;
}

/** The list that `text-shadow` or `box-shadow` says; shadows inside of a box are left out. */
export function shadowsOf(text: string | undefined, style: ComputedStyle, base: LengthBase): Shadow[] {
  if (text === undefined || text === "none") return [];
  return splitTop(text, ",").flatMap((one): Shadow[] => {
    const parts = splitTop(one, " ");
    if (parts.includes("inset")) return [];
    const lengths = parts.map((part) => pixels(part, base)).filter((length) => length !== null);
    const colour = parts.find((part) => pixels(part, base) === null);
    const [x = 0, y = 0, blur = 0] = lengths;
    return [{ x, y, blur, colour: colourOf(colour ?? "currentcolor", style) }];
  });
}

/** With what `currentcolor` means. */
export function colourOf(colour: string, style: ComputedStyle): string {
  return colour.toLowerCase() === "currentcolor" ? (style.get("color") ?? "black") : colour;
}

/** How far outside of what casts them shadows reach. */
export function reachOf(shadows: readonly Shadow[]): number {
  return Math.max(0, ...shadows.map(({ x, y, blur }) => Math.max(Math.abs(x), Math.abs(y)) + blur * 1.5));
}

function lineHeightOf(text: string, base: LengthBase): number | null {
  if (text === "normal") return null;
  return /^[\d.]+$/.test(text) ? Number(text) * base.em : pixels(text, { ...base, whole: base.em });
}

function metricsOf(font: string): { readonly ascent: number; readonly descent: number } {
  const known = metrics.get(font);
  if (known !== undefined) return known;
  const { fontBoundingBoxAscent: ascent, fontBoundingBoxDescent: descent } = contextWith(font).measureText("x");
  const made = { ascent: Math.round(ascent), descent: Math.round(descent) };
  if (metrics.size < MAX_METRICS) metrics.set(font, made);
  return made;
}

function contextWith(font: string): SkiaContext {
  measuring ??= createSkiaCanvas(1, 1).getContext("2d");
  // One that cannot be read would leave the font of whatever was measured before.
  measuring.font = "16px sans-serif";
  measuring.font = font;
  return measuring;
}
