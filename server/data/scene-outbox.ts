/**
 * Owns what of data is on its way to the scene, in the main process: in which order it goes there, how much may wait, and what becomes
 * of it where the scene's process falls.
 *
 * SX1 Everything is handed to the scene in the order in which it was committed, and nothing is left out.
 * SX2 Whoever waits for the scene waits for 10 s at most. What was committed goes to it all the same.
 * SX3 A change of a part that the scene did not take is made here, before the next process can see the value; so is one while
 *     there is no process.
 */

import { StreamError } from "../../shared/errors.ts";
import type { FromSceneData, ToSceneData } from "../render/data/data-protocol.ts";
import type { DataFile } from "./data-file.ts";

/** What is handed to the scene. */
export type Outgoing =
  | { readonly message: Unnumbered<"value">; readonly file: DataFile }
  /** `target` is the file of the value. */
  | { readonly message: Unnumbered<"patch">; readonly file: DataFile; readonly target: DataFile }
  | { readonly message: Unnumbered<"removal">; readonly file: null };

type Unnumbered<Kind extends ToSceneData["kind"]> = Omit<
  Extract<ToSceneData, { readonly kind: Kind; readonly id: number }>,
  "id"
>;
type Waiting = { readonly outgoing: Outgoing; readonly bytes: number; settle(taken: boolean): void };

/** More than this wait for the scene, or more bytes, and writers are held back. */
const MAX_WAITING = 32;
const MAX_WAITING_BYTES = 64 * 2 ** 20;
/** How long anybody waits for the scene. */
const SCENE_WAIT_MS = 10_000;

export type SceneOutboxOptions = {
  /** Returns false, and sends nothing, while there is no process. */
  readonly send: (message: ToSceneData) => boolean;
  readonly warn: (sentence: string) => void;
  /** Default 10 000 ms. */
  readonly waitMs?: number;
};

export class SceneOutbox {
  readonly #options: SceneOutboxOptions;
  readonly #waitMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #bytes = 0;
  #counted = 0;
  #isRunning = false;
  #held: (() => void)[] = [];

  constructor(options: SceneOutboxOptions) {
    this.#options = options;
    this.#waitMs = options.waitMs ?? SCENE_WAIT_MS;
  }

  /** A process is started: returns what it is sent first, the values that there are. */
  begin(values: readonly Outgoing[]): readonly ToSceneData[] {
    // One before may have been given up without a word.
    this.end();
    this.#isRunning = true;
    return values.map((value) => this.#note(value, () => undefined));
  }

  /** There is no process (SX3). */
  end(): void {
    this.#isRunning = false;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#bytes = 0;
    for (const { outgoing, settle } of waiting) {
      this.#finish(outgoing, false);
      settle(false);
    }
    this.#release();
  }

  /**
   * Hands something to the scene, which holds its files meanwhile. Resolves with whether the scene has it: false where there is no process,
   * or it falls, or it does not come back in time (SX2).
   */
  hand(outgoing: Outgoing): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const late = setTimeout(() => resolve(false), this.#waitMs);
    const message = this.#note(outgoing, (taken) => {
      clearTimeout(late);
      resolve(taken);
    });
    // What waits before it comes first.
    if (!this.#isRunning || !this.#options.send(message)) this.end();
    return promise;
  }

  /** Resolves when so little waits that more may be written. Rejects with the signal's reason, and with `StreamError` "too-fast". */
  async room(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (!this.#isFull) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const behind = new StreamError("too-fast", "The scene has not taken yet what it was sent before. Try again.");
    const late = setTimeout(() => reject(behind), this.#waitMs);
    const leave = (): void => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    this.#held.push(resolve);
    try {
      await promise;
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", leave);
      this.#held = this.#held.filter((held) => held !== resolve);
    }
    // Others may have been quicker.
    await this.room(signal);
  }

  handle(message: Extract<FromSceneData, { readonly kind: "taken" | "not-taken" }>): void {
    const { id } = message;
    if (message.kind === "taken") return this.#settle(id, true, message.isKept);
    const name = this.#waiting.get(id)?.outgoing.message.name;
    if (name !== undefined) this.#options.warn(`The scene could not take the data ${name}: ${message.reason}`);
    this.#settle(id, false, false);
  }

  get #isFull(): boolean {
    return this.#waiting.size >= MAX_WAITING || this.#bytes >= MAX_WAITING_BYTES;
  }

  #note(outgoing: Outgoing, settle: (taken: boolean) => void): ToSceneData & { readonly id: number } {
    this.#counted += 1;
    const id = this.#counted;
    const bytes = outgoing.file?.bytes ?? 0;
    outgoing.file?.hold();
    if ("target" in outgoing) outgoing.target.hold();
    this.#waiting.set(id, { outgoing, bytes, settle });
    this.#bytes += bytes;
    return { ...outgoing.message, id };
  }

  #settle(id: number, taken: boolean, isKept: boolean): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#bytes -= waiting.bytes;
    this.#finish(waiting.outgoing, isKept);
    waiting.settle(taken);
    this.#release();
  }

  /** SX3 */
  #finish(outgoing: Outgoing, isKept: boolean): void {
    if ("target" in outgoing) {
      if (!isKept) this.#patch(outgoing);
      outgoing.target.release();
    }
    outgoing.file?.release();
  }

  #patch({ message, file, target }: Extract<Outgoing, { readonly target: DataFile }>): void {
    try {
      target.patch(file, message.offset);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#options.warn(`A change of the data ${message.name} could not be kept: ${why}`);
    }
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    for (const resolve of held) resolve();
  }
}
