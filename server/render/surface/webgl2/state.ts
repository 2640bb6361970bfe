/** Owns the calls that set or ask simple state, and drawing. */

import { type AnyCall, type Calls, type Core, INVALID_ENUM, numberOf, numeric } from "./core.ts";
import {
  WebGLBuffer,
  WebGLFramebuffer,
  type WebGLObject,
  WebGLProgram,
  WebGLRenderbuffer,
  WebGLSampler,
  WebGLTexture,
  WebGLTransformFeedback,
  WebGLVertexArrayObject,
} from "./objects.ts";
import type { PixelStore } from "./pixel-store.ts";

/** Calls of numbers alone, with how many. */
const plainCalls = {
  activeTexture: 1,
  beginTransformFeedback: 1,
  blendColor: 4,
  blendEquation: 1,
  blendEquationSeparate: 2,
  blendFunc: 2,
  blendFuncSeparate: 4,
  blitFramebuffer: 10,
  checkFramebufferStatus: 1,
  clear: 1,
  clearBufferfi: 4,
  clearColor: 4,
  clearStencil: 1,
  colorMask: 4,
  copyBufferSubData: 5,
  copyTexImage2D: 8,
  copyTexSubImage2D: 8,
  copyTexSubImage3D: 9,
  cullFace: 1,
  depthFunc: 1,
  depthMask: 1,
  disable: 1,
  disableVertexAttribArray: 1,
  drawArrays: 3,
  drawArraysInstanced: 4,
  drawElements: 4,
  drawElementsInstanced: 5,
  drawRangeElements: 6,
  enable: 1,
  enableVertexAttribArray: 1,
  endQuery: 1,
  endTransformFeedback: 0,
  finish: 0,
  flush: 0,
  frontFace: 1,
  generateMipmap: 1,
  hint: 2,
  lineWidth: 1,
  pauseTransformFeedback: 0,
  polygonOffset: 2,
  renderbufferStorage: 4,
  renderbufferStorageMultisample: 5,
  resumeTransformFeedback: 0,
  sampleCoverage: 2,
  scissor: 4,
  stencilFunc: 3,
  stencilFuncSeparate: 4,
  stencilMask: 1,
  stencilMaskSeparate: 2,
  stencilOp: 3,
  stencilOpSeparate: 4,
  texParameterf: 3,
  texParameteri: 3,
  texStorage2D: 5,
  texStorage3D: 6,
  vertexAttrib1f: 2,
  vertexAttrib2f: 3,
  vertexAttrib3f: 4,
  vertexAttrib4f: 5,
  vertexAttribDivisor: 2,
  vertexAttribI4i: 5,
  vertexAttribI4ui: 5,
  vertexAttribIPointer: 5,
  vertexAttribPointer: 6,
  viewport: 4,
} as const;

/** The bindings, and what stands for a name there. */
const boundObjects: ReadonlyMap<number, new (core: Core, id: number) => WebGLObject> = new Map<
  number,
  new (
    core: Core,
    id: number,
  ) => WebGLObject
>([
  [0x8894, WebGLBuffer], // ARRAY_BUFFER_BINDING
  [0x8895, WebGLBuffer], // ELEMENT_ARRAY_BUFFER_BINDING
  [0x8f36, WebGLBuffer], // COPY_READ_BUFFER_BINDING
  [0x8f37, WebGLBuffer], // COPY_WRITE_BUFFER_BINDING
  [0x88ed, WebGLBuffer], // PIXEL_PACK_BUFFER_BINDING
  [0x88ef, WebGLBuffer], // PIXEL_UNPACK_BUFFER_BINDING
  [0x8a28, WebGLBuffer], // UNIFORM_BUFFER_BINDING
  [0x8c8f, WebGLBuffer], // TRANSFORM_FEEDBACK_BUFFER_BINDING
  [0x8ca6, WebGLFramebuffer], // DRAW_FRAMEBUFFER_BINDING
  [0x8caa, WebGLFramebuffer], // READ_FRAMEBUFFER_BINDING
  [0x8b8d, WebGLProgram], // CURRENT_PROGRAM
  [0x8ca7, WebGLRenderbuffer], // RENDERBUFFER_BINDING
  [0x8919, WebGLSampler], // SAMPLER_BINDING
  [0x8069, WebGLTexture], // TEXTURE_BINDING_2D
  [0x8514, WebGLTexture], // TEXTURE_BINDING_CUBE_MAP
  [0x806a, WebGLTexture], // TEXTURE_BINDING_3D
  [0x8c1d, WebGLTexture], // TEXTURE_BINDING_2D_ARRAY
  [0x8e25, WebGLTransformFeedback], // TRANSFORM_FEEDBACK_BINDING
  [0x85b5, WebGLVertexArrayObject], // VERTEX_ARRAY_BINDING
] as never);

const booleans = new Set([
  0x0be2, 0x0b44, 0x0b71, 0x0bd0, 0x8037, 0x809e, 0x80a0, 0x80ab, 0x0c11, 0x0b90, 0x0b72, 0x8c89, 0x8e24, 0x8e23,
]);
const floats = new Set([0x0b73, 0x0b21, 0x8038, 0x2a00, 0x80aa, 0x84fd, 0x84ff]);
/** Masks and references of stencils, which are unsigned. */
const unsigned = new Set([0x0b98, 0x0b93, 0x8ca4, 0x8ca5]);
const floatLists = new Map([
  [0x846e, 2],
  [0x846d, 2],
  [0x8005, 4],
  [0x0c22, 4],
  [0x0b70, 2],
]);
const intLists = new Map([
  [0x0d3a, 2],
  [0x0c10, 4],
  [0x0ba2, 4],
]);
/** MAX_ELEMENT_INDEX, MAX_SERVER_WAIT_TIMEOUT, MAX_UNIFORM_BLOCK_SIZE, MAX_COMBINED_…_UNIFORM_COMPONENTS. */
const longs = new Set([0x8d6b, 0x9111, 0x8a30, 0x8a31, 0x8a33]);
const COLOR_WRITEMASK = 0x0c23;
const COMPRESSED_TEXTURE_FORMATS = 0x86a3;
const NUM_COMPRESSED_TEXTURE_FORMATS = 0x86a2;
const MAX_CLIENT_WAIT_TIMEOUT_WEBGL = 0x9247;

export function stateCalls(core: Core, store: PixelStore): Calls {
  const { gles } = core;
  const plain = Object.fromEntries(
    Object.entries(plainCalls).map(([name, count]) => [name, numeric(gles[name as keyof typeof plainCalls], count)]),
  ) as Record<keyof typeof plainCalls, AnyCall>;
  return {
    ...plain,
    clearDepth: numeric(gles.clearDepthf, 1),
    depthRange: numeric(gles.depthRangef, 2),
    isEnabled: (capability: unknown) => gles.isEnabled(numberOf(capability)) !== 0,
    getError: () => core.takeError(),
    pixelStorei: (name: number, value: unknown) => store.set(name, value),
    getParameter: (name: number) => parameterOf(core, store, name),
    getIndexedParameter: (target: number, index: number) => indexedParameterOf(core, target, index),
    isContextLost: () => false,
    makeXRCompatible: () => Promise.resolve(),
    vertexAttrib1fv: (index: number, v: ArrayLike<number>) => gles.vertexAttrib1f(index, v[0] ?? 0),
    vertexAttrib2fv: (index: number, v: ArrayLike<number>) => gles.vertexAttrib2f(index, v[0] ?? 0, v[1] ?? 0),
    vertexAttrib3fv: (index: number, v: ArrayLike<number>) =>
      gles.vertexAttrib3f(index, v[0] ?? 0, v[1] ?? 0, v[2] ?? 0),
    vertexAttrib4fv: (index: number, v: ArrayLike<number>) =>
      gles.vertexAttrib4f(index, v[0] ?? 0, v[1] ?? 0, v[2] ?? 0, v[3] ?? 1),
    vertexAttribI4iv: (index: number, v: ArrayLike<number>) =>
      gles.vertexAttribI4i(index, v[0] ?? 0, v[1] ?? 0, v[2] ?? 0, v[3] ?? 1),
    vertexAttribI4uiv: (index: number, v: ArrayLike<number>) =>
      gles.vertexAttribI4ui(index, v[0] ?? 0, v[1] ?? 0, v[2] ?? 0, v[3] ?? 1),
  };
}

function parameterOf(core: Core, store: PixelStore, name: number): unknown {
  const Class = boundObjects.get(name);
  if (Class !== undefined) return core.find(Class, core.integer(name));
  if (booleans.has(name)) return core.integer(name) !== 0;
  if (floats.has(name)) return core.floatsOf(name, 1)[0];
  if (unsigned.has(name)) return core.integer(name) >>> 0;
  if (longs.has(name)) return longOf(core, name);
  const floatCount = floatLists.get(name);
  if (floatCount !== undefined) return core.floatsOf(name, floatCount);
  const intCount = intLists.get(name);
  if (intCount !== undefined) return core.integers(name, intCount);
  if (store.has(name)) return store.get(name);
  switch (name) {
    case COLOR_WRITEMASK:
      return [...core.integers(name, 4)].map((value) => value !== 0);
    case COMPRESSED_TEXTURE_FORMATS:
      return Uint32Array.from(core.integers(name, core.integer(NUM_COMPRESSED_TEXTURE_FORMATS)));
    case MAX_CLIENT_WAIT_TIMEOUT_WEBGL:
      return 0;
    case 0x1f00: // VENDOR
      return "Scenecast";
    case 0x1f01: // RENDERER
    case 0x9246: // UNMASKED_RENDERER_WEBGL
      return core.gles.getString(0x1f01);
    case 0x9245: // UNMASKED_VENDOR_WEBGL
      return core.gles.getString(0x1f00);
    case 0x1f02: // VERSION
      return `WebGL 2.0 (${core.gles.getString(0x1f02)})`;
    case 0x8b8c: // SHADING_LANGUAGE_VERSION
      return `WebGL GLSL ES 3.00 (${core.gles.getString(0x8b8c)})`;
    default:
      if (typeof name !== "number") return core.raise(INVALID_ENUM) ?? null;
      return knownInteger(core, name);
  }
}

/** Null where OpenGL knows no such state, which is then an error of the call. */
function knownInteger(core: Core, name: number): number | null {
  core.ints[0] = 0x7fffffff;
  core.ints[1] = 0;
  core.gles.getIntegervRobustANGLE(name, core.ints.length, core.ints.subarray(1, 2), core.ints.subarray(2));
  return core.ints[1] === 0 ? null : (core.ints[2] ?? null);
}

function longOf(core: Core, name: number): number {
  const value = new BigInt64Array(1);
  core.gles.getInteger64vRobustANGLE(name, 1, null, value);
  return Number(value[0]);
}

/** Of TRANSFORM_FEEDBACK_BUFFER and UNIFORM_BUFFER: _BINDING a buffer, _START and _SIZE numbers. */
function indexedParameterOf(core: Core, target: number, index: number): unknown {
  if (target === 0x8c8f || target === 0x8a28) {
    core.ints[0] = 0;
    core.gles.getIntegeri_vRobustANGLE(target, index, core.ints.length, null, core.ints);
    return core.find(WebGLBuffer, core.ints[0] ?? 0);
  }
  const value = new BigInt64Array(1);
  core.gles.getInteger64i_vRobustANGLE(target, index, 1, null, value);
  return Number(value[0]);
}

/** The text of a call that answers with text: `ask(bytes, length, text)`. */
export function textOf(bytes: number, ask: (bytes: number, length: Int32Array, text: Buffer) => void): string {
  if (bytes <= 0) return "";
  const text = Buffer.alloc(bytes);
  const length = new Int32Array(1);
  ask(bytes, length, text);
  return text.toString("utf8", 0, length[0]);
}
