/**
 * Owns the parameters of a scene: what it may declare of them, and whether a value fits what is declared. Pure; used by every
 * process.
 */

import { visible } from "./visible-text.ts";

/** What all sorts of parameters may say of themselves. */
export type DeclaredParameter<Kind extends string, Value> = {
  readonly type: Kind;
  /** What it is where nobody says otherwise. */
  readonly default: Value;
  /** What it means, for people. */
  readonly description?: string;
  /** Whether the query of a link may set it, `?count=200`, for the room that the link opens. Default false. */
  readonly fromLink?: boolean;
};

/** A number, from `min` to `max` where there are such, in steps from `min`, or from 0. */
export type NumberParameter = DeclaredParameter<"number", number> & {
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
};

/** One of some words. */
export type ChoiceParameter = DeclaredParameter<"choice", string> & { readonly options: readonly string[] };

/** Text of at most `maxLength` characters: 1024 at most, and by default. */
export type TextParameter = DeclaredParameter<"text", string> & { readonly maxLength?: number };

/** Yes or no. */
export type BooleanParameter = DeclaredParameter<"boolean", boolean>;

/** What a scene says of one of its parameters. */
export type Parameter = NumberParameter | ChoiceParameter | TextParameter | BooleanParameter;

/** What a scene says of its parameters, by their names: at most 64. */
export type ParameterDeclarations = Readonly<Record<string, Parameter>>;

/** A number, a text, one of the options of a choice, or yes or no. */
export type ParameterValue = number | boolean | string;

/** Values of parameters by their names. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** The same as text, as the command line and links have them. */
export type ParameterTexts = Readonly<Record<string, string>>;

/** The values that belong to declarations: numbers, booleans, text, and of choices one of the options. */
export type ValuesOf<Declarations> = {
  readonly [Name in keyof Declarations]: Declarations[Name] extends { readonly type: "number" }
    ? number
    : Declarations[Name] extends { readonly type: "boolean" }
      ? boolean
      : Declarations[Name] extends { readonly type: "choice"; readonly options: readonly (infer Option)[] }
        ? Option
        : Declarations[Name] extends { readonly type: "text" }
          ? string
          : ParameterValue;
};

/** The most parameters that a scene has, and values that are given at once. */
export const MAX_PARAMETERS = 64;
/** The longest text of a parameter, in UTF-16 units. */
export const MAX_PARAMETER_TEXT = 1_024;

const MAX_LISTED = 20;

/** What is wrong with the name of a parameter, as the end of the sentence "… must be". */
export const parameterNameRule: string = 'a letter and up to 63 more letters, digits, "-" and "_"';

export function isParameterName(name: string): boolean {
  return /^[a-zA-Z][\w-]{0,63}$/.test(name);
}

/** The values that hold where nobody says otherwise. */
export function defaultsOf(declared: ParameterDeclarations): ParameterValues {
  return Object.fromEntries(Object.entries(declared).map(([name, parameter]) => [name, parameter.default]));
}

/** What is declared of a parameter; undefined where it is not one. */
export function parameterOf(declared: ParameterDeclarations, name: string): Parameter | undefined {
  return Object.hasOwn(declared, name) ? declared[name] : undefined;
}

/** Why there is no parameter of this name, in a sentence. */
export function noParameter(declared: ParameterDeclarations, name: string): string {
  const names = Object.keys(declared);
  if (names.length === 0) return `The scene has no parameters, so there is no "${name}".`;
  return `The scene has no parameter "${name}". It has ${listed(names)}.`;
}

/** Whether a value fits. Throws `TypeError` naming the parameter and the rule. */
export function checkParameter(name: string, parameter: Parameter, value: unknown): ParameterValue {
  const shown = typeof value === "string" ? visible(JSON.stringify(clip(value))) : clip(String(value));
  if (!fits(parameter, value)) throw new TypeError(`The parameter ${name} must be ${ruleOf(parameter)}, not ${shown}.`);
  return value;
}

/** The value that a text stands for. Throws as `checkParameter`. */
export function readParameter(name: string, parameter: Parameter, text: string): ParameterValue {
  return checkParameter(name, parameter, meantBy(parameter, text));
}

/** What a parameter must be, as the end of a sentence. */
export function ruleOf(parameter: Parameter): string {
  switch (parameter.type) {
    case "number":
      return numberRule(parameter);
    case "boolean":
      return "true or false";
    case "choice":
      return `one of ${listed(parameter.options)}`;
    case "text":
      return `text of at most ${maxLengthOf(parameter)} characters`;
  }
}

function fits(parameter: Parameter, value: unknown): value is ParameterValue {
  switch (parameter.type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) && isInRange(parameter, value);
    case "boolean":
      return typeof value === "boolean";
    case "choice":
      return typeof value === "string" && parameter.options.includes(value);
    case "text":
      return typeof value === "string" && value.length <= maxLengthOf(parameter);
  }
}

function isInRange({ min = -Infinity, max = Infinity, step }: NumberParameter, value: number): boolean {
  if (value < min || value > max) return false;
  if (step === undefined) return true;
  const steps = (value - (Number.isFinite(min) ? min : 0)) / step;
  // 0.3 is three steps of 0.1, whatever the last digits say.
  return Math.abs(steps - Math.round(steps)) < 1e-6;
}

function numberRule({ min, max, step }: NumberParameter): string {
  const what = step === 1 && (min === undefined || Number.isInteger(min)) ? "a whole number" : "a number";
  const range =
    min !== undefined && max !== undefined
      ? ` from ${min} to ${max}`
      : min !== undefined
        ? ` of at least ${min}`
        : max !== undefined
          ? ` of at most ${max}`
          : "";
  return `${what}${range}${step === undefined || what !== "a number" ? "" : ` in steps of ${step}`}`;
}

function maxLengthOf({ maxLength = MAX_PARAMETER_TEXT }: TextParameter): number {
  return maxLength;
}

/** Text that stands for nothing of the sort stays text, which does not fit. */
function meantBy({ type }: Parameter, text: string): ParameterValue {
  switch (type) {
    case "number":
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
    case "boolean":
      return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : text;
    default:
      return text;
  }
}

/** A list may be long, and a sentence is for people. */
function listed(words: readonly string[]): string {
  const shown = words.slice(0, MAX_LISTED).map(clip);
  return words.length <= MAX_LISTED ? shown.join(", ") : `${shown.join(", ")} and ${words.length - MAX_LISTED} more`;
}

/** A value as a sentence shows it. */
export function quoted(value: ParameterValue): string {
  return visible(clip(JSON.stringify(value)));
}

/** As much of a text as a sentence shows. */
export function clip(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}
