/**
 * Owns how long a scene that is drawn frame by frame is waited for, where it waits itself for what may never come, as a promise. In the
 * render thread.
 *
 * WL1 After ten seconds it is told what is waited for, of each call once; after ten minutes the scene has failed.
 * WL2 Only seconds count in which the thread was free and nothing came that the scene loads: a long computation is no waiting.
 */

import { StreamError } from "../../../shared/errors.ts";
import { SceneScope } from "./scene-scope.ts";

const TOLD_SECONDS = 10;
const MAX_MINUTES = 10;

export type ScenePatienceOptions = {
  /** Another text whenever something came that the scene loads. */
  readonly seen: () => string;
  /** Hears a sentence. */
  readonly told: (sentence: string) => void;
};

/** What of the scene was called, as `update()`, and for which frame; `hint` is a sentence on what may be the reason, or nothing. */
export type SceneCall = { readonly name: string; readonly frame: number | null; readonly hint: string };

export class ScenePatience {
  readonly #options: ScenePatienceOptions;
  /** Calls that were told of. */
  readonly #known = new Set<string>();

  constructor(options: ScenePatienceOptions) {
    this.#options = options;
  }

  /** Settles as `work`, what a call of the scene began. Rejects with `StreamError` "scene-failed" (WL1). */
  async wait<Result>(work: Promise<Result>, call: SceneCall): Promise<Result> {
    const late = Promise.withResolvers<never>();
    let [seen, seconds] = [this.#options.seen(), 0];
    const look = (): void => {
      const newest = this.#options.seen();
      seconds = newest === seen ? seconds + 1 : 0;
      seen = newest;
      if (seconds === TOLD_SECONDS) this.#tell(call);
      if (seconds === MAX_MINUTES * 60) late.reject(new StreamError("scene-failed", endOf(call)));
    };
    const timer = SceneScope.outside(() => setInterval(look, 1000));
    try {
      return await Promise.race([work, late.promise]);
    } finally {
      clearInterval(timer);
    }
  }

  #tell(call: SceneCall): void {
    if (this.#known.has(call.name)) return;
    this.#known.add(call.name);
    this.#options.told(
      joined(`${beginOf(call)} ${TOLD_SECONDS} seconds; after ${MAX_MINUTES} minutes the render ends.`, call),
    );
  }
}

function beginOf({ name, frame }: SceneCall): string {
  return `The scene's ${name} ${frame === null ? "" : `at frame ${frame} `}has been waiting for`;
}

function endOf(call: SceneCall): string {
  return joined(`${beginOf(call)} ${MAX_MINUTES} minutes, as for a promise that never settles.`, call);
}

function joined(sentence: string, { hint }: SceneCall): string {
  return hint === "" ? sentence : `${sentence} ${hint}`;
}
