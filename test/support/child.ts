/** Owns a program that a test runs: what it wrote, when it is ready, and its end. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const END_MS = 5000;

export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  #log = "";

  /** Starts a program and resolves when it wrote something that `isReady` fits. It is ended when it does not in time. */
  static async start(command: readonly [string, ...string[]], isReady: RegExp, timeoutMs: number): Promise<Child> {
    const child = new Child(command);
    try {
      await child.#written(isReady, timeoutMs);
      return child;
    } catch (error) {
      await child.close();
      throw error;
    }
  }

  private constructor([program, ...args]: readonly [string, ...string[]]) {
    this.#name = program;
    this.#process = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#log += chunk.toString();
      });
    }
    this.#process.on("error", (error) => {
      this.#log += error.message;
    });
  }

  /** What it wrote. */
  get log(): string {
    return this.#log;
  }

  /** Its number; 0 where it could not be started. */
  get pid(): number {
    return this.#process.pid ?? 0;
  }

  get hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.#process;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  /** Ends it, by force where it does not end by itself. */
  async close(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGTERM");
    const deadline = setTimeout(() => this.#process.kill("SIGKILL"), END_MS);
    await ended;
    clearTimeout(deadline);
  }

  /** Kills it, as in a crash. */
  async kill(): Promise<void> {
    if (this.hasEnded) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #written(text: RegExp, timeoutMs: number): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!text.test(this.#log)) {
      if (this.hasEnded || performance.now() > deadline) throw new Error(`${this.#name} did not start: ${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
