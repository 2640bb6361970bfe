/** Owns the checks of what the page offers about control: nothing that the server would refuse. */

import { describe, expect, it } from "vitest";
import { actionsOn, mayAnswer, ownActions, pressAnswer } from "../../../../client/page/control-rules.ts";
import { person, snapshot } from "../people/people-samples.ts";

const me = person(1, "Otter");
const holding = person(1, "Otter", { hasControl: true });
const host = person(1, "Otter", { role: "host" });
const watching = person(1, "Otter", { role: "viewer" });
const ann = person(2, "Ann", { hasControl: true });
const ben = person(3, "Ben");
const asking = person(3, "Ben", { isAsking: true });
const dan = person(4, "Dan", { role: "viewer" });

describe("for oneself", () => {
  it.each([
    ["a controller asks", snapshot([me, ann]), ["ask"]],
    ["who asks may stop asking", snapshot([person(1, "Otter", { isAsking: true }), ann]), ["withdraw"]],
    ["a host takes control", snapshot([host, ann]), ["take"]],
    ["the holder releases it", snapshot([holding, ben]), ["release"]],
    ["a viewer does nothing", snapshot([watching, ann]), []],
    ["nobody asks where everyone steers", snapshot([me, ben], { mode: "everyone" }), []],
    ["nobody asks where all hosts steer", snapshot([me, ben], { mode: "everyone", locked: true }), []],
  ])("%s", (_rule, people, actions) => {
    expect(ownActions(people)).toEqual(actions);
  });
});

describe("with others", () => {
  it("the holder grants control and answers who asks, but not where hosts give it", () => {
    expect(actionsOn(ben, snapshot([holding, ben]))).toEqual(["grant"]);
    expect(actionsOn(asking, snapshot([holding, asking]))).toEqual(["grant", "refuse"]);
    expect(actionsOn(asking, snapshot([holding, asking], { mode: "host" }))).toEqual([]);
    expect(actionsOn(asking, snapshot([holding, asking], { locked: true }))).toEqual([]);
  });

  it("a host grants control and sends people out, itself never", () => {
    const people = snapshot([host, ann, ben, dan], { mode: "host" });
    expect(actionsOn(ben, people)).toEqual(["grant", "kick"]);
    expect(actionsOn(ann, people)).toEqual(["kick"]);
    expect(actionsOn(dan, people)).toEqual(["kick"]);
    expect(actionsOn(host, people)).toEqual([]);
  });

  it("somebody without control may do nothing", () => {
    expect(actionsOn(asking, snapshot([me, ann, asking]))).toEqual([]);
    expect(mayAnswer(snapshot([me, ann, asking]))).toBe(false);
  });

  it("nobody gives what everyone has", () => {
    expect(actionsOn(ben, snapshot([host, ben], { mode: "everyone" }))).toEqual(["kick"]);
  });
});

describe("a press on the picture", () => {
  it.each([
    ["goes to the scene with control", snapshot([holding]), { kind: "none" }],
    ["of a viewer tells that it watches", snapshot([watching, ann]), { kind: "watching" }],
    ["names who has control", snapshot([me, ann]), { kind: "held", holder: ann }],
    [
      "says that somebody has control who is not told of",
      snapshot([me], { holder: 2 }),
      { kind: "held", holder: null },
    ],
    ["asks where control is free", snapshot([me, ben]), { kind: "ask" }],
    ["reminds who has asked", snapshot([person(1, "Otter", { isAsking: true }), ann]), { kind: "asking" }],
    ["offers to ask where hosts decide", snapshot([me, ben], { mode: "host" }), { kind: "hosts", mayAsk: true }],
    [
      "offers nothing where hosts alone steer",
      snapshot([me, ben], { mode: "everyone", locked: true }),
      { kind: "hosts", mayAsk: false },
    ],
  ])("%s", (_rule, people, answer) => {
    expect(pressAnswer(people)).toEqual(answer);
  });
});
