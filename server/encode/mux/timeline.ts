/** Owns which time a packet has in a file, in the mux thread: as it was shown, or with the rests of the scene cut. */

/** So much of a rest is left; the picture that is refined at rest comes after half a second (encode.worker.ts). */
const KEPT_REST_MS = 1000;

/** Files count from the first picture. */
type Shown = { readonly time: number; readonly atRest: boolean };

export class Timeline {
  readonly #cutRests: boolean;
  #last: Shown | null = null;
  #lastAt = 0;
  #restLeftMs: number = KEPT_REST_MS;

  constructor(cutRests: boolean) {
    this.#cutRests = cutRests;
  }

  /** Where the next picture begins, in milliseconds from the first one; always later than the one before. */
  place(shown: Shown): number {
    const at = this.lengthAt(shown.time);
    if (this.#last?.atRest === true) this.#restLeftMs -= Math.max(0, at - this.#lastAt);
    if (!shown.atRest) this.#restLeftMs = KEPT_REST_MS;
    this.#last = shown;
    this.#lastAt = at;
    return at;
  }

  /** How long it all is where the last picture is shown until `time`. */
  lengthAt(time: number): number {
    if (this.#last === null) return 0;
    const gapMs = time - this.#last.time;
    const shownMs = this.#cutRests && this.#last.atRest ? Math.min(gapMs, this.#restLeftMs) : gapMs;
    return this.#lastAt + Math.max(1, shownMs);
  }
}
