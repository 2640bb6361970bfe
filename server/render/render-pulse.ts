/**
 * Owns the pulse of the render thread: shared memory in which the thread counts on as long as it comes back to its event loop,
 * and notes where in the scene it is. The main thread of the scene's process reads it, whatever the render thread does.
 *
 * PU1 The thread beats by a timer of its own, so a scene that is at rest beats, and one in a loop that never ends does not.
 * PU2 A place is noted for as long as the call of the scene lasts, not for what it leaves waiting.
 * PU3 While a scene is on its way nobody knows how long that may take, so it is noted apart.
 */

/** Where in a scene its thread may be. `elsewhere` is a timer, a promise or any other callback. */
export const pulsePlaces = [
  "elsewhere",
  "setup",
  "update",
  "frame-callback",
  "listener",
  "message",
  "data",
  "parameters",
  "state",
  "draw",
  "dispose",
] as const;
export type PulsePlace = (typeof pulsePlaces)[number];

/** What of the scene that is. */
export const placeWords: Readonly<Record<PulsePlace, string>> = {
  elsewhere: "a timer or another callback",
  setup: "its setup()",
  update: "its update()",
  "frame-callback": "a callback of requestAnimationFrame()",
  listener: "a listener",
  message: "a listener to messages",
  data: "a listener to data",
  parameters: "its parametersChanged()",
  state: "its getState() or setState()",
  draw: "drawing a frame",
  dispose: "its dispose()",
};

const BEATS = 0;
const PLACE = 1;
const STARTS = 2;
const SLOTS = 3;
const EVERY_MS = 250;

/** Memory for one thread. */
export function allocatePulse(): SharedArrayBuffer {
  return new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT);
}

/** The end of the render thread. There is one in a thread, as there is one scene; without `start` it beats for nobody. */
export class PulseWriter {
  #slots = new Int32Array(allocatePulse());

  /** Beats in this memory from now on. */
  start(memory: SharedArrayBuffer): void {
    this.#slots = new Int32Array(memory);
    setInterval(() => Atomics.add(this.#slots, BEATS, 1), EVERY_MS).unref();
  }

  /** PU2: does `work` at this place of the scene. */
  at<Result>(place: PulsePlace, work: () => Result): Result {
    const before = Atomics.exchange(this.#slots, PLACE, pulsePlaces.indexOf(place));
    try {
      return work();
    } finally {
      Atomics.store(this.#slots, PLACE, before);
    }
  }

  /** PU3: a scene is on its way until the function that is returned was called. */
  starting(): () => void {
    Atomics.add(this.#slots, STARTS, 1);
    let isOver = false;
    return () => {
      if (!isOver) Atomics.sub(this.#slots, STARTS, 1);
      isOver = true;
    };
  }
}

/** The other end, in any thread. */
export class PulseReader {
  readonly #slots: Int32Array<SharedArrayBuffer>;

  constructor(memory: SharedArrayBuffer) {
    this.#slots = new Int32Array(memory);
  }

  /** Goes up by one four times a second, and wraps around. */
  get beats(): number {
    return Atomics.load(this.#slots, BEATS);
  }

  get place(): PulsePlace {
    return pulsePlaces[Atomics.load(this.#slots, PLACE)] ?? "elsewhere";
  }

  /** Whether a scene is on its way, and nothing else of a scene is being done. */
  get isStarting(): boolean {
    const { place } = this;
    return Atomics.load(this.#slots, STARTS) > 0 && (place === "elsewhere" || place === "setup");
  }
}

/** That of this thread. */
export const renderPulse: PulseWriter = new PulseWriter();
