/**
 * Owns when data is taken in the render thread: between two frames while the scene is drawn, at once while it is not. The main process
 * is told when a frame has shown it, so that a picture that is taken then does, too.
 */

import type { MessagePort } from "node:worker_threads";
import type { ToSceneData } from "./data-protocol.ts";
import { DataStore } from "./data-store.ts";

export class DataIntake {
  readonly store: DataStore;
  /** Has the thread call `take` soon, and draw. Null before there is anything to be drawn. */
  #ask: (() => void) | null = null;
  #isWatched = false;

  /** Without a port there is no data. */
  constructor(port: MessagePort | undefined) {
    this.store = new DataStore({ post: (message) => port?.postMessage(message), arrived: () => this.#handleArrival() });
    port?.on("message", (message: ToSceneData) => this.store.handle(message));
    if (port === undefined) this.store.handle({ kind: "filled" });
  }

  /** The scene is there: `ask` is called when something waits for `take`. */
  begin(ask: () => void): void {
    this.#ask = ask;
  }

  /** Whether the scene is drawn. */
  setWatched(watched: boolean): void {
    this.#isWatched = watched;
    if (!watched) this.#takeNow();
  }

  /** Between two frames: returns whether there was anything, so that one is to be drawn. */
  take(): boolean {
    return this.store.drain();
  }

  /** A frame was drawn. */
  noteDrawn(): void {
    this.store.tellTaken();
  }

  #handleArrival(): void {
    if (this.#isWatched && this.#ask !== null) this.#ask();
    else this.#takeNow();
  }

  #takeNow(): void {
    this.store.drain();
    this.store.tellTaken();
  }
}
