/**
 * Owns the file of SQLite in which jobs are kept: its tables, how several processes share it, and its errors in words. The only file that
 * has `node:sqlite`. In the process of whoever works with jobs, on its thread.
 *
 * JB1 How many tasks of a job are in which state stands in its own row, kept by the database itself whoever writes: to read it takes as
 *     long for a hundred thousand tasks as for one.
 */

import { dirname } from "node:path";
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { StreamError } from "../../shared/errors.ts";
import { jobStates } from "../../shared/jobs.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolderSync } from "../platform/made-folder.ts";

const VERSION = 2;
const tables = `
  CREATE TABLE jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    work TEXT NOT NULL,
    addedAt REAL NOT NULL,
    startedAt REAL,
    endedAt REAL,
    maxAttempts INTEGER NOT NULL,
    timeLimit REAL,
    isArchived INTEGER NOT NULL DEFAULT 0,
    isOpen INTEGER NOT NULL DEFAULT 1,
    takenAt INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX openJobs ON jobs (id) WHERE isOpen = 1;
  CREATE TABLE tasks (
    job INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    label TEXT NOT NULL,
    input TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts INTEGER NOT NULL DEFAULT 0,
    progress REAL NOT NULL DEFAULT 0,
    note TEXT,
    worker TEXT,
    startedAt REAL,
    endedAt REAL,
    error TEXT,
    result TEXT,
    token TEXT,
    holder TEXT,
    renewedAt REAL,
    PRIMARY KEY (job, number)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX taskStates ON tasks (job, state, number);
  CREATE UNIQUE INDEX taskTokens ON tasks (token) WHERE token IS NOT NULL;
`;

const countsOf = (count: (state: string) => string): string =>
  jobStates.map((state) => `${state} = ${count(state)}`).join(", ");
/** JB1: what version 2 has more than version 1. */
const counts = `
  ${jobStates.map((state) => `ALTER TABLE jobs ADD COLUMN ${state} INTEGER NOT NULL DEFAULT 0;`).join("\n")}
  UPDATE jobs SET ${countsOf((state) => `(SELECT count(*) FROM tasks WHERE job = jobs.id AND state = '${state}')`)};
  CREATE TRIGGER taskAdded AFTER INSERT ON tasks BEGIN
    UPDATE jobs SET ${countsOf((state) => `${state} + (NEW.state = '${state}')`)} WHERE id = NEW.job;
  END;
  CREATE TRIGGER taskMoved AFTER UPDATE OF state ON tasks WHEN NEW.state <> OLD.state BEGIN
    UPDATE jobs SET ${countsOf((state) => `${state} + (NEW.state = '${state}') - (OLD.state = '${state}')`)} WHERE id = NEW.job;
  END;
  PRAGMA user_version = ${VERSION};
`;

export type Row = Readonly<Record<string, SQLOutputValue>>;

export class JobDatabase {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #isClosed = false;

  /** Opens it, and makes it where there is none; `busyMs` is how long another process that writes is waited for. Throws `StreamError`. */
  constructor(path: string, busyMs: number) {
    this.path = path;
    try {
      makeFolderSync(dirname(path), 0o700);
    } catch (error) {
      throw diskWords(dirname(path), error);
    }
    const sqlite = process.getBuiltinModule("node:sqlite");
    this.#database = this.#inWords(() => new sqlite.DatabaseSync(path, { timeout: busyMs, allowExtension: false }));
    try {
      this.#prepare();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#inWords(() => this.#statement(sql).all(...values));
  }

  first(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#inWords(() => this.#statement(sql).get(...values));
  }

  /** How many rows were changed, and the number of the last that was put in. */
  run(sql: string, ...values: SQLInputValue[]): { readonly changes: number; readonly lastId: number } {
    const { changes, lastInsertRowid } = this.#inWords(() => this.#statement(sql).run(...values));
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  /** Does all of it or nothing, while no other process writes. */
  write<Result>(work: () => Result): Result {
    this.run("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      // A full disk may have ended it already.
      if (this.#database.isTransaction) this.run("ROLLBACK");
      throw error;
    }
  }

  /** A number that is another one after another process wrote. */
  get version(): number {
    return Number(this.first("PRAGMA data_version")?.["data_version"]);
  }

  /** Idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#database.close();
  }

  #prepare(): void {
    // A process that is killed at any moment leaves it whole; only a power cut may take the last moments back.
    for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"])
      this.run(`PRAGMA ${pragma}`);
    if (this.#userVersion < VERSION) {
      this.write(() => {
        // Another process may have been faster.
        const version = this.#userVersion;
        if (version === 0) this.#inWords(() => this.#database.exec(tables));
        if (version < VERSION) this.#inWords(() => this.#database.exec(counts));
      });
    }
    if (this.#userVersion === VERSION) return;
    throw new StreamError("input-failed", `${this.path} is of another version of Scenecast.`);
  }

  get #userVersion(): number {
    return Number(this.first("PRAGMA user_version")?.["user_version"]);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  #inWords<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw this.#errorOf(error);
    }
  }

  #errorOf(error: unknown): unknown {
    if (this.#isClosed) return new StreamError("closed", "The jobs were closed.", { cause: error });
    if (!(error instanceof Error && "errcode" in error)) return error;
    // Extended codes have the plain one in their low byte.
    const code = Number(error.errcode) & 0xff;
    const said = words[code];
    if (said === undefined)
      return new StreamError("output-failed", `${this.path}: ${error.message}.`, { cause: error });
    return new StreamError(said.code, `${this.path} ${said.words}.`, { cause: error });
  }
}

/** By the codes of SQLite (sqlite.org/rescode.html). */
const words: Readonly<Record<number, { readonly code: "input-failed" | "output-failed"; readonly words: string }>> = {
  3: { code: "output-failed", words: "cannot be written: permission was denied" },
  5: { code: "output-failed", words: "cannot be written: another process has been writing to it for too long" },
  8: { code: "output-failed", words: "cannot be written: permission was denied, or the disk is read-only" },
  10: { code: "output-failed", words: "cannot be read or written: the disk failed or is full" },
  11: { code: "input-failed", words: "cannot be read: it is damaged" },
  13: { code: "output-failed", words: "cannot be written: the disk is full" },
  14: { code: "output-failed", words: "cannot be opened: there is no such folder, or permission was denied" },
  26: { code: "input-failed", words: "is no list of jobs" },
};
