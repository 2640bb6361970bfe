/**
 * Owns into how many strips a sample of the picture at rest is cut, so that an input does not wait long for the step that is
 * being drawn. In the render thread. Pure.
 *
 * RS1 A strip should take a hundredth of a second at most; a scene that was not drawn whole yet is drawn whole, and measured.
 * RS2 Where strips take much longer together than the whole, as where it is not pixels that cost, this picture is
 *     drawn whole from then on.
 */

const STRIP_MS = 10;
const MAX_STRIPS = 8;
const MAX_EXTRA = 1.6;

export class StripCount {
  #wholeMs: number | null = null;
  #isWhole = false;

  /** A picture is begun. Returns how many strips its first sample has. */
  begin(): number {
    this.#isWhole = false;
    return this.#count();
  }

  /** A sample was drawn in so many strips, which took so long together. Returns how many the next one has. */
  note(strips: number, ms: number): number {
    if (strips > 1 && ms > MAX_EXTRA * (this.#wholeMs ?? ms)) this.#isWhole = true;
    else this.#wholeMs = ms;
    return this.#count();
  }

  #count(): number {
    if (this.#isWhole || this.#wholeMs === null) return 1;
    return Math.min(MAX_STRIPS, Math.max(1, Math.ceil(this.#wholeMs / STRIP_MS)));
  }
}
