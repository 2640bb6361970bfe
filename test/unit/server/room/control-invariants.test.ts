/** What holds of who steers, whatever people do (CT2): server/room/control.ts. */

import { describe, expect, test } from "vitest";
import { type ControlRequest, controlModes, type Role, roles } from "../../../../shared/people.ts";
import { ControlRoom, IDLE_MS } from "./control-room.ts";

describe("CT2: whatever people do", () => {
  test.each(Array.from({ length: 60 }, (_, index) => index + 1))("the rules hold (seed %i)", (seed) => {
    const random = mulberry(seed);
    const pick = <T>(values: readonly [T, ...T[]] | readonly T[]): T =>
      values[Math.floor(random() * values.length)] as T;
    const room = new ControlRoom(pick(controlModes));
    const there = new Map<number, { readonly role: Role; readonly canSteer: boolean }>();
    let last = 0;
    for (let step = 0; step < 400; step += 1) {
      const before = room.state;
      const told = room.told.length;
      const person = 1 + Math.floor(random() * (last + 1));
      const what = random();
      if (what < 0.12 && there.size < 9) {
        last += 1;
        there.set(last, { role: pick(roles), canSteer: random() < 0.85 });
        room.control.join(last, there.get(last)?.role ?? "viewer", there.get(last)?.canSteer ?? false);
      } else if (what < 0.2) {
        there.delete(person);
        room.control.leave(person);
      } else if (what < 0.3) room.control.setAway(person, random() < 0.5);
      else if (what < 0.4) room.control.noteActive(person);
      else if (what < 0.5) {
        room.time += random() * IDLE_MS;
        room.control.check();
      } else {
        const code = room.do(person, randomRequest(random, pick, last));
        const isForbidden = !there.has(person) || there.get(person)?.role === "viewer";
        if (code !== null || isForbidden) {
          expect(room.told.slice(told).filter((event) => event !== "changed")).toEqual([]);
          expect(room.state).toEqual(before);
        }
      }
      expectInvariants(room, there, last);
      if (JSON.stringify(room.state) !== JSON.stringify(before)) expect(room.told.slice(told)).toContain("changed");
    }
    expect(last).toBeGreaterThan(10);
  });
});

function expectInvariants(
  { control }: ControlRoom,
  there: ReadonlyMap<number, { readonly role: Role; readonly canSteer: boolean }>,
  last: number,
): void {
  const eligible = (person: number): boolean => {
    const member = there.get(person);
    return member?.canSteer === true && member.role !== "viewer";
  };
  const isPassedOn = control.mode === "one" && !control.locked;
  expect(control.controllers.every(eligible)).toBe(true);
  if (control.mode === "everyone") expect(control.holder).toBeNull();
  else expect(control.controllers).toEqual(control.holder === null ? [] : [control.holder]);
  for (let person = 1; person <= last; person += 1) {
    expect(control.hasControl(person)).toBe(control.controllers.includes(person));
    if (!control.isAsking(person)) continue;
    expect(eligible(person)).toBe(true);
    expect(person).not.toBe(control.holder);
    expect(control.mode).not.toBe("everyone");
    if (isPassedOn) expect(control.holder).not.toBeNull();
  }
}

function randomRequest(random: () => number, pick: <T>(values: readonly T[]) => T, last: number): ControlRequest {
  const person = 1 + Math.floor(random() * (last + 1));
  return pick<ControlRequest>([
    { action: "ask" },
    { action: "ask" },
    { action: "withdraw" },
    { action: "release" },
    { action: "take" },
    { action: "grant", person },
    { action: "refuse", person },
    { action: "kick", person },
    { action: "lock", locked: random() < 0.4 },
    { action: "mode", mode: pick(controlModes) },
  ]);
}

/** Numbers from 0 to 1 that are the same for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
