/** The state of a scene with what was changed in its panels. */

import { expect, test } from "vitest";
import type { Stateful } from "../../../../../server/render/host/scene-state.ts";
import { stateWithPanels } from "../../../../../server/render/host/state-with-panels.ts";
import type { Json } from "../../../../../shared/custom-message.ts";
import type { PanelValues } from "../../../../../shared/panels.ts";
import { MAX_STATE_LENGTH } from "../../../../../shared/signaling.ts";

type Told = { readonly panels: PanelValues } | { readonly state: Json };

function make(own: Json | undefined, values: PanelValues | null): { readonly told: Told[]; readonly state: Stateful } {
  const told: Told[] = [];
  const stateful: Stateful =
    own === undefined ? {} : { getState: () => own, setState: (state) => told.push({ state }) };
  const panels = { hasValues: values !== null, values, restore: (panels: PanelValues) => void told.push({ panels }) };
  return { told, state: stateWithPanels(stateful, panels, (work) => work()) };
}

const changed = { "/Controls/a": 1 };

test("SP1: where panels hold nothing the state is the scene's own, or none", () => {
  expect(make({ view: 1 }, null).state.getState?.()).toEqual({ view: 1 });
  expect(make(undefined, null).state.getState).toBeUndefined();
});

test("SP2: panels in which nothing was changed are told as such, so that the state puts back what is changed after it", () => {
  const { told, state } = make({ view: 1 }, {});
  const saved = state.getState?.();
  expect(saved).toEqual({ view: 1, $panels: {} });
  state.setState?.(saved ?? null);
  expect(told).toEqual([{ panels: {} }, { state: { view: 1 } }]);
  expect(make(undefined, {}).state.getState?.()).toEqual({ $panels: {} });
});

test.each<[string, Json | undefined]>([
  ["an object", { view: 1 }],
  ["an empty one", {}],
  ["a list", [1, 2]],
  ["null", null],
  ["none", undefined],
])("SP2: a scene whose state is %s is given just that again, and its panels what was changed", (_, own) => {
  const first = make(own, changed);
  const next = make(own, null);
  next.state.setState?.(JSON.parse(JSON.stringify(first.state.getState?.())));
  // SP3: panels first.
  expect(next.told).toEqual([{ panels: changed }, ...(own === undefined ? [] : [{ state: own }])]);
});

test.each<[Json]>([[{ view: 2 }], [[1, 2]], [null]])(
  "SP4: a state without $panels leaves panels as they are: %j",
  (given) => {
    const { told, state } = make({ view: 1 }, changed);
    state.setState?.(given);
    expect(told).toEqual([{ state: given }]);
  },
);

test("a scene that takes states and gives none begins in the last one again, and its panels in what they hold", () => {
  const taken: Json[] = [];
  const panels = { hasValues: true, values: changed, restore: () => undefined };
  const state = stateWithPanels({ setState: (given) => void taken.push(given) }, panels, (work) => work());
  expect(state.getState?.()).toEqual({ $panels: changed });
  state.setState?.({ view: 1 });
  expect(state.getState?.()).toEqual({ view: 1, $panels: changed });
  expect(taken).toEqual([{ view: 1 }]);
});

test("what getState gives that is no JSON is passed on, to be refused", () => {
  const panels = { hasValues: true, values: {}, restore: () => undefined };
  const own = { getState: () => undefined as unknown as Json };
  expect(stateWithPanels(own, panels, (work) => work()).getState?.()).toBeUndefined();
});

test("where there is no room for both, the scene's own state is told", () => {
  const own = { long: "x".repeat(MAX_STATE_LENGTH - 30) };
  expect(make(own, { "/a": "y".repeat(100) }).state.getState?.()).toEqual(own);
});
