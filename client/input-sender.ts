/**
 * Owns when input leaves and by which channel: moves at once but at most one in 4 ms for each pointer, the newest never
 * lost; everything else at once and in order (IN1 to IN4 of shared/input.ts).
 */

import { encodeInput, type InputEvent, type InputMessage, type PointerInput } from "../shared/input.ts";
import { InputSequencer } from "./input-sequencer.ts";

/** Where captured input goes. `timeMs` is when the hand did it, on the clock of `performance.now()`. */
export type InputSink = {
  /** A pointer moved. */
  move(event: PointerInput, timeMs: number): void;
  /** Anything else happened. */
  ordered(event: InputEvent, timeMs: number): void;
};

/** The two channels of a connection. Both drop silently what they cannot take. */
export type InputChannels = {
  sendUnordered(bytes: Uint8Array<ArrayBuffer>): void;
  sendOrdered(bytes: Uint8Array<ArrayBuffer>): void;
};

/** No more than 250 moves a second: faster mice exist, faster pictures do not. */
const MOVE_INTERVAL_MS = 4;

/** A pause after which the last move is repeated on the ordered channel (IN4). */
const REPEAT_AFTER_MS = 40;

type Timer = ReturnType<typeof setTimeout>;
type PendingMove = { readonly event: PointerInput; readonly timeMs: number };

/** Sends the input of one viewer. Drops everything while no channels are open. */
export class InputSender implements InputSink {
  readonly #sequencer = new InputSequencer();
  readonly #noteSent: (sequence: number, timeMs: number) => void;
  readonly #pending = new Map<number, PendingMove>();
  #channels: InputChannels | null = null;
  #lastMoveMs = Number.NEGATIVE_INFINITY;
  #paceTimer: Timer | null = null;
  #repeatTimer: Timer | null = null;

  /** `noteSent` is told of every numbered event and of when the hand did it. */
  constructor(noteSent: (sequence: number, timeMs: number) => void) {
    this.#noteSent = noteSent;
  }

  /** Sends by these channels from now on; null when there are none. */
  setChannels(channels: InputChannels | null): void {
    this.#stopTimers();
    this.#pending.clear();
    this.#sequencer.restart();
    this.#channels = channels;
  }

  move(event: PointerInput, timeMs: number): void {
    if (this.#channels === null) return;
    this.#pending.set(event.pointerId, { event, timeMs });
    const waitMs = this.#lastMoveMs + MOVE_INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.#flushMoves();
    else this.#paceTimer ??= setTimeout(() => this.#flushMoves(), waitMs);
  }

  ordered(event: InputEvent, timeMs: number): void {
    if (this.#channels === null) return;
    this.#endGap();
    this.#sendOrdered(this.#sequencer.ordered(event), timeMs);
  }

  #flushMoves(): void {
    this.#paceTimer = clearTimer(this.#paceTimer);
    this.#lastMoveMs = performance.now();
    for (const { event, timeMs } of this.#pending.values()) {
      const message = this.#sequencer.move(event);
      this.#noteSent(message.sequence, timeMs);
      this.#channels?.sendUnordered(encodeInput(message));
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
      this.#channels?.sendOrdered(encodeInput(message));
    }
    for (const { event, timeMs } of waiting) this.#sendOrdered(this.#sequencer.moveOnce(event), timeMs);
  }

  #repeatMoves(): void {
    this.#repeatTimer = null;
    for (const message of this.#sequencer.takeRepeats()) this.#channels?.sendOrdered(encodeInput(message));
  }

  #sendOrdered(message: InputMessage, timeMs: number): void {
    this.#noteSent(message.sequence, timeMs);
    this.#channels?.sendOrdered(encodeInput(message));
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
