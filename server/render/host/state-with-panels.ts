/**
 * Owns the state of a scene with what its viewers changed in its panels. Both are one JSON, so that panels are kept and linked
 * wherever a state is. In the render thread.
 *
 * SP1 A scene whose panels are as it made them has the state that it gives, as it is.
 * SP2 What was changed in panels stands under `$panels` beside the fields of a state that is an object. Beside any other state,
 *     that one stands under `$state`. The scene itself is given its own state alone.
 * SP3 Panels are set before the state, which so has the last word.
 */

import type { Json } from "../../../shared/custom-message.ts";
import { MAX_STATE_LENGTH } from "../../../shared/signaling.ts";
import type { PanelValues, ScenePanels } from "../panels/scene-panels.ts";
import type { Stateful } from "./scene-state.ts";

const PANELS = "$panels";
const STATE = "$state";

type Panels = Pick<ScenePanels, "hasValues" | "values" | "restore">;
type Inside = <Result>(work: () => Result) => Result;

/** The state of a scene that gives and takes `own`, and has these panels. All that is the scene's is done by `inside`. */
export function stateWithPanels(own: Stateful, panels: Panels, inside: Inside): Stateful {
  return {
    get getState() {
      // As long as there is nothing to say, it gives none.
      if (own.getState === undefined && !inside(() => panels.hasValues)) return undefined;
      return () => inside(() => joined(own, panels.values));
    },
    setState: (state) => inside(() => set(own, panels, state)),
  };
}

function set(own: Stateful, panels: Panels, state: Json): void {
  const { values, rest } = apart(state);
  panels.restore(values);
  if (rest !== undefined) own.setState?.(rest);
}

function joined(own: Stateful, values: PanelValues | null): Json {
  if (own.getState === undefined) return { [PANELS]: values ?? {} };
  const state = own.getState();
  if (values === null || Object.keys(values).length === 0) return state;
  const isObject = typeof state === "object" && state !== null && !Array.isArray(state);
  const fields = isObject && Object.keys(state).length > 0 ? state : { [STATE]: state };
  const whole = { ...fields, [PANELS]: values };
  // The scene's own goes first where there is no room for both.
  return JSON.stringify(whole).length > MAX_STATE_LENGTH ? state : whole;
}

function apart(state: Json): { readonly values: PanelValues; readonly rest: Json | undefined } {
  if (typeof state !== "object" || state === null || Array.isArray(state)) return { values: {}, rest: state };
  const { [PANELS]: values, [STATE]: other, ...fields } = state as { readonly [name: string]: Json };
  if (typeof values !== "object" || values === null) return { values: {}, rest: state };
  const isAlone = Object.keys(fields).length === 0;
  return { values: values as PanelValues, rest: other !== undefined || isAlone ? other : fields };
}
