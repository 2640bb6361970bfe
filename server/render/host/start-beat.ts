/**
 * Owns what is told of a scene that is on its way, in the render thread (SG3 of scene-stage.ts): twice a second how far it is, or,
 * where it is to take the place of another, once that it takes long.
 */

import type { FromRenderThread } from "../render-protocol.ts";
import { renderPulse } from "../render-pulse.ts";
import type { LoadWatch } from "./load-watch.ts";

const BEAT_MS = 500;
/** A scene that takes so long to be set up anew is worth a word. */
const LONG_SETUP_MS = 10_000;

export type StartBeatOptions = {
  readonly loads: Pick<LoadWatch, "progress">;
  /** Whether no scene is shown meanwhile. */
  readonly isFirst: () => boolean;
  readonly post: (message: FromRenderThread) => void;
  /** What the viewers of the scene that is shown meanwhile are told. */
  readonly noticed: (sentence: string) => void;
};

export class StartBeat {
  readonly #options: StartBeatOptions;
  readonly #begun = performance.now();
  readonly #arrived = renderPulse.starting();
  readonly #timer: NodeJS.Timeout;
  #step: "load" | "setup" = "load";

  /** Tells at once, and then until `end`. */
  constructor(options: StartBeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#tell(), BEAT_MS);
    this.#tell();
  }

  /** The module of the scene was evaluated, and `setup` begins. */
  handleLoaded(): void {
    this.#step = "setup";
    this.#tell();
  }

  /** It is there, or is known not to be. Idempotent. */
  end(): void {
    clearInterval(this.#timer);
    this.#arrived();
  }

  #tell(): void {
    const { loads, isFirst, post, noticed } = this.#options;
    if (isFirst()) return post({ kind: "starting", step: this.#step, ...loads.progress });
    const long = performance.now() - this.#begun;
    if (long < LONG_SETUP_MS || long >= LONG_SETUP_MS + BEAT_MS) return;
    noticed("The scene as it was before goes on: the setup() of the changed one has been running for 10 seconds.");
  }
}
