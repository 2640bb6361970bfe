/** Owns a process of light viewers: how many there are, and what they counted. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { fromPlainError, type PlainError } from "../../shared/errors.ts";
import type { LightCounts } from "./light-counts.ts";

export type LightWay = "webrtc" | "websocket";

export type ToReceivers =
  | { readonly kind: "open"; readonly way: LightWay; readonly url: string; readonly count: number }
  /** The newest ones leave. */
  | { readonly kind: "close"; readonly count: number }
  | { readonly kind: "take" };

export type FromReceivers =
  | { readonly kind: "done"; readonly cpuMs: number; readonly counts: readonly LightCounts[] }
  | { readonly kind: "failed"; readonly error: PlainError };

export class Receivers {
  readonly #url: string;
  readonly #way: LightWay;
  readonly #process: ChildProcess;
  #count = 0;

  /** Starts the process. Its viewers will watch the server at `url`. The caller closes it. */
  constructor(url: string, way: LightWay = "webrtc") {
    this.#url = url;
    this.#way = way;
    this.#process = fork(fileURLToPath(new URL("./receivers-process.ts", import.meta.url)), {
      execArgv: ["--conditions=scenecast-source", "--disable-warning=ExperimentalWarning"],
    });
  }

  get count(): number {
    return this.#count;
  }

  /** Has as many viewers watch as `count` says; resolves when they are connected, or gone. */
  async setCount(count: number): Promise<void> {
    const more = count - this.#count;
    if (more > 0) await this.#ask({ kind: "open", way: this.#way, url: this.#url, count: more });
    if (more < 0) await this.#ask({ kind: "close", count: -more });
    this.#count = count;
  }

  /** What each viewer counted since the last call, and the processor time of the process since it began. */
  take(): Promise<{ readonly counts: readonly LightCounts[]; readonly cpuMs: number }> {
    return this.#ask({ kind: "take" });
  }

  async close(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** One question at a time. */
  async #ask(message: ToReceivers): Promise<Extract<FromReceivers, { readonly kind: "done" }>> {
    const ended = new AbortController();
    const end = (): void => ended.abort(new Error("The process of the viewers ended."));
    this.#process.once("exit", end);
    try {
      const answered = once(this.#process, "message", { signal: ended.signal });
      this.#process.send(message);
      const [answer] = (await answered) as [FromReceivers];
      if (answer.kind === "failed") throw fromPlainError(answer.error, "closed");
      return answer;
    } finally {
      this.#process.off("exit", end);
    }
  }
}
