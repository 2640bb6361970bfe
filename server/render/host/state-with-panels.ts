/**
 * Owns the state of a scene with what its viewers changed in its panels. Both are one JSON, so that panels are kept and linked
 * wherever a state is. In the render thread.
 *
 * SP1 A scene whose panels hold nothing has the state that it gives, as it is.
 * SP2 What was changed in panels stands under `$panels`, `{}` where nothing is, beside the fields of a state that is an object. Beside
 *     any other state, that one stands under `$state`. The scene itself is given its own state alone.
 * SP3 Panels are set before the state, which so has the last word.
 * SP4 A state without `$panels` leaves panels as they are.
 */

import type { Json } from "../../../shared/custom-message.ts";
import { joinState, splitState } from "../../platform/panels-in-state.ts";
import type { ScenePanels } from "../panels/scene-panels.ts";
import type { Stateful } from "./scene-state.ts";

type Panels = Pick<ScenePanels, "hasValues" | "values" | "restore">;
type Inside = <Result>(work: () => Result) => Result;

/** The state of a scene that gives and takes `own`, and has these panels. All that is the scene's is done by `inside`. */
export function stateWithPanels(own: Stateful, panels: Panels, inside: Inside): Stateful {
  /** What a scene was given last that takes states and gives none: it is to begin in that again. */
  let given: Json | undefined;
  const read = (): Json => {
    const { values } = panels;
    if (own.getState === undefined) return joinState(given, values ?? {});
    const state = own.getState() as Json | undefined;
    // What is no JSON is refused by who asks.
    return values === null || state === undefined ? (state as Json) : joinState(state, values);
  };
  return {
    get getState() {
      // Without anything to say it gives none.
      if (own.getState === undefined && !inside(() => panels.hasValues)) return undefined;
      return () => inside(read);
    },
    setState: (state) =>
      inside(() => {
        const { values, rest } = splitState(state);
        // SP4
        if (values !== null) panels.restore(values);
        if (rest === undefined || own.setState === undefined) return;
        given = rest;
        own.setState(rest);
      }),
  };
}
