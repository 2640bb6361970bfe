/** Owns what a turn of the wheel means in CSS pixels. Pure. */

/** A line of text as browsers count it when a wheel scrolls by lines. */
const LINE_PX = 16;

/** What a message may carry (input.ts). */
const MAX_PX = 10_000;

/** The fields of a `WheelEvent` that say how far. */
export type WheelTurn = { readonly deltaX: number; readonly deltaY: number; readonly deltaMode: number };

/** CSS pixels of a turn given in pixels (`deltaMode` 0), lines (1) or pages (2) of `pageHeightPx`. */
export function wheelPixels(turn: WheelTurn, pageHeightPx: number): { deltaX: number; deltaY: number } {
  const unitPx = turn.deltaMode === 1 ? LINE_PX : turn.deltaMode === 2 ? pageHeightPx : 1;
  return { deltaX: bounded(turn.deltaX * unitPx), deltaY: bounded(turn.deltaY * unitPx) };
}

function bounded(px: number): number {
  return Number.isFinite(px) ? Math.min(MAX_PX, Math.max(-MAX_PX, px)) : 0;
}
