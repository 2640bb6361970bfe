/**
 * Owns how many bytes left by a tunnel in this calendar month, kept from one start of a server to the next in a file of the
 * user's, which all servers of theirs add to. Main process.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writePrivateFile } from "../platform/private-file.ts";

export type MonthCountOptions = {
  /** The folder of the file; null where there is none, and then nothing is kept. */
  readonly folder: string | null;
  /** Whose tunnel: others are counted for themselves. */
  readonly name: string;
  /** Hears, in a sentence, of a file that cannot be written. Once. */
  readonly failed: (sentence: string) => void;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
};

type Kept = { readonly month: string; readonly bytes: Readonly<Record<string, number>> };

export class MonthCount {
  readonly #options: MonthCountOptions;
  readonly #path: string | null;
  #month: string;
  /** As the file has it. */
  #kept: number;
  #added = 0;
  #hasFailed = false;

  constructor(options: MonthCountOptions) {
    this.#options = options;
    this.#path = options.folder === null ? null : join(options.folder, "tunnel.json");
    this.#month = this.#thisMonth();
    this.#kept = countOf(this.#read(), options.name);
  }

  /** In this month so far. */
  get bytes(): number {
    return this.#kept + this.#added;
  }

  add(bytes: number): void {
    const month = this.#thisMonth();
    if (month !== this.#month) [this.#month, this.#kept, this.#added] = [month, 0, 0];
    this.#added += bytes;
  }

  /** Adds what came since the last call to the file. */
  save(): void {
    if (this.#path === null || this.#added === 0) return;
    const found = this.#read();
    const sum = countOf(found, this.#options.name) + this.#added;
    try {
      const kept: Kept = { month: this.#month, bytes: { ...found.bytes, [this.#options.name]: sum } };
      writePrivateFile(this.#path, `${JSON.stringify({ version: 1, ...kept })}\n`);
      [this.#kept, this.#added] = [sum, 0];
    } catch (error) {
      if (this.#hasFailed) return;
      this.#hasFailed = true;
      this.#options.failed(`How much went through the tunnel could not be written to ${this.#path}: ${String(error)}`);
    }
  }

  /** ngrok counts by the calendar, and nobody says by whose. */
  #thisMonth(): string {
    return new Date((this.#options.clock ?? Date.now)()).toISOString().slice(0, 7);
  }

  /** What the file has of this month: nothing where it is missing, of another month or damaged. */
  #read(): Kept {
    const none: Kept = { month: this.#month, bytes: {} };
    if (this.#path === null) return none;
    try {
      const kept: unknown = JSON.parse(readFileSync(this.#path, "utf8"));
      return isKept(kept) && kept.month === this.#month ? kept : none;
    } catch {
      return none;
    }
  }
}

/** Programs may be called as what every object has. */
function countOf({ bytes }: Kept, name: string): number {
  return (Object.hasOwn(bytes, name) ? bytes[name] : undefined) ?? 0;
}

function isKept(value: unknown): value is Kept {
  const { month, bytes } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (typeof month !== "string" || typeof bytes !== "object" || bytes === null) return false;
  return Object.values(bytes).every((count) => Number.isSafeInteger(count) && count >= 0);
}
