/** Owns what a scene is begun with. In the render thread. */

import type { HeldParameters } from "../../platform/given-parameters.ts";
import type { DataStore } from "../data/data-store.ts";
import type { Page } from "../page/page.ts";
import type { SceneDefinition } from "../scene.ts";

/** A scene that is on its way: its definition, once its module was evaluated. */
export type SceneStart = {
  /** The address of the scene's file. */
  readonly url: string;
  readonly load: (page: Page) => Promise<SceneDefinition>;
  /** Whether it draws by itself, as a page does. */
  readonly drawsItself: boolean;
  /** The values of its parameters. Throws `StreamError` where what was given does not fit what it declares. */
  readonly hold: (definition: SceneDefinition) => HeldParameters;
  /** Called when the module was evaluated, before `setup`. */
  readonly loaded: () => void;
  /** Where the data is that it begins with. */
  readonly store: Pick<DataStore, "begin">;
  /** Another scene takes its place before it is there. */
  readonly signal: AbortSignal;
};
