/**
 * Owns whether a viewer's page keeps up with the frames that reach it. Pure. The network brings a frame, the page takes it
 * some time later; where that takes long for every frame, the page is what is slow, however fast the network is.
 *
 * PL1 A page is behind where it took every frame of the last 250 ms, and the last three, 60 ms or more after they came.
 * PL2 Then it is to get a smaller part of all pixels a second: as much less as it took fewer frames than came, from a half to
 *     nine tenths of before, once in 700 ms.
 * PL3 Where it keeps up for two seconds the part grows by a tenth a second, up to all.
 */

const LATE_MS = 60;
const RECENT_MS = 250;
const MIN_FRAMES = 3;
const COUNTED_MS = 1000;
const PAUSE_MS = 700;
const MIN_STEP = 0.5;
const MAX_STEP = 0.9;
const CALM_MS = 2000;
const GROWTH_PER_S = 0.1;
const MIN_SHARE = 0.01;

type Taken = { readonly at: number; readonly lagMs: number };

export class PageLoad {
  #received: number[] = [];
  #taken: Taken[] = [];
  #share = 1;
  #loweredAt = -Infinity;
  #grownAt = -Infinity;

  /** The part of all pixels a second that the page is to get, up to 1. */
  get share(): number {
    return this.#share;
  }

  /** A frame has come to the viewer's machine. */
  noteReceived(at: number): void {
    this.#received = [...this.#received.filter((receivedAt) => receivedAt > at - COUNTED_MS), at];
  }

  /** The page took a frame that had come so long before. */
  noteTaken(lagMs: number, at: number): void {
    this.#taken = [...this.#taken.filter((taken) => taken.at > at - COUNTED_MS), { at, lagMs }];
    if (this.#isBehind(at)) this.#lower(at);
    else if (this.#share < 1) this.#raise(at);
  }

  /** What was late by now says nothing: the viewer looked away. */
  forgive(): void {
    this.#received = [];
    this.#taken = [];
  }

  /** PL1 */
  #isBehind(at: number): boolean {
    const first = this.#taken.length - MIN_FRAMES;
    const recent = this.#taken.filter((taken, index) => taken.at > at - RECENT_MS || index >= first);
    return recent.length >= MIN_FRAMES && recent.every(({ lagMs }) => lagMs >= LATE_MS);
  }

  /** PL2 */
  #lower(at: number): void {
    this.#grownAt = at + CALM_MS;
    if (at - this.#loweredAt < PAUSE_MS) return;
    this.#loweredAt = at;
    const taken = this.#taken.length / Math.max(1, this.#received.length);
    this.#share = Math.max(MIN_SHARE, this.#share * Math.min(MAX_STEP, Math.max(MIN_STEP, taken)));
  }

  /** PL3 */
  #raise(at: number): void {
    if (at < this.#grownAt) return;
    const seconds = Math.min(at - this.#grownAt, 1000) / 1000;
    this.#grownAt = at;
    this.#share = Math.min(1, this.#share * (1 + GROWTH_PER_S * seconds));
  }
}
