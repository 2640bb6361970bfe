/**
 * Owns one life of the process of a scene, from its start to its end, as the main process sees it: its messages, what it
 * prints, and that it does not outlive its welcome.
 */

import { fromPlainError, StreamError, toPlainError } from "../../shared/errors.ts";
import { endSign, endWords } from "./end-words.ts";
import type { ProcessEnd, ProcessPort, SceneProcess } from "./process-port.ts";
import type { FromSession, SceneBeginning, SessionConfig, ToSession } from "./session-protocol.ts";

/** What the process says once it streams. */
export type SessionReady = Extract<FromSession, { readonly kind: "ready" }>;

export type SessionRunOptions = {
  readonly processes: ProcessPort;
  readonly config: SessionConfig;
  /** What the scene is to begin with. */
  readonly beginning: SceneBeginning;
  /** What to add to the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** Called with each message but `ready` and `failed`, which `started` has. */
  received(message: Exclude<FromSession, { readonly kind: "ready" | "failed" }>): void;
  /** Called with each line that the process, or a native library in it, prints. */
  printed(line: string): void;
};

const STOP_DEADLINE_MS = 1_000;
/**
 * More unread messages than this and the process hangs. Of what viewers send without end, messages to the scene are left out
 * long before, and input waits elsewhere (viewer-inbox.ts), so that it takes a process that reads nothing and not one that
 * is flooded.
 */
const MAX_UNREAD = 4_096;
const MAX_UNREAD_OF_VIEWERS = 1_024;
const KEPT_LINES = 20;
/** What Node, V8 and the C library print when they end a process; libraries print much else about errors that are none. */
const lastWords = /^(?:\w*Error\b|FATAL|terminate called|free\(|malloc|corrupted|double free)|assertion/i;

export class SessionRun {
  /** Resolves when the process streams; rejects with a `StreamError` when it could not or fell before. */
  readonly started: Promise<SessionReady>;
  /** Resolves when the process is gone, with why, for the case that nobody had asked for it. */
  readonly ended: Promise<StreamError>;
  readonly #process: SceneProcess;
  readonly #lines: string[] = [];
  /** What the process said of its end. */
  #failure: StreamError | null = null;
  #end: ProcessEnd | null = null;
  #unread = 0;
  #hung = false;
  #isOurs = false;

  static start(options: SessionRunOptions): SessionRun {
    return new SessionRun(options);
  }

  private constructor({ processes, config, beginning, env, received, printed }: SessionRunOptions) {
    const { promise, resolve, reject } = Promise.withResolvers<SessionReady>();
    this.#process = processes.start({
      env,
      received: (message) => {
        if (message.kind === "ready") return resolve(message);
        if (message.kind !== "failed") return received(message);
        this.#failure = fromPlainError(message.error, "scene-failed");
        reject(this.#failure);
      },
      printed: (line) => {
        this.#keep(line);
        if (line.trim() !== "") printed(line);
      },
    });
    this.started = promise;
    this.started.catch(() => undefined);
    this.ended = this.#process.ended.then((end) => this.#handleEnd(end));
    void this.ended.then(reject);
    this.send({ kind: "start", config, ...beginning });
  }

  get pid(): number | null {
    return this.#process.pid;
  }

  /** Whether the process was ended by a signal that was not ours: a native crash, or a kill. */
  get wasKilled(): boolean {
    return this.#end?.kind === "killed" && !this.#isOurs;
  }

  /**
   * Sends a message, and returns whether; `taken` is called once it no longer waits on this side. A process that is gone does not get it, and one that is far behind not what
   * viewers send without end. One that reads nothing any more is killed.
   */
  send(message: ToSession, taken: () => void = () => undefined): boolean {
    const isEndless = message.kind === "scene-message-received";
    if (isEndless && this.#unread > MAX_UNREAD_OF_VIEWERS) return false;
    if (this.#unread >= MAX_UNREAD) {
      this.#hung = true;
      this.kill();
      return false;
    }
    const isSent = this.#process.send(message, () => {
      this.#unread -= 1;
      taken();
    });
    if (isSent) this.#unread += 1;
    return isSent;
  }

  /** Asks the process to end, and kills it when it has not after a second. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.send({ kind: "stop" });
    const deadline = setTimeout(() => this.kill(), STOP_DEADLINE_MS);
    await this.ended;
    clearTimeout(deadline);
  }

  /** Ends the process by force; `why` is what is told of its end. */
  kill(why: StreamError | null = null): void {
    this.#isOurs = true;
    this.#failure ??= why;
    this.#process.kill();
  }

  #keep(line: string): void {
    if (line.trim() === "") return;
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }

  #handleEnd(end: ProcessEnd): StreamError {
    this.#end = end;
    if (end.kind === "not-started") {
      const { cause } = end;
      return new StreamError("room-lost", `The scene's process could not be started: ${cause.message}`, { cause });
    }
    if (this.#failure !== null) return this.#failure;
    const what = this.#hung ? "The scene's program no longer answered." : endWords(end, this.#lines);
    const lastLine = this.#lines.findLast((line) => lastWords.test(line));
    const hint = lastLine === undefined ? "" : ` The last thing it printed: ${lastLine.trim().slice(0, 300)}`;
    const error = new StreamError("room-lost", `${what}${hint}`);
    // What the log says of it.
    error.stack = [`${error.message} (${endSign(end)})`, ...this.#lines].join("\n");
    return error;
  }
}

/** What was thrown on the way to a process that streams, as everybody is told of it. */
export function asStreamError(error: unknown): StreamError {
  return error instanceof StreamError ? error : fromPlainError(toPlainError(error), "room-lost");
}
