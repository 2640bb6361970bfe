/** Owns when a viewer by WebRTC needs a key frame, and that one is not asked for too often. */

import { now } from "../../shared/time.ts";

/** A key frame that is asked for again within this time of the last one was not yet seen by who asks. */
const SEEN_MS = 250;
/** Frames that are refused cost a key frame, and that no more often. */
const REFUSED_PAUSE_MS = 500;

export class KeyFrameNeed {
  readonly #ask: () => void;
  #isNeeded = true;
  #sentAt = -Infinity;
  #roomAskedAt = -Infinity;
  #asking: NodeJS.Timeout | undefined;

  /** `ask` asks the encoder for one. */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** Whether nothing but a key frame is of use now. */
  get isNeeded(): boolean {
    return this.#isNeeded;
  }

  /** Frames were left out, so the next one must be a key frame. */
  note(): void {
    this.#isNeeded = true;
  }

  /** A key frame was sent. */
  noteSent(): void {
    this.#isNeeded = false;
    this.#sentAt = now();
  }

  /** The viewer asks for one. Returns `isNeeded`. */
  request(): boolean {
    if (this.#isNeeded) return true;
    if (now() - this.#sentAt < SEEN_MS) return false;
    this.#isNeeded = true;
    this.#ask();
    return true;
  }

  /** Frames were left out because too much waited, and there is room again. */
  handleRoom(): void {
    const wait = Math.max(0, this.#roomAskedAt + REFUSED_PAUSE_MS - now());
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => {
      this.#roomAskedAt = now();
      if (this.#isNeeded) this.#ask();
    }, wait);
  }

  close(): void {
    clearTimeout(this.#asking);
  }
}
