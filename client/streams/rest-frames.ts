/**
 * Owns which frames of one connection show the scene at rest. Pure. Names of frames only grow, RTP time stamps beyond
 * 2^32 from 0 on again (RFC 3550 section 5.1).
 */

/** What a frame is to the picture at rest: drawn before it, the picture itself, or drawn when the scene moved again. */
export type RestVerdict = "before" | "resting" | "after";

/** The picture at rest is sent again now and then, as each key frame for somebody who joins. */
const MAX_NAMES = 64;

export class RestFrames {
  readonly #names: number[] = [];
  #first: number | null = null;

  /** The server says that this frame shows the picture at rest. */
  announce(name: number): void {
    if (this.#first === null || isBefore(name, this.#first)) this.#first = name;
    this.#names.push(name);
    if (this.#names.length > MAX_NAMES) this.#names.shift();
  }

  judge(name: number): RestVerdict {
    if (this.#names.includes(name)) return "resting";
    return this.#first === null || isBefore(name, this.#first) ? "before" : "after";
  }
}

function isBefore(one: number, other: number): boolean {
  return ((one - other) | 0) < 0;
}
