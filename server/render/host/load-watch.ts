/**
 * Owns watching three's loaders, in the render thread: how many files were loaded of those that were asked for, and what
 * could not be loaded and why.
 */

import { DefaultLoadingManager, FileLoader, ImageBitmapLoader, ImageLoader } from "three";
import { addressed, reasonOf } from "./scene-error.ts";

export type LoadProgress = {
  readonly loaded: number;
  readonly total: number;
  /** The address that was asked for last; null before the first. */
  readonly item: string | null;
};

const NOTHING: LoadProgress = { loaded: 0, total: 0, item: null };

/** The loads of one thread, by `DefaultLoadingManager`. Made once. */
export class LoadWatch {
  #progress: LoadProgress = NOTHING;
  #reason: string | null = null;

  /** `failed` is told a sentence of each file that could not be loaded. */
  constructor(failed: (sentence: string) => void) {
    const manager = DefaultLoadingManager;
    const { itemStart, itemEnd, itemError } = manager;
    manager.itemStart = (url) => {
      this.#progress = { ...this.#progress, total: this.#progress.total + 1, item: nameOf(url) };
      itemStart(url);
    };
    manager.itemEnd = (url) => {
      this.#progress = { ...this.#progress, loaded: this.#progress.loaded + 1 };
      itemEnd(url);
    };
    manager.itemError = (url) => {
      const why = this.#reason === null ? "" : `: ${this.#reason}`;
      this.#reason = null;
      failed(`Could not load ${nameOf(url)}${why}.`);
      itemError(url);
    };
    for (const loader of [FileLoader, ImageLoader, ImageBitmapLoader]) this.#noteReasons(loader.prototype);
  }

  get progress(): LoadProgress {
    return this.#progress;
  }

  /** Counts from nothing again. */
  reset(): void {
    this.#progress = NOTHING;
  }

  /** Loaders tell why to their caller only, right before they tell the manager that it failed. */
  #noteReasons(prototype: { load: (...args: never[]) => unknown }): void {
    const note = (error: unknown, url: string): void => {
      this.#reason = reasonOf(error).replace(/\.$/, "");
      addressed(error, url);
    };
    const load = prototype.load as unknown as (this: { path?: string }, ...args: unknown[]) => unknown;
    const watched = function (this: { path?: string }, ...args: unknown[]): unknown {
      const [url, onLoad, onProgress, onError] = args;
      const address = nameOf(`${this.path ?? ""}${String(url)}`);
      const failed = (error: unknown): void => {
        note(error, address);
        if (typeof onError === "function") onError(error);
      };
      return load.call(this, url, onLoad, onProgress, failed);
    };
    prototype.load = watched as never;
  }
}

/** An address that is a file in itself is only begun. */
function nameOf(url: string): string {
  return url.length > 200 ? `${url.slice(0, url.startsWith("data:") ? 30 : 199)}…` : url;
}
