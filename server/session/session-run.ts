/**
 * Owns one life of the process of a scene, from its start to its end, as the main process sees it: its messages, what it
 * prints, and that it does not outlive its welcome.
 */

import { type ChildProcess, fork } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fromPlainError, StreamError } from "../../shared/errors.ts";
import type { FromSession, SessionConfig, ToSession } from "./session-protocol.ts";

/** What the process says once it streams. */
export type SessionReady = Extract<FromSession, { readonly kind: "ready" }>;

export type SessionRunOptions = {
  readonly processUrl: URL;
  readonly config: SessionConfig;
  /** The state that the scene is to begin in, JSON text; null for its own. */
  readonly state: string | null;
  /** What to add to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with each message but `ready` and `failed`, which `started` has. */
  received(message: Exclude<FromSession, { readonly kind: "ready" | "failed" }>): void;
  /** Called with each line that the process, or a native library in it, prints. */
  printed(line: string): void;
};

const STOP_DEADLINE_MS = 1_000;
/** How long the pipes of a process that ended may still have something to read. */
const DRAIN_MS = 300;
/**
 * More unread messages than this and the process hangs. What viewers send without end, input, acknowledgements and messages
 * to the scene, is left out long before, so that it takes a process that reads nothing and not one that is flooded.
 */
const MOST_UNREAD = 4_096;
const MOST_UNREAD_INPUTS = 1_024;
/** For the main process alone; a scene has no business with them. */
const secrets = ["SCENECAST_TOKEN", "NGROK_AUTHTOKEN", "TURN_SECRET"] as const;
const KEPT_LINES = 20;
/** What Node, V8 and the C library print when they end a process; libraries print much else about errors that are none. */
const lastWords = /^(?:\w*Error\b|FATAL|terminate called|free\(|malloc|corrupted|double free)|assertion/i;

export class SessionRun {
  /** Resolves when the process streams; rejects with a `StreamError` when it could not or fell before. */
  readonly started: Promise<SessionReady>;
  /** Resolves when the process is gone, with why, for the case that nobody had asked for it. */
  readonly ended: Promise<StreamError>;
  readonly #process: ChildProcess;
  readonly #lines: string[] = [];
  /** What the process said of its end. */
  #failure: StreamError | null = null;
  #unread = 0;
  #hung = false;
  #isOurs = false;

  static start(options: SessionRunOptions): SessionRun {
    return new SessionRun(options);
  }

  private constructor(options: SessionRunOptions) {
    this.#process = fork(options.processUrl, {
      serialization: "advanced",
      // Two processes cannot wait for a debugger on one port.
      execArgv: process.execArgv.filter((argument) => !argument.startsWith("--inspect")),
      env: { ...process.env, ...Object.fromEntries(secrets.map((name) => [name, undefined])), ...options.env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      if (stream) createInterface(stream).on("line", (line) => this.#handleLine(line, options));
    }
    this.ended = this.#waitForEnd();
    this.started = this.#waitForStart(options);
    this.started.catch(() => undefined);
    this.send({ kind: "start", config: options.config, state: options.state });
  }

  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** Whether the process was ended by a signal that was not ours: a native crash, or a kill. */
  get wasKilled(): boolean {
    return this.#process.signalCode !== null && !this.#isOurs;
  }

  /**
   * Sends a message, and returns whether; a process that is gone does not get it, and one that is far behind not what
   * viewers send without end. One that reads nothing any more is killed.
   */
  send(message: ToSession): boolean {
    if (!this.#process.connected) return false;
    const isEndless = message.kind === "viewer-sent" || message.kind === "message-sent";
    if (isEndless && this.#unread > MOST_UNREAD_INPUTS) return false;
    this.#unread += 1;
    if (this.#unread > MOST_UNREAD) {
      this.#hung = true;
      this.kill();
      return false;
    }
    this.#process.send(message, () => {
      this.#unread -= 1;
    });
    return true;
  }

  /** Asks the process to end, and kills it when it has not after a second. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.send({ kind: "stop" });
    const deadline = setTimeout(() => this.kill(), STOP_DEADLINE_MS);
    await this.ended;
    clearTimeout(deadline);
  }

  kill(): void {
    this.#isOurs = true;
    this.#process.kill("SIGKILL");
  }

  #handleLine(line: string, options: SessionRunOptions): void {
    if (line.trim() === "") return;
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    options.printed(line);
  }

  #waitForStart(options: SessionRunOptions): Promise<SessionReady> {
    return new Promise((resolve, reject) => {
      this.#process.on("message", (received) => {
        const message = received as FromSession;
        if (message.kind === "ready") return resolve(message);
        if (message.kind === "failed") {
          this.#failure = fromPlainError(message.error, "scene-failed");
          return reject(this.#failure);
        }
        options.received(message);
      });
      void this.ended.then(reject);
    });
  }

  async #waitForEnd(): Promise<StreamError> {
    const child = this.#process;
    const kill = (): void => this.kill();
    process.once("exit", kill);
    // "exit" may come before the last messages and lines were read, "close" after them, but never if a process that
    // the scene started holds the pipes.
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const failure = await new Promise<Error | null>((resolve) => {
      child.once("exit", () => resolve(null));
      child.once("error", (error) => {
        if (child.pid === undefined) resolve(error);
      });
      // A process that hung up is of no more use.
      child.once("disconnect", () => void delay(STOP_DEADLINE_MS, undefined, { ref: false }).then(kill));
    });
    const drained = new AbortController();
    const deadline = delay(DRAIN_MS, undefined, { signal: drained.signal }).catch(() => undefined);
    if (failure === null) await Promise.race([closed, deadline]);
    drained.abort();
    process.off("exit", kill);
    return this.#endError(failure);
  }

  #endError(cause: Error | null): StreamError {
    if (cause !== null) {
      return new StreamError("session-lost", `The process of the scene could not be started: ${cause.message}`, {
        cause,
      });
    }
    if (this.#failure !== null) return this.#failure;
    const { exitCode, signalCode } = this.#process;
    const how = this.#hung ? "it no longer answered" : (signalCode ?? `exit code ${exitCode}`);
    const lastLine = this.#lines.findLast((line) => lastWords.test(line));
    const hint = lastLine === undefined ? "" : ` It last said: ${lastLine.trim().slice(0, 300)}`;
    const error = new StreamError("session-lost", `The process of the scene ended unexpectedly (${how}).${hint}`);
    if (this.#lines.length > 0) error.stack = `${error.message}\n${this.#lines.join("\n")}`;
    return error;
  }
}
