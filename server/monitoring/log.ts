/** Owns the log of the main process: structured lines on stderr. The only file that imports pino. */

import { pino } from "pino";
import pretty from "pino-pretty";
import type { ResolvedOptions } from "../options/options.ts";
import { visible } from "../platform/visible-text.ts";

/** One way of writing to the log: a sentence, and what a program may want to know of it. */
export type LogLine = (text: string, fields?: Readonly<Record<string, unknown>>) => void;

export type Log = {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
};

/** Opens the log: JSON lines, or lines for people, by default when stderr is a terminal. */
export function openLog({ logLevel: level, logFormat }: Pick<ResolvedOptions, "logLevel" | "logFormat">): Log {
  const isForPeople = logFormat === "auto" ? process.stderr.isTTY : logFormat === "pretty";
  const destination = isForPeople ? forPeople() : pino.destination({ dest: 2, sync: true });
  // The terminal may be gone; there is nowhere left to say so.
  destination.on("error", () => undefined);
  const formatters = { level: (label: string) => ({ level: label }) };
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }, destination);
  return {
    debug: (text, fields = {}) => logger.debug(fields, visible(text)),
    info: (text, fields = {}) => logger.info(fields, visible(text)),
    warn: (text, fields = {}) => logger.warn(fields, visible(text)),
    error: (text, fields = {}) => logger.error(fields, visible(text)),
  };
}

function forPeople(): pretty.PrettyStream {
  const colorize = process.stderr.isTTY && process.env["NO_COLOR"] === undefined;
  return pretty({ destination: 2, sync: true, colorize, translateTime: "SYS:HH:MM:ss", singleLine: true });
}

/** How often a line may be written: `burst` at once, then one every `everyMs`. */
export type Sparseness = { readonly burst: number; readonly everyMs: number };

/**
 * A way of writing that a hostile client cannot fill the log with. What was held back is counted in the next line that
 * is written.
 */
export function sparsely(write: LogLine, { burst, everyMs }: Sparseness = { burst: 5, everyMs: 10_000 }): LogLine {
  let tokens = burst;
  let filledAt = performance.now();
  let heldBack = 0;
  return (text, fields = {}) => {
    const now = performance.now();
    tokens = Math.min(burst, tokens + (now - filledAt) / everyMs);
    filledAt = now;
    if (tokens < 1) {
      heldBack += 1;
      return;
    }
    tokens -= 1;
    write(text, heldBack > 0 ? { ...fields, heldBack } : fields);
    heldBack = 0;
  };
}

/** Text from outside in a form that is safe in a terminal and not longer than a line. */
export function printable(text: string): string {
  return text.slice(0, 200).replaceAll(/[^\x20-\x7e]/g, "?");
}
