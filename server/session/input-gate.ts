/**
 * Owns the way of a viewer's events into its session: puts the two channels in order again (IN1 to IN4 in
 * shared/input.ts), bounds their rate and lets go of what a vanished viewer held. Pure; one for each connection.
 *
 * A move is a pointer event of phase "move" in which no button changed (`button` -1), on whichever channel it comes; all
 * else is an ordered event. IN3 holds for each pointer by itself, so that one finger does not outdo another.
 * Sequences are unsigned 32-bit numbers. They do not wrap: 1000 events a second reach the end after 49 days.
 */

import type { InputEvent, InputMessage } from "../../shared/input.ts";
import type { Milliseconds } from "../../shared/time.ts";
import { HeldInput } from "./held-input.ts";
import { TokenBucket } from "./token-bucket.ts";

/** An event that may go to the scene, with its place among those of its viewer (IN1). */
export type GatedInput = { readonly sequence: number; readonly event: InputEvent };

/** Where a message came in: `pointer` may lose and reorder, `control` does neither. */
export type InputChannel = "pointer" | "control";

export type InputGateOptions = {
  readonly clock: () => Milliseconds;
  /** Events a second in the long run. Default 1000. */
  readonly perSecond?: number;
  /** Events at once. Default 500. */
  readonly burst?: number;
};

/** Moves of one gap that may wait for it, and pointers that may move in one gap. */
const MAX_WAITING = 64;

export class InputGate {
  readonly #bucket: TokenBucket;
  readonly #held = new HeldInput();
  /** The gap that is open: how many ordered events have come (IN2). */
  #gap = 0;
  #lastOrdered = 0;
  /** The sequence of the last move of each pointer in the open gap (IN3). */
  readonly #moved = new Map<number, number>();
  /** Moves whose gap has not begun. */
  #waiting: InputMessage[] = [];

  constructor({ clock, perSecond = 1000, burst = 500 }: InputGateOptions) {
    this.#bucket = new TokenBucket({ clock, perSecond, burst });
  }

  /**
   * Returns the events that may go to the scene now, in order: none if the message is stale, a duplicate, too early or
   * too much; several if it opens the gap that moves waited for.
   */
  accept(message: InputMessage, channel: InputChannel): GatedInput[] {
    if (isMove(message.event)) return this.#acceptMove(message);
    // Only a broken viewer sends an ordered event on the channel that reorders, or one twice.
    if (channel !== "control" || message.ordered < this.#gap || message.sequence <= this.#lastOrdered) return [];
    this.#lastOrdered = message.sequence;
    this.#openGap(message.ordered + 1);
    return [...this.#passOrdered(message), ...this.#takeWaiting()];
  }

  /** Returns the events that let go of all that the viewer holds. For when it vanished. */
  release(): InputEvent[] {
    return this.#held.release();
  }

  #acceptMove(message: InputMessage): GatedInput[] {
    if (message.ordered < this.#gap) return [];
    if (message.ordered === this.#gap) return this.#passMove(message);
    // One that finds no room is not lost: the viewer repeats it on the other channel (IN4).
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push(message);
    return [];
  }

  #openGap(gap: number): void {
    this.#gap = gap;
    this.#moved.clear();
  }

  #takeWaiting(): GatedInput[] {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((message) => message.ordered > this.#gap);
    const due = waiting.filter((message) => message.ordered === this.#gap);
    return due.toSorted((a, b) => a.sequence - b.sequence).flatMap((message) => this.#passMove(message));
  }

  #passMove({ sequence, event }: InputMessage): GatedInput[] {
    if (event.kind !== "pointer" || sequence <= this.#lastOrdered) return [];
    const before = this.#moved.get(event.pointerId);
    if (before === undefined ? this.#moved.size >= MAX_WAITING : sequence <= before) return [];
    if (!this.#bucket.take()) return [];
    this.#moved.set(event.pointerId, sequence);
    this.#held.note(event);
    return [{ sequence, event }];
  }

  #passOrdered({ sequence, event }: InputMessage): GatedInput[] {
    // What lets go always passes, or a drag would never end.
    if (!this.#held.endsHold(event) && !this.#bucket.take()) return [];
    this.#held.note(event);
    const released = event.kind === "release" ? this.#held.release() : [];
    return [...released, event].map((passed) => ({ sequence, event: passed }));
  }
}

function isMove(event: InputEvent): boolean {
  return event.kind === "pointer" && event.phase === "move" && event.button === -1;
}
