/**
 * Owns what the parts of a WebGL 2 context share: the calls into OpenGL, the errors that WebGL makes itself, and which
 * object stands for which name. In the render thread.
 */

import type { Gles } from "./gles.ts";
import type { WebGLObject } from "./objects.ts";

export const INVALID_ENUM = 0x0500;
export const INVALID_VALUE = 0x0501;
export const INVALID_OPERATION = 0x0502;

/** Calls of a context, by their names. */
export type Calls = Readonly<Record<string, (...values: never[]) => unknown>>;

type Generate = "Buffers" | "Framebuffers" | "Queries" | "Renderbuffers" | "Samplers" | "Textures";
/** What gen… and delete… calls make and delete. */
export type Family = Generate | "TransformFeedbacks" | "VertexArrays";

export type ObjectClass<Made extends WebGLObject> = new (core: Core, id: number) => Made;

/** More than any query of a single state answers with. */
const SCRATCH_VALUES = 256;

export class Core {
  readonly gles: Gles;
  /** For answers of one call; never held over another. */
  readonly ints: Int32Array<ArrayBuffer> = new Int32Array(SCRATCH_VALUES);
  readonly floats: Float32Array<ArrayBuffer> = new Float32Array(SCRATCH_VALUES);
  readonly #name = new Uint32Array(1);
  readonly #objects = new Map<unknown, Map<number, WebGLObject>>();
  readonly #errors: number[] = [];

  constructor(gles: Gles) {
    this.gles = gles;
  }

  /** Notes an error that OpenGL would not, as it never hears of the call. One of a kind is kept, as there. */
  raise(code: number): void {
    if (!this.#errors.includes(code)) this.#errors.push(code);
  }

  takeError(): number {
    return this.#errors.shift() ?? this.gles.getError();
  }

  generate<Made extends WebGLObject>(family: Family, Class: ObjectClass<Made>): Made {
    this.gles[`gen${family}`](1, this.#name);
    return this.keep(new Class(this, this.#name[0] ?? 0));
  }

  delete(family: Family, object: WebGLObject | null | undefined, Class: ObjectClass<WebGLObject>): void {
    const id = this.idOf(object, Class, "delete");
    if (id === null || id === 0 || object == null || object.isDeleted) return;
    this.#name[0] = id;
    this.gles[`delete${family}`](1, this.#name);
    this.forget(object);
  }

  keep<Made extends WebGLObject>(object: Made): Made {
    const Class = object.constructor;
    const known = this.#objects.get(Class) ?? new Map<number, WebGLObject>();
    this.#objects.set(Class, known.set(object.id, object));
    return object;
  }

  forget(object: WebGLObject): void {
    object.isDeleted = true;
    this.#objects.get(object.constructor)?.delete(object.id);
  }

  /** The object that stands for a name of OpenGL. */
  find<Made extends WebGLObject>(Class: ObjectClass<Made>, id: number): Made | null {
    return (this.#objects.get(Class)?.get(id) as Made | undefined) ?? null;
  }

  /**
   * The name of an object: 0 for none, null where the call is to be given up, as the object is another context's or
   * deleted, which is an INVALID_OPERATION. Throws `TypeError` for what is no such object.
   */
  idOf(object: unknown, Class: abstract new (...values: never[]) => WebGLObject, call: string): number | null {
    if (object === null || object === undefined) return 0;
    if (!(object instanceof Class)) throw new TypeError(`${call}() wants a ${Class.name}.`);
    if (object.core === this && (!object.isDeleted || call === "delete")) return object.id;
    this.raise(INVALID_OPERATION);
    return null;
  }

  /** As `idOf`, for calls to which none is an INVALID_VALUE. */
  someIdOf(object: unknown, Class: abstract new (...values: never[]) => WebGLObject, call: string): number | null {
    const id = this.idOf(object, Class, call);
    if (id !== 0) return id;
    this.raise(INVALID_VALUE);
    return null;
  }

  integer(name: number): number {
    this.ints[0] = 0;
    this.gles.getIntegervRobustANGLE(name, SCRATCH_VALUES, null, this.ints);
    return this.ints[0] ?? 0;
  }

  /** `count` integers of a state. */
  integers(name: number, count: number): Int32Array<ArrayBuffer> {
    this.integer(name);
    return this.ints.slice(0, count);
  }

  /** `count` floats of a state. */
  floatsOf(name: number, count: number): Float32Array<ArrayBuffer> {
    this.gles.getFloatvRobustANGLE(name, SCRATCH_VALUES, null, this.floats);
    return this.floats.slice(0, count);
  }
}

/** Text as the C library wants it. */
export function cString(text: unknown): Buffer {
  return Buffer.from(`${String(text)}\0`);
}

/** As WebIDL makes a number of what a program gives: true is 1, nothing is 0. */
export function numberOf(value: unknown): number {
  return typeof value === "number" ? value : Number(value) || 0;
}

type Numbers = (...values: readonly number[]) => number;
export type AnyCall = (...values: readonly unknown[]) => number;

/** A call whose arguments are all numbers, as WebGL takes it. One closure for each count, since these are the hot ones. */
export function numeric(call: Numbers, count: number): AnyCall {
  const n = numberOf;
  switch (count) {
    case 0:
      return () => call();
    case 1:
      return (a) => call(n(a));
    case 2:
      return (a, b) => call(n(a), n(b));
    case 3:
      return (a, b, c) => call(n(a), n(b), n(c));
    case 4:
      return (a, b, c, d) => call(n(a), n(b), n(c), n(d));
    case 5:
      return (a, b, c, d, e) => call(n(a), n(b), n(c), n(d), n(e));
    default:
      return (...values) => call(...Array.from({ length: count }, (_, index) => n(values[index])));
  }
}
