/** Owns what is worth a word about control when the people are others than a moment ago. Pure. */

import type { Person } from "../index.ts";
import { mayAnswer } from "./control-rules.ts";
import type { PeopleSnapshot } from "./people-snapshot.ts";

export type ControlNews =
  /** We have control; `from` had it before, and may have left. */
  | { readonly kind: "gained"; readonly from: Person | null; readonly hasLeft: boolean }
  /** We lost control to somebody. */
  | { readonly kind: "lost"; readonly to: Person }
  /** Somebody asks, and we may answer. */
  | { readonly kind: "asks"; readonly person: Person }
  /** Nobody waits for our answer any more. */
  | { readonly kind: "answered"; readonly person: number };

export function controlNews(before: PeopleSnapshot, now: PeopleSnapshot): ControlNews[] {
  return [...holderNews(before, now), ...askingNews(before, now)];
}

function holderNews(before: PeopleSnapshot, now: PeopleSnapshot): ControlNews[] {
  // Another number: we came back, and all that was is over. Among everybody nobody has it.
  if (before.me === null || before.me.number !== now.me?.number) return [];
  if (before.control.mode === "everyone" || now.control.mode === "everyone") return [];
  const [had, has] = [before.me.hasControl, now.me.hasControl];
  if (!had && has) {
    const from = before.control.holder;
    const hasLeft = from !== null && !now.people.some((person) => person.number === from.number);
    return [{ kind: "gained", from, hasLeft }];
  }
  return had && !has && now.control.holder !== null ? [{ kind: "lost", to: now.control.holder }] : [];
}

function askingNews(before: PeopleSnapshot, now: PeopleSnapshot): ControlNews[] {
  const [waitedBefore, waiting] = [waitingFor(before), waitingFor(now)];
  const news: ControlNews[] = [];
  for (const person of waitedBefore) {
    if (!waiting.some(({ number }) => number === person.number)) news.push({ kind: "answered", person: person.number });
  }
  for (const person of waiting) {
    if (!waitedBefore.some(({ number }) => number === person.number)) news.push({ kind: "asks", person });
  }
  return news;
}

/** Who waits for our answer. */
function waitingFor(snapshot: PeopleSnapshot): readonly Person[] {
  if (!mayAnswer(snapshot)) return [];
  return snapshot.people.filter((person) => person.isAsking && person.number !== snapshot.me?.number);
}
