/** Owns the command line of the laboratory: its flags, their rules, and the file of a script. Pure but for reading that file. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { LaboratoryOptions, NetworkChange } from "./laboratory.ts";
import type { LinkSettings } from "./shaper.ts";

export const labHelp = `usage: npm run lab -- [flags]

A bad network on this machine: open the address that it prints instead of the server's.

  --to <address>     the server, http://127.0.0.1:8080
  --port <number>    where browsers come, 9090; 0 takes any free port
  --rate <rate>      like 2mbit, 500kbit or 800000; none by default
  --queue <time>     how much may wait for that rate, 200ms
  --delay <time>     each way, so a round trip takes it twice; 0ms
  --jitter <time>    the standard deviation of the delay, 0ms; with --uniform the most to either side
  --loss <part>      like 2%, each way; 0%
  --burst <number>   how many packets are lost in a row, in the mean, from 1; without it each is lost by itself
  --reorder <part>   like 1%: these come 10ms later than they should; 0%
  --seed <number>    the same for the same chances; 1
  --script <file>    JSON: [{ "at": "5s", "rate": "1mbit" }, …], each from that time on, with the names of the flags
  --help
`;

const flags = {
  to: { type: "string", default: "http://127.0.0.1:8080" },
  port: { type: "string", default: "9090" },
  rate: { type: "string" },
  queue: { type: "string" },
  delay: { type: "string" },
  jitter: { type: "string" },
  uniform: { type: "boolean" },
  loss: { type: "string" },
  burst: { type: "string" },
  reorder: { type: "string" },
  seed: { type: "string", default: "1" },
  script: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** What a flag, or the field of a step of a script, says about the network. */
const readers: Readonly<Record<string, (name: string, text: string) => Partial<LinkSettings>>> = {
  rate: (name, text) => ({ rateBps: text === "none" ? null : rateOf(name, text) }),
  queue: (name, text) => ({ queueMs: timeOf(name, text) }),
  delay: (name, text) => ({ delayMs: timeOf(name, text) }),
  jitter: (name, text) => ({ jitterMs: timeOf(name, text) }),
  loss: (name, text) => ({ loss: partOf(name, text) }),
  burst: (name, text) => ({ burst: numberOf(name, text, 1, 1000) }),
  reorder: (name, text) => ({ reorder: partOf(name, text) }),
};

/** Null when help is asked for. Throws `TypeError` naming the flag and its rule. */
export function parseLabFlags(
  args: readonly string[],
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): Required<LaboratoryOptions> | null {
  const { values } = inPlainWords(() => parseArgs({ args: [...args], options: flags }));
  if (values.help) return null;
  const { to, port, seed, script, uniform } = values;
  const said = Object.entries(values).filter(([name]) => Object.hasOwn(readers, name));
  return {
    to: loopbackOf(to),
    port: wholeOf("--port", port, 0, 65_535),
    seed: wholeOf("--seed", seed, 0, 2 ** 31),
    network: { ...networkOf("--", Object.fromEntries(said)), ...(uniform ? { jitterShape: "uniform" } : {}) },
    script: script === undefined ? [] : scriptOf(script, read),
  };
}

function networkOf(prefix: string, fields: Readonly<Record<string, unknown>>): Partial<LinkSettings> {
  const read = Object.entries(fields).map(([name, value]) => {
    const reader = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (reader === undefined) {
      throw new TypeError(`${prefix}${name} is none of at, ${Object.keys(readers).join(", ")}.`);
    }
    return reader(`${prefix}${name}`, String(value));
  });
  return Object.assign({}, ...read) as Partial<LinkSettings>;
}

function scriptOf(file: string, read: (file: string) => string): readonly NetworkChange[] {
  let steps: unknown;
  try {
    steps = JSON.parse(read(file));
  } catch (error) {
    throw new TypeError(`--script must be a file with JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!Array.isArray(steps)) throw new TypeError("--script must hold a list of steps.");
  return steps.map((step: unknown, at) => {
    if (typeof step !== "object" || step === null) throw new TypeError(`--script: step ${at} must be an object.`);
    const { at: time, ...fields } = step as Readonly<Record<string, unknown>>;
    const prefix = `--script: step ${at}: `;
    return { atMs: timeOf(`${prefix}at`, String(time)), ...networkOf(prefix, fields) };
  });
}

function loopbackOf(text: string): string {
  const url = URL.parse(text);
  const isHere = url !== null && url.protocol === "http:" && /^(127\.\d+\.\d+\.\d+|localhost)$/.test(url.hostname);
  if (!isHere) throw new TypeError(`--to must be an http: address on this machine, not "${text}".`);
  return url.href;
}

function rateOf(name: string, text: string): number {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)(kbit|mbit|k|m)?$/i.exec(text) ?? [];
  if (digits === undefined) throw new TypeError(`${name} must be a rate like 2mbit, 500kbit or 800000, not "${text}".`);
  const factors: Readonly<Record<string, number>> = { "": 1, k: 1_000, m: 1_000_000 };
  return Math.round(Number(digits) * (factors[unit.toLowerCase().charAt(0)] ?? 1));
}

function timeOf(name: string, text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(text) ?? [];
  if (digits === undefined) throw new TypeError(`${name} must be a time like 40ms or 2s, not "${text}".`);
  return Number(digits) * (unit === "s" ? 1000 : 1);
}

function partOf(name: string, text: string): number {
  const [, digits] = /^(\d+(?:\.\d+)?)%$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) > 100) throw new TypeError(`${name} must be 0% to 100%, not "${text}".`);
  return Number(digits) / 100;
}

function numberOf(name: string, text: string, least: number, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new TypeError(`${name} must be a number from ${least} to ${most}, not "${text}".`);
}

function wholeOf(name: string, text: string, least: number, most: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new TypeError(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

function inPlainWords<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    // Node's advice about dashes and quotes, in the sentences after the first, is of no use here.
    throw new TypeError(`${(error as Error).message.split(/\.(?:\s|$)/)[0]}. See npm run lab -- --help.`);
  }
}
