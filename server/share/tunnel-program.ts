/**
 * Owns one run of a program that holds a tunnel open: its process, what it prints, and its end. It is run without a shell, leads
 * a group of its own, so that what it starts ends with it, and does not outlive the main process.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { childEnvironment } from "../platform/child-environment.ts";
import { guardOrphan } from "../platform/orphan-guard.ts";

export type TunnelProgramOptions = {
  /** The program and its arguments. */
  readonly words: readonly string[];
  /** Told of each line that it prints, cut to a length that can be kept. */
  readonly printed: (line: string) => void;
};

const MAX_LINE = 2_000;
/** Between the polite signal and the other. */
const STOP_MS = 1_000;
/** How long the pipes of a program that ended may still have something to read. */
const DRAIN_MS = 300;

export class TunnelProgram {
  /** How it ended, as the end of a sentence. */
  readonly ended: Promise<{ readonly how: string; readonly isMissing: boolean }>;
  readonly #process: ChildProcess;
  readonly #kill = (): void => this.#signal("SIGKILL");
  readonly #endGuard: (() => Promise<void>) | null;

  /** Starts it. The caller stops it. */
  constructor({ words: [program = "", ...args], printed }: TunnelProgramOptions) {
    this.#process = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
      // The program may be ngrok.
      env: childEnvironment("NGROK_AUTHTOKEN"),
    });
    const { pid } = this.#process;
    this.#endGuard = pid === undefined ? null : guardOrphan(pid, "group");
    for (const stream of [this.#process.stdout, this.#process.stderr]) if (stream) followLines(stream, printed);
    process.once("exit", this.#kill);
    this.ended = this.#waitForEnd();
  }

  /** Ends it. Idempotent; resolves when it has ended. */
  async stop(): Promise<void> {
    this.#signal("SIGTERM");
    const timer = setTimeout(this.#kill, STOP_MS);
    await this.ended;
    clearTimeout(timer);
  }

  async #waitForEnd(): Promise<{ readonly how: string; readonly isMissing: boolean }> {
    const child = this.#process;
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      child.once("exit", () => resolve(null));
      child.once("error", (error) => child.pid === undefined && resolve(error));
    });
    // Before the number of the process is given to another; what it started must not hold the tunnel open for the next run.
    this.#kill();
    process.off("exit", this.#kill);
    await this.#endGuard?.();
    // What it said last may not have been read yet.
    if (failure === null) await Promise.race([closed, delay(DRAIN_MS, undefined, { ref: false })]);
    if (failure !== null) {
      const isMissing = failure.code === "ENOENT";
      return { how: isMissing ? "was not found" : `could not be started (${failure.code})`, isMissing };
    }
    const { exitCode, signalCode } = child;
    return { how: `ended with ${signalCode ?? `code ${exitCode}`}`, isMissing: false };
  }

  #signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") this.#process.kill(signal);
      else process.kill(-pid, signal);
    } catch {
      // Nobody of its group is left.
    }
  }
}

/** A line that has not ended yet is kept as far as it may be long. */
function followLines(stream: NodeJS.ReadableStream, printed: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "").slice(0, MAX_LINE);
    for (const line of lines) printed(stripVTControlCharacters(line).slice(0, MAX_LINE).trim());
  });
  stream.on("error", () => undefined);
}
