/** Who of several viewers has the pointer: server/session/gesture-arbiter.ts. */

import { describe, expect, test } from "vitest";
import { GestureArbiter } from "../../../../../server/pipeline/input/gesture-arbiter.ts";
import { doubleClickInput, keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

describe("GA1: whoever presses first has the pointer", () => {
  test("others' pointers, wheels and double clicks are dropped until everything is released", () => {
    const arbiter = new GestureArbiter();
    const touch = (phase: "down" | "up", pointerId: number) =>
      arbiter.filter("ann", pointerInput(phase, { pointerId, pointerType: "touch" }));
    const bob = () =>
      [pointerInput("move"), wheelInput(), doubleClickInput()].map((event) => arbiter.filter("bob", event) !== null);
    expect(bob()).toEqual([true, true, true]);
    touch("down", 5);
    touch("down", 6);
    touch("up", 5);
    expect(bob()).toEqual([false, false, false]);
    touch("up", 6);
    expect(bob()).toEqual([true, true, true]);
  });

  test("keys of others pass", () => {
    const arbiter = new GestureArbiter();
    arbiter.filter("ann", pointerInput("down"));
    expect(arbiter.filter("bob", keyInput("down"))).toEqual(keyInput("down"));
  });

  test("a cancel frees the pointer, and so does leaving", () => {
    const arbiter = new GestureArbiter();
    arbiter.filter("ann", pointerInput("down"));
    arbiter.filter("ann", pointerInput("cancel"));
    expect(arbiter.filter("bob", pointerInput("down"))).not.toBeNull();
    arbiter.remove("bob");
    expect(arbiter.filter("ann", pointerInput("down"))).not.toBeNull();
  });
});

test("GA2: a press that was dropped stays dropped", () => {
  const arbiter = new GestureArbiter();
  arbiter.filter("ann", pointerInput("down"));
  expect(arbiter.filter("bob", pointerInput("down"))).toBeNull();
  arbiter.filter("ann", pointerInput("up"));
  expect(arbiter.filter("bob", pointerInput("move", { buttons: 1 }))).toBeNull();
  expect(arbiter.filter("bob", pointerInput("up"))).toBeNull();
  expect(arbiter.filter("bob", pointerInput("move"))).not.toBeNull();
});

describe("GA3: pointer ids", () => {
  test("are unique among viewers and stay the same for a hand", () => {
    const arbiter = new GestureArbiter();
    const idOf = (viewerId: string, phase: "move" | "down" | "up"): number | null => {
      const event = arbiter.filter(viewerId, pointerInput(phase));
      return event?.kind === "pointer" ? event.pointerId : null;
    };
    const ann = idOf("ann", "move");
    const bob = idOf("bob", "move");
    expect(ann).not.toBe(bob);
    expect([idOf("ann", "down"), idOf("ann", "up"), idOf("ann", "move")]).toEqual([ann, ann, ann]);
    expect(idOf("bob", "move")).toBe(bob);
  });

  test("of a viewer that makes up thousands take bounded room and still pass", () => {
    const arbiter = new GestureArbiter();
    for (let pointerId = 0; pointerId < 5000; pointerId += 1) {
      expect(arbiter.filter("ann", pointerInput("move", { pointerId }))).not.toBeNull();
    }
  });
});
