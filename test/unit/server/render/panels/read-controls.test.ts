/** What a scene may declare of its controls, and what is said of the rest. */

import { expect, test } from "vitest";
import { readControls } from "../../../../../server/render/panels/read-controls.ts";
import { loadProject } from "../../../../support/scene-loading.ts";

const range = { type: "range", min: 0, max: 5, step: 0.1, value: 1 };

test("what is declared is a control of the same model as any panel's, in its folders", () => {
  const [speed, shape, Light] = readControls("controls", {
    speed: { ...range, label: "Speed" },
    shape: { type: "choice", options: ["cube", "ball"], value: "ball" },
    Light: { type: "folder", open: false, controls: { tint: { type: "colour", value: "#FF8800" } } },
  });
  expect(speed?.shown).toEqual({
    kind: "range",
    label: "Speed",
    disabled: false,
    hidden: false,
    min: 0,
    max: 5,
    step: 0.1,
    value: 1,
  });
  expect(shape?.shown).toMatchObject({ kind: "choice", label: "shape", options: ["cube", "ball"], value: "ball" });
  expect(Light?.shown).toMatchObject({ kind: "folder", label: "Light", open: false });
  expect(Light?.children[0]?.shown).toMatchObject({ kind: "color", label: "tint", value: "#ff8800" });
});

test.each<[string, unknown, string]>([
  ["no object", [], "controls must be an object."],
  ["a control that is none", { a: 1 }, "controls.a must be an object."],
  [
    "a type that there is not",
    { a: { type: "slider" } },
    "controls.a.type must be one of range, switch, choice, colour, color, text, button, folder.",
  ],
  ["a field that there is not", { a: { ...range, mim: 1 } }, "controls.a.mim is unknown. There are type, label, min,"],
  ["a value out of its range", { a: { ...range, value: 6 } }, "controls.a.value must be a number from 0 to 5."],
  [
    "a range that is none",
    { a: { ...range, max: 0 } },
    "controls.a.max must be a number greater than min, which is 0.",
  ],
  ["no bound", { a: { ...range, max: Number.POSITIVE_INFINITY } }, "controls.a.max must be a number from"],
  ["no end of a range", { a: { ...range, min: -1e308, max: 1e308 } }, "controls.a.max must be at most 1.79"],
  ["a step too far", { a: { ...range, step: 6 } }, "controls.a.step must be a number greater than 0 and at most 5,"],
  ["no value", { a: { type: "switch" } }, "controls.a.value must be true or false."],
  [
    "a choice of something else",
    { a: { type: "choice", options: ["x"], value: "y" } },
    "controls.a.value must be one of x.",
  ],
  [
    "a choice of nothing",
    { a: { type: "choice", options: [], value: "y" } },
    "controls.a.options must be a list of 1 to 250 options.",
  ],
  [
    "an option twice",
    { a: { type: "choice", options: ["x", "x"], value: "x" } },
    'controls.a.options must not have the same option twice: "x".',
  ],
  ["a colour's name", { a: { type: "colour", value: "red" } }, "controls.a.value must be a colour like #3fcf9b."],
  ["a long label", { a: { type: "button", label: "x".repeat(81) } }, "controls.a.label must be text of at most 80"],
  [
    "a name that hides what listens",
    { onChange: range },
    'The name of a control in controls must have 1 to 80 characters, and not onChange or onPress: "onChange".',
  ],
  [
    "a mistake in a folder",
    { Light: { type: "folder", controls: { on: { type: "switch", value: 1 } } } },
    "controls.Light.controls.on.value must be true or false.",
  ],
  [
    "more than are shown",
    Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`c${index}`, range])),
    "controls must have fewer than 500 controls, not 500.",
  ],
])("%s is refused by name and rule", (_, declared, sentence) => {
  expect(() => readControls("controls", declared)).toThrow(TypeError);
  expect(() => readControls("controls", declared)).toThrow(sentence);
});

test("a scene that declares what does not work is not loaded, and says the control and the rule", async () => {
  const text =
    'export default { controls: { speed: { type: "range", min: 0, max: 5, value: 9 } }, setup: () => undefined };';
  const { error } = await loadProject({ "scene.ts": text });
  expect(error).toContain("declares controls that do not work: controls.speed.value must be a number from 0 to 5.");
});

test("folders in folders without end are refused", () => {
  let declared: Record<string, unknown> = { on: { type: "switch", value: true } };
  for (let depth = 0; depth < 10; depth += 1) declared = { f: { type: "folder", controls: declared } };
  expect(() => readControls("controls", declared)).toThrow("must lie in at most 8 folders.");
});
