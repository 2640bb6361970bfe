/** Owns whether panels are seen, and the words for why they cannot be used. Pure. */

import type { ViewerState } from "../index.ts";
import { isGivenByHosts } from "./control-rules.ts";
import type { PeopleSnapshot } from "./people-snapshot.ts";

/** Why we may set nothing in a panel; null where we may. */
export function whyLocked(snapshot: PeopleSnapshot): string | null {
  const { me, control } = snapshot;
  if (me === null || me.hasControl) return null;
  if (me.role === "viewer") return "This link only lets you watch";
  if (me.isAsking) return "You are waiting for control";
  if (control.isHeld) return `${control.holder?.name ?? "Someone else"} has control`;
  return isGivenByHosts(snapshot) ? "A host decides who has control" : "Ask for control to use this";
}

/** Whether panels are seen: from the first picture on, until it does not come back. */
export function arePanelsSeen({ kind }: ViewerState, hadPicture: boolean): boolean {
  if (kind === "live" || kind === "reconnecting") return true;
  return hadPicture && (kind === "connecting" || kind === "waiting");
}
