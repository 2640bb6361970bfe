/**
 * Owns what was given for the parameters of a scene, in the render thread: from one scene to the one that replaces it, and what
 * the main process is told of the values that hold.
 */

import { StreamError } from "../../../shared/errors.ts";
import {
  checkParameters,
  declaredByGiver,
  type GivenParameters,
  type HeldParameters,
  holdParameters,
} from "../../platform/given-parameters.ts";
import { parseParameterDeclarations } from "../../platform/parameter-declarations.ts";
import type { ParameterValues } from "../../platform/parameters.ts";
import type { FromRenderThread } from "../render-protocol.ts";
import type { SceneDefinition } from "../scene.ts";
import type { SceneHost } from "./scene-host.ts";
import type { SceneLoader } from "./scene-loader.ts";
import type { SceneStart } from "./scene-start.ts";

type Loader = Pick<SceneLoader, "load" | "drawsItself">;

export type SceneParametersOptions = {
  readonly given: GivenParameters;
  /** To the main process: the values that hold, and sentences for the log. */
  readonly post: (message: FromRenderThread) => void;
};

/** The scenes of which values are set. */
export type ParametersStage = {
  readonly shown: () => Pick<SceneHost, "parameters" | "hearsParameters" | "setParameters">;
  /** Begins the scene anew; resolves with what went wrong, or null. */
  readonly replace: () => Promise<unknown>;
  /** Whether another scene is on its way. */
  readonly isOnItsWay: boolean;
};

export class SceneParameters {
  readonly #options: SceneParametersOptions;
  #given: GivenParameters;
  #leftOut: readonly string[] = [];

  constructor(options: SceneParametersOptions) {
    this.#options = options;
    this.#given = options.given;
  }

  /** How the next scene is begun with what was given. */
  startOf(sceneUrl: string, loader: Loader): Pick<SceneStart, "url" | "load" | "drawsItself" | "hold"> {
    const { drawsItself } = loader;
    return {
      drawsItself,
      url: drawsItself ? this.#addressOf(sceneUrl) : sceneUrl,
      load: (page) => loader.load(page),
      hold: (definition) => this.#holdFor(definition, drawsItself),
    };
  }

  /** A scene is shown that holds these. */
  begin(held: HeldParameters): void {
    this.#given = { ...this.#given, isFirst: false };
    this.#options.post({ kind: "parameters", news: { ...held, set: this.#given.set } });
  }

  /**
   * Sets values: of the scene that is shown, where it hears of them and no other is on its way, else by beginning it anew. Rejects with
   * what it threw, and with `TypeError` where a value does not fit; then all is as it was.
   */
  async set(values: ParameterValues, { shown, replace, isOnItsWay }: ParametersStage): Promise<void> {
    const host = shown();
    const { declared } = host.parameters;
    checkParameters(declared, values);
    const before = this.#given.set;
    this.#given = { ...this.#given, set: { ...before, ...values } };
    const isHeard = !isOnItsWay && host.hearsParameters;
    try {
      const error = isHeard ? await host.setParameters(holdParameters(declared, this.#given)) : await replace();
      if (error != null) throw error;
    } catch (error) {
      this.#given = { ...this.#given, set: takenBack(this.#given.set, values, before) };
      throw error;
    } finally {
      // Of one that was begun anew it is told when that is shown.
      if (isHeard) this.begin(shown().parameters);
    }
  }

  /** A page finds what was given for it as the query of its address. */
  #addressOf(url: string): string {
    const given = { ...this.#given, isFirst: false };
    const { values } = holdParameters(declaredByGiver(given), given);
    const address = new URL(url);
    for (const [name, value] of Object.entries(values)) address.searchParams.set(name, String(value));
    return address.href;
  }

  /** Throws `StreamError` "parameters-invalid" where what was given for the first scene does not fit (GP2). */
  #holdFor({ parameters }: SceneDefinition, isPage: boolean): HeldParameters {
    const declared = isPage ? declaredByGiver(this.#given) : parseParameterDeclarations(parameters);
    try {
      const { leftOut, ...held } = holdParameters(declared, this.#given);
      // A save is no reason to say it again.
      const told = leftOut.filter((sentence) => !this.#leftOut.includes(sentence));
      for (const text of told) this.#options.post({ kind: "console", level: "warn", text });
      this.#leftOut = leftOut;
      return held;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new StreamError("parameters-invalid", error.message);
    }
  }
}

/** `set` without `values` that are as they were set; others may have been set meanwhile. */
function takenBack(set: ParameterValues, values: ParameterValues, before: ParameterValues): ParameterValues {
  const kept = Object.entries(set).filter(([name, value]) => value !== values[name]);
  const back = Object.entries(before).filter(([name]) => set[name] === values[name]);
  return Object.fromEntries([...kept, ...back]);
}
