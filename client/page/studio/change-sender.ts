/** Owns how what a hand does to items is sent, no faster than anybody sees it, and how it is taken back. */

import type { ArrangedItem, ItemChange } from "../../../shared/arrangement.ts";

const PAUSE_MS = 60;
const MAX_UNDO = 100;

export class ChangeSender {
  readonly #send: (changes: readonly ItemChange[]) => void;
  readonly #undo: ItemChange[] = [];
  #before: ItemChange | null = null;
  #hasChanged = false;
  #waiting: ItemChange | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(send: (changes: readonly ItemChange[]) => void) {
    this.#send = send;
  }

  get canTakeBack(): boolean {
    return this.#undo.length > 0;
  }

  /** Something is about to be done to this item, which lies at this place in the order. */
  begin(item: ArrangedItem, order: number | null = null): void {
    const { name, x, y, width, height, hidden } = item;
    this.#before = order === null ? { name, x, y, width, height, hidden } : { name, order };
    this.#hasChanged = false;
  }

  /** The newest change is sent in any case, others where there is time. */
  send(change: ItemChange): void {
    if (this.#waiting !== null && this.#waiting.name !== change.name) this.#flush();
    this.#hasChanged = true;
    this.#waiting = { ...this.#waiting, ...change };
    const wait = this.#sentAt + PAUSE_MS - performance.now();
    if (wait <= 0) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), wait);
  }

  /** It is done, and can be taken back. */
  end(): void {
    this.#flush();
    if (this.#before !== null && this.#hasChanged) this.#undo.push(this.#before);
    if (this.#undo.length > MAX_UNDO) this.#undo.shift();
    this.#before = null;
    this.#hasChanged = false;
  }

  /** What takes the last thing back; nothing where there is none. */
  takeBack(): readonly ItemChange[] {
    const change = this.#undo.pop();
    return change === undefined ? [] : [change];
  }

  #flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting === null) return;
    this.#sentAt = performance.now();
    this.#send([this.#waiting]);
    this.#waiting = null;
  }
}
