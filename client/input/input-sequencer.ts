/**
 * Owns the numbers that input carries: rules IN1 to IN4 of shared/input.ts, the sender's end. Pure.
 *
 * What the rules leave open is decided here:
 * - A move is a pointer event of phase `move` in which no button changed, on whichever channel it travels. Every other
 *   event is ordered and ends the gap before it; the repeat of IN4 is a move and belongs to the gap that it repeats.
 * - The repeat is the same message: same `sequence`, same `ordered`. A receiver that has the move drops the repeat by its
 *   sequence and renders nothing twice; one that lost the move takes the repeat as if it had come in time. A higher
 *   sequence would be a new event, and with it a frame for nothing.
 * - Pointers move apart from each other: IN3 holds, and IN4 repeats, for each `pointerId`.
 * - Both counts run on when the way changes, and begin anew with `restart()`.
 */

import type { InputEvent, InputMessage, PointerInput } from "../../shared/input.ts";

/** Whether a message is a move; everything else is ordered. */
export function isMove({ event }: InputMessage): boolean {
  return event.kind === "pointer" && event.phase === "move" && event.button === -1;
}

/** Numbers the events of one viewer. */
export class InputSequencer {
  #sequence = 0;
  #ordered = 0;
  readonly #unrepeated = new Map<number, InputMessage>();

  /** The message of a move, remembered for `takeRepeats()`. */
  move(event: PointerInput): InputMessage {
    const message = this.moveOnce(event);
    this.#unrepeated.set(event.pointerId, message);
    return message;
  }

  /** The message of a move that goes in order, so that there is nothing to repeat. */
  moveOnce(event: PointerInput): InputMessage {
    this.#unrepeated.delete(event.pointerId);
    this.#sequence += 1;
    return { sequence: this.#sequence, ordered: this.#ordered, event };
  }

  /** The message of any other event. Take the repeats before, or they belong to a gap that is over. */
  ordered(event: InputEvent): InputMessage {
    this.#sequence += 1;
    const message = { sequence: this.#sequence, ordered: this.#ordered, event };
    this.#ordered += 1;
    this.#unrepeated.clear();
    return message;
  }

  /** The last move of each pointer in this gap that the ordered channel has not carried, oldest first. */
  takeRepeats(): InputMessage[] {
    const repeats = [...this.#unrepeated.values()].sort((a, b) => a.sequence - b.sequence);
    this.#unrepeated.clear();
    return repeats;
  }

  /** Another session: nothing has been sent to it yet. */
  restart(): void {
    this.#sequence = 0;
    this.#ordered = 0;
    this.#unrepeated.clear();
  }
}
