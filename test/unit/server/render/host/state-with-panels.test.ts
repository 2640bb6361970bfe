/** The state of a scene with what was changed in its panels. */

import { expect, test } from "vitest";
import type { Stateful } from "../../../../../server/render/host/scene-state.ts";
import { stateWithPanels } from "../../../../../server/render/host/state-with-panels.ts";
import type { PanelValues } from "../../../../../server/render/panels/scene-panels.ts";
import type { Json } from "../../../../../shared/custom-message.ts";
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

test("SP1: where nothing was changed in panels the state is the scene's own, or none", () => {
  expect(make({ view: 1 }, null).state.getState?.()).toEqual({ view: 1 });
  expect(make({ view: 1 }, {}).state.getState?.()).toEqual({ view: 1 });
  expect(make(undefined, null).state.getState).toBeUndefined();
});

test("what was put back in the panels of a scene without a state is a state, too, or the one before would come again", () => {
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

test("a state from before there were panels is the scene's own, and puts panels back", () => {
  const { told, state } = make({ view: 1 }, changed);
  state.setState?.({ view: 2 });
  expect(told).toEqual([{ panels: {} }, { state: { view: 2 } }]);
});

test("where there is no room for both, the scene's own state is told", () => {
  const own = { long: "x".repeat(MAX_STATE_LENGTH - 30) };
  expect(make(own, { "/a": "y".repeat(100) }).state.getState?.()).toEqual(own);
});
