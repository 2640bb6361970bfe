/** The panels of a scene, from a source that a test plays. */

import { beforeEach, describe, expect, it } from "vitest";
import type { PanelSource, SourceControl } from "../../../../../server/render/panels/panel-source.ts";
import { ScenePanels } from "../../../../../server/render/panels/scene-panels.ts";
import { MAX_CONTROLS, type PanelValue } from "../../../../../shared/panels.ts";

/** A switch, named and set by the test. */
class Played {
  label: string;
  value = false;
  disabled = false;
  readonly set: [PanelValue, boolean][] = [];
  constructor(label: string) {
    this.label = label;
  }
  get read(): SourceControl {
    const { label, disabled, value } = this;
    return {
      key: this,
      shown: { kind: "switch", label, disabled, hidden: false, value },
      initial: false,
      children: [],
      set: (value, last) => {
        if (this.label === "throws") throw new RangeError("no");
        this.set.push([value, last]);
        this.value = value as boolean;
      },
    };
  }
}

let played: Played[];
let panels: ScenePanels;
let errors: string[];
let warnings: string[];
const root = {};
const source: PanelSource = {
  read: () => [
    {
      key: root,
      shown: { kind: "folder", label: "Controls", disabled: false, hidden: false, open: true },
      initial: null,
      children: played.map(({ read }) => read),
      set: () => undefined,
    },
  ],
};

beforeEach(() => {
  played = [new Played("on"), new Played("on"), new Played("a/b")];
  [errors, warnings] = [[], []];
  panels = newPanels();
});

function newPanels(): ScenePanels {
  return new ScenePanels({
    sources: [source],
    onError: (label, error) => errors.push(`${label}: ${error}`),
    warn: (sentence) => warnings.push(sentence),
  });
}

const ids = () => panels.read().map(({ id }) => id);
const set = (id: string, value: PanelValue) => panels.set({ id, value, last: true });

describe("CP1", () => {
  it("a control has a place of its own, and two of a name are told apart", () => {
    expect(ids()).toEqual(["/Controls", "/Controls/on", "/Controls/on#2", "/Controls/a~1b"]);
  });

  it("it keeps its id when it is called otherwise, or others go", () => {
    ids();
    Object.assign(played[0] ?? {}, { label: "off" });
    played.splice(2);
    expect(ids()).toEqual(["/Controls", "/Controls/on", "/Controls/on#2"]);
    played.shift();
    expect(ids()).toEqual(["/Controls", "/Controls/on#2"]);
  });

  it("one that takes the place of another has its id", () => {
    ids();
    played.splice(0, 1, new Played("on"));
    expect(ids()).toEqual(["/Controls", "/Controls/on", "/Controls/on#2", "/Controls/a~1b"]);
  });
});

describe("a change", () => {
  it("sets the control, and says when it is let go of", () => {
    expect(panels.set({ id: "/Controls/on#2", value: true, last: false })).toBe(true);
    expect(played.map((one) => one.set)).toEqual([[], [[true, false]], []]);
  });

  it("of a kind that does not fit, of one that is disabled or of none reaches nothing", () => {
    Object.assign(played[1] ?? {}, { disabled: true });
    expect([set("/Controls/on", 5), set("/Controls/on#2", true), set("/Controls/none", true)]).toEqual([
      false,
      false,
      false,
    ]);
    expect(played.flatMap((one) => one.set)).toEqual([]);
  });

  it("that the scene throws at is told with the name of the control", () => {
    played.push(new Played("throws"));
    set("/Controls/throws", true);
    expect(errors).toEqual(["throws: RangeError: no"]);
  });
});

describe("CP2: what is kept", () => {
  it("is nothing where no control holds anything", () => {
    played.length = 0;
    expect([panels.hasValues, panels.values]).toEqual([false, null]);
  });

  it("is what was set, and not put back", () => {
    expect([panels.hasValues, panels.values]).toEqual([true, {}]);
    set("/Controls/on", true);
    set("/Controls/on#2", true);
    expect(panels.values).toEqual({ "/Controls/on": true, "/Controls/on#2": true });
    set("/Controls/on", false);
    expect(panels.values).toEqual({ "/Controls/on#2": true });
  });

  it("is set in the next scene, for a control that comes later when it comes", () => {
    const late = played.pop();
    const next = newPanels();
    next.restore({ "/Controls/on": true, "/Controls/a~1b": true });
    expect(played.map(({ value }) => value)).toEqual([true, false]);
    expect(next.values).toEqual({ "/Controls/on": true, "/Controls/a~1b": true });
    played.push(late as Played);
    next.read();
    expect(late?.set).toEqual([[true, true]]);
    next.read();
    expect(late?.set).toHaveLength(1);
  });

  it("puts back what was set besides", () => {
    set("/Controls/on", true);
    panels.restore({ "/Controls/on#2": true });
    expect(played.map(({ value }) => value)).toEqual([false, true, false]);
  });

  it("is taken of what a control can hold alone, as a state may come from anybody's link", () => {
    const deep = JSON.parse(`${"[".repeat(8000)}${"]".repeat(8000)}`) as PanelValue;
    const odd = JSON.parse('{"__proto__":{"/Controls/on":true}}') as Record<string, PanelValue>;
    panels.restore({ "/deep": deep, "/list": [1] as never, "no id": 1, "/late": "kept", ...odd });
    expect(panels.values).toEqual({ "/late": "kept" });
  });

  it("is forgotten where it does not fit any more", () => {
    panels.restore({ "/Controls/on": "text" });
    expect([panels.values, played[0]?.set]).toEqual([{}, []]);
  });
});

it("CP3: of too many controls the first are told, and once that there are more", () => {
  played = Array.from({ length: 5000 }, (_, index) => new Played(`c${index}`));
  expect([panels.read().length, panels.read().length]).toEqual([MAX_CONTROLS, MAX_CONTROLS]);
  expect(warnings).toEqual([
    "The panels of the scene are too large: viewers see at most 500 controls, and 56 KiB of them. The rest is left out.",
  ]);
});
