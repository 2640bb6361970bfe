/** Owns `--param` of the command line. Pure. What a scene declares is known when it is there, so here only the form is checked. */

import {
  isParameterName,
  MAX_PARAMETER_TEXT,
  MAX_PARAMETERS,
  type ParameterTexts,
  parameterNameRule,
} from "../platform/parameters.ts";

export const parameterFlags = { param: { type: "string", multiple: true } } as const;

export const parameterHelp = `  --param <name=value>  a value for a parameter that the scene declares; give it once for each. A page of HTML finds it in
                        location.search`;

/** The values as they were written; the last of each name counts. Throws `TypeError` with a line for people. */
export function readParameterFlags({ param = [] }: { readonly param?: readonly string[] }): ParameterTexts {
  if (param.length > MAX_PARAMETERS) throw new TypeError(`--param must be given at most ${MAX_PARAMETERS} times.`);
  return Object.fromEntries(param.map(readOne));
}

function readOne(argument: string): readonly [name: string, text: string] {
  const at = argument.indexOf("=");
  if (at < 0) throw new TypeError(`--param must be written like count=200, not ${argument}.`);
  const [name, text] = [argument.slice(0, at), argument.slice(at + 1)];
  if (!isParameterName(name)) throw new TypeError(`The name in --param ${argument} must be ${parameterNameRule}.`);
  if (text.length <= MAX_PARAMETER_TEXT) return [name, text];
  throw new TypeError(`The value of --param ${name} must have at most ${MAX_PARAMETER_TEXT} characters.`);
}
