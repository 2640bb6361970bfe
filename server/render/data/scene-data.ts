/**
 * Owns the data of one scene, in the render thread: what of the thread's values fits what it declares, in the form in which it gets
 * them, and who in it listens. What a listener throws never stops the others.
 */

import {
  type DataDeclarations,
  elementArrays,
  elementBytes,
  fitsDeclaration,
  formText,
  isArrayForm,
} from "../../../shared/data.ts";
import type { ByteRange, DataStore, StoredValue } from "./data-store.ts";
import type { AnyDataValue, ChangedData } from "./scene-data-types.ts";

export type SceneDataOptions = {
  readonly store: DataStore;
  /** The scene may look different now. */
  readonly changed: () => void;
  /** A listener threw, or the promise that it gave was rejected. */
  readonly onError: (error: unknown) => void;
  /** Does `work` as the scene's. */
  readonly inside: <Result>(work: () => Result) => Result;
  readonly warn: (sentence: string) => void;
};

type Changed = (name: string, value: ChangedData<AnyDataValue>) => unknown;
/** `name` null listens to all. */
type Listener = {
  readonly name: string | null;
  readonly changed: Changed;
  readonly removed: ((name: string) => unknown) | undefined;
};

export class SceneDataSource {
  readonly #options: SceneDataOptions;
  readonly #listeners = new Set<Listener>();
  /** As the scene has them; made when it asks. */
  readonly #values = new Map<string, AnyDataValue>();
  #declared: DataDeclarations | "any" = {};
  #unsubscribe: () => void = () => undefined;
  #api: object = Object.freeze({});

  constructor(options: SceneDataOptions) {
    this.#options = options;
  }

  /** What the scene declared; before `setup`. */
  declare(declared: DataDeclarations | "any"): void {
    this.#declared = declared;
    this.#api = this.#makeApi();
    const { store, warn } = this.#options;
    for (const value of store.values) if (!this.#takes(value)) warn(misfit(value, declared));
    this.#unsubscribe = store.subscribe({
      changed: (value, ranges) => this.#handleChange(value, ranges),
      removed: (name) => this.#handleRemoval(name),
    });
  }

  get declared(): DataDeclarations | "any" {
    return this.#declared;
  }

  /** What `setup` gets; typed by what was declared. */
  get api(): unknown {
    return this.#api;
  }

  /** The scene is over: its listeners hear nothing more. */
  close(): void {
    this.#unsubscribe();
    this.#listeners.clear();
    this.#values.clear();
  }

  #makeApi(): object {
    const api: object = {
      get: (name: unknown) => this.#get(this.#known(name)),
      follow: (name: unknown, changed: unknown, removed?: unknown) => {
        const known = this.#known(name);
        const tell = functionOf("listener", changed);
        const off = removed === undefined ? undefined : functionOf("removed", removed);
        return this.#listen({ name: known, changed: (_name, value) => tell(value), removed: off && (() => off()) });
      },
      followAll: (changed: unknown, removed?: unknown) => {
        const off = removed === undefined ? undefined : functionOf("removed", removed);
        return this.#listen({ name: null, changed: functionOf("listener", changed), removed: off });
      },
    };
    Object.defineProperty(api, "names", { get: () => this.#names });
    if (this.#declared === "any") return Object.freeze(api);
    for (const name of Object.keys(this.#declared)) {
      Object.defineProperty(api, name, { enumerable: true, get: () => this.#get(name) });
    }
    return Object.freeze(api);
  }

  get #names(): readonly string[] {
    return [...this.#options.store.values].filter((value) => this.#takes(value)).map(({ name }) => name);
  }

  #known(name: unknown): string {
    if (typeof name !== "string") throw new TypeError("name must be text.");
    if (this.#declared === "any" || Object.hasOwn(this.#declared, name)) return name;
    const names = Object.keys(this.#declared);
    const there = names.length === 0 ? "The scene declares none" : `It has ${names.join(", ")}`;
    throw new TypeError(`data has no ${JSON.stringify(name)}. ${there}.`);
  }

  #takes({ name, form }: StoredValue): boolean {
    if (this.#declared === "any") return true;
    const declaration = Object.hasOwn(this.#declared, name) ? this.#declared[name] : undefined;
    return declaration !== undefined && fitsDeclaration(form, declaration);
  }

  #get(name: string): AnyDataValue | null {
    const stored = this.#options.store.get(name);
    if (stored === null || !this.#takes(stored)) return null;
    const known = this.#values.get(name);
    if (known?.version === stored.version) return known;
    const value = sceneValueOf(stored, known);
    this.#values.set(name, value);
    return value;
  }

  /** It is told of what there is at once. */
  #listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    for (const { name } of [...this.#options.store.values]) {
      if (listener.name === null || listener.name === name) this.#tell(listener, name, null);
    }
    return () => void this.#listeners.delete(listener);
  }

  #handleChange(stored: StoredValue, ranges: readonly ByteRange[] | null): void {
    const { name, form } = stored;
    if (ranges === null) this.#values.delete(name);
    if (!this.#takes(stored)) return;
    const size = isArrayForm(form) ? elementBytes(form.type) : 1;
    const elements = ranges?.map(({ offset, count }) => ({ offset: offset / size, count: count / size })) ?? null;
    for (const listener of [...this.#listeners]) this.#tell(listener, name, elements);
    this.#options.changed();
  }

  #handleRemoval(name: string): void {
    this.#values.delete(name);
    for (const { name: wanted, removed } of [...this.#listeners]) {
      if (wanted === null || wanted === name) this.#call(() => removed?.(name));
    }
    this.#options.changed();
  }

  #tell(listener: Listener, name: string, ranges: readonly ByteRange[] | null): void {
    if (listener.name !== null && listener.name !== name) return;
    this.#call(() => {
      const value = this.#get(name);
      return value === null ? undefined : listener.changed(name, { ...value, ranges });
    });
  }

  #call(work: () => unknown): void {
    const { inside, onError } = this.#options;
    try {
      // An asynchronous listener must not end the thread by what it throws.
      Promise.resolve(inside(work)).catch(onError);
    } catch (error) {
      onError(error);
    }
  }
}

/** Of an array that was changed in part it is the same one as before. */
function sceneValueOf({ form, version, buffer }: StoredValue, before: AnyDataValue | undefined): AnyDataValue {
  if (form.type === "json") return { type: "json", value: JSON.parse(new TextDecoder().decode(buffer)), version };
  if (before !== undefined) return { ...before, version } as AnyDataValue;
  if (form.type === "bytes") return { type: "bytes", bytes: new Uint8Array(buffer), version };
  const array = new elementArrays[form.type](buffer);
  return { type: form.type, array, shape: [...form.shape], version } as AnyDataValue;
}

/** Why a value that was there before the scene is not shown to it. */
function misfit({ name, form }: StoredValue, declared: DataDeclarations | "any"): string {
  const declaration = declared !== "any" && Object.hasOwn(declared, name) ? declared[name] : undefined;
  if (declaration === undefined) return `The scene declares no data "${name}", of which there is a value.`;
  return `The value of "${name}" is ${formText(form)}; the scene takes ${formText(declaration)}, so it gets none.`;
}

function functionOf(name: string, value: unknown): (...values: unknown[]) => unknown {
  if (typeof value !== "function") throw new TypeError(`${name} must be a function.`);
  return value as (...values: unknown[]) => unknown;
}
