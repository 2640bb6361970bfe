/** Owns how many bits a second passed a point of late: a sliding window over times and sizes. Pure. */

/** Fewer tell no rate. */
const MIN_PACKETS = 4;

export class RateWindow {
  readonly #spanMs: number;
  #entries: { readonly at: number; readonly bytes: number }[] = [];

  /** Remembers the last `spanMs` milliseconds before the newest entry. */
  constructor(spanMs: number) {
    this.#spanMs = spanMs;
  }

  /** Entries may come somewhat out of order. */
  add(at: number, bytes: number): void {
    this.#entries.push({ at, bytes });
    const [oldest] = this.#entries;
    if (oldest !== undefined && oldest.at < at - 2 * this.#spanMs) {
      this.#entries = this.#entries.filter((entry) => entry.at >= at - this.#spanMs);
    }
  }

  /** Over the last `spanMs` before `until`, beginning and end taken as they are: what a source gave. */
  average(until: number): number {
    let bytes = 0;
    for (const entry of this.#entries) if (entry.at > until - this.#spanMs && entry.at <= until) bytes += entry.bytes;
    return (bytes * 8000) / this.#spanMs;
  }

  /**
   * From the first to the last entry of the `spanMs` before the newest: what a way carried while it was busy. Null where
   * that says nothing.
   */
  busy(spanMs: number): number | null {
    let newest = -Infinity;
    for (const { at } of this.#entries) newest = Math.max(newest, at);
    const late = this.#entries.filter(({ at }) => at >= newest - spanMs);
    let first = Number.POSITIVE_INFINITY;
    let firstBytes = 0;
    let bytes = 0;
    for (const entry of late) {
      bytes += entry.bytes;
      if (entry.at < first) {
        first = entry.at;
        firstBytes = entry.bytes;
      }
    }
    if (late.length < MIN_PACKETS || newest - first < spanMs / 3) return null;
    return ((bytes - firstBytes) * 8000) / (newest - first);
  }
}
