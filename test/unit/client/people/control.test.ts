/** Owns the checks of what a viewer knows of control, and asks about it. */

import { expect, it } from "vitest";
import { peopleMessage, person, roomOf } from "./people-samples.ts";

const me = person(1, "Otter");
const ann = person(2, "Ann", { hasControl: true });

it("is everybody's before the server told of it, and not known to be ours", () => {
  const { control } = roomOf([], { mode: "everyone" });
  expect(control.state).toEqual({ mode: "everyone", locked: false, isHeld: false, holder: null, isMine: false });
});

it("finds who has it among the people", () => {
  const { control } = roomOf([me, ann]);
  expect(control.state).toEqual({ mode: "one", locked: false, isHeld: true, holder: ann, isMine: false });
  expect(control).toMatchObject({ mode: "one", locked: false, isHeld: true, holder: ann, isMine: false });
});

it("knows that it is held by somebody who is not told of", () => {
  expect(roomOf([me], { holder: 2 }).control).toMatchObject({ isHeld: true, holder: null, isMine: false });
});

it("says of each message whether anything changed, and keeps a state that was taken as it was", () => {
  const { people, control } = roomOf([me, ann]);
  const before = control.state;
  const mine = [person(1, "Otter", { hasControl: true }), person(2, "Ann")];
  const told = [
    peopleMessage([me, ann, person(3, "Ben")]),
    peopleMessage(mine),
    peopleMessage(mine, { locked: true }),
    peopleMessage(mine, { locked: true, mode: "host" }),
    peopleMessage([mine[0] ?? me], { locked: true, mode: "host" }),
  ].map((message) => {
    people.handlePeople(message);
    return control.handlePeople(message);
  });
  expect(told).toEqual([false, true, true, true, false]);
  expect(control).toMatchObject({ mode: "host", locked: true, isMine: true });
  expect(before).toMatchObject({ mode: "one", locked: false, isMine: false });
});

it("asks the server, and changes nothing by asking", () => {
  const { control, sent } = roomOf([me, ann]);
  control.ask();
  control.withdraw();
  control.release();
  control.take();
  control.grant(ann);
  control.refuse(3);
  control.setLocked(true);
  control.setMode("host");
  expect(sent).toEqual(
    [
      { action: "ask" },
      { action: "withdraw" },
      { action: "release" },
      { action: "take" },
      { action: "grant", person: 2 },
      { action: "refuse", person: 3 },
      { action: "lock", locked: true },
      { action: "mode", mode: "host" },
    ].map((request) => ({ kind: "control", request })),
  );
  expect(control).toMatchObject({ mode: "one", locked: false, isMine: false });
});
