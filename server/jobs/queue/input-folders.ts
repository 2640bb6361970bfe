/** Owns where the inputs of jobs lie that were added from afar, one folder a job, and when they go. In the owner's process. */

import { readdirSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import type { JobDatabase } from "../job-database.ts";

export class InputFolders {
  readonly #root: string;
  readonly #database: JobDatabase;

  constructor(folder: string, database: JobDatabase) {
    this.#root = join(folder, "inputs");
    this.#database = database;
  }

  rootOf(token: string): string {
    return join(this.#root, token);
  }

  /** Out of what a file may name others: what was sent with it. Null for a file that was named on this machine. */
  boundsOf(path: string): string | null {
    const [token, part, index] = relative(this.#root, path).split(sep);
    if (token === undefined || token === ".." || part === undefined) return null;
    return part === "input" && index !== undefined
      ? join(this.#root, token, part, index)
      : join(this.#root, token, part);
  }

  /** Removes those that no job names any more, and that are of nobody who adds one. */
  sweep(adding: readonly string[]): void {
    for (const token of namesIn(this.#root)) {
      if (!adding.includes(token) && !this.#isNamed(token)) {
        rmSync(this.rootOf(token), { recursive: true, force: true });
      }
    }
  }

  #isNamed(token: string): boolean {
    const sql = `SELECT 1 FROM jobs WHERE instr(work, ?) > 0
      UNION ALL SELECT 1 FROM tasks WHERE instr(input, ?) > 0 LIMIT 1`;
    const { href } = pathToFileURL(this.rootOf(token));
    return this.#database.first(sql, href.slice(href.lastIndexOf("/") + 1), token) !== undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
