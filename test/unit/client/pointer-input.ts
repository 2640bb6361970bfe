/** Owns pointer events for tests: a mouse that hovers in the middle, but for what a test says. */

import type { PointerInput } from "../../../shared/input.ts";

export function pointerInput(fields: Partial<PointerInput>): PointerInput {
  return {
    kind: "pointer",
    phase: "move",
    pointerId: 1,
    pointerType: "mouse",
    isPrimary: true,
    x: 0.5,
    y: 0.5,
    button: -1,
    buttons: 0,
    modifiers: 0,
    pressure: 0,
    tiltX: 0,
    tiltY: 0,
    ...fields,
  };
}
