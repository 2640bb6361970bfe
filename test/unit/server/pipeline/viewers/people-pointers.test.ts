/** Where the pointers of people are: server/session/people-pointers.ts, rules PP1 to PP5. */

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PeoplePointers } from "../../../../../server/pipeline/viewers/people-pointers.ts";
import { type PersonPointer, parseFeedback } from "../../../../../shared/feedback.ts";
import { milliseconds } from "../../../../../shared/time.ts";
import { keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

type Told = { readonly at: number; readonly bytes: Uint8Array; readonly pointers: readonly PersonPointer[] };

let pointers: PeoplePointers;
const told = new Map<number, Told[]>();

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  told.clear();
  pointers = new PeoplePointers(() => milliseconds(Date.now()));
});

afterEach(() => {
  pointers.close();
});

/** Lets viewers in, "1" as person 1 and so on. */
function join(count: number, from = 1): void {
  for (let person = from; person < from + count; person += 1) {
    const list: Told[] = [];
    told.set(person, list);
    pointers.add(String(person), person, (feedback) => {
      const bytes = feedback.socketForm();
      const parsed = parseFeedback(bytes.subarray(1));
      if (parsed?.kind === "pointers") list.push({ at: Date.now(), bytes, pointers: parsed.pointers });
    });
  }
}

const toldTo = (person: number): Told[] => told.get(person) ?? [];
/** What a viewer was told, as "person state x" in percent. */
const words = (person: number): string[] => {
  return toldTo(person).flatMap((message) =>
    message.pointers.map(({ person: of, state, x }) => `${of} ${state} ${Math.round(x * 100)}`),
  );
};
const newest = (person: number): string | undefined => words(person).at(-1);

test("PP1: of several fingers the one that is pressed counts, until it is lifted", () => {
  join(2);
  const touch = (pointerId: number, x: number) => ({ pointerId, pointerType: "touch", x, buttons: 1 }) as const;
  pointers.note("1", pointerInput("down", touch(5, 0.1)));
  pointers.note("1", pointerInput("down", touch(6, 0.9)));
  pointers.note("1", pointerInput("move", touch(6, 0.8)));
  vi.advanceTimersByTime(60);
  expect(words(2)).toEqual(["1 pressed 10"]);
  pointers.note("1", pointerInput("up", { ...touch(5, 0.1), buttons: 0 }));
  vi.advanceTimersByTime(60);
  expect(newest(2)).toBe("1 gone 10");
  pointers.note("1", pointerInput("move", touch(6, 0.7)));
  vi.advanceTimersByTime(60);
  expect(newest(2)).toBe("1 pressed 70");
});

describe("PP2: a pointer", () => {
  const after = (...events: Parameters<typeof pointerInput>[]): string | undefined => {
    join(2);
    for (const event of events) {
      pointers.note("1", pointerInput(...event));
      vi.advanceTimersByTime(100);
    }
    return newest(2);
  };

  test.each([
    ["moves over the picture", [["move"]], "1 over 50"],
    ["is pressed", [["move"], ["down"]], "1 pressed 50"],
    ["is dragged", [["down"], ["move", { x: 0.6, buttons: 1 }]], "1 pressed 60"],
    ["is over it again after its release", [["down"], ["up"]], "1 over 50"],
    ["is gone when it left", [["move"], ["leave"]], "1 gone 50"],
    ["is gone when its press was broken off", [["down"], ["cancel"]], "1 gone 50"],
    [
      "is gone when the finger is lifted",
      [
        ["down", { pointerType: "touch" }],
        ["up", { pointerType: "touch" }],
      ],
      "1 gone 50",
    ],
  ] as const)("%s", (_, events, expected) => {
    expect(after(...(events as unknown as Parameters<typeof pointerInput>[]))).toBe(expected);
  });

  test("is gone when it rests for 10 s, unless it is pressed, and is back with its next move", () => {
    join(3);
    pointers.note("1", pointerInput("move"));
    pointers.note("2", pointerInput("down"));
    vi.advanceTimersByTime(9900);
    expect(words(3).some((word) => word.includes("gone"))).toBe(false);
    vi.advanceTimersByTime(200);
    expect(newest(3)).toBe("1 gone 50");
    vi.advanceTimersByTime(60_000);
    expect(words(3).some((word) => word.startsWith("2 gone"))).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
    pointers.note("1", pointerInput("move"));
    vi.advanceTimersByTime(60);
    expect(newest(3)).toBe("1 over 50");
  });

  test("is gone when its viewer leaves or looks away", () => {
    join(3);
    pointers.note("1", pointerInput("move"));
    pointers.note("2", pointerInput("move"));
    vi.advanceTimersByTime(600);
    pointers.remove("1");
    pointers.hide("2");
    vi.advanceTimersByTime(60);
    expect(words(3).slice(-2)).toEqual(["1 gone 0", "2 gone 50"]);
  });

  test("is not changed by keys and wheels", () => {
    join(2);
    pointers.note("1", keyInput("down"));
    pointers.note("1", wheelInput());
    expect([vi.getTimerCount(), words(2)]).toEqual([0, []]);
  });
});

test("PP3: changes come at most 20 times a second, the newest last, never one's own", () => {
  join(3);
  for (let at = 0; at < 1000; at += 2) {
    pointers.note("1", pointerInput("move", { x: at / 1000 }));
    pointers.note("2", pointerInput("move", { x: 1 - at / 1000 }));
    vi.advanceTimersByTime(2);
  }
  const steps = toldTo(3)
    .slice(1)
    .map(({ at }, index) => at - (toldTo(3)[index]?.at ?? 0));
  expect(toldTo(3).length).toBeLessThanOrEqual(21);
  expect(toldTo(3).length).toBeGreaterThan(15);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(50);
  vi.advanceTimersByTime(60);
  expect(words(3).slice(-2)).toEqual(["1 over 100", "2 over 0"]);
  expect(words(1).some((word) => word.startsWith("1 "))).toBe(false);
  expect(words(2).some((word) => word.startsWith("2 "))).toBe(false);
});

test("PP3: who did not move gets the very same bytes as the others, and a message has at most 64 pointers", () => {
  join(100);
  for (let person = 1; person <= 90; person += 1) pointers.note(String(person), pointerInput("move"));
  vi.advanceTimersByTime(60);
  expect(toldTo(95).map((message) => message.pointers.length)).toEqual([64, 26]);
  expect(toldTo(95)[0]?.bytes).toBe(toldTo(96)[0]?.bytes);
  expect(toldTo(1).flatMap((message) => message.pointers)).toHaveLength(89);
});

test("PP4: what changed last is told once more, and then there is silence and no timer", () => {
  join(2);
  pointers.note("1", pointerInput("down"));
  vi.advanceTimersByTime(60_000);
  expect(toldTo(2).map(({ at }) => at)).toEqual([0, 500]);
  expect(vi.getTimerCount()).toBe(0);
});

test("PP5: who joins is told of all that are there, and of none that are not", () => {
  join(3);
  pointers.note("1", pointerInput("move", { x: 0.2 }));
  pointers.note("2", pointerInput("move"));
  pointers.note("2", pointerInput("leave"));
  vi.advanceTimersByTime(1000);
  join(1, 4);
  pointers.greet("4");
  expect(words(4)).toEqual(["1 over 20"]);
  pointers.greet("1");
  expect(words(1).filter((word) => word.startsWith("1 "))).toEqual([]);
});

test("without viewers there is no timer", () => {
  join(1);
  pointers.note("1", pointerInput("move"));
  expect(vi.getTimerCount()).toBe(1);
  pointers.remove("1");
  expect(vi.getTimerCount()).toBe(0);
});
