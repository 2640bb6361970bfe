/**
 * Owns the values of data in the render thread: they outlive the scene that is shown, so that the one that takes its place has them.
 *
 * SD1 A value, or a change of a part of one, is taken between frames and as a whole: no frame, and no code of the scene, sees half of it.
 * SD2 All are taken in the order in which they came, and none is left out.
 * SD3 A whole new value is new memory; a change of a part is made in the memory that is there.
 */

import { closeSync, openSync } from "node:fs";
import type { DataDeclarations, DataForm } from "../../../shared/data.ts";
import { mapFile, readAll } from "./data-mapping.ts";
import type { FromSceneData, ToSceneData } from "./data-protocol.ts";

/** A value of the thread, and all that scenes need to know of it. */
export type StoredValue = {
  readonly name: string;
  readonly form: DataForm;
  readonly version: number;
  readonly buffer: ArrayBuffer;
  /** Whether its file has what is written into the buffer. */
  readonly isMapped: boolean;
};

/** Bytes of a value. */
export type ByteRange = { readonly offset: number; readonly count: number };

/** A scene that hears of changes. `ranges` null: all of it is new. */
export type DataSubscriber = {
  changed(value: StoredValue, ranges: readonly ByteRange[] | null): void;
  removed(name: string): void;
};

export type DataStoreOptions = {
  readonly post: (message: FromSceneData) => void;
  /** Something waits that `drain` takes. */
  readonly arrived: () => void;
  /** Whether files may be mapped. Default true. */
  readonly canMap?: boolean;
};

type Waiting = Exclude<ToSceneData, { readonly kind: "filled" }>;

export class DataStore {
  readonly #options: DataStoreOptions;
  readonly #filled: Promise<void>;
  readonly #fill: () => void;
  readonly #values = new Map<string, StoredValue>();
  readonly #subscribers = new Set<DataSubscriber>();
  #isShown = false;
  #waiting: Waiting[] = [];
  /** Taken, and not told yet: the frame that shows it is not drawn. */
  #untold: FromSceneData[] = [];

  constructor(options: DataStoreOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#filled = promise;
    this.#fill = resolve;
  }

  get values(): Iterable<StoredValue> {
    return this.#values.values();
  }

  get(name: string): StoredValue | null {
    return this.#values.get(name) ?? null;
  }

  /** A scene is on its way that declares this. Resolves when all is here that it is to begin with. */
  begin(declarations: DataDeclarations | "any"): Promise<void> {
    // Where another is shown, that is who takes what comes.
    if (!this.#isShown) this.#options.post({ kind: "declared", declarations });
    return this.#filled;
  }

  /** A scene is shown that declares this. */
  show(declarations: DataDeclarations | "any"): void {
    this.#isShown = true;
    this.#options.post({ kind: "declared", declarations });
  }

  /** Tells a scene of all that changes from now on. Returns a function that ends that. */
  subscribe(subscriber: DataSubscriber): () => void {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  handle(message: ToSceneData): void {
    if (message.kind !== "filled") {
      this.#waiting.push(message);
      return this.#options.arrived();
    }
    // What it is filled with came before.
    this.drain();
    this.#fill();
  }

  /** Takes what waits. To be called between frames (SD1). Returns whether there was anything. */
  drain(): boolean {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const message of waiting) this.#take(message);
    return waiting.length > 0;
  }

  /** What was taken is shown by now, or nobody looks: the main process is told. */
  tellTaken(): void {
    const untold = this.#untold;
    this.#untold = [];
    for (const message of untold) this.#options.post(message);
  }

  #take(message: Waiting): void {
    const { id } = message;
    try {
      this.#untold.push({ kind: "taken", id, isKept: this.#apply(message) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#untold.push({ kind: "not-taken", id, reason });
    }
  }

  /** Returns whether the file of the value has what the thread has. */
  #apply(message: Waiting): boolean {
    switch (message.kind) {
      case "value":
        return this.#setValue(message);
      case "patch":
        return this.#patch(message);
      case "removal":
        if (this.#values.delete(message.name)) for (const each of [...this.#subscribers]) each.removed(message.name);
        return true;
    }
  }

  /** SD3 */
  #setValue({ name, version, form, bytes, path }: Extract<Waiting, { readonly kind: "value" }>): boolean {
    // What it had is no base for changes of parts any more, also where this one cannot be read.
    this.#values.delete(name);
    const value = { name, version, form, ...mapFile(path, bytes, this.#options.canMap) };
    this.#values.set(name, value);
    for (const each of [...this.#subscribers]) each.changed(value, null);
    return true;
  }

  #patch({ name, version, offset, bytes, path }: Extract<Waiting, { readonly kind: "patch" }>): boolean {
    const before = this.#values.get(name);
    // Its whole value could not be read, which was told then.
    if (before === undefined) return false;
    readPart(new Uint8Array(before.buffer, offset, bytes), path);
    const value = { ...before, version };
    this.#values.set(name, value);
    for (const each of [...this.#subscribers]) each.changed(value, [{ offset, count: bytes }]);
    return before.isMapped;
  }
}

function readPart(target: Uint8Array, path: string): void {
  const fd = openSync(path, "r");
  try {
    readAll(fd, target);
  } finally {
    closeSync(fd);
  }
}
