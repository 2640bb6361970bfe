/** Owns which scene a panel of lil-gui belongs to: the one whose code makes it. In the render thread. */

import { followPanels } from "../panels/lil-gui-text.ts";
import { SceneScope } from "./scene-scope.ts";

type Noticed = (gui: object) => void;

const scenes = new WeakMap<SceneScope, Noticed>();

/** Has `noticed` called with each panel that the code of this scope makes. */
export function noticePanels(scope: SceneScope, noticed: Noticed): void {
  scenes.set(scope, noticed);
  followPanels((gui) => {
    const { current } = SceneScope;
    if (current !== undefined) scenes.get(current)?.(gui);
  });
}
