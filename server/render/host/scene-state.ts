/**
 * Owns what the server knows of a scene's state, in the render thread: asks the scene for it after frames, gives it the state
 * that it is to begin in or to take, and keeps the newest for the scene that replaces it.
 *
 * ST1 `getState` is called at most four times a second, and once more after the last frame or the last `setState`, so the
 *     newest state is always known in the end.
 * ST2 A state is told only when its JSON text differs from the one told before; the first one always is.
 * ST3 What a scene does wrong here is a notice, once until it does right again; the scene goes on.
 */

import type { Json } from "../../../shared/custom-message.ts";
import { MAX_STATE_LENGTH } from "../../../shared/signaling.ts";
import { type Milliseconds, milliseconds, now } from "../../../shared/time.ts";
import type { SceneParts } from "../scene.ts";
import { sceneError } from "./scene-error.ts";

const ASK_MS = 250;

/** How a scene gives and takes its state. */
export type Stateful = {
  readonly getState?: SceneParts["getState"] | undefined;
  readonly setState?: SceneParts["setState"] | undefined;
};

export type SceneStateOptions = {
  /** What the scene is to begin in: JSON text, or null for its own. */
  readonly state: string | null;
  /** The state changed: JSON text, or null where the scene gives none. */
  readonly told: (state: string | null) => void;
  /** A sentence for viewers; null when it works again. */
  readonly noticed: (text: string | null) => void;
  readonly clock?: () => Milliseconds;
};

export class SceneState {
  readonly #options: SceneStateOptions;
  readonly #clock: () => Milliseconds;
  #scene: Stateful = {};
  /** What a scene begins in: given by the one before it, or from outside. */
  #newest: string | null;
  #told: string | null | undefined;
  #askedAt: Milliseconds = milliseconds(Number.NEGATIVE_INFINITY);
  #timer: NodeJS.Timeout | undefined;
  /** Which of the two functions is in trouble. */
  readonly #troubles = new Set<keyof Stateful>();

  constructor(options: SceneStateOptions) {
    this.#options = options;
    this.#clock = options.clock ?? now;
    this.#newest = options.state;
  }

  /** Goes on with this scene, which takes the newest state before its first frame. */
  begin(scene: Stateful): void {
    this.#scene = scene;
    this.#troubles.clear();
    if (this.#newest !== null) this.#give(this.#newest);
    this.#askedAt = this.#clock();
    this.#askSoon();
  }

  /** The scene takes a state, JSON text. Returns whether it may look different now. */
  take(state: string): boolean {
    if (this.#scene.setState === undefined) return false;
    this.#newest = state;
    this.#give(state);
    this.#askSoon();
    return true;
  }

  /** A frame was drawn: the state may have changed. */
  handleFrame(): void {
    this.#askSoon();
  }

  /** Asks the scene now rather than soon: after its first frame, and before it is replaced. */
  flush(): void {
    if (this.#timer !== undefined) this.#ask();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #askSoon(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#askedAt + ASK_MS - this.#clock();
    if (wait <= 0) this.#ask();
    else this.#timer = setTimeout(() => this.#ask(), wait);
  }

  #ask(): void {
    this.close();
    this.#askedAt = this.#clock();
    const state = this.#scene.getState === undefined ? null : this.#attempt("getState", () => this.#read());
    if (state === undefined) return;
    this.#newest = state ?? this.#newest;
    if (state === this.#told) return;
    this.#told = state;
    this.#options.told(state);
  }

  #read(): string {
    const state = JSON.stringify(this.#scene.getState?.()) as string | undefined;
    if (state === undefined) throw new TypeError("it must return JSON.");
    if (state.length <= MAX_STATE_LENGTH) return state;
    throw new RangeError(`it must return at most ${MAX_STATE_LENGTH} characters of JSON, not ${state.length}.`);
  }

  #give(state: string): void {
    this.#attempt("setState", () => this.#scene.setState?.(JSON.parse(state) as Json));
  }

  /** ST3 */
  #attempt<Result>(name: keyof Stateful, work: () => Result): Result | undefined {
    try {
      const result = work();
      if (this.#troubles.delete(name)) this.#options.noticed(null);
      return result;
    } catch (error) {
      const isNew = !this.#troubles.has(name);
      this.#troubles.add(name);
      if (isNew) this.#options.noticed(sceneError(`The scene threw in ${name}()`, error).message);
      return undefined;
    }
  }
}
