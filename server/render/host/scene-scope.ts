/**
 * Owns what a scene leaves running or lying about, so that it ends with it: timers, and what three put on the GPU for it. In
 * the render thread, whose timers it replaces.
 *
 * SC1 What is begun inside of `run`, also after an await or in a timer, belongs to that scope.
 *     What the server does for it runs outside, and so outlives it.
 * SC2 After `close` nothing of the scope runs: its timers are off, and new ones never fire.
 * SC3 What three uploaded while a scope ran is disposed of with it. It is only taken from the GPU, so something that another
 *     scene uses too is uploaded again.
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { EventDispatcher } from "three";
import type { SteppedTimers } from "./stepped-timers.ts";

type Timer = NodeJS.Timeout | NodeJS.Immediate | ReturnType<SteppedTimers["start"]>;
type Callback = (...values: unknown[]) => unknown;
type Disposable = { dispose?: () => void };
type Listen = (this: Disposable, type: string, listener: unknown) => void;

const scopes = new AsyncLocalStorage<SceneScope>();
/** Where a timer is noted that may be cleared before it fires. */
const owners = new WeakMap<Timer, Set<Timer>>();
const MIN_PRUNE = 1000;
/** What the timers of scenes go by where their time is stepped; null where it is the machine's. */
let stepped: SteppedTimers | null = null;
const plain = { setTimeout, setInterval, setImmediate, clearTimeout, clearImmediate };

export class SceneScope {
  readonly #failed: (error: unknown) => void;
  readonly #timers = new Set<Timer>();
  readonly #disposables = new Set<WeakRef<Disposable>>();
  readonly #known = new WeakSet<Disposable>();
  #pruneAt: number = MIN_PRUNE;
  #closed = false;

  /** `failed` is told what a callback of a timer threw. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** The scope whose code runs now; undefined where it is the server's own. */
  static get current(): SceneScope | undefined {
    return scopes.getStore();
  }

  /** Runs what is the server's own, though a scene's code led to it: nothing of it belongs to the scene. */
  static outside<Result>(work: () => Result): Result {
    return scopes.exit(work);
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** SC1 */
  run<Result>(work: () => Result): Result {
    return scopes.run(this, work);
  }

  /** SC2, SC3. Idempotent. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clear(timer);
    this.#timers.clear();
    for (const reference of this.#disposables) {
      try {
        reference.deref()?.dispose?.();
      } catch (error) {
        this.#failed(error);
      }
    }
    this.#disposables.clear();
  }

  /** Makes a timer of this scope by `start`, which is given what to call. */
  follow<T extends Timer>(callback: Callback, repeats: boolean, start: (callback: Callback) => T): T {
    const timer: T = start((...values) => {
      if (!repeats) this.#timers.delete(timer);
      try {
        return callback(...values);
      } catch (error) {
        return this.#failed(error);
      }
    });
    if (this.#closed) clear(timer);
    else {
      this.#timers.add(timer);
      owners.set(timer, this.#timers);
    }
    return timer;
  }

  noteDisposable(object: Disposable): void {
    if (this.#known.has(object)) return;
    this.#known.add(object);
    this.#disposables.add(new WeakRef(object));
    if (this.#disposables.size >= this.#pruneAt) this.#prune();
  }

  /** A scene may upload and drop things without end. */
  #prune(): void {
    for (const reference of this.#disposables) {
      if (reference.deref() === undefined) this.#disposables.delete(reference);
    }
    this.#pruneAt = Math.max(MIN_PRUNE, 2 * this.#disposables.size);
  }
}

function clear(timer: Timer): void {
  stepped?.clear(timer);
  plain.clearTimeout(timer as NodeJS.Timeout);
  plain.clearImmediate(timer as NodeJS.Immediate);
}

/**
 * Has timers and uploads belong to the scope whose code makes them, and timers go by `time` where there is one. Once a thread, before
 * a scene is loaded.
 */
export function installScopes(time: SteppedTimers | null = null): void {
  stepped = time;
  replaceTimer("setTimeout", plain.setTimeout, false);
  replaceTimer("setInterval", plain.setInterval, true);
  replaceTimer("setImmediate", plain.setImmediate, false);
  for (const name of ["clearTimeout", "clearInterval", "clearImmediate"] as const) replaceClear(name);
  noteUploads();
}

function replaceTimer(name: string, original: object, repeats: boolean): void {
  const start = original as (callback: Callback, ...rest: unknown[]) => Timer;
  const timer = (callback: Callback, ...rest: unknown[]): Timer => {
    const scope = SceneScope.current;
    // Node has words of its own for what is no function.
    if (scope === undefined || typeof callback !== "function") return start(callback, ...rest);
    if (stepped === null || name === "setImmediate") {
      return scope.follow(callback, repeats, (followed) => start(followed, ...rest));
    }
    const [delayMs, ...values] = rest;
    const time = stepped;
    return scope.follow(callback, repeats, (followed) =>
      time.start(() => followed(...values), Number(delayMs), repeats),
    );
  };
  // Such as the promise that `util.promisify` gives.
  const { length, name: _, prototype, ...fields } = Object.getOwnPropertyDescriptors(start) as PropertyDescriptorMap;
  Object.defineProperties(timer, fields);
  Object.defineProperty(globalThis, name, { value: timer, configurable: true, writable: true });
}

function replaceClear(name: "clearTimeout" | "clearInterval" | "clearImmediate"): void {
  const original = globalThis[name] as (timer: unknown) => void;
  const clear = (timer: unknown): void => {
    if (typeof timer === "object" && timer !== null) owners.get(timer as Timer)?.delete(timer as Timer);
    stepped?.clear(timer);
    original(timer);
  };
  Object.defineProperty(globalThis, name, { value: clear, configurable: true, writable: true });
}

/** Three listens for `dispose` at everything that it puts on the GPU. */
function noteUploads(): void {
  const { prototype } = EventDispatcher as unknown as { prototype: { addEventListener: Listen } };
  const { addEventListener } = prototype;
  prototype.addEventListener = function (type, listener) {
    // The target of the picture itself is drawn into by every scene.
    if (type === "dispose" && !("isXRRenderTarget" in this)) SceneScope.current?.noteDisposable(this);
    addEventListener.call(this, type, listener);
  };
}
