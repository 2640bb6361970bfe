/** Owns the box of an element: its edges, and how its background, its border and its shadow are painted. In the render thread. */

import type { SkiaContext } from "../images/skia.ts";
import type { ComputedStyle } from "../styles/cascade.ts";
import { type LengthBase, pixels } from "../styles/lengths.ts";
import { splitTop } from "../styles/style-text.ts";
import { paintShadow } from "./shadow.ts";
import { colourOf, reachOf, shadowsOf } from "./text-style.ts";

/** Draws something at a place of a canvas. */
export type Paint = (context: SkiaContext, x: number, y: number) => void;

export type Edges = { readonly top: number; readonly right: number; readonly bottom: number; readonly left: number };

type Side = keyof Edges;

export type Box = {
  readonly margin: Edges;
  readonly padding: Edges;
  readonly border: Edges;
  /** Border and padding together. */
  readonly inner: Edges;
};

export function boxOf(style: ComputedStyle, base: LengthBase): Box {
  const read = (name: (side: Side) => string): Edges => {
    const of = (side: Side) => pixels(style.get(name(side)), base) ?? 0;
    return { top: of("top"), right: of("right"), bottom: of("bottom"), left: of("left") };
  };
  const isLine = (side: Side) => !/^(?:none|hidden)$/.test(style.get(`border-${side}-style`) ?? "none");
  const widths = read((side) => `border-${side}-width`);
  const width = (side: Side) => (isLine(side) ? (style.has(`border-${side}-width`) ? widths[side] : 3) : 0);
  const border = { top: width("top"), right: width("right"), bottom: width("bottom"), left: width("left") };
  const padding = read((side) => `padding-${side}`);
  return { margin: read((side) => `margin-${side}`), padding, border, inner: sum(border, padding) };
}

/** What paints the box, `width` by `height` with its border; and how far outside of it that reaches. */
export function boxPaint(
  style: ComputedStyle,
  { border }: Box,
  size: { readonly width: number; readonly height: number },
  base: LengthBase,
): { readonly paint: Paint; readonly reach: number } | null {
  const background = colourOf(style.get("background-color") ?? "transparent", style);
  const shadows = shadowsOf(style.get("box-shadow"), style, base);
  const hasBorder = Object.values(border).some((width) => width > 0);
  if (background === "transparent" && !hasBorder && shadows.length === 0) return null;
  const radii = radiiOf(style.get("border-radius"), size, base);
  const paint: Paint = (context, x, y) => {
    for (const shadow of shadows.toReversed()) {
      paintShadow(context, shadow, (dx) => {
        trace(context, { x: x + dx, y, ...size }, radii);
        context.fill();
      });
    }
    if (background !== "transparent") {
      setFill(context, background);
      trace(context, { x, y, ...size }, radii);
      context.fill();
    }
    if (hasBorder) paintBorder(context, style, border, { x, y, ...size }, radii);
  };
  return { paint, reach: reachOf(shadows) };
}

/** A colour that cannot be read is none. */
function setFill(context: SkiaContext, colour: string): void {
  context.fillStyle = "transparent";
  context.fillStyle = colour;
}

type Rect = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

function trace(context: SkiaContext, { x, y, width, height }: Rect, radii: readonly number[]): void {
  context.beginPath();
  if (radii.every((radius) => radius <= 0)) context.rect(x, y, width, height);
  else
    context.roundRect(
      x,
      y,
      width,
      height,
      radii.map((radius) => Math.max(0, radius)),
    );
}

/** One line around where all sides are alike; else each side by itself, without round corners. */
function paintBorder(
  context: SkiaContext,
  style: ComputedStyle,
  border: Edges,
  rect: Rect,
  radii: readonly number[],
): void {
  const colour = (side: Side) => colourOf(style.get(`border-${side}-color`) ?? "currentcolor", style);
  const kind = (side: Side) => style.get(`border-${side}-style`) ?? "none";
  const sides: readonly Side[] = ["top", "right", "bottom", "left"];
  const { top: width } = border;
  const { x, y, width: w, height: h } = rect;
  if (sides.every((s) => border[s] === width && colour(s) === colour("top") && kind(s) === kind("top"))) {
    context.save();
    context.strokeStyle = colour("top");
    context.lineWidth = width;
    if (kind("top") === "dashed") context.setLineDash([2 * width, width]);
    if (kind("top") === "dotted") context.setLineDash([width, width]);
    const half = width / 2;
    const within = { x: x + half, y: y + half, width: w - width, height: h - width };
    trace(
      context,
      within,
      radii.map((radius) => radius - half),
    );
    context.stroke();
    context.restore();
    return;
  }
  const rects: Readonly<Record<Side, readonly [number, number, number, number]>> = {
    top: [x, y, w, border.top],
    right: [x + w - border.right, y, border.right, h],
    bottom: [x, y + h - border.bottom, w, border.bottom],
    left: [x, y, border.left, h],
  };
  for (const side of sides) {
    setFill(context, colour(side));
    context.fillRect(...rects[side]);
  }
}

/** Of the four corners from the left above on; made smaller where they would meet (CSS Backgrounds 3, section 5.5). */
function radiiOf(
  text: string | undefined,
  { width, height }: { readonly width: number; readonly height: number },
  base: LengthBase,
): readonly number[] {
  if (text === undefined) return [0, 0, 0, 0];
  const whole = Math.min(width, height);
  const [first = 0, second = first, third = first, fourth = second] = splitTop(text.split("/")[0] ?? "", " ").map(
    (part) => pixels(part, { ...base, whole }) ?? 0,
  );
  const fit = Math.min(
    1,
    width / (first + second),
    width / (third + fourth),
    height / (first + fourth),
    height / (second + third),
  );
  return [first, second, third, fourth].map((radius) => radius * fit);
}

/** Whether width and height count with the edges. */
export function isBorderBox(style: ComputedStyle): boolean {
  return style.get("box-sizing") === "border-box";
}

/** A size of the contents within what the style allows. */
export function clampSize(
  size: number,
  style: ComputedStyle,
  side: "width" | "height",
  base: LengthBase,
  edges: number,
  isBorder: boolean,
): number {
  const off = isBorder ? edges : 0;
  const most = (pixels(style.get(`max-${side}`), base) ?? Number.POSITIVE_INFINITY) - off;
  const least = (pixels(style.get(`min-${side}`), base) ?? 0) - off;
  return Math.max(0, least, Math.min(size, most));
}

function sum(a: Edges, b: Edges): Edges {
  return { top: a.top + b.top, right: a.right + b.right, bottom: a.bottom + b.bottom, left: a.left + b.left };
}
