/** Owns the checks of the words for who is there and who steers. */

import { describe, expect, it } from "vitest";
import {
  controlHint,
  controlSentence,
  initialsOf,
  otherPeopleWords,
  personDetail,
  shortControlHint,
} from "../../../../client/page/people-words.ts";
import { person, snapshot } from "../people/people-samples.ts";

const me = person(1, "Otter");
const holding = person(1, "Otter", { hasControl: true });
const ann = person(2, "Ann", { hasControl: true });
const ben = person(3, "Ben");

describe("the hint in the bar", () => {
  it.each([
    ["is quiet with only oneself", snapshot([holding]), "", ""],
    ["is quiet alone where everyone steers", snapshot([holding], { mode: "everyone" }), "", ""],
    ["says that it is one's own", snapshot([holding, ben]), "You have control", "In control"],
    ["names who has it", snapshot([me, ann]), "Ann has control", "Ann"],
    ["does not name who is not told of", snapshot([me], { holder: 9 }), "Someone else has control", "Someone else"],
    ["says that nobody has it", snapshot([me, ben]), "Nobody has control", "Nobody"],
    ["says that one waits", snapshot([person(1, "Otter", { isAsking: true }), ann]), "Waiting for control", "Waiting"],
    ["says that everyone has it", snapshot([holding, ann], { mode: "everyone" }), "Everyone has control", "Everyone"],
    [
      "says that hosts have it",
      snapshot([me, ann], { mode: "everyone", locked: true }),
      "Only hosts have control",
      "Hosts",
    ],
    [
      "of a viewer says that it watches",
      snapshot([person(1, "Otter", { role: "viewer" }), ben]),
      "Watching",
      "Watching",
    ],
  ])("%s", (_rule, people, hint, short) => {
    expect([controlHint(people), shortControlHint(people)]).toEqual([hint, short]);
  });
});

it("takes the first letters of the first and the last word, whole characters of any script", () => {
  expect(["Quiet Otter", "Ann", "anna maria lund", "李雷", "😀 Ann"].map(initialsOf)).toEqual([
    "QO",
    "A",
    "AL",
    "李",
    "😀A",
  ]);
});

it("says of a person what it may and does", () => {
  expect(personDetail(person(1, "Otter", { role: "host", hasControl: true }), true)).toBe("You, host, in control");
  expect(personDetail(person(2, "Ann", { isAway: true }), false)).toBe("Can control, away");
  expect(personDetail(person(2, "Ann", { isAsking: true, isAway: true }), false)).toBe("Wants control");
});

it("says how control passes on", () => {
  const sentences = [
    snapshot([me, ann]),
    snapshot([me, ann], { mode: "host" }),
    snapshot([me, ann], { locked: true }),
    snapshot([me, ann], { mode: "everyone" }),
  ].map(controlSentence);
  expect(sentences).toEqual([
    "One person has control at a time.",
    "A host decides who has control.",
    "A host decides who has control.",
    "Everyone has control.",
  ]);
});

it("counts those who are not told of", () => {
  expect(otherPeopleWords(200, 234)).toBe("and 34 more");
  expect(otherPeopleWords(2, 2)).toBeNull();
});
