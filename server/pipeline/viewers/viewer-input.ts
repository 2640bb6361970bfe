/**
 * Owns the input of one viewer in the scene's process, from the bytes of whichever way it came to events in order: what its
 * gate (input-gate.ts) lets through, receipts for ordered events, and events that waited too long for others.
 */

import { type InputEvent, type InputMessage, parseInput } from "../../../shared/input.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import { InputGate } from "../input/input-gate.ts";

/** Ordered events are acknowledged together when they come close after one another. */
const RECEIPT_DELAY_MS = 10;
const OVERDUE_CHECK_MS = 100;

export type AcceptedInput = {
  readonly sequence: number;
  readonly event: InputEvent;
  readonly receivedAt: Milliseconds;
};

export type ViewerInputOptions = {
  /** An event may go on. */
  readonly accepted: (input: AcceptedInput) => void;
  /** Tells the viewer how many ordered events have come in without a gap. */
  readonly sendReceipt: (ordered: number) => void;
};

export class ViewerInput {
  readonly #options: ViewerInputOptions;
  readonly #gate = new InputGate({ clock: now });
  #receiptTimer: NodeJS.Timeout | undefined;
  #overdueTimer: NodeJS.Timeout | undefined;

  constructor(options: ViewerInputOptions) {
    this.#options = options;
  }

  /** Takes a message of a data channel. Throws where it is malformed. */
  handleBytes(bytes: Uint8Array): void {
    this.handleMessage(parseInput(bytes));
  }

  handleMessage(message: InputMessage): void {
    const before = this.#gate.received;
    this.#accept(this.#gate.accept(message));
    // A repeated event is acknowledged again: the first receipt may have been lost.
    if (this.#gate.received !== before || message.ordered < before) {
      this.#receiptTimer ??= setTimeout(() => this.#sendReceipt(), RECEIPT_DELAY_MS);
    }
    if (this.#gate.isWaiting) this.#overdueTimer ??= setTimeout(() => this.#passOverdue(), OVERDUE_CHECK_MS);
  }

  close(): void {
    clearTimeout(this.#receiptTimer);
    clearTimeout(this.#overdueTimer);
  }

  #accept(inputs: readonly { readonly sequence: number; readonly event: InputEvent }[]): void {
    const receivedAt = now();
    for (const input of inputs) this.#options.accepted({ ...input, receivedAt });
  }

  #passOverdue(): void {
    this.#overdueTimer = undefined;
    this.#accept(this.#gate.passOverdue());
    if (this.#gate.isWaiting) this.#overdueTimer = setTimeout(() => this.#passOverdue(), OVERDUE_CHECK_MS);
  }

  #sendReceipt(): void {
    this.#receiptTimer = undefined;
    this.#options.sendReceipt(this.#gate.received);
  }
}
