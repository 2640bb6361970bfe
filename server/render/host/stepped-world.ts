/**
 * Owns what of the world a scene sees that is drawn frame by frame: chance and the time of day are the same each time. In the render
 * thread, whose globals it replaces; what is not the scene's sees the real ones.
 *
 * CW1 The numbers of `Math.random` and `crypto` follow from the seed and the number of the frame alone, so those of a frame do not hang
 *     on how many were asked for before.
 * CW2 `performance.now()` is the scene's time, `Date` the same from a given date on; both stand still while the scene is set up.
 */

import type { SteppedClock } from "../../platform/stepped-clock.ts";
import { SceneScope } from "./scene-scope.ts";

export type SteppedWorldOptions = {
  /** A whole number. */
  readonly seed: number;
  /** The date at the scene's time 0, in milliseconds since the epoch. */
  readonly date: number;
  readonly clock: SteppedClock;
};

const real = {
  date: Date,
  now: performance.now.bind(performance),
  origin: performance.timeOrigin,
  random: Math.random,
  values: crypto.getRandomValues.bind(crypto),
  uuid: crypto.randomUUID.bind(crypto),
};

const isOutside = (): boolean => SceneScope.current === undefined;

export class SteppedWorld {
  readonly #options: SteppedWorldOptions;
  #state: Uint32Array = new Uint32Array(4);

  /** Nothing is replaced before `install`. */
  constructor(options: SteppedWorldOptions) {
    this.#options = options;
    this.begin(-1);
  }

  /** CW1. A frame may have several streams of numbers. */
  begin(frame: number, stream: number = 0): void {
    const { seed } = this.#options;
    let mixed = 0x9e3779b9;
    for (const part of [seed, Math.floor(seed / 2 ** 32), frame, stream]) mixed = mix(mixed ^ (part | 0));
    this.#state = Uint32Array.from({ length: 4 }, () => {
      mixed = mix(mixed + 0x9e3779b9);
      return mixed;
    });
  }

  /** Once a thread, before a scene is loaded. */
  install(): void {
    const { date, clock } = this.#options;
    const dateNow = (): number => (isOutside() ? real.date.now() : Math.floor(date + clock.now()));
    define(globalThis, "Date", datesBy(dateNow));
    define(performance, "now", () => (isOutside() ? real.now() : clock.now()));
    const timeOrigin = { get: () => (isOutside() ? real.origin : 0), configurable: true };
    Object.defineProperty(performance, "timeOrigin", timeOrigin);
    define(Math, "random", () => (isOutside() ? real.random() : this.#number()));
    define(crypto, "getRandomValues", (into: Uint8Array) => (isOutside() ? real.values(into) : this.#fill(into)));
    define(crypto, "randomUUID", () => (isOutside() ? real.uuid() : uuidOf(this.#fill(new Uint8Array(16)))));
  }

  #fill<Bytes extends ArrayBufferView>(into: Bytes): Bytes {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = this.#word() >>> 24;
    return into;
  }

  /** From 0 up to 1, with 53 bits. */
  #number(): number {
    return ((this.#word() >>> 5) * 0x4000000 + (this.#word() >>> 6)) / 2 ** 53;
  }

  /** xoshiro128** (Blackman and Vigna, Scrambled Linear Pseudorandom Number Generators, 2021). */
  #word(): number {
    const state = this.#state;
    const [a = 0, b = 0, c = 0, d = 0] = state;
    const word = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const [next2, next3] = [c ^ a, d ^ b];
    state[0] = a ^ next3;
    state[1] = b ^ next2;
    state[2] = next2 ^ (b << 9);
    state[3] = rotate(next3, 11);
    return word;
  }
}

/** Node's Date, in which now is what `dateNow` says. */
function datesBy(dateNow: () => number): DateConstructor {
  return new Proxy(real.date, {
    apply: () => new real.date(dateNow()).toString(),
    construct: (target, args: unknown[], made) =>
      Reflect.construct(target, args.length === 0 ? [dateNow()] : args, made) as object,
    get: (target, name, receiver) => (name === "now" ? dateNow : (Reflect.get(target, name, receiver) as unknown)),
  });
}

function define(object: object, name: string, value: unknown): void {
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The finalizer of MurmurHash3. */
function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Version 4 (RFC 9562 section 5.4). */
function uuidOf(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const text = Buffer.from(bytes).toString("hex");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
