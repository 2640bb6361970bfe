/** Owns what may be done about control, so that the page offers nothing that the server would refuse. Pure. */

import type { Person, Role } from "../index.ts";
import { isGivenByHosts } from "../panels/panel-words.ts";
import type { PeopleSnapshot } from "./people-snapshot.ts";

/** What we may do for ourselves. */
export type OwnAction = "ask" | "withdraw" | "release" | "take";

/** What we may do with somebody else. */
export type ActionOnOther = "grant" | "refuse" | "kick";

/** What becomes of a press on the picture without control. */
export type PressAnswer =
  /** It reaches the scene, or nothing is known yet. */
  | { readonly kind: "none" }
  /** We may only watch. */
  | { readonly kind: "watching" }
  /** Control is free, so it is asked for at once. */
  | { readonly kind: "ask" }
  /** Null where others are not told of. */
  | { readonly kind: "held"; readonly holder: Person | null }
  /** We have asked already. */
  | { readonly kind: "asking" }
  /** Hosts steer, or say who does. */
  | { readonly kind: "hosts"; readonly mayAsk: boolean };

/** Whether somebody who asks may be answered by us. */
export function mayAnswer(snapshot: PeopleSnapshot): boolean {
  const { me, control } = snapshot;
  if (me === null || control.mode === "everyone") return false;
  return me.role === "host" || (me.hasControl && !isGivenByHosts(snapshot));
}

export function ownActions({ me, control }: PeopleSnapshot): OwnAction[] {
  if (me === null || me.role === "viewer" || control.mode === "everyone") return [];
  if (me.hasControl) return ["release"];
  const asking: OwnAction = me.isAsking ? "withdraw" : "ask";
  return me.role === "host" ? (me.isAsking ? ["take", asking] : ["take"]) : [asking];
}

export function actionsOn(other: Person, snapshot: PeopleSnapshot): ActionOnOther[] {
  const { me } = snapshot;
  if (me === null || other.number === me.number) return [];
  const actions: ActionOnOther[] = [];
  if (mayAnswer(snapshot) && other.role !== "viewer" && !other.hasControl) actions.push("grant");
  if (mayAnswer(snapshot) && other.isAsking) actions.push("refuse");
  // Who asks is answered first.
  if (me.role === "host" && !other.isAsking) actions.push("kick");
  return actions;
}

export function pressAnswer(snapshot: PeopleSnapshot): PressAnswer {
  const { me, control } = snapshot;
  if (me === null || me.hasControl) return { kind: "none" };
  if (me.role === "viewer") return { kind: "watching" };
  if (me.isAsking) return { kind: "asking" };
  if (control.isHeld) return { kind: "held", holder: control.holder };
  if (isGivenByHosts(snapshot)) return { kind: "hosts", mayAsk: control.mode !== "everyone" };
  return { kind: "ask" };
}

/** What a role is called. */
export const roleWords: Readonly<Record<Role, string>> = {
  host: "Host",
  controller: "Can control",
  viewer: "Can watch",
};
