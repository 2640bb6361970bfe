/** Owns where a box goes that is dragged or sized by hand: with the pointer, and to edges that are near. In pixels of the view. Pure. */

import { MAX_SIDE } from "../../../shared/arrangement.ts";

export type Rect = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Which sides of a box are held: -1 left or top, 1 right or bottom, 0 neither. Neither at all: all of it is moved. */
export type Grip = { readonly x: -1 | 0 | 1; readonly y: -1 | 0 | 1 };

/** A line that something lies on now, to be shown. */
export type SnapLine = { readonly axis: "x" | "y"; readonly at: number };

export type Snapped = { readonly rect: Rect; readonly lines: readonly SnapLine[] };

export type DragOptions = {
  readonly start: Rect;
  readonly grip: Grip;
  /** How far the pointer went. */
  readonly dx: number;
  readonly dy: number;
  readonly view: { readonly width: number; readonly height: number };
  readonly others: readonly Rect[];
  /** Edges so near are snapped to; 0: none. */
  readonly reach: number;
  /** Whether a box that is sized keeps its shape. */
  readonly keepsShape: boolean;
};

/** What is smaller is hard to grasp by hand again. */
const MIN_SIDE = 16;

/** The box that comes of a drag, in whole pixels. */
export function dragged(options: DragOptions): Snapped {
  return options.grip.x === 0 && options.grip.y === 0 ? moved(options) : sized(options);
}

function moved({ start, dx, dy, view, others, reach }: DragOptions): Snapped {
  const [x, atX] = snapSpan(start.x + dx, start.width, edgesOf("x", view, others), reach);
  const [y, atY] = snapSpan(start.y + dy, start.height, edgesOf("y", view, others), reach);
  return {
    rect: { ...start, x: Math.round(x), y: Math.round(y) },
    lines: [...linesOf("x", atX), ...linesOf("y", atY)],
  };
}

function sized(options: DragOptions): Snapped {
  const { start, grip, dx, dy, view, others, reach, keepsShape } = options;
  const [x, width, atX] = sizedSpan(start.x, start.width, grip.x, dx, edgesOf("x", view, others), reach);
  const [y, height, atY] = sizedSpan(start.y, start.height, grip.y, dy, edgesOf("y", view, others), reach);
  if (!keepsShape) return { rect: { x, y, width, height }, lines: [...linesOf("x", atX), ...linesOf("y", atY)] };
  // The side that was moved farther decides.
  const isByWidth = grip.y === 0 || (grip.x !== 0 && width / start.width >= height / start.height);
  const scale = isByWidth ? width / start.width : height / start.height;
  const [keptWidth, keptHeight] = [bounded(start.width * scale), bounded(start.height * scale)];
  const rect = {
    x: grip.x < 0 ? start.x + start.width - keptWidth : start.x,
    y: grip.y < 0 ? start.y + start.height - keptHeight : start.y,
    width: keptWidth,
    height: keptHeight,
  };
  return { rect, lines: isByWidth ? linesOf("x", atX) : linesOf("y", atY) };
}

type Axis = "x" | "y";

/** What a box may lie on: the edges and the middle of the view, and those of other boxes. */
function edgesOf(axis: Axis, view: DragOptions["view"], others: readonly Rect[]): readonly number[] {
  const length = axis === "x" ? "width" : "height";
  return [
    ...[0, view[length] / 2, view[length]],
    ...others.flatMap((other) => [other[axis], other[axis] + other[length] / 2, other[axis] + other[length]]),
  ];
}

/** The nearest edge for the beginning, the middle or the end. */
function snapSpan(
  from: number,
  length: number,
  edges: readonly number[],
  reach: number,
): readonly [from: number, at: number | null] {
  let [best, at, by]: [number, number | null, number] = [from, null, reach];
  for (const part of [0, length / 2, length]) {
    const edge = nearest(from + part, edges);
    const away = edge === null ? Number.POSITIVE_INFINITY : Math.abs(edge - from - part);
    if (edge === null || away >= by) continue;
    [best, at, by] = [edge - part, edge, away];
  }
  return [best, at];
}

function sizedSpan(
  from: number,
  length: number,
  grip: -1 | 0 | 1,
  by: number,
  edges: readonly number[],
  reach: number,
): readonly [from: number, length: number, at: number | null] {
  if (grip === 0) return [from, length, null];
  const moving = grip < 0 ? from + by : from + length + by;
  const edge = nearest(moving, edges);
  const at = edge !== null && Math.abs(edge - moving) < reach ? edge : null;
  const end = Math.round(at ?? moving);
  const size = bounded(grip < 0 ? from + length - end : end - from);
  return [grip < 0 ? from + length - size : from, size, at];
}

function nearest(value: number, edges: readonly number[]): number | null {
  return edges.reduce<number | null>(
    (best, edge) => (best === null || Math.abs(edge - value) < Math.abs(best - value) ? edge : best),
    null,
  );
}

function bounded(side: number): number {
  return Math.min(MAX_SIDE, Math.max(MIN_SIDE, Math.round(side)));
}

function linesOf(axis: Axis, at: number | null): SnapLine[] {
  return at === null ? [] : [{ axis, at }];
}
