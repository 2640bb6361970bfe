/**
 * Owns when frames are drawn. In the render thread; between frames the thread's messages come in.
 *
 * FL1 One thing is done at a time: while a drawing or a step of refining is awaited, what comes waits for its end.
 * FL2 What came meanwhile goes before the next step of refining.
 * FL3 A scene that is drawn again and again and looks the same counts as resting: it is refined between its frames.
 *
 * A frame is drawn because somebody asked (`invalidate`) or because the scene listened to an input, never for its own
 * sake. `maxFps` is a ceiling kept by the generic cell rate algorithm (ITU-T I.371, virtual scheduling): a tick waits for
 * its due time; an input may come up to one interval early, so it is drawn at once, and the frames after it make up
 * for it. A scene that rests is refined, a step a turn, until something happens. It is begun with so early that it ends when
 * the scene counts as resting; where that was in vain, only then.
 */

import { type Milliseconds, milliseconds } from "../../shared/time.ts";
import type { Clock } from "../platform/clock.ts";

/** How long a scene must be at rest before there is a refined picture of it. */
const REST_MS = 150;
/** Refining begins at most so much before that. */
const MAX_LEAD_MS = 100;
/** Timers fire up to this much late or early. The next due time counts from the last one, so the rate does not drift. */
const TIMER_GRAIN_MS = 1;

export type DrawnFrame = {
  /** Whether the scene wants the next one at once. */
  readonly wantsNext: boolean;
  /** Whether it looks other than the frame before. */
  readonly isNew: boolean;
};

/** What is done in a frame. Awaited one after another; what throws or rejects here ends the thread. */
export type FrameWork = {
  /** Gives the waiting inputs to the scene. Returns whether it listened to any, so that a frame is due. */
  handleInputs(): boolean;
  /** Draws a frame, which answers an input or not. */
  draw(isAnswer: boolean): Promise<DrawnFrame>;
  /** Does one step of refining the picture at rest. Resolves to whether there is more to do. */
  refine(): Promise<boolean>;
};

export class FrameLoop {
  readonly #work: FrameWork;
  readonly #clock: Clock;
  readonly #interval: Milliseconds;
  #cancelTurn: () => void = () => undefined;
  #cancelRest: () => void = () => undefined;
  #refiningSince: Milliseconds | null = null;
  /** When refining is to begin; null where the picture is refined already. */
  #restsAt: Milliseconds | null = null;
  /** How long before `REST_MS` is over refining begins: as long as it took the last time, when that was not given up. */
  #leadMs = 0;
  /** The theoretical time of the next frame. */
  #due = milliseconds(0);
  #frameWanted = false;
  #inputWaits = false;
  #isWorking = false;
  #watched = false;
  #closed = false;

  constructor(maxFps: number, work: FrameWork, clock: Clock) {
    this.#work = work;
    this.#clock = clock;
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

  get #isStopped(): boolean {
    return this.#closed || !this.#watched;
  }

  #stop(): void {
    this.#cancelTurn();
    this.#stopResting();
  }

  #stopResting(): void {
    this.#cancelRest();
    if (this.#refiningSince !== null) this.#leadMs = 0;
    this.#refiningSince = null;
  }

  #schedule(): void {
    if (this.#isStopped || this.#isWorking) return;
    this.#cancelTurn();
    const wait = this.#earliest() - this.#clock.now();
    const isDue = wait <= TIMER_GRAIN_MS;
    this.#cancelTurn = this.#clock.after(isDue ? 0 : wait, () => void this.#turn());
    // What came is looked at first; a step that begins now would keep it waiting.
    if (isDue && this.#refiningSince !== null) this.#refineAfter(0);
  }

  #earliest(): number {
    return this.#inputWaits ? this.#due - this.#interval : this.#due;
  }

  async #turn(): Promise<void> {
    if (this.#isWorking) return;
    const start = this.#clock.now();
    if (start < this.#earliest() - TIMER_GRAIN_MS) return this.#schedule();
    const listened = this.#inputWaits && this.#work.handleInputs();
    this.#inputWaits = false;
    if (listened || (this.#frameWanted && start >= this.#due - TIMER_GRAIN_MS)) await this.#draw(start, listened);
    else if (this.#frameWanted) this.#schedule();
  }

  async #draw(start: Milliseconds, isAnswer: boolean): Promise<void> {
    this.#cancelRest();
    const isInTime = start - this.#due < this.#interval / 2;
    this.#due = milliseconds((isInTime ? this.#due : start) + this.#interval);
    this.#frameWanted = false;
    this.#isWorking = true;
    const { wantsNext, isNew } = await this.#work.draw(isAnswer);
    if (wantsNext) this.#frameWanted = true;
    this.#isWorking = false;
    if (isNew) this.#stopResting();
    if (this.#isStopped) return;
    if (isNew) this.#restsAt = milliseconds(this.#clock.now() + REST_MS - this.#leadMs);
    const isMore = this.#frameWanted || this.#inputWaits;
    const restsIn = this.#restsAt === null ? Number.POSITIVE_INFINITY : this.#restsAt - this.#clock.now();
    // FL3. A step that is overdue goes before the next frame, or a scene that draws all the time would never have one.
    if (!isNew && !this.#inputWaits && restsIn <= 0) return this.#refineAfter(0);
    if (this.#restsAt !== null && !(isNew && isMore)) this.#refineAfter(restsIn);
    if (isMore) this.#schedule();
  }

  #refineAfter(delayMs: number): void {
    this.#cancelRest();
    this.#cancelRest = this.#clock.after(Math.max(0, delayMs), () => void this.#refine());
  }

  /** One step a turn, so that input comes in between; a frame that is drawn ends it. */
  async #refine(): Promise<void> {
    if (this.#isWorking) return;
    const since = this.#refiningSince ?? this.#clock.now();
    this.#refiningSince = since;
    this.#isWorking = true;
    const wantsMore = await this.#work.refine();
    this.#isWorking = false;
    if (this.#isStopped) return;
    if (wantsMore) this.#refineAfter(0);
    else {
      this.#refiningSince = null;
      this.#restsAt = null;
      this.#leadMs = Math.min(MAX_LEAD_MS, this.#clock.now() - since);
    }
    if (this.#frameWanted || this.#inputWaits) this.#schedule();
  }
}
