/** Owns how values of flags are read that more than one command takes. Pure. */

/** NaN, which no option accepts, for what is not a number. */
export function numberOf(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** The value of `--port`; 0 takes any. Throws `TypeError` with a line for people. */
export function portOf(text: string, min: 0 | 1 = 1): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < min || port > 65_535) throw new TypeError(`--port must be a whole number from ${min} to 65535.`);
  return port;
}

/** An amount as it may be written on the command line: 8000000, 800k, 8M or 1G. Throws `TypeError` with a line for people. */
export function amountOf(text: string, flag: string): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([kMG]?)$/i.exec(text) ?? [];
  if (digits === undefined) throw new TypeError(`${flag} must be written like 8000000, 800k or 8M.`);
  const factor = { "": 1, k: 1_000, m: 1_000_000, g: 1_000_000_000 }[unit.toLowerCase()] ?? 1;
  return Math.round(Number(digits) * factor);
}

/** A size as it is written, 1280x720, in pixels; null for what is none. */
export function sizeIn(text: string): { readonly width: number; readonly height: number } | null {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/i.exec(text) ?? [];
  return width === undefined || height === undefined ? null : { width: Number(width), height: Number(height) };
}

type Flag = { readonly type: "string" | "boolean"; readonly multiple?: boolean };

/** What is found of flags: their texts, or that they are there. */
export type FlagValues<Flags extends Readonly<Record<string, Flag>>> = {
  readonly [Name in keyof Flags]?: Flags[Name] extends { readonly multiple: true }
    ? string[]
    : Flags[Name]["type"] extends "boolean"
      ? boolean
      : string;
};

/** The name on the command line of each option. */
export type OptionNames = readonly (readonly [option: string, flag: string])[];

/** A sentence about an option in the words of the command line; any other as it is. */
export function inWordsOf(names: OptionNames, sentence: string): string {
  const found = names.find(([option]) => sentence === option || sentence.startsWith(`${option} `));
  return found === undefined ? sentence : `${found[1]}${sentence.slice(found[0].length)}`;
}

/** The variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What an empty variable of the environment means: nothing. */
export function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** The fields that are there. */
export function given<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
}
