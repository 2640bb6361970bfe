/**
 * Owns what a save does, in the main process, where the render thread cannot see to it by itself, since it is gone or kept busy:
 * a scene that could not be kept up is tried again. So it is when somebody asks for it.
 */

import { StreamError, type StreamErrorCode } from "../../shared/errors.ts";
import { joinSentences } from "../../shared/sentences.ts";
import { FileWatch } from "../platform/file-watch.ts";
import { fileOfScene } from "../platform/scene-address.ts";

/** A thread that hears of a save tells within this time which files it has loaded. */
const HEARS_MS = 8_000;
/** What no save mends. */
const hopeless: ReadonlySet<StreamErrorCode> = new Set(["no-gl", "parameters-invalid", "closed"]);
const AGAIN = "It is tried again when a file is saved.";

export class SavedFiles {
  /** Whether the scene keeps its thread busy, so that a save has to end it. */
  isBusy = false;
  readonly #watch: FileWatch | null;
  readonly #waiting = new Set<() => void>();
  readonly #end: () => void;
  #savedAt = Number.NEGATIVE_INFINITY;
  #isUp = false;
  #deadline: NodeJS.Timeout | undefined;
  #closed = false;

  /** `end` ends the scene's process. Where `isOn` is false nothing is ever saved. */
  constructor(sceneUrl: string, isOn: boolean, end: () => void) {
    this.#end = end;
    const file = fileOfScene(sceneUrl);
    this.#watch = isOn && file !== null ? new FileWatch(() => this.#handleSaved()) : null;
    if (file !== null) this.#watch?.follow([file]);
  }

  /** The render thread has loaded these files, which are watched from now on. */
  follow(files: readonly string[]): void {
    this.#stopHearing();
    this.#watch?.follow(files);
  }

  /**
   * Launches the scene; where files are watched again after each save, until it is there. `told` is called with why it is not.
   * Rejects as `launch` does where files are not watched, and where no other scene would be better off.
   */
  async keepTrying<Launched>(launch: () => Promise<Launched>, told: (sentence: string) => void): Promise<Launched> {
    for (;;) {
      const begun = performance.now();
      this.isBusy = false;
      try {
        const launched = await launch();
        this.#isUp = true;
        return launched;
      } catch (error) {
        const isHopeless = error instanceof StreamError && hopeless.has(error.code);
        if (this.#watch === null || this.#closed || isHopeless) throw error;
        if (this.#savedAt < begun) told(joinSentences(error instanceof Error ? error.message : String(error), AGAIN));
        await this.next(begun);
        if (this.#closed) throw new StreamError("closed");
      }
    }
  }

  /** What to say of a scene that fell again and again and is tried after `waitMs`, and with the next save. */
  downWords(error: StreamError, waitMs: number): StreamError {
    const minutes = waitMs / 60_000;
    const span = minutes < 1 ? `${waitMs / 1000} seconds` : minutes === 1 ? "a minute" : `${minutes} minutes`;
    const sooner = this.#watch === null ? "" : ", or when a file is saved";
    const then = `It fails again and again, so it is tried again in ${span}${sooner}.`;
    return new StreamError("room-lost", joinSentences(error.message, then), { cause: error });
  }

  /** As if a file had been saved. */
  ask(): void {
    this.#savedAt = performance.now();
    this.#release();
  }

  /**
   * Resolves with true when a file was saved after `since`, a time of `performance.now()`, or somebody asked; with false after
   * `maxMs` and with `close`.
   */
  async next(since: number, maxMs: number | null = null): Promise<boolean> {
    // What is not there cannot hear: the next process loads what was saved.
    this.#stopHearing();
    if (this.#savedAt > since || this.#closed) return !this.#closed;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const deadline = maxMs === null ? undefined : setTimeout(resolve, maxMs);
    await promise;
    this.#waiting.delete(resolve);
    clearTimeout(deadline);
    return this.#savedAt > since && !this.#closed;
  }

  close(): void {
    this.#closed = true;
    this.#stopHearing();
    this.#watch?.close();
    this.#release();
  }

  #handleSaved(): void {
    this.#savedAt = performance.now();
    if (this.isBusy) this.#end();
    // As one that loops in update() does not.
    else if (this.#isUp && this.#waiting.size === 0)
      this.#deadline ??= setTimeout(() => this.#giveUp(), HEARS_MS).unref();
    this.#release();
  }

  #stopHearing(): void {
    clearTimeout(this.#deadline);
    this.#deadline = undefined;
  }

  #giveUp(): void {
    this.#deadline = undefined;
    this.#end();
  }

  #release(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
