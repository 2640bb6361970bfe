/**
 * Owns what was sent in order and may not have come (IN5 in shared/input.ts): ordered events, and the last move of each
 * pointer in a gap. Pure. An event and the moves of its gap are done with when the server has that event.
 */

import type { InputMessage } from "../../shared/input.ts";
import { isMove } from "./input-sequencer.ts";

type Kept = { readonly message: InputMessage; sentMs: number; repeats: number };

/** More than a hand does while a way changes; what is older is given up. */
const MAX_MESSAGES = 512;
/** When it is sent again without being asked for (IN6), in milliseconds after it was sent. */
const REPEATS_MS = [20, 60] as const;

export class UnacknowledgedInput {
  #kept: Kept[] = [];

  /** The message was sent at `nowMs`. */
  add(message: InputMessage, nowMs: number): void {
    if (isMove(message)) this.#kept = this.#kept.filter((kept) => !isOutdone(kept.message, message));
    this.#kept.push({ message, sentMs: nowMs, repeats: 0 });
    if (this.#kept.length > MAX_MESSAGES) this.#kept.shift();
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
    for (const kept of this.#kept) [kept.sentMs, kept.repeats] = [nowMs, 0];
    return this.#kept.map(({ message }) => message);
  }

  /** What is to be repeated by now, in order (IN6): ordered events, each behind the moves of its gap. */
  takeRepeats(nowMs: number): InputMessage[] {
    const due = this.#kept.filter((kept) => dueMs(kept) <= nowMs);
    for (const kept of due) kept.repeats += 1;
    const gaps = new Set(due.map(({ message }) => message.ordered));
    return this.#kept.map(({ message }) => message).filter(({ ordered }) => gaps.has(ordered));
  }

  /** When the next is to be repeated; null where none is. */
  get repeatAtMs(): number | null {
    const next = Math.min(...this.#kept.map(dueMs));
    return Number.isFinite(next) ? next : null;
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

function dueMs({ message, sentMs, repeats }: Kept): number {
  return isMove(message) ? Number.POSITIVE_INFINITY : sentMs + (REPEATS_MS[repeats] ?? Number.POSITIVE_INFINITY);
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
