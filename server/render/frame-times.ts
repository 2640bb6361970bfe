/** Owns how many frames there were since the last report, and how long they took. In the render thread. */

/** At most this many times are kept between two reports. */
const MAX_TIMES = 256;

export type Times = {
  readonly rendered: number;
  readonly renderMs: readonly number[];
  readonly readbackMs: readonly number[];
};

export class FrameTimes {
  #times = none();

  /** A frame was published. */
  count(): void {
    this.#times.rendered += 1;
  }

  /** One was drawn and read, whether it was published or not. */
  note(renderMs: number, readbackMs: number): void {
    if (this.#times.renderMs.length >= MAX_TIMES) return;
    this.#times.renderMs.push(renderMs);
    this.#times.readbackMs.push(readbackMs);
  }

  /** The counts and times since the last call. */
  take(): Times {
    const times = this.#times;
    this.#times = none();
    return times;
  }
}

function none(): { rendered: number; renderMs: number[]; readbackMs: number[] } {
  return { rendered: 0, renderMs: [], readbackMs: [] };
}
