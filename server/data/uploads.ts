/** Owns the uploads of a room's data that are under way or wait for it: whose turn it is, and where there is room. In the main process. */

import { StreamError } from "../../shared/errors.ts";
import type { DataBudget } from "./data-budget.ts";
import type { ByteLimit } from "./data-checks.ts";
import type { DataFolder } from "./data-folder.ts";
import { DataWriting } from "./data-writing.ts";
import type { SceneOutbox } from "./scene-outbox.ts";
import { Turns } from "./turns.ts";

/** What is to come: how many bytes, null where that is not known, and how many at most. */
export type UploadPlan = { readonly byteLength: number | null; readonly limit?: ByteLimit | undefined };

export type UploadsOptions = {
  readonly folder: DataFolder;
  readonly budget: DataBudget;
  readonly outbox: SceneOutbox;
  /** How many bytes stay however long one waits. */
  readonly staying: () => number;
  /** How long one may stand still. */
  readonly idleMs: number;
};

const MAX_WAITING = 64;

export class Uploads {
  readonly #options: UploadsOptions;
  readonly #turns = new Turns();
  readonly #open = new Set<DataWriting>();
  readonly #closing = new AbortController();

  constructor(options: UploadsOptions) {
    this.#options = options;
  }

  /**
   * Begins one, when it is its turn and there is room. `plan` is asked when its turn has come; what it throws is what this rejects with.
   * Rejects with the signal's reason and with `StreamError`, too.
   */
  async begin(name: string, plan: () => UploadPlan, given: AbortSignal | undefined): Promise<DataWriting> {
    const { folder, budget, outbox, staying, idleMs } = this.#options;
    const signal = given === undefined ? this.#closing.signal : AbortSignal.any([given, this.#closing.signal]);
    if (this.#turns.waiting(name) >= MAX_WAITING) {
      throw new StreamError("too-fast", `Too many wait to write the data ${name}.`);
    }
    const endTurn = await this.#turns.take(name, signal);
    let planned: UploadPlan;
    try {
      planned = plan();
      await outbox.room(signal);
      if (planned.byteLength !== null) await budget.take(planned.byteLength, staying(), signal);
    } catch (error) {
      endTurn();
      throw error;
    }
    const over = (upload: DataWriting): void => {
      endTurn();
      this.#open.delete(upload);
    };
    const upload = new DataWriting({ name, folder, budget, ...planned, idleMs, over });
    this.#open.add(upload);
    return upload;
  }

  /** Breaks off all of them, and lets nobody begin. */
  close(error: StreamError): void {
    this.#closing.abort(error);
    for (const upload of [...this.#open]) upload.abort();
  }
}
