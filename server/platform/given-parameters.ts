/**
 * Owns how the values of a scene's parameters follow from what was given, on whichever thread asks. Pure.
 *
 * GP1 In rising order: the scene's defaults, the server's options, the command line, the link that opened the room, and what the
 *     program that runs the server set since.
 * GP2 What the options and the command line say must fit at the first start, or nothing starts. Later, when the scene may be
 *     another, what does not fit is left out and told.
 * GP3 A link sets only what the scene lets links set (`fromLink`). The rest of its query means other things and is passed over;
 *     a value that does not fit is left out and told.
 */

import {
  checkParameter,
  defaultsOf,
  isParameterName,
  MAX_PARAMETER_TEXT,
  MAX_PARAMETERS,
  noParameter,
  type Parameter,
  type ParameterDeclarations,
  type ParameterTexts,
  type ParameterValue,
  type ParameterValues,
  parameterNameRule,
  parameterOf,
  quoted,
  readParameter,
} from "./parameters.ts";

/** What was said of a scene's parameters from outside. */
export type GivenParameters = {
  /** By the options of the server. */
  readonly options: ParameterValues;
  /** By the command line. */
  readonly flags: ParameterTexts;
  /** By the link that opened the room. */
  readonly link: ParameterTexts;
  /** By the program that runs the server, while the room runs. */
  readonly set: ParameterValues;
  /** Whether the scene starts for the first time (GP2). */
  readonly isFirst: boolean;
};

export const noParameters: GivenParameters = { options: {}, flags: {}, link: {}, set: {}, isFirst: true };

/** The values that hold, and sentences about what was left out. */
export type HeldParameters = {
  readonly declared: ParameterDeclarations;
  readonly values: ParameterValues;
};

/** GP1, GP2, GP3. Throws `TypeError` naming the parameter and the rule. */
export function holdParameters(
  declared: ParameterDeclarations,
  { options, flags, link, set, isFirst }: GivenParameters,
): HeldParameters & { readonly leftOut: readonly string[] } {
  const leftOut: string[] = [];
  const values: Record<string, ParameterValue> = { ...defaultsOf(declared) };
  const take = <Value extends ParameterValue>(
    given: Readonly<Record<string, Value>>,
    read: Read<Value>,
    mustFit: boolean,
  ): void => {
    for (const [name, value] of Object.entries(given)) {
      try {
        const parameter = parameterOf(declared, name);
        if (parameter === undefined) throw new TypeError(noParameter(declared, name));
        values[name] = read(name, parameter, value);
      } catch (error) {
        if (mustFit || !(error instanceof TypeError)) throw error;
        leftOut.push(`${error.message} The value ${quoted(value)} is left out.`);
      }
    }
  };
  take(options, checkParameter, isFirst);
  take(flags, readParameter, isFirst);
  take(ofLink(declared, link), readParameter, false);
  take(set, checkParameter, false);
  return { declared, values, leftOut };
}

type Read<Value> = (name: string, parameter: Parameter, value: Value) => ParameterValue;

/** GP3 */
export function ofLink(declared: ParameterDeclarations, link: ParameterTexts): ParameterTexts {
  return Object.fromEntries(Object.entries(link).filter(([name]) => parameterOf(declared, name)?.fromLink === true));
}

/** Values for what a scene declares. Throws `TypeError` naming the parameter and the rule. */
export function checkParameters(declared: ParameterDeclarations, values: ParameterValues): void {
  for (const [name, value] of Object.entries(values)) {
    const parameter = parameterOf(declared, name);
    if (parameter === undefined) throw new TypeError(noParameter(declared, name));
    checkParameter(name, parameter, value);
  }
}

/**
 * What a page takes, which declares nothing: the names that the server gave, as it knows them by `location.search`. Links set
 * none of them.
 */
export function declaredByGiver({ options, flags }: GivenParameters): ParameterDeclarations {
  const typed = Object.entries(options).map(([name, value]) => [name, declarationFor(value)]);
  const texts = Object.keys(flags).map((name) => [name, { type: "text", default: "" }]);
  return Object.fromEntries([...typed, ...texts]) as ParameterDeclarations;
}

/** The names whose values differ. */
export function changedNames(before: ParameterValues, after: ParameterValues): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => before[name] !== after[name]);
}

/** Reads values that a program gives, before what the scene declares is known. Throws `TypeError` naming the field and the rule. */
export function parseParameterValues(at: string, value: unknown): ParameterValues {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TypeError(`${at} must be an object of names and values.`);
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_PARAMETERS) throw new TypeError(`${at} must have at most ${MAX_PARAMETERS} values.`);
  for (const [name, one] of entries) {
    if (!isParameterName(name)) throw new TypeError(`The name ${at}.${name} must be ${parameterNameRule}.`);
    const isText = typeof one === "string" && one.length <= MAX_PARAMETER_TEXT;
    if (isText || typeof one === "boolean" || (typeof one === "number" && Number.isFinite(one))) continue;
    throw new TypeError(
      `${at}.${name} must be a number, true, false, or text of at most ${MAX_PARAMETER_TEXT} characters.`,
    );
  }
  return Object.fromEntries(entries) as ParameterValues;
}

/** What the query of an address may say of parameters; the first of each name counts. What cannot be one is passed over. */
export function parameterTextsIn(query: URLSearchParams): ParameterTexts {
  const texts: Record<string, string> = {};
  let count = 0;
  for (const [name, text] of query) {
    if (count >= MAX_PARAMETERS) break;
    if (!isParameterName(name) || text.length > MAX_PARAMETER_TEXT || Object.hasOwn(texts, name)) continue;
    texts[name] = text;
    count += 1;
  }
  return texts;
}

function declarationFor(value: ParameterValue): Parameter {
  if (typeof value === "number") return { type: "number", default: value };
  return typeof value === "boolean" ? { type: "boolean", default: value } : { type: "text", default: value };
}
