/**
 * Owns the way of a viewer's events into the scene: puts them in order again whatever way they came (IN1 to IN6 in
 * shared/input.ts), bounds their rate and lets go of all that it holds at its `release`. Pure; one for each viewer.
 *
 * A move is a pointer event of phase "move" in which no button changed (`button` -1), on whichever channel it comes; all
 * else is an ordered event. IN3 holds for each pointer by itself, so that one finger does not outdo another.
 * Sequences are unsigned 32-bit numbers. They do not wrap: 1000 events a second reach the end after 49 days.
 */

import type { InputEvent, InputMessage } from "../../../shared/input.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import { TokenBucket } from "../../platform/token-bucket.ts";
import { HeldInput } from "./held-input.ts";

/** An event that may go to the scene, with its place among those of its viewer (IN1). */
export type GatedInput = { readonly sequence: number; readonly event: InputEvent };

export type InputGateOptions = {
  readonly clock: () => Milliseconds;
  /** Events a second in the long run. Default 1000. */
  readonly perSecond?: number;
  /** Events at once. Default 500. */
  readonly burst?: number;
};

/** Events that wait for others before them, and pointers that may move in one gap. */
const MAX_ORDERED_WAITING = 512;
const MAX_MOVES_WAITING = 64;
const MAX_POINTERS = 64;
/** An ordered event that waited so long for those before it goes without them: they are lost, or were never sent. */
const MAX_WAIT_MS = 1000;

type Waiting = { readonly message: InputMessage; readonly since: Milliseconds };

export class InputGate {
  readonly #clock: () => Milliseconds;
  readonly #bucket: TokenBucket;
  readonly #held = new HeldInput();
  /** The gap that is open: how many ordered events have come (IN2). */
  #gap = 0;
  /** The sequence of the last move of each pointer in the open gap (IN3). */
  readonly #moved = new Map<number, number>();
  /** Events whose gap has not begun. */
  #waiting: Waiting[] = [];

  constructor({ clock, perSecond = 1000, burst = 500 }: InputGateOptions) {
    this.#clock = clock;
    this.#bucket = new TokenBucket({ clock, perSecond, burst });
  }

  /** How many ordered events have come in without a gap (IN5). */
  get received(): number {
    return this.#gap;
  }

  /** Whether events wait for others before them; `passOverdue` must be called now and then while they do. */
  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /**
   * Returns the events that may go to the scene now, in order: none if the message is stale, a duplicate, too early or
   * too much; several if it is the one that others waited for.
   */
  accept(message: InputMessage): GatedInput[] {
    if (message.ordered < this.#gap) return [];
    if (message.ordered === this.#gap) return [...this.#pass(message), ...this.#passWaiting()];
    // A move that finds no room is not lost: the viewer repeats it (IN4). An ordered event is sent again (IN5).
    const room = isMove(message) ? MAX_MOVES_WAITING : MAX_ORDERED_WAITING;
    const alike = this.#waiting.filter((waiting) => isMove(waiting.message) === isMove(message));
    const isRepeated = alike.some((waiting) => waiting.message.sequence === message.sequence);
    if (alike.length < room && !isRepeated) this.#waiting.push({ message, since: this.#clock() });
    return [];
  }

  /** Returns the events that waited too long for others, and those that waited for them. */
  passOverdue(): GatedInput[] {
    const now = this.#clock();
    const isOverdue = this.#waiting.some(({ message, since }) => !isMove(message) && now - since >= MAX_WAIT_MS);
    if (!isOverdue) return [];
    this.#openGap(Math.min(...this.#waiting.flatMap(({ message }) => (isMove(message) ? [] : message.ordered))));
    return this.#passWaiting();
  }

  #openGap(gap: number): void {
    this.#gap = gap;
    this.#moved.clear();
  }

  #pass(message: InputMessage): GatedInput[] {
    return isMove(message) ? this.#passMove(message) : this.#passOrdered(message);
  }

  #passWaiting(): GatedInput[] {
    const passed: GatedInput[] = [];
    for (;;) {
      const due = this.#waiting.map(({ message }) => message).filter(({ ordered }) => ordered === this.#gap);
      this.#waiting = this.#waiting.filter(({ message }) => message.ordered > this.#gap);
      if (due.length === 0) return passed;
      // The moves of the gap come before the ordered event that ends it.
      for (const message of due.toSorted((a, b) => a.sequence - b.sequence)) {
        if (message.ordered === this.#gap) passed.push(...this.#pass(message));
      }
    }
  }

  #passMove({ sequence, event }: InputMessage): GatedInput[] {
    if (event.kind !== "pointer") return [];
    const before = this.#moved.get(event.pointerId);
    if (before === undefined ? this.#moved.size >= MAX_POINTERS : sequence <= before) return [];
    if (!this.#bucket.take()) return [];
    this.#moved.set(event.pointerId, sequence);
    this.#held.note(event);
    return [{ sequence, event }];
  }

  #passOrdered({ sequence, ordered, event }: InputMessage): GatedInput[] {
    this.#openGap(ordered + 1);
    // What lets go always passes, or a drag would never end.
    if (!this.#held.endsHold(event) && !this.#bucket.take()) return [];
    this.#held.note(event);
    const released = event.kind === "release" ? this.#held.release() : [];
    return [...released, event].map((passed) => ({ sequence, event: passed }));
  }
}

function isMove({ event }: InputMessage): boolean {
  return event.kind === "pointer" && event.phase === "move" && event.button === -1;
}
