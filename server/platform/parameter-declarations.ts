/** Owns reading what a scene declares of its parameters. Pure. Each mistake is a `TypeError` that names the field and its rule. */

import { boolean, type Fields, fieldsOf, isNumber, oneOf, text } from "./option-checks.ts";
import {
  checkParameter,
  isParameterName,
  MAX_PARAMETER_TEXT,
  MAX_PARAMETERS,
  type Parameter,
  type ParameterDeclarations,
  parameterNameRule,
} from "./parameters.ts";

const MAX_OPTIONS = 256;
const MAX_DESCRIPTION = 1_000;
const types = ["number", "boolean", "choice", "text"] as const;
const common = ["type", "default", "description", "fromLink"];
const own = {
  number: ["min", "max", "step"],
  boolean: [],
  choice: ["options"],
  text: ["maxLength"],
} as const satisfies Record<Parameter["type"], readonly string[]>;

/** Reads the `parameters` of a scene; undefined has none. */
export function parseParameterDeclarations(value: unknown): ParameterDeclarations {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError("parameters must be an object.");
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_PARAMETERS) throw new TypeError(`parameters must be at most ${MAX_PARAMETERS}.`);
  return Object.fromEntries(entries.map(([name, fields]) => [name, parseParameter(name, fields)]));
}

function parseParameter(name: string, value: unknown): Parameter {
  if (!isParameterName(name)) throw new TypeError(`The name of parameters.${name} must be ${parameterNameRule}.`);
  const at = `parameters.${name}`;
  const type = oneOf(`${at}.type`, typeOf(at, value), types);
  const fields = fieldsOf(at, value, [...common, ...own[type]]);
  const { description, fromLink } = fields;
  if (description !== undefined) {
    text(`${at}.description`, description, `text of at most ${MAX_DESCRIPTION} characters`, isShort(MAX_DESCRIPTION));
  }
  if (fromLink !== undefined) boolean(`${at}.fromLink`, fromLink);
  if (type === "number") checkNumber(at, fields);
  if (type === "choice") checkOptions(`${at}.options`, fields["options"]);
  if (type === "text" && fields["maxLength"] !== undefined) checkMaxLength(at, fields["maxLength"]);
  // All of its fields were checked.
  const parameter = fields as unknown as Parameter;
  checkDefault(name, parameter);
  return structuredClone(parameter);
}

function typeOf(at: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) throw new TypeError(`${at} must be an object.`);
  return "type" in value ? value.type : undefined;
}

function checkNumber(at: string, { min, max, step }: Fields): void {
  for (const [field, limit] of Object.entries({ min, max })) {
    if (limit !== undefined && !isNumber(limit, -Number.MAX_VALUE, Number.MAX_VALUE)) {
      throw new TypeError(`${at}.${field} must be a number.`);
    }
  }
  if (typeof min === "number" && typeof max === "number" && min > max) {
    throw new TypeError(`${at}.max must be at least ${at}.min.`);
  }
  if (step !== undefined && !isNumber(step, Number.MIN_VALUE, Number.MAX_VALUE)) {
    throw new TypeError(`${at}.step must be a number above 0.`);
  }
}

function checkOptions(at: string, options: unknown): void {
  const isList = Array.isArray(options) && options.length > 0 && options.length <= MAX_OPTIONS;
  if (!isList || !options.every((option) => typeof option === "string" && option.length <= MAX_PARAMETER_TEXT)) {
    throw new TypeError(`${at} must be a list of 1 to ${MAX_OPTIONS} texts.`);
  }
}

function checkMaxLength(at: string, maxLength: unknown): void {
  if (!isNumber(maxLength, 1, MAX_PARAMETER_TEXT) || !Number.isInteger(maxLength)) {
    throw new TypeError(`${at}.maxLength must be a whole number from 1 to ${MAX_PARAMETER_TEXT}.`);
  }
}

function checkDefault(name: string, parameter: Parameter): void {
  try {
    checkParameter(name, parameter, parameter.default);
  } catch (error) {
    const rule = error instanceof TypeError ? error.message.replace(/^The parameter \S+/, "") : "";
    throw new TypeError(`parameters.${name}.default${rule}`);
  }
}

function isShort(max: number): (text: string) => boolean {
  return (text) => text.length <= max;
}
