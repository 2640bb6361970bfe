/**
 * Owns what was sent in order and may not have come (IN5 in shared/input.ts): ordered events, and the last move of each
 * pointer in a gap. Pure. An event and the moves of its gap are done with when the server has that event.
 */

import type { InputMessage } from "../shared/input.ts";
import { isMove } from "./input-sequencer.ts";

type Kept = { readonly message: InputMessage; sentMs: number };

/** More than a hand does while a way changes; what is older is given up. */
const MOST_MESSAGES = 512;

export class UnacknowledgedInput {
  #kept: Kept[] = [];

  /** The message was sent at `nowMs`. */
  add(message: InputMessage, nowMs: number): void {
    if (isMove(message)) this.#kept = this.#kept.filter((kept) => !isOutdone(kept.message, message));
    this.#kept.push({ message, sentMs: nowMs });
    if (this.#kept.length > MOST_MESSAGES) this.#kept.shift();
  }

  /** The server has this many ordered events. Gives how long the newest of them took, null when none is new. */
  acknowledge(ordered: number, nowMs: number): number | null {
    const done = this.#kept.filter(({ message }) => message.ordered < ordered);
    if (done.length === 0) return null;
    this.#kept = this.#kept.filter(({ message }) => message.ordered >= ordered);
    const newest = done.findLast(({ message }) => !isMove(message));
    return newest === undefined ? null : nowMs - newest.sentMs;
  }

  /** Everything again, in order, for a new way on which it is sent at `nowMs`. */
  sendAgain(nowMs: number): InputMessage[] {
    for (const kept of this.#kept) kept.sentMs = nowMs;
    return this.#kept.map(({ message }) => message);
  }

  /** How long ago the oldest ordered event was sent; 0 without one. */
  waitMs(nowMs: number): number {
    const oldest = this.#kept.find(({ message }) => !isMove(message));
    return oldest === undefined ? 0 : nowMs - oldest.sentMs;
  }

  clear(): void {
    this.#kept = [];
  }
}

/** Whether `later` is a move of the same pointer in the same gap. */
function isOutdone(message: InputMessage, later: InputMessage): boolean {
  return (
    isMove(message) &&
    message.ordered === later.ordered &&
    message.event.kind === "pointer" &&
    later.event.kind === "pointer" &&
    message.event.pointerId === later.event.pointerId
  );
}
