/**
 * Owns when input leaves and by which way: moves at once but at most one in 4 ms for each pointer, the newest never
 * lost; everything else at once and in order, and soon again where no receipt comes (IN1 to IN6 of shared/input.ts).
 */

import type { InputEvent, InputMessage, PointerInput } from "../../shared/input.ts";
import { InputSequencer } from "./input-sequencer.ts";
import { UnacknowledgedInput } from "./unacknowledged-input.ts";

/** Where captured input goes. `timeMs` is when the hand did it, on the clock of `performance.now()`. */
export type InputSink = {
  /** A pointer moved. */
  move(event: PointerInput, timeMs: number): void;
  /** Anything else happened. */
  ordered(event: InputEvent, timeMs: number): void;
};

/** A way to the server. It drops silently what it cannot take. */
export type InputWay = {
  /** False while more waits than is good for a move; the newest is offered again. */
  isReadyForMoves(): boolean;
  /** Sends at once, perhaps in vain; null for a way that sends everything in order. */
  readonly sendUnordered: ((message: InputMessage) => void) | null;
  sendOrdered(message: InputMessage): void;
};

/** No more than 250 moves a second: faster mice exist, faster pictures do not. */
const MOVE_INTERVAL_MS = 4;

/** A pause after which the last move is repeated in order (IN4). */
const REPEAT_AFTER_MS = 40;

type Timer = ReturnType<typeof setTimeout>;
type PendingMove = { readonly event: PointerInput; readonly timeMs: number };

/** Sends the input of one viewer. Drops everything while there is no way. */
export class InputSender implements InputSink {
  readonly #sequencer = new InputSequencer();
  readonly #unacknowledged = new UnacknowledgedInput();
  readonly #noteSent: (sequence: number, timeMs: number) => void;
  readonly #pending = new Map<number, PendingMove>();
  #way: InputWay | null = null;
  #lastMoveMs = Number.NEGATIVE_INFINITY;
  #paceTimer: Timer | null = null;
  #repeatTimer: Timer | null = null;
  #againTimer: Timer | null = null;

  /** `noteSent` is told of every numbered event and of when the hand did it. */
  constructor(noteSent: (sequence: number, timeMs: number) => void) {
    this.#noteSent = noteSent;
  }

  /** Sends by this way from now on, first what may not have come by the one before; null when there is none. */
  setWay(way: InputWay | null): void {
    if (way === this.#way) return;
    this.#way = way;
    if (way === null) return;
    for (const message of this.#unacknowledged.sendAgain(performance.now())) way.sendOrdered(message);
    this.#planRepeats();
    this.#repeatMoves();
  }

  /** Another session on the server: what was sent before is none of its business, and the counts begin anew. */
  restart(): void {
    this.#stopTimers();
    this.#againTimer = clearTimer(this.#againTimer);
    this.#pending.clear();
    this.#sequencer.restart();
    this.#unacknowledged.clear();
  }

  /** The server has this many ordered events. Gives how long the newest of them took in milliseconds, if it is new. */
  handleReceived(ordered: number): number | null {
    return this.#unacknowledged.acknowledge(ordered, performance.now());
  }

  /** How long ago the oldest ordered event left that the server may not have, in milliseconds; 0 without one. */
  get waitMs(): number {
    return this.#unacknowledged.waitMs(performance.now());
  }

  move(event: PointerInput, timeMs: number): void {
    if (this.#way === null) return;
    this.#pending.set(event.pointerId, { event, timeMs });
    const waitMs = this.#lastMoveMs + MOVE_INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.#flushMoves();
    else this.#paceTimer ??= setTimeout(() => this.#flushMoves(), waitMs);
  }

  ordered(event: InputEvent, timeMs: number): void {
    if (this.#way === null) return;
    this.#endGap();
    const message = this.#sequencer.ordered(event);
    this.#noteSent(message.sequence, timeMs);
    this.#sendOrdered(message);
  }

  #flushMoves(): void {
    this.#paceTimer = clearTimer(this.#paceTimer);
    const way = this.#way;
    if (way === null) return;
    if (!way.isReadyForMoves()) {
      this.#paceTimer = setTimeout(() => this.#flushMoves(), MOVE_INTERVAL_MS);
      return;
    }
    this.#lastMoveMs = performance.now();
    for (const { event, timeMs } of this.#pending.values()) {
      if (way.sendUnordered === null) {
        this.#sendMoveInOrder(event, timeMs);
        continue;
      }
      const message = this.#sequencer.move(event);
      this.#noteSent(message.sequence, timeMs);
      way.sendUnordered(message);
    }
    this.#pending.clear();
    clearTimer(this.#repeatTimer);
    this.#repeatTimer = setTimeout(() => this.#repeatMoves(), REPEAT_AFTER_MS);
  }

  /** The gap closes: what still waits, or may have been lost, goes ahead of the event that closes it. */
  #endGap(): void {
    this.#stopTimers();
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    const overtaken = new Set(waiting.map((move) => move.event.pointerId));
    for (const message of this.#sequencer.takeRepeats()) {
      if (message.event.kind === "pointer" && overtaken.has(message.event.pointerId)) continue;
      this.#sendOrdered(message);
    }
    for (const { event, timeMs } of waiting) this.#sendMoveInOrder(event, timeMs);
  }

  #repeatMoves(): void {
    this.#repeatTimer = clearTimer(this.#repeatTimer);
    for (const message of this.#sequencer.takeRepeats()) this.#sendOrdered(message);
  }

  #sendMoveInOrder(event: PointerInput, timeMs: number): void {
    const message = this.#sequencer.moveOnce(event);
    this.#noteSent(message.sequence, timeMs);
    this.#sendOrdered(message);
  }

  #sendOrdered(message: InputMessage): void {
    this.#unacknowledged.add(message, performance.now());
    this.#way?.sendOrdered(message);
    this.#planRepeats();
  }

  /** IN6 */
  #planRepeats(): void {
    const at = this.#unacknowledged.repeatAtMs;
    if (at === null || this.#againTimer !== null || this.#way?.sendUnordered === null) return;
    this.#againTimer = setTimeout(() => {
      this.#againTimer = null;
      for (const message of this.#unacknowledged.takeRepeats(performance.now())) this.#way?.sendUnordered?.(message);
      this.#planRepeats();
    }, at - performance.now());
  }

  #stopTimers(): void {
    this.#paceTimer = clearTimer(this.#paceTimer);
    this.#repeatTimer = clearTimer(this.#repeatTimer);
  }
}

function clearTimer(timer: Timer | null): null {
  if (timer !== null) clearTimeout(timer);
  return null;
}
