/** Owns buffers: what is bound where, uploads, copies and reading back; and vertex arrays. */

import { type Calls, type Core, INVALID_ENUM, INVALID_OPERATION, INVALID_VALUE, numberOf } from "./core.ts";
import { WebGLBuffer, WebGLVertexArrayObject } from "./objects.ts";

const ELEMENT_ARRAY_BUFFER = 0x8893;
const TRANSFORM_FEEDBACK_BUFFER = 0x8c8e;
const UNIFORM_BUFFER = 0x8a11;
const BUFFER_SIZE = 0x8764;
const BUFFER_USAGE = 0x8765;
const MAP_READ_BIT = 1;
/** ARRAY, COPY_READ, COPY_WRITE, ELEMENT_ARRAY, PIXEL_PACK, PIXEL_UNPACK, TRANSFORM_FEEDBACK, UNIFORM. */
const targets = new Set([0x8892, 0x8f36, 0x8f37, 0x8893, 0x88eb, 0x88ec, 0x8c8e, 0x8a11]);
const copyTargets = new Set([0x8f36, 0x8f37]);

/** A view or a buffer of memory as bytes; null for what is neither. */
export function bytesOf(data: unknown): Uint8Array | null {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data);
  return null;
}

/**
 * The part of a view from element `offset` on, `length` elements or, for 0, all of them; null where that is not inside.
 * (WebGL 2.0, 3.7.3: of a DataView and of plain memory the elements are bytes.)
 */
export function partOf(data: unknown, offset: number = 0, length: number = 0): Uint8Array | null {
  const bytes = bytesOf(data);
  if (bytes === null) return null;
  const element = (data as { readonly BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
  const end = length === 0 ? bytes.byteLength : (offset + length) * element;
  if (offset < 0 || length < 0 || offset * element > bytes.byteLength || end > bytes.byteLength) return null;
  return bytes.subarray(offset * element, end);
}

export function bufferCalls(core: Core): Calls {
  const { gles } = core;
  return {
    createBuffer: () => core.generate("Buffers", WebGLBuffer),
    deleteBuffer: (buffer: WebGLBuffer | null) => core.delete("Buffers", buffer, WebGLBuffer),
    isBuffer: (buffer: unknown) => buffer instanceof WebGLBuffer && !buffer.isDeleted && gles.isBuffer(buffer.id) !== 0,
    bindBuffer: (target: number, buffer: WebGLBuffer | null) => {
      const id = core.idOf(buffer, WebGLBuffer, "bindBuffer");
      if (id === null || !noteUse(core, target, buffer)) return;
      gles.bindBuffer(target, id);
    },
    bindBufferBase: (target: number, index: number, buffer: WebGLBuffer | null) => {
      const id = indexedIdOf(core, target, buffer, "bindBufferBase");
      if (id !== null) gles.bindBufferBase(target, index, id);
    },
    bindBufferRange: (target: number, index: number, buffer: WebGLBuffer | null, offset: number, size: number) => {
      const id = indexedIdOf(core, target, buffer, "bindBufferRange");
      if (id !== null) gles.bindBufferRange(target, index, id, offset, size);
    },
    bufferData: (target: number, data: unknown, usage: number, offset?: number, length?: number) => {
      if (typeof data === "number") {
        if (data < 0) return core.raise(INVALID_VALUE);
        return void gles.bufferData(target, Math.floor(data), null, usage);
      }
      const bytes = partOf(data, offset, length);
      if (bytes === null) return core.raise(INVALID_VALUE);
      gles.bufferData(target, bytes.byteLength, bytes.byteLength === 0 ? null : bytes, usage);
    },
    bufferSubData: (target: number, at: number, data: unknown, offset?: number, length?: number) => {
      const bytes = partOf(data, offset, length);
      if (bytes === null || at < 0) return core.raise(INVALID_VALUE);
      if (bytes.byteLength > 0) gles.bufferSubData(target, at, bytes.byteLength, bytes);
    },
    getBufferSubData: (target: number, at: number, into: unknown, offset?: number, length?: number) => {
      const bytes = partOf(into, offset, length);
      if (bytes === null || at < 0) return core.raise(INVALID_VALUE);
      if (bytes.byteLength === 0) return;
      const pointer = gles.mapBufferRange(target, at, bytes.byteLength, MAP_READ_BIT);
      // OpenGL noted the error.
      if (pointer === null) return;
      bytes.set(gles.copyOf(pointer, bytes.byteLength));
      gles.unmapBuffer(target);
    },
    getBufferParameter: (target: number, name: number) => {
      if (name !== BUFFER_SIZE && name !== BUFFER_USAGE) {
        core.raise(INVALID_ENUM);
        return null;
      }
      const value = new BigInt64Array(1);
      gles.getBufferParameteri64vRobustANGLE(target, name, 1, null, value);
      return Number(value[0]);
    },
    createVertexArray: () => core.generate("VertexArrays", WebGLVertexArrayObject),
    deleteVertexArray: (array: WebGLVertexArrayObject | null) =>
      core.delete("VertexArrays", array, WebGLVertexArrayObject),
    isVertexArray: (array: unknown) =>
      array instanceof WebGLVertexArrayObject && !array.isDeleted && gles.isVertexArray(array.id) !== 0,
    bindVertexArray: (array: WebGLVertexArrayObject | null) => {
      const id = core.idOf(array, WebGLVertexArrayObject, "bindVertexArray");
      if (id !== null) gles.bindVertexArray(id);
    },
    getVertexAttrib: (index: number, name: number) => vertexAttributeOf(core, index, name),
    getVertexAttribOffset: (index: number, name: number) => {
      const pointer = new BigUint64Array(1);
      gles.getVertexAttribPointervRobustANGLE(index, numberOf(name), 1, null, pointer);
      return Number(pointer[0]);
    },
  };
}

/** False, with the error, where element indices and other data would share a buffer. */
function noteUse(core: Core, target: number, buffer: WebGLBuffer | null): boolean {
  if (!targets.has(target)) {
    core.raise(INVALID_ENUM);
    return false;
  }
  if (buffer == null || copyTargets.has(target)) return true;
  const use = target === ELEMENT_ARRAY_BUFFER ? "elements" : "data";
  if (buffer.use !== null && buffer.use !== use) {
    core.raise(INVALID_OPERATION);
    return false;
  }
  buffer.use = use;
  return true;
}

function indexedIdOf(core: Core, target: number, buffer: WebGLBuffer | null, call: string): number | null {
  if (target !== UNIFORM_BUFFER && target !== TRANSFORM_FEEDBACK_BUFFER) {
    core.raise(INVALID_ENUM);
    return null;
  }
  const id = core.idOf(buffer, WebGLBuffer, call);
  return id === null || !noteUse(core, target, buffer) ? null : id;
}

const VERTEX_ATTRIB_ARRAY_BUFFER_BINDING = 0x889f;
const CURRENT_VERTEX_ATTRIB = 0x8626;
/** …_ENABLED, …_NORMALIZED, …_INTEGER. */
const attributeBooleans = new Set([0x8622, 0x886a, 0x88fd]);

function vertexAttributeOf(core: Core, index: number, name: number): unknown {
  const { gles, ints, floats } = core;
  if (name === CURRENT_VERTEX_ATTRIB) {
    gles.getVertexAttribfvRobustANGLE(index, name, 4, null, floats);
    return floats.slice(0, 4);
  }
  ints[0] = 0;
  gles.getVertexAttribivRobustANGLE(index, name, ints.length, null, ints);
  const value = ints[0] ?? 0;
  if (name === VERTEX_ATTRIB_ARRAY_BUFFER_BINDING) return core.find(WebGLBuffer, value);
  return attributeBooleans.has(name) ? value !== 0 : value;
}
