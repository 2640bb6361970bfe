/**
 * Owns what of a scene throws while it is shown: what is tried again with each frame is told until it works again, all else once. In the
 * render thread.
 */

import { StreamError } from "../../../shared/errors.ts";
import type { SceneHooks } from "./scene-belongings.ts";
import { sceneError } from "./scene-error.ts";

/** Where a scene that threw is tried again with each frame. */
const OF_EACH_FRAME: ReadonlySet<string> = new Set(["in update()", "while it was drawn"]);

export class FrameTroubles {
  readonly #hooks: Pick<SceneHooks, "noticed" | "strayed">;
  /** What of each frame throws now, until it works again. */
  #failing: string | null = null;

  constructor(hooks: Pick<SceneHooks, "noticed" | "strayed">) {
    this.#hooks = hooks;
  }

  noteWorking(where: string): void {
    if (this.#failing !== where) return;
    this.#failing = null;
    this.#hooks.noticed(null);
  }

  /** Throws it again where it is not the scene's. */
  noteThrown(where: string, error: unknown): void {
    // The surface's own, not one that the scene met, as by messages that were too many.
    if (error instanceof StreamError && error.code === "no-gl") throw error;
    const text = sceneError(`The scene threw ${where}`, error).message;
    // What happens once is not over with the next frame.
    if (!OF_EACH_FRAME.has(where)) return this.#hooks.strayed(text);
    if (this.#failing !== null && this.#failing !== where) return;
    this.#failing = where;
    this.#hooks.noticed(text);
  }
}
