/** What is said of panels on the way, which values controls take, and how both ends keep them. */

import { describe, expect, it, test } from "vitest";
import { PanelBoard } from "../../../shared/panel-board.ts";
import {
  folderOf,
  idIn,
  type PanelControl,
  type PanelValue,
  readPanelChange,
  readPanelNews,
  readPanelValue,
} from "../../../shared/panels.ts";

const common = { label: "L", disabled: false, hidden: false };
const range: PanelControl = { kind: "range", id: "/P/size", ...common, value: 2, min: 0, max: 10, step: 0.5 };
const number: PanelControl = { kind: "number", id: "/P/n", ...common, value: 2, min: null, max: 5, step: null };
const onOff: PanelControl = { kind: "switch", id: "/P/on", ...common, value: true };
const choice: PanelControl = { kind: "choice", id: "/P/shape", ...common, value: "box", options: ["box", "ball"] };
const color: PanelControl = { kind: "color", id: "/P/color", ...common, value: "#ff0000" };
const words: PanelControl = { kind: "text", id: "/P/name", ...common, value: "Ann" };
const button: PanelControl = { kind: "button", id: "/P/go", ...common };
const folder: PanelControl = { kind: "folder", id: "/P", ...common, open: true };
const all = [folder, range, number, onOff, choice, color, words, button];

describe("news of panels", () => {
  it("is read as it was sent", () => {
    expect(readPanelNews("message", JSON.parse(JSON.stringify({ revision: 3, controls: all })))).toEqual({
      revision: 3,
      controls: all,
    });
  });

  it("PV1: leaves controls out whose kind this version does not know", () => {
    const controls = [folder, { kind: "knob", id: "/P/knob", ...common, turns: 3 }];
    expect(readPanelNews("message", { revision: 1, controls }).controls).toEqual([folder]);
  });

  it("names the field that is wrong, and the rule", () => {
    const controls = [{ ...color, value: "red" }];
    const rule = "message.controls[0].value must be a colour like #3fcf9b.";
    expect(() => readPanelNews("message", { revision: 1, controls })).toThrow(new TypeError(rule));
  });
});

describe("a change", () => {
  it.each<[unknown, PanelValue]>([
    [1.5, 1.5],
    [true, true],
    ["ball", "ball"],
    [null, null],
    [undefined, null],
  ])("takes %j", (value, read) => {
    expect(readPanelChange("message", { id: "/P/x", value, last: false })).toEqual({
      id: "/P/x",
      value: read,
      last: false,
    });
  });

  it.each([
    [{ id: "P", value: 1, last: true }, "message.id must begin with a slash."],
    [{ id: "/P", value: [], last: true }, "message.value must be true, false, a number, text or null."],
    [{ id: "/P", value: "x".repeat(1001), last: true }, "message.value must be text of at most 1000 characters."],
    [{ id: "/P", value: 1 }, "message.last must be true or false."],
  ])("refuses %j", (change, rule) => {
    expect(() => readPanelChange("message", change)).toThrow(new TypeError(rule));
  });
});

describe("a control", () => {
  it.each<[PanelControl, PanelValue]>([
    [range, 10],
    [number, -1e6],
    [onOff, false],
    [choice, "ball"],
    [color, "#00ff7f"],
    [words, ""],
    [button, null],
  ])("takes what fits it: $kind", (control, value) => {
    expect(readPanelValue(control, value)).toBe(value);
  });

  it.each<[PanelControl, unknown, string]>([
    [range, 10.5, 'The value of "/P/size" must be a number from 0 to 10.'],
    [range, Number.NaN, 'The value of "/P/size" must be a number from 0 to 10.'],
    [number, 6, `The value of "/P/n" must be a number from ${-Number.MAX_VALUE} to 5.`],
    [onOff, 1, 'The value of "/P/on" must be true or false.'],
    [choice, "cone", 'The value of "/P/shape" must be one of box, ball.'],
    [color, "#FFF", 'The value of "/P/color" must be a colour like #3fcf9b.'],
    [words, 5, 'The value of "/P/name" must be text of at most 1000 characters.'],
    [button, true, 'The value of "/P/go" must be null: it is a button.'],
    [folder, true, 'The value of "/P" cannot be set: it is a folder.'],
  ])("refuses what does not: $kind", (control, value, rule) => {
    expect(() => readPanelValue(control, value)).toThrow(new TypeError(rule));
  });
});

test("ids are JSON Pointers: a slash in a label does not make a folder", () => {
  expect(idIn("/P", "km/h ~")).toBe("/P/km~1h ~0");
  expect(folderOf({ id: "/P/km~1h ~0" })).toBe("/P");
  expect(folderOf({ id: "/P" })).toBe("");
});

describe("the board", () => {
  it("BO1: the newest changes are enough, and say which controls are others than a moment before", () => {
    const board = new PanelBoard();
    board.take({ revision: 1, controls: all });
    const off: PanelControl = { ...onOff, value: false };
    const first: PanelControl = { ...range, value: 3 };
    const second: PanelControl = { ...range, value: 4 };
    expect(board.takeChanges({ revision: 1, controls: [first] })).toEqual([first]);
    // One with `off` was lost on the way.
    expect(board.takeChanges({ revision: 1, controls: [second, off] })).toEqual([second, off]);
    expect(board.controls).toEqual([folder, second, number, off, choice, color, words, button]);
    // Back to what it was in the whole.
    expect(board.takeChanges({ revision: 1, controls: [off] })).toEqual([range]);
    expect(board.find("/P/size")).toEqual(range);
  });

  it("leaves changes of other panels unread, and says whether a whole is another", () => {
    const board = new PanelBoard();
    expect(board.take({ revision: 1, controls: all })).toBe(true);
    expect(board.takeChanges({ revision: 2, controls: [{ ...range, value: 3 }] })).toEqual([]);
    expect(board.take({ revision: 7, controls: all })).toBe(false);
    expect(board.takeChanges({ revision: 7, controls: [{ ...range, value: 3 }] })).toHaveLength(1);
    expect(board.take({ revision: 8, controls: [] })).toBe(true);
    expect([board.controls, board.find("/P")]).toEqual([[], null]);
  });
});
