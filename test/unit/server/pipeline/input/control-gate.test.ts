/** Whose input reaches the scene: server/session/control-gate.ts, rules CG1 to CG4. */

import { describe, expect, test } from "vitest";
import { ControlGate } from "../../../../../server/pipeline/input/control-gate.ts";
import type { InputEvent } from "../../../../../shared/input.ts";
import { doubleClickInput, dragInput, keyInput, pointerInput, wheelInput } from "../../../../support/input-samples.ts";

const everything: readonly InputEvent[] = [
  ...dragInput([
    [0.1, 0.1],
    [0.5, 0.5],
  ]),
  ...(["move", "cancel", "enter", "leave"] as const).map((phase) => pointerInput(phase)),
  pointerInput("move", { button: 2, buttons: 2 }),
  ...(["down", "up"] as const).map((phase) => keyInput(phase)),
  keyInput("down", { repeat: true }),
  wheelInput({ deltaY: 100 }),
  doubleClickInput(),
  { kind: "release" },
];

/** A gate at which these have control. */
function gateOf(...viewerIds: string[]): ControlGate {
  const gate = new ControlGate();
  gate.setControllers(viewerIds);
  return gate;
}

/** What a scene holds after it saw these events: the test's own account. */
function heldAfter(events: readonly InputEvent[]): Set<string> {
  const held = new Set<string>();
  for (const event of events) {
    if (event.kind === "pointer" && event.phase === "down") held.add(`pointer ${event.pointerId}`);
    if (event.kind === "pointer" && (event.phase === "up" || event.phase === "cancel")) {
      held.delete(`pointer ${event.pointerId}`);
    }
    if (event.kind === "key") held[event.phase === "down" ? "add" : "delete"](`key ${event.code} ${event.key}`);
  }
  return held;
}

describe("CG1: without control", () => {
  test("nothing passes, whatever it is", () => {
    const gate = gateOf("ann");
    expect(everything.flatMap((event) => gate.filter("bob", event))).toEqual([]);
  });

  test("everything passes of who has it, unchanged", () => {
    const gate = gateOf("ann");
    const sent = [
      pointerInput("enter"),
      ...dragInput([
        [0, 0],
        [1, 1],
      ]),
      keyInput("down"),
      keyInput("up"),
      wheelInput(),
    ];
    expect(sent.flatMap((event) => gate.filter("ann", event))).toEqual(sent);
  });

  test("nothing passes between the losing and the getting of it, however fast they follow one another", () => {
    const gate = gateOf();
    const passed: InputEvent[] = [];
    for (let round = 0; round < 300; round += 1) {
      const has = round % 3 === 0;
      for (const { events } of gate.setControllers(has ? ["bob"] : [])) passed.push(...events);
      const before = passed.length;
      for (const event of everything) passed.push(...gate.filter("bob", event));
      if (!has) expect(passed).toHaveLength(before);
    }
    for (const { events } of gate.setControllers([])) passed.push(...events);
    expect(heldAfter(passed)).toEqual(new Set());
  });
});

describe("CG2: losing control", () => {
  test("lets go of pointers and keys where they were last, and only of the one who lost it", () => {
    const gate = gateOf("ann", "bob");
    gate.filter("ann", pointerInput("down", { pointerId: 3 }));
    gate.filter("ann", pointerInput("move", { pointerId: 3, x: 0.8, buttons: 1 }));
    gate.filter("ann", keyInput("down", { code: "ShiftLeft", key: "Shift" }));
    gate.filter("bob", pointerInput("down"));
    expect(gate.setControllers(["bob"])).toMatchObject([
      {
        viewerId: "ann",
        events: [
          { kind: "pointer", phase: "cancel", pointerId: 3, x: 0.8, buttons: 0 },
          { kind: "key", phase: "up", code: "ShiftLeft" },
        ],
      },
    ]);
  });

  test("happens once, also when the viewer then lets go by itself, says release and leaves", () => {
    const gate = gateOf("ann");
    gate.filter("ann", pointerInput("down"));
    expect(gate.setControllers([]).flatMap(({ events }) => events)).toHaveLength(1);
    expect(gate.setControllers([])).toEqual([]);
    expect(gate.filter("ann", pointerInput("up"))).toEqual([]);
    expect(gate.filter("ann", { kind: "release" })).toEqual([]);
    expect(gate.remove("ann")).toEqual([]);
  });

  test("by leaving lets go too, and who left has no control any more", () => {
    const gate = gateOf("ann");
    gate.filter("ann", keyInput("down"));
    expect(gate.remove("ann")).toMatchObject([{ kind: "key", phase: "up" }]);
    expect(gate.filter("ann", wheelInput())).toEqual([]);
    expect(gate.hasControl("ann")).toBe(false);
  });

  test("lets go of nothing that was let go before", () => {
    const gate = gateOf("ann");
    for (const event of [pointerInput("down"), keyInput("down"), pointerInput("up"), keyInput("up")]) {
      gate.filter("ann", event);
    }
    expect(gate.remove("ann")).toEqual([]);
  });
});

describe("CG3: what was pressed without control", () => {
  test("stays without effect until it is pressed anew", () => {
    const gate = gateOf();
    gate.filter("bob", pointerInput("down"));
    gate.filter("bob", keyInput("down"));
    gate.setControllers(["bob"]);
    const hidden = [
      pointerInput("move", { buttons: 1 }),
      pointerInput("move", { button: 2, buttons: 3 }),
      pointerInput("move", { button: 2, buttons: 0 }),
      keyInput("down", { repeat: true }),
      keyInput("up"),
      pointerInput("up"),
      pointerInput("cancel"),
    ];
    expect(hidden.flatMap((event) => gate.filter("bob", event))).toEqual([]);
    const seen = [
      pointerInput("move"),
      ...dragInput([
        [0.2, 0.2],
        [0.4, 0.4],
      ]),
      keyInput("down"),
      keyInput("up"),
    ];
    expect(seen.flatMap((event) => gate.filter("bob", event))).toEqual(seen);
  });

  test("is not told by a pointer that comes or goes with its button down", () => {
    const gate = gateOf("bob");
    const passed = (["enter", "leave"] as const).flatMap((phase) =>
      gate.filter("bob", pointerInput(phase, { buttons: 1, pressure: 0.5 })),
    );
    expect(passed).toMatchObject([
      { phase: "enter", buttons: 0, pressure: 0 },
      { phase: "leave", buttons: 0, pressure: 0 },
    ]);
  });

  test("makes no double click, of which the scene would have seen one press at most", () => {
    const gate = gateOf();
    gate.filter("bob", pointerInput("down"));
    gate.setControllers(["bob"]);
    const click = () => [pointerInput("down"), pointerInput("up")].flatMap((event) => gate.filter("bob", event)).length;
    expect(click()).toBe(2);
    expect(gate.filter("bob", doubleClickInput())).toEqual([]);
    expect(click()).toBe(2);
    expect(gate.filter("bob", doubleClickInput())).toHaveLength(1);
  });

  test("and held over a loss of control does not come back with it", () => {
    const gate = gateOf("bob");
    gate.filter("bob", pointerInput("down"));
    gate.setControllers([]);
    gate.setControllers(["bob"]);
    expect(gate.filter("bob", pointerInput("move", { buttons: 1 }))).toEqual([]);
    expect(gate.filter("bob", pointerInput("up"))).toEqual([]);
  });
});

describe("CG4: what passes as a press is let go", () => {
  test("also of a viewer that presses thousands of pointers and keys at once", () => {
    const gate = gateOf("bob");
    const sent = Array.from({ length: 3000 }, (_, index): InputEvent => {
      return index % 2 === 0 ? pointerInput("down", { pointerId: index }) : keyInput("down", { code: `Key${index}` });
    });
    const passed = sent.flatMap((event) => gate.filter("bob", event));
    expect(passed.length).toBeGreaterThan(20);
    expect(passed.length).toBeLessThan(300);
    expect(heldAfter([...passed, ...gate.remove("bob")])).toEqual(new Set());
  });

  test("also of a key whose code is the name of another", () => {
    const gate = gateOf("bob");
    const sent = [keyInput("down", { code: "KeyA", key: "a" }), keyInput("down", { code: "", key: "KeyA" })];
    const passed = sent.flatMap((event) => gate.filter("bob", event));
    expect(heldAfter([...passed, ...gate.remove("bob")])).toEqual(new Set());
  });

  test("by a release of the viewer, once", () => {
    const gate = gateOf("bob");
    gate.filter("bob", pointerInput("down"));
    expect(gate.filter("bob", { kind: "release" })).toMatchObject([{ phase: "cancel" }, { kind: "release" }]);
    expect(gate.remove("bob")).toEqual([]);
  });
});
