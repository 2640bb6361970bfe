/** Owns uniforms: these are the calls that a scene makes most. */

import { type Calls, type Core, INVALID_OPERATION, INVALID_VALUE } from "./core.ts";
import { WebGLProgram, WebGLUniformLocation } from "./objects.ts";

type Location = WebGLUniformLocation | null | undefined;
type Numbers = ArrayLike<number>;
type View = Float32Array | Int32Array | Uint32Array;
type ViewClass<Made extends View> = {
  new (length: number): Made;
  from(values: ArrayLike<number>): Made;
};

/** How many numbers each type of a uniform has, by the constant of WebGL, and how they are asked. */
const uniformTypes: ReadonlyMap<number, readonly ["f" | "i" | "u" | "b", number]> = new Map(
  Object.entries({
    f: [
      0x1406, 1, 0x8b50, 2, 0x8b51, 3, 0x8b52, 4, 0x8b5a, 4, 0x8b5b, 9, 0x8b5c, 16, 0x8b65, 6, 0x8b66, 8, 0x8b67, 6,
    ].concat([0x8b68, 12, 0x8b69, 8, 0x8b6a, 12]),
    i: [0x1404, 1, 0x8b53, 2, 0x8b54, 3, 0x8b55, 4],
    u: [0x1405, 1, 0x8dc6, 2, 0x8dc7, 3, 0x8dc8, 4],
    b: [0x8b56, 1, 0x8b57, 2, 0x8b58, 3, 0x8b59, 4],
  }).flatMap(([kind, list]) =>
    Array.from({ length: list.length / 2 }, (_, at) => {
      return [list[at * 2] ?? 0, [kind as "f", list[at * 2 + 1] ?? 1] as const] as const;
    }),
  ),
);

export function uniformCalls(core: Core): Calls {
  const { gles } = core;
  let current: WebGLProgram | null = null;

  /** Null where the call is to be given up: no location is no error, one of another program or an older link is. */
  const at = (location: Location): number | null => {
    if (location === null || location === undefined) return null;
    if (!(location instanceof WebGLUniformLocation)) throw new TypeError("uniform…() wants a WebGLUniformLocation.");
    if (location.program === current && location.links === current.links) return location.location;
    core.raise(INVALID_OPERATION);
    return null;
  };

  const list =
    <Made extends View>(
      call: (location: number, count: number, values: Made) => void,
      size: number,
      Class: ViewClass<Made>,
    ) =>
    (location: Location, data: Numbers, offset: number = 0, length: number = 0) => {
      const where = at(location);
      if (where === null) return;
      const all = data instanceof Class ? data : Class.from(data);
      const values = offset === 0 && length === 0 ? all : sliceOf(all, offset, length);
      if (values.length < size || values.length % size !== 0) return core.raise(INVALID_VALUE);
      call(where, values.length / size, values as Made);
    };

  const matrix =
    (call: (location: number, count: number, transpose: number, values: Float32Array) => void, size: number) =>
    (location: Location, transpose: boolean, data: Numbers, offset: number = 0, length: number = 0) => {
      const where = at(location);
      if (where === null) return;
      const all = data instanceof Float32Array ? data : Float32Array.from(data);
      const values = offset === 0 && length === 0 ? all : sliceOf(all, offset, length);
      if (values.length < size || values.length % size !== 0) return core.raise(INVALID_VALUE);
      call(where, values.length / size, transpose ? 1 : 0, values as Float32Array);
    };

  const one = (call: (location: number, a: number) => void) => (location: Location, a: unknown) => {
    const where = at(location);
    if (where !== null) call(where, Number(a));
  };
  const two = (call: (l: number, a: number, b: number) => void) => (location: Location, a: unknown, b: unknown) => {
    const where = at(location);
    if (where !== null) call(where, Number(a), Number(b));
  };
  const three =
    (call: (l: number, a: number, b: number, c: number) => void) =>
    (location: Location, a: unknown, b: unknown, c: unknown) => {
      const where = at(location);
      if (where !== null) call(where, Number(a), Number(b), Number(c));
    };
  const four =
    (call: (l: number, a: number, b: number, c: number, d: number) => void) =>
    (location: Location, a: unknown, b: unknown, c: unknown, d: unknown) => {
      const where = at(location);
      if (where !== null) call(where, Number(a), Number(b), Number(c), Number(d));
    };

  return {
    useProgram: (program: WebGLProgram | null) => {
      const id = core.idOf(program, WebGLProgram, "useProgram");
      if (id === null) return;
      current = program ?? null;
      gles.useProgram(id);
    },
    getUniform: (program: WebGLProgram, location: WebGLUniformLocation) => uniformOf(core, program, location),
    uniform1f: one(gles.uniform1f),
    uniform2f: two(gles.uniform2f),
    uniform3f: three(gles.uniform3f),
    uniform4f: four(gles.uniform4f),
    uniform1i: one(gles.uniform1i),
    uniform2i: two(gles.uniform2i),
    uniform3i: three(gles.uniform3i),
    uniform4i: four(gles.uniform4i),
    uniform1ui: one(gles.uniform1ui),
    uniform2ui: two(gles.uniform2ui),
    uniform3ui: three(gles.uniform3ui),
    uniform4ui: four(gles.uniform4ui),
    uniform1fv: list(gles.uniform1fv, 1, Float32Array),
    uniform2fv: list(gles.uniform2fv, 2, Float32Array),
    uniform3fv: list(gles.uniform3fv, 3, Float32Array),
    uniform4fv: list(gles.uniform4fv, 4, Float32Array),
    uniform1iv: list(gles.uniform1iv, 1, Int32Array),
    uniform2iv: list(gles.uniform2iv, 2, Int32Array),
    uniform3iv: list(gles.uniform3iv, 3, Int32Array),
    uniform4iv: list(gles.uniform4iv, 4, Int32Array),
    uniform1uiv: list(gles.uniform1uiv, 1, Uint32Array),
    uniform2uiv: list(gles.uniform2uiv, 2, Uint32Array),
    uniform3uiv: list(gles.uniform3uiv, 3, Uint32Array),
    uniform4uiv: list(gles.uniform4uiv, 4, Uint32Array),
    uniformMatrix2fv: matrix(gles.uniformMatrix2fv, 4),
    uniformMatrix2x3fv: matrix(gles.uniformMatrix2x3fv, 6),
    uniformMatrix2x4fv: matrix(gles.uniformMatrix2x4fv, 8),
    uniformMatrix3fv: matrix(gles.uniformMatrix3fv, 9),
    uniformMatrix3x2fv: matrix(gles.uniformMatrix3x2fv, 6),
    uniformMatrix3x4fv: matrix(gles.uniformMatrix3x4fv, 12),
    uniformMatrix4fv: matrix(gles.uniformMatrix4fv, 16),
    uniformMatrix4x2fv: matrix(gles.uniformMatrix4x2fv, 8),
    uniformMatrix4x3fv: matrix(gles.uniformMatrix4x3fv, 12),
  };
}

/** From `offset` on, `length` numbers or, for 0, the rest; nothing, an error of the caller's, where that is not inside. */
function sliceOf(all: View, offset: number, length: number): View {
  const end = length === 0 ? all.length : offset + length;
  return offset < 0 || end > all.length ? all.subarray(0, 0) : all.subarray(offset, end);
}

function uniformOf(core: Core, program: WebGLProgram, location: WebGLUniformLocation): unknown {
  const id = core.someIdOf(program, WebGLProgram, "getUniform");
  if (id === null) return null;
  if (location?.program !== program || location.links !== program.links) {
    core.raise(INVALID_OPERATION);
    return null;
  }
  const [kind, count] = uniformTypes.get(typeAt(core, id, location.location)) ?? (["i", 1] as const);
  const values = kind === "f" ? new Float32Array(16) : kind === "u" ? new Uint32Array(16) : new Int32Array(16);
  const ask =
    { f: "getUniformfvRobustANGLE", u: "getUniformuivRobustANGLE", i: "", b: "" }[kind] || "getUniformivRobustANGLE";
  core.gles[ask as "getUniformivRobustANGLE"](id, location.location, values.byteLength, null, values);
  if (kind === "b") {
    const flags = [...values.subarray(0, count)].map((value) => value !== 0);
    return count === 1 ? flags[0] : flags;
  }
  return count === 1 ? values[0] : values.slice(0, count);
}

const ACTIVE_UNIFORMS = 0x8b86;

/** The type of the uniform at a location. OpenGL is asked for each, since it tells locations only by name. */
function typeAt(core: Core, program: number, location: number): number {
  const { gles, ints } = core;
  gles.getProgramivRobustANGLE(program, ACTIVE_UNIFORMS, ints.length, null, ints);
  const count = ints[0] ?? 0;
  const numbers = new Int32Array(3);
  const text = Buffer.alloc(1024);
  for (let index = 0; index < count; index += 1) {
    gles.getActiveUniform(
      program,
      index,
      text.length,
      numbers.subarray(0, 1),
      numbers.subarray(1, 2),
      numbers.subarray(2),
      text,
    );
    const first = gles.getUniformLocation(program, text);
    if (first >= 0 && location >= first && location < first + (numbers[1] ?? 1)) return numbers[2] ?? 0;
  }
  return 0;
}
