/** Input events for tests: the field of interest is given, the rest is that of a mouse at rest in the middle. */

import type { DoubleClickInput, KeyInput, PointerInput, WheelInput } from "../../shared/input.ts";

const buttonOf = { move: -1, down: 0, up: 0, cancel: -1, enter: -1, leave: -1 } as const;

export function pointerInput(phase: PointerInput["phase"], fields: Partial<PointerInput> = {}): PointerInput {
  return {
    kind: "pointer",
    phase,
    pointerId: 1,
    pointerType: "mouse",
    isPrimary: true,
    isDrag: false,
    x: 0.5,
    y: 0.5,
    button: buttonOf[phase],
    buttons: phase === "down" ? 1 : 0,
    modifiers: 0,
    pressure: 0,
    tiltX: 0,
    tiltY: 0,
    ...fields,
  };
}

/** A press, moves through `points` and the release at the last of them. */
export function dragInput(
  points: readonly (readonly [number, number])[],
  fields: Partial<PointerInput> = {},
): PointerInput[] {
  const button = fields.button ?? 0;
  const buttons = [1, 4, 2][button] ?? 0;
  const last = points.length - 1;
  return points.flatMap(([x, y], at) => [
    pointerInput(at === 0 ? "down" : "move", { ...fields, x, y, buttons, button: at === 0 ? button : -1 }),
    ...(at === last ? [pointerInput("up", { ...fields, x, y, button })] : []),
  ]);
}

export function wheelInput(fields: Partial<WheelInput> = {}): WheelInput {
  return { kind: "wheel", x: 0.5, y: 0.5, deltaX: 0, deltaY: 0, buttons: 0, modifiers: 0, ...fields };
}

export function keyInput(phase: KeyInput["phase"], fields: Partial<KeyInput> = {}): KeyInput {
  return { kind: "key", phase, code: "KeyA", key: "a", location: 0, repeat: false, modifiers: 0, ...fields };
}

export function doubleClickInput(fields: Partial<DoubleClickInput> = {}): DoubleClickInput {
  return { kind: "double-click", x: 0.5, y: 0.5, button: 0, modifiers: 0, ...fields };
}
