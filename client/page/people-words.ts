/** Owns the words for who is there and who steers. Pure. */

import type { Person } from "../index.ts";
import { isGivenByHosts } from "../panels/panel-words.ts";
import { roleWords } from "./control-rules.ts";
import type { PeopleSnapshot } from "./people-snapshot.ts";

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.split(" ").filter((word) => word !== "");
  const [first = "?", last = ""] = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return [first, last].map((word) => [...word].slice(0, 1).join("").toLocaleUpperCase()).join("");
}

/** Who has control, in a few words for the bar; empty where it goes without saying. */
export function controlHint({ people, me, control }: PeopleSnapshot): string {
  if (me === null) return "";
  const held = control.isHeld ? `${control.holder?.name ?? "Someone else"} has control` : null;
  if (me.role === "viewer") return held ?? "Watching";
  if (control.mode === "everyone") {
    if (control.locked) return me.hasControl ? "Hosts have control" : "Only hosts have control";
    return people.length > 1 ? "Everyone has control" : "";
  }
  if (me.hasControl) return people.length > 1 ? "You have control" : "";
  if (me.isAsking) return "Waiting for control";
  return held ?? "Nobody has control";
}

/** The same in a word or two, for a small screen. */
export function shortControlHint(snapshot: PeopleSnapshot): string {
  const { me, control } = snapshot;
  if (me === null || controlHint(snapshot) === "") return "";
  if (control.mode === "everyone" && me.role !== "viewer") return control.locked ? "Hosts" : "Everyone";
  if (me.hasControl) return "In control";
  if (me.isAsking) return "Waiting";
  if (control.isHeld) return control.holder?.name ?? "Someone else";
  return me.role === "viewer" ? "Watching" : "Nobody";
}

/** What is said of a person under the name. */
export function personDetail(person: Person, isMe: boolean): string {
  if (person.isAsking) return isMe ? "You, waiting for control" : "Wants control";
  const role = roleWords[person.role];
  const facts = isMe ? ["You", role.toLowerCase()] : [role];
  if (person.hasControl) facts.push("in control");
  if (person.isAway) facts.push("away");
  return facts.join(", ");
}

/** A sentence about how control passes on. */
export function controlSentence(snapshot: PeopleSnapshot): string {
  const { control, me } = snapshot;
  if (me?.role === "viewer") return "This link only lets you watch.";
  if (control.mode === "everyone") return control.locked ? "Only hosts have control." : "Everyone has control.";
  return isGivenByHosts(snapshot) ? "A host decides who has control." : "One person has control at a time.";
}

/** How many are there who are not told of, in words; null for none. */
export function otherPeopleWords(told: number, total: number): string | null {
  return total > told ? `and ${total - told} more` : null;
}
