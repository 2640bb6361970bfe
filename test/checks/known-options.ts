/**
 * Owns asking the code which options there are, what it accepts and what it takes where nothing is given: by giving it
 * what it must refuse and reading what it says, and by giving it what the documentation calls the default.
 */

/** Fills in and checks options; throws `TypeError` naming the option and its rule. */
export type ResolveOptions = (options: unknown) => unknown;

/** One that no option accepts: none is a list of numbers, nor negative, nor a fraction below zero. */
const REFUSED = -1.5;
const UNKNOWN = "noSuchOption";

export class KnownOptions {
  readonly #resolve: ResolveOptions;
  readonly #needed: Readonly<Record<string, unknown>>;

  /** `needed` is what must be given always. */
  constructor(resolve: ResolveOptions, needed: Readonly<Record<string, unknown>>) {
    this.#resolve = resolve;
    this.#needed = needed;
  }

  /** The paths of all options, like "http.port", in the order of the code. */
  paths(): string[] {
    return this.#namesIn("").flatMap((name) => {
      const inner = this.#namesIn(name);
      return inner.length === 0 ? [name] : inner.map((field) => `${name}.${field}`);
    });
  }

  /** Whether other options are in this one. */
  isGroup(path: string): boolean {
    return this.#namesIn(path).length > 0;
  }

  /** What the code says that the option must be; "" where it takes anything. */
  rule(path: string): string {
    const names = this.#namesIn(path);
    if (names.length > 0) return this.#rulesIn(path, names);
    const rule = ruleIn(this.#refusalOf(path, REFUSED));
    if (!rule.startsWith("a list")) return rule;
    return `${rule}, each ${ruleIn(this.#refusalOf(path, [REFUSED]))}`;
  }

  /** Whether giving this value is the same as giving none. */
  isDefault(path: string, value: unknown): boolean {
    return JSON.stringify(this.#resolveWith(path, value)) === JSON.stringify(this.#resolve(this.#needed));
  }

  /** Each is asked for beside others that may be right, as the first that is wrong is complained about. */
  #rulesIn(path: string, names: readonly string[]): string {
    const rules = names.flatMap((name) => {
      const beside = ["text", 16].map((other) => Object.fromEntries(names.map((each) => [each, other])));
      const sentences = beside.map((others) => this.#refusalOf(path, { ...others, [name]: REFUSED }));
      const own = sentences.find((sentence) => sentence.includes(`.${name} `));
      return own === undefined ? [] : [`${name}: ${ruleIn(own)}`];
    });
    return rules.join("; ");
  }

  #namesIn(path: string): string[] {
    const sentence = this.#refusalOf(path === "" ? UNKNOWN : `${path}.${UNKNOWN}`, true);
    const [, names = ""] = new RegExp(`\\.${UNKNOWN} is unknown\\. There are (.*)\\.$`).exec(sentence) ?? [];
    return names === "" ? [] : names.split(", ");
  }

  #refusalOf(path: string, value: unknown): string {
    try {
      this.#resolveWith(path, value);
      return "";
    } catch (error) {
      if (error instanceof TypeError) return error.message;
      throw error;
    }
  }

  #resolveWith(path: string, value: unknown): unknown {
    const [group = "", ...rest] = path.split(".");
    const given = rest.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return this.#resolve({ ...this.#needed, [group]: given });
  }
}

function ruleIn(sentence: string): string {
  return /^.*? must be (.*?)(?:, not -1\.5)?\.$/.exec(sentence)?.[1] ?? "";
}

/** The value that documentation means by "8 000 000", `"auto"`, "true" or "1280x720"; undefined where it means none. */
export function valueMeant(text: string): unknown {
  const [, plain = ""] = /^`?(.*?)`?$/.exec(text.split(",")[0] ?? "") ?? [];
  const size = /^(\d+)x(\d+)$/.exec(plain);
  if (size !== null) return { width: Number(size[1]), height: Number(size[2]) };
  if (/^\d[\d ]*(\.\d+)?$/.test(plain)) return Number(plain.replaceAll(" ", ""));
  if (/^"[^"]*"$/.test(plain)) return plain.slice(1, -1);
  return plain === "true" ? true : plain === "false" ? false : undefined;
}
