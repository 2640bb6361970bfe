/**
 * Owns when frames are drawn. In the render thread; between frames the thread's messages come in.
 *
 * A frame is drawn because somebody asked (`invalidate`) or because the scene listened to an input, never for its own
 * sake. `maxFps` is a ceiling kept by the generic cell rate algorithm (ITU-T I.371, virtual scheduling): a tick waits for
 * its due time; an input may come up to one interval early, so it is drawn at once, and the frames after it make up
 * for it. A scene that rests is refined, a step a turn, until something happens. It is begun with so early that it ends when
 * the scene counts as resting; where that was in vain, only then.
 */

import { type Milliseconds, milliseconds, now } from "../../shared/time.ts";

/** How long a scene must be at rest before there is a refined picture of it. */
const REST_MS = 150;
/** Refining begins at most so much before that. */
const MOST_LEAD_MS = 100;
/** Timers fire up to this much late or early. The next due time counts from the last one, so the rate does not drift. */
const TIMER_GRAIN_MS = 1;

export type FrameWork = {
  /** Gives the waiting inputs to the scene. Returns whether it listened to any, so that a frame is due. */
  handleInputs(): boolean;
  /** Draws a frame. Returns whether the scene wants the next one at once. */
  draw(): boolean;
  /** Does one step of refining the picture at rest. Returns whether there is more to do. */
  refine(): boolean;
};

export class FrameLoop {
  readonly #work: FrameWork;
  readonly #interval: Milliseconds;
  #turnTimer: NodeJS.Timeout | undefined;
  #turnImmediate: NodeJS.Immediate | undefined;
  #restTimer: NodeJS.Timeout | undefined;
  #restImmediate: NodeJS.Immediate | undefined;
  #refiningSince: Milliseconds | null = null;
  /** How long before `REST_MS` is over refining begins: as long as it took the last time, when that was not given up. */
  #leadMs = 0;
  /** The theoretical time of the next frame. */
  #due = milliseconds(0);
  #frameWanted = false;
  #inputWaits = false;
  #watched = false;
  #closed = false;

  constructor(maxFps: number, work: FrameWork) {
    this.#work = work;
    this.#interval = milliseconds(1000 / maxFps);
  }

  /** Asks for a frame. Many calls before it make one. */
  invalidate(): void {
    this.#frameWanted = true;
    this.#schedule();
  }

  /** Tells that there is input for the scene. It is handled, and drawn if the scene listens, without waiting for a tick. */
  inputArrived(): void {
    this.#inputWaits = true;
    this.#schedule();
  }

  /** Tells whether anybody looks. When somebody begins to, there is a fresh frame; while nobody does, there is none. */
  setWatched(watched: boolean): void {
    if (this.#watched === watched) return;
    this.#watched = watched;
    if (watched) this.invalidate();
    else this.#stop();
  }

  close(): void {
    this.#closed = true;
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#turnTimer);
    clearImmediate(this.#turnImmediate);
    this.#stopResting();
  }

  #stopResting(): void {
    clearTimeout(this.#restTimer);
    clearImmediate(this.#restImmediate);
    if (this.#refiningSince !== null) this.#leadMs = 0;
    this.#refiningSince = null;
  }

  #schedule(): void {
    if (this.#closed || !this.#watched) return;
    clearTimeout(this.#turnTimer);
    clearImmediate(this.#turnImmediate);
    const wait = this.#earliest() - now();
    if (wait > TIMER_GRAIN_MS) this.#turnTimer = setTimeout(() => this.#turn(), wait);
    else this.#turnImmediate = setImmediate(() => this.#turn());
  }

  #earliest(): number {
    return this.#inputWaits ? this.#due - this.#interval : this.#due;
  }

  #turn(): void {
    const start = now();
    if (start < this.#earliest() - TIMER_GRAIN_MS) return this.#schedule();
    const listened = this.#inputWaits && this.#work.handleInputs();
    this.#inputWaits = false;
    if (listened || (this.#frameWanted && start >= this.#due - TIMER_GRAIN_MS)) this.#draw(start);
    else if (this.#frameWanted) this.#schedule();
  }

  #draw(start: Milliseconds): void {
    this.#stopResting();
    const isInTime = start - this.#due < this.#interval / 2;
    this.#due = milliseconds((isInTime ? this.#due : start) + this.#interval);
    this.#frameWanted = false;
    if (this.#work.draw()) this.#frameWanted = true;
    if (this.#frameWanted || this.#inputWaits) this.#schedule();
    else this.#restTimer = setTimeout(() => this.#refine(), REST_MS - this.#leadMs);
  }

  /** One step a turn, so that input comes in between; a frame that is drawn ends it. */
  #refine(): void {
    const since = this.#refiningSince ?? now();
    this.#refiningSince = since;
    if (this.#work.refine()) {
      this.#restImmediate = setImmediate(() => this.#refine());
      return;
    }
    this.#refiningSince = null;
    this.#leadMs = Math.min(MOST_LEAD_MS, now() - since);
  }
}
