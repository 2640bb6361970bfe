/**
 * Owns the data of a room: named values in files of shared memory, which the scene maps. In the main process.
 *
 * DA1 A value, or a part of one, is nothing to anybody before all of it is there; one that breaks off changes nothing.
 * DA2 Of those who write the same name one does at a time, in the order in which they came.
 * DA3 Who writes is held back while the scene is behind, before any of their bytes are read. Nothing is lost.
 * DA4 All files together, those of uploads included, are never more than the room may hold.
 * DA5 Values outlive the scene and its process: each begins with those that there are.
 * DA6 There is no name, and no form, that the scene does not take.
 */

import {
  closeForm,
  type DataDeclaration,
  type DataForm,
  MAX_DATA_NAMES,
  type OpenForm,
  openForm,
  type WantedForm,
} from "../../shared/data.ts";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import type { FromSceneData, ToSceneData } from "../render/data/data-protocol.ts";
import { DataBudget } from "./data-budget.ts";
import { checkByteLength, checkJson, checkName, jsonLimit, missing, type PartPlace, partOf } from "./data-checks.ts";
import type { DataAnswer, DataInfo, DataReading, DataWriter, RowRange } from "./data-contract.ts";
import type { DataFile } from "./data-file.ts";
import { DataFolder } from "./data-folder.ts";
import type { DataWriting } from "./data-writing.ts";
import { DeclaredData } from "./declared-data.ts";
import { type Outgoing, SceneOutbox, type SceneOutboxOptions } from "./scene-outbox.ts";
import { Uploads } from "./uploads.ts";

export type { DataAnswer, DataInfo, DataReading, DataWriter, RowRange } from "./data-contract.ts";

/** What goes with filling the data: `signal` aborts when the room is closed. */
export type FillHooks = { readonly signal: AbortSignal; readonly warn: (sentence: string) => void };

/** Gives the scene what it is to begin with, once it is known what it takes; `setup` waits for it. Never rejects. */
export type DataFill = (data: RoomData, hooks: FillHooks) => Promise<void>;

export type RoomDataOptions = SceneOutboxOptions & {
  /** How many bytes all values may have. */
  readonly maxBytes: number;
  /** Settles when the scene was there once; rejects where it will never be. */
  readonly ready: Promise<unknown>;
  /** Gives the scene what it is to begin with. */
  readonly fill?: DataFill | undefined;
  readonly folder?: DataFolder | undefined;
  /** How long an upload may stand still. Default 30 000 ms. */
  readonly idleMs?: number | undefined;
};

/** What is told of a room's data. */
export type RoomDataEvents = {
  /** There is another version of a value. `version` is 0 where it was removed. */
  readonly changed: { readonly name: string; readonly version: number };
};

/** A value that there is. */
type Value = { readonly name: string; readonly form: DataForm; readonly version: number; readonly file: DataFile };

const IDLE_MS = 30_000;

export class RoomData extends Emitter<RoomDataEvents> {
  readonly #options: RoomDataOptions;
  readonly #folder: DataFolder;
  readonly #declared: DeclaredData;
  readonly #outbox: SceneOutbox;
  readonly #uploads: Uploads;
  readonly #values = new Map<string, Value>();
  readonly #closing = new AbortController();
  #isFilled: boolean;
  #fill: RoomDataOptions["fill"];

  constructor(options: RoomDataOptions) {
    super();
    const { ready, fill, folder = new DataFolder(), maxBytes, waitMs, idleMs = IDLE_MS } = options;
    this.#options = options;
    this.#folder = folder;
    this.#fill = fill;
    this.#isFilled = fill === undefined;
    this.#declared = new DeclaredData(ready);
    this.#outbox = new SceneOutbox(options);
    const [budget, staying] = [new DataBudget(maxBytes, waitMs), () => this.#stored];
    this.#uploads = new Uploads({ folder, budget, outbox: this.#outbox, staying, idleMs });
  }

  /** How many bytes all values may have. */
  get maxBytes(): number {
    return this.#options.maxBytes;
  }

  /** What the room has, and what the scene declares and nobody gave yet, in the order of their names. */
  list(): readonly DataInfo[] {
    return [...new Set([...this.#declared.names, ...this.#values.keys()])].sort().map((name) => this.#infoOf(name));
  }

  /**
   * What the scene declares of a name, `"any"` where it takes whatever comes, null where it takes nothing of that name. Waits for the
   * first start of the scene, and rejects with `StreamError` where that fails.
   */
  async declarationOf(name: string): Promise<DataDeclaration | "any" | null> {
    await this.#declared.known;
    return this.#declared.isAny ? "any" : this.#declared.of(name);
  }

  /**
   * Begins a whole new value of `byteLength` bytes (null: not known). Waits for the first start of the scene, for its turn (DA2) and
   * while the scene is behind (DA3). Rejects with `TypeError` on a bad name, type, shape or length, and with `StreamError`:
   * "data-refused" where the scene does not take it, "data-too-large" where it does not fit, "data-full", "too-fast", "closed". `signal`
   * gives up waiting; then it rejects with its reason.
   */
  async begin(name: string, wanted: WantedForm, byteLength: number | null, signal?: AbortSignal): Promise<DataWriter> {
    checkName(name);
    checkByteLength(name, byteLength);
    await this.#declared.known;
    const form = openForm(name, wanted, this.#declared.taken(name), byteLength);
    const limit = form.type === "json" ? jsonLimit(name) : undefined;
    if (limit !== undefined && (byteLength ?? 0) > limit.bytes) throw limit.error;
    this.#check(name, form);
    const writing = await this.#uploads.begin(name, () => ({ byteLength, limit }), signal);
    return {
      write: (chunk) => writing.write(chunk),
      abort: () => writing.abort(),
      commit: async () => this.#commit(name, form, writing),
    };
  }

  /**
   * Begins a part of a value. Rejects with `TypeError` where the part is not within the value, with `StreamError` "data-missing" where
   * there is none, else as `begin`.
   */
  async beginPatch(name: string, range: RowRange, signal?: AbortSignal): Promise<DataWriter> {
    checkName(name);
    await this.#declared.known;
    // Of the value that is there when its turn has come.
    const writing = await this.#uploads.begin(name, () => this.#partOf(name, range), signal);
    return {
      write: (chunk) => writing.write(chunk),
      abort: () => writing.abort(),
      commit: async () => this.#commitPart(name, range, writing),
    };
  }

  /** Opens a value for reading; null where there is none. */
  read(name: string): DataReading | null {
    const value = this.#values.get(name);
    if (value === undefined) return null;
    const { file, form } = value;
    file.hold();
    let isHeld = true;
    const release = (): void => {
      if (isHeld) file.release();
      isHeld = false;
    };
    return { info: { ...this.#infoOf(name), form }, path: file.path, release };
  }

  /** Removes a value: the scene has none of this name. False where there is none. */
  remove(name: string): boolean {
    const value = this.#values.get(name);
    if (value === undefined) return false;
    this.#values.delete(name);
    value.file.release();
    void this.#outbox.hand({ message: { kind: "removal", name }, file: null });
    this.emit("changed", { name, version: 0 });
    return true;
  }

  /** A process of the scene is started: returns what it is told first (DA5). */
  beginProcess(): readonly ToSceneData[] {
    const messages = this.#outbox.begin([...this.#values.values()].map(outgoingOf));
    return this.#isFilled ? [...messages, { kind: "filled" }] : messages;
  }

  /** The process of the scene fell. */
  endProcess(): void {
    this.#outbox.end();
  }

  handle(message: FromSceneData): void {
    if (message.kind !== "declared") return this.#outbox.handle(message);
    this.#declared.set(message.declarations);
    const fill = this.#fill;
    this.#fill = undefined;
    const { warn } = this.#options;
    void fill?.(this, { signal: this.#closing.signal, warn }).then(() => {
      this.#isFilled = true;
      this.#options.send({ kind: "filled" });
    });
  }

  /** Ends all uploads and removes all files. Idempotent. */
  close(): void {
    const over = new StreamError("closed");
    this.#closing.abort(over);
    this.#declared.close(over);
    this.#uploads.close(over);
    this.#outbox.end();
    this.#folder.close();
  }

  /** DA6 */
  #check(name: string, form: OpenForm): void {
    this.#declared.check(name, form);
    if (this.#values.size < MAX_DATA_NAMES || this.#values.has(name)) return;
    throw new StreamError("data-refused", `The room has ${MAX_DATA_NAMES} values, the most that there may be.`);
  }

  /** DA1 */
  #commit(name: string, open: OpenForm, writing: DataWriting): Promise<DataAnswer> {
    const [form, file] = writing.finish((whole) => {
      const closed = closeForm(name, open, whole.bytes);
      this.#check(name, closed);
      if (closed.type === "json") checkJson(name, whole.readWhole());
      return [closed, whole] as const;
    });
    const before = this.#values.get(name);
    const value = { name, form, version: (before?.version ?? 0) + 1, file };
    this.#values.set(name, value);
    const answer = this.#hand(value, outgoingOf(value));
    before?.file.release();
    return answer;
  }

  #commitPart(name: string, range: RowRange, writing: DataWriting): Promise<DataAnswer> {
    // Of the value that there is now: one that was removed, or another one, has no such part.
    const [{ offset }, file] = writing.finish((whole) => {
      const part = this.#partOf(name, range);
      if (whole.bytes % part.rowBytes === 0 && whole.bytes <= part.limit.bytes) return [part, whole] as const;
      throw new TypeError(`A part of ${name} must be whole rows of ${part.rowBytes} bytes, not ${whole.bytes} bytes.`);
    });
    const before = this.#valueOf(name);
    const value = { ...before, version: before.version + 1 };
    this.#values.set(name, value);
    const { version, file: target } = value;
    const message = { kind: "patch", name, version, offset, bytes: file.bytes, path: file.path } as const;
    const answer = this.#hand(value, { message, file, target });
    file.release();
    return answer;
  }

  #partOf(name: string, range: RowRange): PartPlace {
    const { form, file } = this.#valueOf(name);
    return partOf(name, form, range, file.bytes);
  }

  async #hand({ name, form, version, file }: Value, outgoing: Outgoing): Promise<DataAnswer> {
    const { bytes } = file;
    const taken = this.#outbox.hand(outgoing);
    this.emit("changed", { name, version });
    return { name, version, taken: await taken, form, bytes };
  }

  #valueOf(name: string): Value {
    const value = this.#values.get(name);
    if (value === undefined) throw missing(name);
    return value;
  }

  #infoOf(name: string): DataInfo {
    const value = this.#values.get(name);
    const declaration = this.#declared.of(name);
    const { form = null, version = 0, file } = value ?? {};
    return { name, declaration, form, version, bytes: file?.bytes ?? 0 };
  }

  /** What stays however long one waits. */
  get #stored(): number {
    return [...this.#values.values()].reduce((sum, { file }) => sum + file.bytes, 0);
  }
}

function outgoingOf({ name, form, version, file }: Value): Outgoing {
  return { message: { kind: "value", name, form, version, bytes: file.bytes, path: file.path }, file };
}
