/** Owns the two files with what a task prints, `stdout.txt` and `stderr.txt`. In the process of the worker. */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { PrintedStream } from "../platform/printed-lines.ts";
import { PrintedFile } from "./printed-file.ts";

/** How long what was printed may take to come in when the task is over. */
const DRAIN_MS = 500;

export class TaskLog {
  /** Nobody prints it by chance. */
  readonly mark: string = `\u0000${randomBytes(16).toString("hex")}\u0000`;
  readonly #files: Readonly<Record<PrintedStream, PrintedFile>>;

  /** Throws `StreamError` "output-failed". */
  constructor(folder: string) {
    const fileOf = (name: PrintedStream): PrintedFile => new PrintedFile(join(folder, `${name}.txt`), this.mark);
    this.#files = { stdout: fileOf("stdout"), stderr: fileOf("stderr") };
  }

  handle(stream: PrintedStream, chunk: Buffer): void {
    this.#files[stream].handle(chunk);
  }

  /** Waits for the rest, and closes them; `last` is said on stderr. Rejects with `StreamError` where anything could not be written. */
  async end(last: string | null): Promise<void> {
    const { stdout, stderr } = this.#files;
    const late = new AbortController();
    const whole = Promise.all([stdout.marked, stderr.marked]);
    await Promise.race([whole, delay(DRAIN_MS, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    try {
      stdout.close(null);
    } finally {
      stderr.close(last);
    }
  }
}
