/** The panels as a page sees them, and how often it says what it sets. */

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RemotePanels } from "../../../../client/scene/remote-panels.ts";
import type { PanelChange, PanelControl } from "../../../../shared/panels.ts";

const common = { label: "L", disabled: false, hidden: false };
const folder = (id: string): PanelControl => ({ kind: "folder", id, ...common, open: true });
const size: PanelControl = { kind: "range", id: "/P/size", ...common, value: 1, min: 0, max: 100, step: 1 };
const go: PanelControl = { kind: "button", id: "/P/More/go", ...common };

let sent: PanelChange[];
let panels: RemotePanels;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  panels = new RemotePanels((change) => sent.push(change));
  panels.handlePanels({ revision: 1, controls: [folder("/P"), size, folder("/P/More"), go, folder("/Q")] });
});
afterEach(() => {
  panels.close();
});

it("controls are in their folders, panels in none", () => {
  expect(panels.all).toMatchObject([
    { id: "/P", children: [{ id: "/P/size" }, { id: "/P/More", children: [{ id: "/P/More/go" }] }] },
    { id: "/Q", children: [] },
  ]);
});

it("what changed is told by controls, or as other panels", () => {
  const told: (readonly PanelControl[] | null)[] = [];
  panels.on("changed", ({ changed }) => told.push(changed));
  const other = { ...size, value: 7 };
  panels.handleChanges({ revision: 1, controls: [other] });
  panels.handleChanges({ revision: 1, controls: [other] });
  panels.handlePanels({ revision: 2, controls: [folder("/P")] });
  expect(told).toEqual([[other], null]);
  expect(panels.find("/P/size")).toBeNull();
});

it("several are set at once, all of them or none, and true presses a button", () => {
  expect(() => panels.setAll({ "/P/size": 5, "/P/More/go": false })).toThrow(
    'The value of "/P/More/go" must be true: it is a button, which that presses.',
  );
  expect(() => panels.setAll({ "/P/size": 5, "/P/none": 1 })).toThrow('There is no control "/P/none".');
  expect(sent).toEqual([]);
  panels.setAll({ "/P/size": 5, "/P/More/go": true });
  expect(sent).toEqual([
    { id: "/P/size", value: 5, last: true },
    { id: "/P/More/go", value: null, last: true },
  ]);
});

describe("what is dragged", () => {
  it("goes at most 30 times a second, its last value always", () => {
    for (let value = 1; value <= 100; value += 1) {
      panels.set("/P/size", value, false);
      vi.advanceTimersByTime(10);
    }
    panels.set("/P/size", 42, true);
    expect(sent[0]).toEqual({ id: "/P/size", value: 1, last: false });
    expect(sent.length).toBeGreaterThan(20);
    expect(sent.length).toBeLessThanOrEqual(32);
    expect(sent.at(-1)).toEqual({ id: "/P/size", value: 42, last: true });
    const { length } = sent;
    vi.advanceTimersByTime(1000);
    expect(sent).toHaveLength(length);
  });

  it("and then held still arrives without being let go of", () => {
    panels.set("/P/size", 1, false);
    panels.set("/P/size", 2, false);
    vi.advanceTimersByTime(40);
    expect(sent.map(({ value }) => value)).toEqual([1, 2]);
  });
});

it("a press goes each time", () => {
  panels.press("/P/More/go");
  panels.press("/P/More/go");
  expect(sent).toEqual(Array(2).fill({ id: "/P/More/go", value: null, last: true }));
});

it("misuse is told at once", () => {
  expect(() => panels.set("/P/none", 1)).toThrow(new TypeError('There is no control "/P/none".'));
  expect(() => panels.set("/P/size", 101)).toThrow(
    new TypeError('The value of "/P/size" must be a number from 0 to 100.'),
  );
  expect(() => panels.press("/P/size")).toThrow(new TypeError('There is no button "/P/size".'));
  expect(sent).toEqual([]);
});
