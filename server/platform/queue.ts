/**
 * Owns a queue, first in, first out, whose every operation takes the same short time however much waits: an array moves all that is
 * left at each `shift` once it is long. For any thread.
 */

const FIRST_CAPACITY = 16;

export class Queue<Item> {
  /** A ring; its length is a power of two. */
  #items: (Item | undefined)[] = new Array(FIRST_CAPACITY);
  #first = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** The one that is taken next; undefined where nothing waits. */
  get first(): Item | undefined {
    return this.#items[this.#first];
  }

  push(item: Item): void {
    if (this.#length === this.#items.length) this.#grow();
    this.#items[(this.#first + this.#length) & (this.#items.length - 1)] = item;
    this.#length += 1;
  }

  /** Takes the one that has waited longest; undefined where nothing waits. */
  take(): Item | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#items[this.#first];
    // What was taken must not be kept alive.
    this.#items[this.#first] = undefined;
    this.#first = (this.#first + 1) & (this.#items.length - 1);
    this.#length -= 1;
    return item;
  }

  clear(): void {
    this.#items = new Array(FIRST_CAPACITY);
    this.#first = 0;
    this.#length = 0;
  }

  #grow(): void {
    const { length } = this.#items;
    const items: (Item | undefined)[] = new Array(length * 2);
    for (let at = 0; at < length; at += 1) items[at] = this.#items[(this.#first + at) & (length - 1)];
    this.#items = items;
    this.#first = 0;
  }
}
