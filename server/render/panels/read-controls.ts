/**
 * Owns the check of the controls that a scene declares: each is named in full, as `controls.Light.intensity`, with the rule that
 * it breaks. Pure.
 */

import { MAX_CONTROLS, MAX_LABEL_LENGTH, MAX_OPTIONS, MAX_TEXT_LENGTH, readColor } from "../../../shared/panels.ts";
import { boolean, fields, number, oneOf, optional, type Reader, text } from "../../../shared/schema.ts";
import type { ShownControl } from "./panel-source.ts";

/** A control of a declaration: what is shown of it at the beginning, and what a folder holds. */
export type ReadControl = {
  readonly name: string;
  readonly shown: ShownControl;
  /** Where what is set goes to the nearest step of a range. */
  readonly step: number | null;
  readonly children: readonly ReadControl[];
};

/** What a type of control may have besides `type` and `label`. */
const known = {
  range: ["min", "max", "step", "value"],
  switch: ["value"],
  choice: ["options", "value"],
  colour: ["value"],
  color: ["value"],
  text: ["value"],
  button: [],
  folder: ["open", "controls"],
} as const;
type Type = keyof typeof known;
const types = Object.keys(known) as Type[];

/** They would hide what listens to controls. */
const reserved: ReadonlySet<string> = new Set(["onChange", "onPress", "__proto__"]);
/** A thousandth of a range, where it has no steps. */
const STEPS = 1000;
const MAX_DEPTH = 8;

const finite = number(-Number.MAX_VALUE, Number.MAX_VALUE);
const label = text(MAX_LABEL_LENGTH);

/** Reads what a scene declares; `name` is what errors call it. Throws `TypeError` naming the control and the rule. */
export function readControls(name: string, value: unknown): readonly ReadControl[] {
  if (value === undefined) return [];
  const read = readLevel(name, value, 0);
  const count = countOf(read);
  // The panel that they lie in is one more.
  if (count >= MAX_CONTROLS)
    throw new TypeError(`${name} must have fewer than ${MAX_CONTROLS} controls, not ${count}.`);
  return read;
}

function readLevel(name: string, value: unknown, depth: number): ReadControl[] {
  if (depth > MAX_DEPTH) throw new TypeError(`${name} must lie in at most ${MAX_DEPTH} folders.`);
  return Object.entries(fields(name, value)).map(([own, declared]) => {
    if (own === "" || own.length > MAX_LABEL_LENGTH || reserved.has(own)) {
      const rule = `1 to ${MAX_LABEL_LENGTH} characters, and not onChange or onPress`;
      throw new TypeError(`The name of a control in ${name} must have ${rule}: ${JSON.stringify(own.slice(0, 100))}.`);
    }
    return readControl(own, `${name}.${own}`, declared, depth);
  });
}

function readControl(own: string, name: string, value: unknown, depth: number): ReadControl {
  const from = fields(name, value);
  const type = oneOf(types)(`${name}.type`, from["type"]);
  const all = ["type", "label", ...known[type]];
  const foreign = Object.keys(from).find((field) => !all.includes(field));
  if (foreign !== undefined) throw new TypeError(`${name}.${foreign} is unknown. There are ${all.join(", ")}.`);
  const common = {
    label: optional(label)(`${name}.label`, from["label"]) ?? own,
    disabled: false,
    hidden: false,
  };
  const read = <Value>(field: string, reader: Reader<Value>): Value => reader(`${name}.${field}`, from[field]);
  const leaf = (shown: ShownControl, step: number | null = null): ReadControl => ({
    name: own,
    shown,
    step,
    children: [],
  });
  switch (type) {
    case "range": {
      const { step, ...range } = readRange(name, read);
      return leaf({ kind: "range", ...common, ...range, step: step ?? (range.max - range.min) / STEPS }, step);
    }
    case "switch":
      return leaf({ kind: "switch", ...common, value: read("value", boolean) });
    case "choice": {
      const options = read("options", readOptions);
      return leaf({ kind: "choice", ...common, options, value: read("value", oneOf(options)) });
    }
    case "colour":
    case "color":
      return leaf({ kind: "color", ...common, value: read("value", readColor) });
    case "text":
      return leaf({ kind: "text", ...common, value: read("value", text(MAX_TEXT_LENGTH)) });
    case "button":
      return leaf({ kind: "button", ...common });
    case "folder": {
      const open = read("open", optional(boolean)) ?? true;
      const children = readLevel(`${name}.controls`, from["controls"], depth + 1);
      return { name: own, shown: { kind: "folder", ...common, open }, step: null, children };
    }
  }
}

type ReadField = <Value>(field: string, reader: Reader<Value>) => Value;
type Range = { readonly min: number; readonly max: number; readonly value: number; readonly step: number | null };

function readRange(name: string, read: ReadField): Range {
  const [min, max] = [read("min", finite), read("max", finite)];
  if (!(min < max)) throw new TypeError(`${name}.max must be a number greater than min, which is ${min}.`);
  // Its steps are told as numbers, and a slider is as long as that.
  if (!Number.isFinite(max - min)) throw new TypeError(`${name}.max must be at most ${Number.MAX_VALUE} above min.`);
  const step = read("step", optional(finite)) ?? null;
  if (step !== null && !(step > 0 && step <= max - min)) {
    throw new TypeError(`${name}.step must be a number greater than 0 and at most ${max - min}, which is max - min.`);
  }
  return { min, max, step, value: read("value", number(min, max)) };
}

const readOptions: Reader<readonly string[]> = (name, value) => {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_OPTIONS) {
    throw new TypeError(`${name} must be a list of 1 to ${MAX_OPTIONS} options.`);
  }
  const options = value.map((option, index) => label(`${name}[${index}]`, option));
  const twice = options.find((option, index) => options.indexOf(option) !== index);
  if (twice !== undefined)
    throw new TypeError(`${name} must not have the same option twice: ${JSON.stringify(twice)}.`);
  return options;
};

function countOf(controls: readonly ReadControl[]): number {
  return controls.reduce((sum, { children }) => sum + 1 + countOf(children), 0);
}
