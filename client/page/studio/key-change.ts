/** Owns what keys do with a box: arrows move it, with Ctrl they size it, a pixel or, with Shift, ten. Pure. */

import { MAX_SIDE, MIN_SIDE } from "../../../shared/arrangement.ts";
import type { Rect } from "./snap.ts";

type Key = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey">;

const steps: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Null where the key does nothing. */
export function keyChange({ key, shiftKey, ctrlKey, metaKey }: Key, rect: Rect): Partial<Rect> | null {
  const step = steps[key];
  if (step === undefined) return null;
  const [dx, dy] = step.map((part) => part * (shiftKey ? 10 : 1)) as [number, number];
  if (!ctrlKey && !metaKey) return { x: rect.x + dx, y: rect.y + dy };
  return { width: bounded(rect.width + dx), height: bounded(rect.height + dy) };
}

function bounded(side: number): number {
  return Math.min(MAX_SIDE, Math.max(MIN_SIDE, side));
}
