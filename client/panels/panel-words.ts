/** Owns whether panels are seen, and the words for why they cannot be used. Pure. */

import type { ControlState, Person, ViewerState } from "../index.ts";

/** Who somebody is, and who steers. */
export type Steering = { readonly me: Person | null; readonly control: ControlState };

/** Why we may set nothing in a panel; null where we may. */
export function whyLocked(steering: Steering): string | null {
  const { me, control } = steering;
  if (me === null || me.hasControl) return null;
  if (me.role === "viewer") return "This link only lets you watch";
  if (me.isAsking) return "You are waiting for control";
  if (control.isHeld) return `${control.holder?.name ?? "Someone else"} has control`;
  return isGivenByHosts(steering) ? "A host decides who has control" : "Ask for control to use this";
}

/** Whether control goes by the hosts' word alone. */
export function isGivenByHosts({ control }: Pick<Steering, "control">): boolean {
  return control.mode === "host" || control.locked;
}

/** Whether panels are seen: from the first picture on, until it does not come back. */
export function arePanelsSeen({ kind }: ViewerState, hadPicture: boolean): boolean {
  if (kind === "live" || kind === "reconnecting") return true;
  return hadPicture && (kind === "connecting" || kind === "waiting");
}
