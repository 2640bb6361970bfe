/**
 * Owns what a control shows while a hand is on it: the hand's value, since the server's are older by the way there and back.
 * Pure but for the clock.
 */

/** A scene may have made something else of a value; then it is believed after so long. */
const PATIENCE_MS = 1500;
/** A hand that does nothing for so long may have let go unseen, as a finger does when the page scrolls. */
const DRAG_PATIENCE_MS = 5000;

export class HeldValue<Value> {
  readonly #clock: () => number;
  #held: { readonly value: Value; readonly isDragged: boolean; readonly until: number } | null = null;

  constructor(clock: () => number = () => performance.now()) {
    this.#clock = clock;
  }

  /** The hand set a value; `last` when it let go. */
  note(value: Value, last: boolean): void {
    this.#held = { value, isDragged: !last, until: this.#clock() + (last ? PATIENCE_MS : DRAG_PATIENCE_MS) };
  }

  /** Gives in how many milliseconds a value of the server counts: 0 at once. */
  waitFor(value: Value): number {
    const held = this.#held;
    const isConfirmed = held !== null && !held.isDragged && held.value === value;
    const wait = held === null || isConfirmed ? 0 : Math.max(0, held.until - this.#clock());
    if (wait === 0) this.#held = null;
    return wait;
  }
}
