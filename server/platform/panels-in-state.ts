/** Owns how the values of panels stand in the state of a scene (SP2). Pure; for the main process and for the render thread. */

import type { Json } from "../../shared/custom-message.ts";
import type { PanelValues } from "../../shared/panels.ts";
import { MAX_STATE_LENGTH } from "../../shared/signaling.ts";

const PANELS = "$panels";
const STATE = "$state";

/** A state, and beside it what panels hold: null where it says nothing of them. `rest` is undefined where it says of nothing else. */
export type StateApart = { readonly values: PanelValues | null; readonly rest: Json | undefined };

/** The scene's own state with what its panels hold; without that where there is no room for both. */
export function joinState(own: Json | undefined, values: PanelValues): Json {
  if (own === undefined) return { [PANELS]: values };
  const isObject = typeof own === "object" && own !== null && !Array.isArray(own);
  const fields = isObject && Object.keys(own).length > 0 ? own : { [STATE]: own };
  const whole = { ...fields, [PANELS]: values };
  return JSON.stringify(whole).length > MAX_STATE_LENGTH ? own : whole;
}

/** What `joinState` joined. */
export function splitState(state: Json): StateApart {
  if (typeof state !== "object" || state === null || Array.isArray(state)) return { values: null, rest: state };
  const { [PANELS]: values, [STATE]: other, ...fields } = state as { readonly [name: string]: Json };
  if (typeof values !== "object" || values === null) return { values: null, rest: state };
  const isAlone = Object.keys(fields).length === 0;
  return { values: values as PanelValues, rest: other !== undefined || isAlone ? other : fields };
}

/** The state `text` with the panels of the one `before` where it says nothing of them. Both are JSON texts, of anybody. */
export function withPanelsOf(before: string | null, text: string): string {
  try {
    const kept = splitState(JSON.parse(before ?? "null") as Json).values;
    if (kept === null) return text;
    const { values, rest } = splitState(JSON.parse(text) as Json);
    return values === null ? JSON.stringify(joinState(rest, kept)) : text;
  } catch {
    // What is nested very deeply can be read and not be written.
    return text;
  }
}
