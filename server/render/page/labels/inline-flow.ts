/**
 * Owns how text and what stands in it become lines: words that wrap, spans with their own fonts and boxes, line breaks and images. As
 * much of CSS's inline layout as labels need. In the render thread.
 */

import type { Paint } from "./box.ts";
import { paintText } from "./text-paint.ts";
import { type TextStyle, widthOf } from "./text-style.ts";

/** What stands on lines, in its order. */
export type InlineItem =
  | { readonly kind: "text"; readonly text: string; readonly style: TextStyle; readonly space: WhiteSpace }
  | { readonly kind: "break"; readonly style: TextStyle }
  /** An image, or a box of its own; `above` of its height stand above the line. */
  | {
      readonly kind: "thing";
      readonly width: number;
      readonly height: number;
      readonly above: number;
      readonly paint: Paint;
    }
  /** A span begins or ends, with its edge. */
  | { readonly kind: "open"; readonly edge: number; readonly style: TextStyle; readonly paint: SpanPaint | null }
  | { readonly kind: "close"; readonly edge: number };

/** What paints the box of a span that is as wide as this. */
export type SpanPaint = (width: number, style: TextStyle) => { readonly paint: Paint; readonly above: number };

export type WhiteSpace = "normal" | "nowrap" | "pre" | "pre-wrap" | "pre-line";
export type TextAlign = "left" | "center" | "right";

export type Lines = {
  readonly width: number;
  readonly height: number;
  readonly baseline: number;
  readonly paints: readonly Paint[];
};

/** A piece of a line that is not broken. */
type Piece = {
  readonly width: number;
  readonly above: number;
  readonly below: number;
  readonly isBlank: boolean;
  readonly canBreak: boolean;
  readonly paint: Paint | null;
  readonly span: Extract<InlineItem, { readonly kind: "open" | "close" }> | null;
};

/** A piece, or the end of a line. */
type Token = Piece | "break";

/** Lays items out on lines of at most `width`, aligned in it; where it is infinite, on lines as long as they are. */
export function layLines(items: readonly InlineItem[], width: number, align: TextAlign, strut: TextStyle): Lines {
  const lines = linesOf(tokensOf(items), width).map(trimmed);
  const used = Math.max(0, ...lines.map(widthOfPieces));
  const paints: Paint[] = [];
  const room = Number.isFinite(width) ? width : used;
  let [y, baseline] = [0, 0];
  const [strutAbove, strutBelow] = halves(strut);
  for (const line of lines) {
    const above = Math.max(strutAbove, ...line.map((piece) => piece.above));
    const below = Math.max(strutBelow, ...line.map((piece) => piece.below));
    const slack = Math.max(0, room - widthOfPieces(line));
    const x = align === "center" ? slack / 2 : align === "right" ? slack : 0;
    baseline = y + above;
    paints.push(...paintsOf(line, x, baseline));
    y += above + below;
  }
  return { width: used, height: y, baseline, paints };
}

/** How much of a line's height text takes above and below the line that it stands on. */
function halves({ ascent, descent, lineHeight }: TextStyle): readonly [above: number, below: number] {
  const above = ascent + Math.floor((lineHeight - ascent - descent) / 2);
  return [above, lineHeight - above];
}

function tokensOf(items: readonly InlineItem[]): Token[] {
  const tokens: Token[] = [];
  let afterBlank = true;
  const put = (piece: Partial<Piece>): void => {
    tokens.push({ width: 0, above: 0, below: 0, isBlank: false, canBreak: false, paint: null, span: null, ...piece });
  };
  for (const item of items) {
    switch (item.kind) {
      case "break":
        tokens.push("break");
        afterBlank = true;
        break;
      case "thing": {
        const { width, height, above, paint } = item;
        put({
          width,
          above,
          below: height - above,
          canBreak: true,
          paint: (context, x, y) => paint(context, x, y - above),
        });
        afterBlank = false;
        break;
      }
      case "open":
      case "close":
        put({ width: item.edge, span: item });
        break;
      case "text":
        for (const part of partsOf(item.text, item.space)) {
          const isBlank = /^\s/.test(part);
          if (part === "\n") tokens.push("break");
          else if (!(isBlank && afterBlank && !keepsBlanks(item.space)))
            put(wordOf(part, item.style, isBlank, item.space));
          afterBlank = part === "\n" || isBlank;
        }
    }
  }
  return tokens;
}

function wordOf(text: string, style: TextStyle, isBlank: boolean, space: WhiteSpace): Partial<Piece> {
  const [above, below] = halves(style);
  const paint: Paint = (context, x, y) => paintText(context, text, x, y, style);
  const canBreak = space !== "nowrap" && space !== "pre";
  // A blank is painted for the line under it.
  const isSeen = !isBlank || style.lines !== "none";
  return { width: widthOf(text, style), above, below, isBlank, canBreak, paint: isSeen ? paint : null };
}

/** Words, blanks between them, and line breaks that count. */
function partsOf(text: string, space: WhiteSpace): string[] {
  switch (space) {
    case "pre":
    case "pre-wrap":
      return text.replaceAll("\t", "        ").match(/\n|[^\S\n]+|[^\s]+/g) ?? [];
    case "pre-line":
      return (text.match(/\n|[^\S\n]+|\S+/g) ?? []).map((part) => (/^[^\S\n]/.test(part) ? " " : part));
    default:
      // A blank that does not break is no blank here.
      return (text.match(/[ \t\r\n\f]+|[^ \t\r\n\f]+/g) ?? []).map((part) => (/^[ \t\r\n\f]/.test(part) ? " " : part));
  }
}

function keepsBlanks(space: WhiteSpace): boolean {
  return space === "pre" || space === "pre-wrap";
}

function linesOf(tokens: readonly Token[], width: number): Piece[][] {
  const lines: Piece[][] = [];
  let line: Piece[] = [];
  let x = 0;
  const end = (): void => {
    lines.push(line);
    [line, x] = [[], 0];
  };
  for (const [at, token] of tokens.entries()) {
    if (token === "break") {
      end();
      continue;
    }
    if (
      x + wordFrom(tokens, at) > width + 0.01 &&
      token.canBreak &&
      !token.isBlank &&
      line.some((piece) => !piece.isBlank && piece.span === null)
    )
      end();
    if (token.isBlank && line.length === 0 && lines.length > 0 && token.canBreak && tokens[at - 1] !== "break")
      continue;
    line.push(token);
    x += token.width;
  }
  if (line.length > 0) lines.push(line);
  return lines;
}

/** The width of what stands together from here on without a blank. */
function wordFrom(tokens: readonly Token[], from: number): number {
  let width = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || token === "break" || (token.isBlank && at > from)) break;
    width += token.width;
  }
  return width;
}

/** Blanks at the end of a line take no place. */
function trimmed(line: readonly Piece[]): readonly Piece[] {
  const last = line.findLastIndex((piece) => !piece.isBlank && piece.span === null);
  return line.filter((piece, at) => at <= last || !(piece.isBlank && piece.canBreak));
}

function widthOfPieces(line: readonly Piece[]): number {
  return line.reduce((sum, { width }) => sum + width, 0);
}

function paintsOf(line: readonly Piece[], from: number, baseline: number): Paint[] {
  const boxes: Paint[] = [];
  const texts: Paint[] = [];
  const open: { readonly x: number; readonly item: Extract<InlineItem, { readonly kind: "open" }> }[] = [];
  const closeSpan = (x: number): void => {
    const span = open.pop();
    if (span?.item.paint == null) return;
    const { paint, above } = span.item.paint(x - span.x, span.item.style);
    boxes.unshift((context, left, top) => paint(context, left + span.x, top + baseline - above));
  };
  let x = from;
  for (const { width, paint, span } of line) {
    const at = x;
    if (span?.kind === "open") open.push({ x, item: span });
    if (paint !== null) texts.push((context, left, top) => paint(context, left + at, top + baseline));
    x += width;
    if (span?.kind === "close") closeSpan(x);
  }
  while (open.length > 0) closeSpan(x);
  return [...boxes, ...texts];
}
