/** Owns the handle of a render thread that draws frame by frame. In the process of a piece, whose only scene it is. */

import type { ConsoleLine } from "../../shared/console.ts";
import { Emitter } from "../../shared/emitter.ts";
import { placeOfThread } from "../platform/thread-place.ts";
import { siblingUrl, Thread } from "../platform/threads.ts";
import type { FromOfflineThread, OfflineStep, OfflineThreadData, ToOfflineThread } from "./offline-protocol.ts";
import type { RendererInfo } from "./render-protocol.ts";
import { allocatePulse, PulseReader } from "./render-pulse.ts";
import { StuckWatch } from "./stuck-watch.ts";

export type OfflineRendererEvents = { readonly printed: ConsoleLine };

const THREAD = "render thread";

type Waiting = { readonly resolve: () => void; readonly reject: (error: Error) => void };

type Started = { readonly thread: Thread<ToOfflineThread, FromOfflineThread>; readonly watch: StuckWatch };

export class OfflineRenderer extends Emitter<OfflineRendererEvents> {
  /** Who draws. */
  readonly info: RendererInfo;
  /** Whether its pictures show all around. */
  readonly isPanorama: boolean;
  readonly #thread: Thread<ToOfflineThread, FromOfflineThread>;
  readonly #watch: StuckWatch;
  readonly #waiting: Waiting[] = [];
  #files: readonly string[] = [];
  #failure: Error | null = null;

  /** Starts the thread and sets the scene up; `printed` hears of what it says meanwhile. Rejects with the scene's `StreamError`. */
  static async start(
    data: Omit<OfflineThreadData, "pulse">,
    printed: (line: ConsoleLine) => void,
  ): Promise<OfflineRenderer> {
    const url = siblingUrl(import.meta.url, "./offline.worker");
    const pulse = allocatePulse();
    const workerData: OfflineThreadData = { ...data, pulse };
    const thread = new Thread<ToOfflineThread, FromOfflineThread>(url, THREAD, workerData, "scene-failed");
    const watch = new StuckWatch({
      pulse: new PulseReader(pulse),
      locate: () => placeOfThread(THREAD),
      told: (text) => printed({ level: "warn", text }),
    });
    thread.on("ended", () => watch.close());
    return await new Promise((resolve, reject) => {
      let files: readonly string[] = [];
      const off = thread.on("messageReceived", (message) => {
        if (message.kind === "console") printed(message);
        if (message.kind === "files") files = message.files;
        if (message.kind !== "ready") return;
        off();
        const renderer = new OfflineRenderer({ thread, watch }, message, files);
        renderer.on("printed", printed);
        resolve(renderer);
      });
      thread.on("ended", reject);
    });
  }

  private constructor(
    { thread, watch }: Started,
    { renderer, isPanorama }: Extract<FromOfflineThread, { readonly kind: "ready" }>,
    files: readonly string[],
  ) {
    super();
    this.#thread = thread;
    this.#watch = watch;
    this.info = renderer;
    this.isPanorama = isPanorama;
    this.#files = files;
    thread.on("messageReceived", (message) => this.#receive(message));
    thread.on("ended", (error) => this.#fail(error));
  }

  /** The files of the scene's own that it consists of. */
  get files(): readonly string[] {
    return this.#files;
  }

  /** Moves the scene on by a frame, after those that were asked for before. Rejects with the scene's `StreamError`. */
  step(step: OfflineStep): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ resolve, reject });
    this.#thread.post({ kind: "step", step }, step.input === null ? [] : [step.input.pixels.buffer]);
    return promise;
  }

  close(): Promise<void> {
    this.#watch.close();
    return this.#thread.close({ kind: "close" });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(message: FromOfflineThread): void {
    if (message.kind === "stepped") this.#waiting.shift()?.resolve();
    if (message.kind === "files") this.#files = message.files;
    if (message.kind === "console") this.emit("printed", message);
  }

  #fail(error: Error): void {
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}
