/**
 * Owns how long packets wait in queues on the way: their delay above the shortest of the last seconds. Pure.
 *
 * QD1 The shortest delay of the last 10 to 15 s stands for a way without a queue. Only differences count, so that the two clocks
 *     need not agree, and what they drift apart in that time does not matter.
 * QD2 A queue is where every packet of the last 100 ms was late. Where some were late and others were not, as with jitter and on a
 *     viewer whose processor is busy, there is none.
 */

const BUCKET_MS = 5000;
const BUCKETS = 3;
const WINDOW_MS = 100;
/** So much of that time must be known. */
const FEWEST_MS = 40;

export class QueueDelay {
  #buckets: { readonly from: number; shortest: number }[] = [];
  #late: { readonly at: number; readonly delay: number }[] = [];

  /** Takes a packet that arrived. */
  add(sentAt: number, arrivedAt: number): void {
    const delay = arrivedAt - sentAt;
    const bucket = this.#buckets.at(-1);
    if (bucket === undefined || arrivedAt - bucket.from > BUCKET_MS) {
      this.#buckets.push({ from: arrivedAt, shortest: delay });
      if (this.#buckets.length > BUCKETS) this.#buckets.shift();
    } else bucket.shortest = Math.min(bucket.shortest, delay);
    this.#late.push({ at: arrivedAt, delay });
    if ((this.#late[0]?.at ?? 0) < arrivedAt - 2 * WINDOW_MS) {
      this.#late = this.#late.filter(({ at }) => at >= arrivedAt - WINDOW_MS);
    }
  }

  /** In milliseconds; 0 where none is known. */
  get ms(): number {
    let [newest, oldest, shortest] = [-Infinity, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (const { at } of this.#late) newest = Math.max(newest, at);
    for (const { at, delay } of this.#late) {
      if (at < newest - WINDOW_MS) continue;
      oldest = Math.min(oldest, at);
      shortest = Math.min(shortest, delay);
    }
    if (newest - oldest < FEWEST_MS) return 0;
    return Math.max(0, shortest - Math.min(...this.#buckets.map((bucket) => bucket.shortest)));
  }
}
