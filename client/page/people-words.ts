/** Owns the words for who is there and who steers. Pure. */

import type { Person } from "../../shared/people.ts";
import type { CompanySnapshot } from "../people/company.ts";
import { isGivenByHosts, roleWords } from "./control-rules.ts";

/** One or two letters that stand for a name. */
export function initialsOf(name: string): string {
  const words = name.split(" ").filter((word) => word !== "");
  const [first = "?", last = ""] = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return [first, last].map((word) => [...word].slice(0, 1).join("").toLocaleUpperCase()).join("");
}

/** Who has control, in a few words for the bar; empty where it goes without saying. */
export function controlHint({ people, me, control }: CompanySnapshot): string {
  if (me === null) return "";
  const held = control.isHeld ? `${control.holder?.name ?? "Somebody else"} has control` : null;
  if (me.role === "viewer") return held ?? "Watching";
  if (control.mode === "everyone") {
    if (control.locked) return me.hasControl ? "Hosts have control" : "Only hosts have control";
    return people.length > 1 ? "Everyone has control" : "";
  }
  if (me.hasControl) return people.length > 1 ? "You have control" : "";
  if (me.isAsking) return "Waiting for control";
  return held ?? "Nobody has control";
}

/** What is said of a person under the name. */
export function personDetail(person: Person, isMe: boolean): string {
  if (person.isAsking) return isMe ? "You, waiting for control" : "Asks for control";
  const facts = [isMe ? "You" : null, roleWords[person.role]];
  if (person.hasControl) facts.push("has control");
  if (person.isAway) facts.push("away");
  return facts.filter((fact) => fact !== null).join(", ");
}

/** A sentence about how control passes on. */
export function controlSentence(company: CompanySnapshot): string {
  const { control, me } = company;
  if (me?.role === "viewer") return "You are watching. This link does not let you steer.";
  if (control.mode === "everyone") return control.locked ? "Only hosts steer now." : "Everyone steers.";
  return isGivenByHosts(company) ? "One person steers, whom a host chooses." : "One person steers at a time.";
}

/** How many are there who are not told of, in words; null for none. */
export function otherPeopleWords(told: number, total: number): string | null {
  return total > told ? `and ${total - told} more` : null;
}
