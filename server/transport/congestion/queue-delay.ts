/**
 * Owns how long packets wait in queues on the way: their delay above the shortest of the last seconds. Pure.
 *
 * QD1 The shortest delay of the last 10 to 15 s stands for a way without a queue. Only differences count, so that the two clocks
 *     need not agree, and what they drift apart in that time does not matter.
 * QD2 A queue is where every packet of the last 100 ms was late. Where some were late and others were not, as with jitter and on a
 *     viewer whose processor is busy, there is none.
 * QD3 A way fills up where its packets of the last 80 ms arrived in twice the time in which they were sent or more, each later
 *     than the one before: far more is sent than it carries. That is seen before QD2 is sure.
 */

const BUCKET_MS = 5000;
const BUCKETS = 3;
const WINDOW_MS = 100;
const FILLING_MS = 80;
const MIN_FILLING = 6;
const STEADY_MS = 3;
/** So much of that time must be known. */
const MIN_MS = 40;

type Arrived = { readonly sentAt: number; readonly at: number; readonly delay: number; readonly bytes: number };

export class QueueDelay {
  #buckets: { readonly from: number; shortest: number }[] = [];
  #late: Arrived[] = [];

  /** Takes a packet that arrived. */
  add(sentAt: number, arrivedAt: number, bytes: number): void {
    const delay = arrivedAt - sentAt;
    const bucket = this.#buckets.at(-1);
    if (bucket === undefined || arrivedAt - bucket.from > BUCKET_MS) {
      this.#buckets.push({ from: arrivedAt, shortest: delay });
      if (this.#buckets.length > BUCKETS) this.#buckets.shift();
    } else bucket.shortest = Math.min(bucket.shortest, delay);
    this.#late.push({ sentAt, at: arrivedAt, delay, bytes });
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
    if (newest - oldest < MIN_MS) return 0;
    return Math.max(0, shortest - Math.min(...this.#buckets.map((bucket) => bucket.shortest)));
  }

  /** What came through in bits a second while the delay grew by more than `minMs` (QD3); null where it did not. */
  filling(minMs: number): number | null {
    const newest = this.#late.at(-1)?.at ?? 0;
    const late = this.#late.filter(({ at }) => at >= newest - FILLING_MS);
    const [first, last] = [late[0], late.at(-1)];
    if (first === undefined || last === undefined || late.length < MIN_FILLING) return null;
    const grown = last.delay - first.delay;
    if (grown < minMs || last.at - first.at < 2 * (last.sentAt - first.sentAt)) return null;
    const isSteady = late.every(({ delay }, index) => delay >= (late[index - 1]?.delay ?? delay) - STEADY_MS);
    // One packet that was held up, and those behind it, are no queue.
    const largest = Math.max(...late.map(({ at }, index) => at - (late[index - 1]?.at ?? at)));
    if (!isSteady || largest > grown / 2) return null;
    return (late.reduce((sum, { bytes }) => sum + bytes, -first.bytes) * 8000) / (last.at - first.at);
  }
}
