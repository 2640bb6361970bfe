/**
 * Owns the input that waits while the render thread draws. Pure; the render thread is its only user.
 *
 * IM1 Of moves of one pointer with nothing but moves between them, the last stays: it says all that the others said.
 * IM2 Wheel events of one viewer directly after one another add up.
 * IM3 Everything else stays, and stays in order.
 * IM4 Over `capacity`, what a later event makes superfluous goes first, then what is no press or release. The last
 *     move of a pointer, presses, releases and keys never go, so the queue may grow beyond `capacity` by these alone.
 */

import type { InputEvent, PointerInput, WheelInput } from "../../shared/input.ts";
import type { QueuedInput } from "./render-protocol.ts";

const DEFAULT_CAPACITY = 512;
const MAX_WHEEL_DELTA = 10_000;

/** Merges and orders input between two frames. */
export class InputQueue {
  readonly #capacity: number;
  #inputs: QueuedInput[] = [];

  /** `capacity` in events, 1 or more, default 512. */
  constructor(capacity: number = DEFAULT_CAPACITY) {
    if (!(capacity >= 1)) throw new TypeError("capacity must be a number from 1.");
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#inputs.length;
  }

  push(input: QueuedInput): void {
    if (this.#mergeMove(input) || this.#mergeWheel(input)) return;
    if (this.#inputs.length >= this.#capacity) this.#dropOne();
    this.#inputs.push(input);
  }

  /** Takes everything that waits, oldest first. */
  drain(): QueuedInput[] {
    const inputs = this.#inputs;
    this.#inputs = [];
    return inputs;
  }

  #mergeMove(input: QueuedInput): boolean {
    const event = plainMove(input);
    if (event === null) return false;
    for (let at = this.#inputs.length - 1; at >= 0; at -= 1) {
      const before = this.#inputs[at];
      const earlier = before === undefined ? null : plainMove(before);
      if (before === undefined || earlier === null) return false;
      if (before.viewerId !== input.viewerId || earlier.pointerId !== event.pointerId) continue;
      if (earlier.buttons !== event.buttons) return false;
      this.#inputs.splice(at, 1);
      this.#inputs.push(input);
      return true;
    }
    return false;
  }

  #mergeWheel(input: QueuedInput): boolean {
    const before = this.#inputs.at(-1);
    const { event } = input;
    if (event.kind !== "wheel" || before?.event.kind !== "wheel" || before.viewerId !== input.viewerId) return false;
    if (before.event.modifiers !== event.modifiers || before.event.buttons !== event.buttons) return false;
    this.#inputs[this.#inputs.length - 1] = { ...input, event: addWheels(before.event, event) };
    return true;
  }

  #dropOne(): void {
    const at = this.#oldestOutdatedMove();
    const victim = at >= 0 ? at : this.#inputs.findIndex(({ event }) => isExpendable(event));
    if (victim >= 0) this.#inputs.splice(victim, 1);
  }

  /** The oldest move whose pointer has a later event in the queue; -1 if there is none. */
  #oldestOutdatedMove(): number {
    const later = new Set<string>();
    let oldest = -1;
    for (let at = this.#inputs.length - 1; at >= 0; at -= 1) {
      const input = this.#inputs[at];
      if (input?.event.kind !== "pointer") continue;
      const pointer = `${input.event.pointerId} ${input.viewerId}`;
      if (plainMove(input) !== null && later.has(pointer)) oldest = at;
      later.add(pointer);
    }
    return oldest;
  }
}

/** The event if it is a move in which no button changed, else null. */
function plainMove({ event }: QueuedInput): PointerInput | null {
  return event.kind === "pointer" && event.phase === "move" && event.button === -1 ? event : null;
}

function isExpendable(event: InputEvent): boolean {
  if (event.kind === "key") return event.phase === "down" && event.repeat;
  return event.kind === "wheel" || event.kind === "double-click";
}

function addWheels(first: WheelInput, second: WheelInput): WheelInput {
  return {
    ...second,
    deltaX: clampDelta(first.deltaX + second.deltaX),
    deltaY: clampDelta(first.deltaY + second.deltaY),
  };
}

function clampDelta(delta: number): number {
  return Math.min(MAX_WHEEL_DELTA, Math.max(-MAX_WHEEL_DELTA, delta));
}
