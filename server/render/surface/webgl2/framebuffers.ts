/**
 * Owns framebuffers and renderbuffers, and what stands for the canvas: where a scene binds none, it draws into a
 * framebuffer of ours, whose one attachment is what WebGL calls BACK.
 */

import { bytesOf } from "./buffers.ts";
import { type Calls, type Core, INVALID_ENUM, INVALID_OPERATION, INVALID_VALUE } from "./core.ts";
import { WebGLFramebuffer, WebGLRenderbuffer, WebGLTexture } from "./objects.ts";

const BACK = 0x0405;
const COLOR = 0x1800;
const DEPTH = 0x1801;
const STENCIL = 0x1802;
const NONE = 0;
const COLOR_ATTACHMENT0 = 0x8ce0;
const DEPTH_ATTACHMENT = 0x8d00;
const STENCIL_ATTACHMENT = 0x8d20;
const DEPTH_STENCIL_ATTACHMENT = 0x821a;
const FRAMEBUFFER = 0x8d40;
const READ_FRAMEBUFFER = 0x8ca8;
const DRAW_FRAMEBUFFER = 0x8ca9;
const RENDERBUFFER = 0x8d41;
const RENDERBUFFER_BINDING = 0x8ca7;
const RGBA8 = 0x8058;
const DEPTH24_STENCIL8 = 0x88f0;
const OBJECT_TYPE = 0x8cd0;
const OBJECT_NAME = 0x8cd1;
const FRAMEBUFFER_DEFAULT = 0x8218;
const TEXTURE = 0x1702;
const PIXEL_PACK_BUFFER_BINDING = 0x88ed;

/** WebGL's names for the parts of the canvas, and what they are here. */
const canvasAttachments: ReadonlyMap<number, number> = new Map([
  [BACK, COLOR_ATTACHMENT0],
  [COLOR, COLOR_ATTACHMENT0],
  [DEPTH, DEPTH_ATTACHMENT],
  [STENCIL, STENCIL_ATTACHMENT],
]);

/** What stands for the canvas. */
export class DrawingBuffer {
  readonly framebuffer: WebGLFramebuffer;
  readonly #core: Core;
  readonly #color: WebGLRenderbuffer;
  readonly #depth: WebGLRenderbuffer;
  width: number = 0;
  height: number = 0;

  constructor(core: Core, width: number, height: number) {
    this.#core = core;
    this.framebuffer = core.generate("Framebuffers", WebGLFramebuffer);
    this.#color = core.generate("Renderbuffers", WebGLRenderbuffer);
    this.#depth = core.generate("Renderbuffers", WebGLRenderbuffer);
    core.gles.bindFramebuffer(FRAMEBUFFER, this.framebuffer.id);
    this.resize(width, height);
    const attach = (attachment: number, { id }: WebGLRenderbuffer) =>
      core.gles.framebufferRenderbuffer(FRAMEBUFFER, attachment, RENDERBUFFER, id);
    attach(COLOR_ATTACHMENT0, this.#color);
    attach(DEPTH_STENCIL_ATTACHMENT, this.#depth);
    // Nobody else may come by it.
    core.forget(this.framebuffer);
  }

  /** What was drawn is gone. */
  resize(width: number, height: number): void {
    const { gles } = this.#core;
    const bound = this.#core.integer(RENDERBUFFER_BINDING);
    gles.bindRenderbuffer(RENDERBUFFER, this.#color.id);
    gles.renderbufferStorage(RENDERBUFFER, RGBA8, width, height);
    gles.bindRenderbuffer(RENDERBUFFER, this.#depth.id);
    gles.renderbufferStorage(RENDERBUFFER, DEPTH24_STENCIL8, width, height);
    gles.bindRenderbuffer(RENDERBUFFER, bound);
    this.width = width;
    this.height = height;
  }
}

export function framebufferCalls(core: Core, canvas: DrawingBuffer): Calls {
  const { gles } = core;
  /** Null for the canvas. */
  const bound = { draw: null as WebGLFramebuffer | null, read: null as WebGLFramebuffer | null };
  const boundTo = (target: number) => (target === READ_FRAMEBUFFER ? bound.read : bound.draw);

  const bind = (target: number, framebuffer: WebGLFramebuffer | null) => {
    gles.bindFramebuffer(target, (framebuffer ?? canvas.framebuffer).id);
    if (target !== READ_FRAMEBUFFER) bound.draw = framebuffer;
    if (target !== DRAW_FRAMEBUFFER) bound.read = framebuffer;
  };
  /** Nothing is attached to the canvas. */
  const attach = (target: number, call: () => void) =>
    boundTo(target) === null ? core.raise(INVALID_OPERATION) : call();

  return {
    createFramebuffer: () => core.generate("Framebuffers", WebGLFramebuffer),
    deleteFramebuffer: (framebuffer: WebGLFramebuffer | null) => {
      core.delete("Framebuffers", framebuffer, WebGLFramebuffer);
      // OpenGL would bind its own, which is not the canvas.
      if (framebuffer !== null && bound.draw === framebuffer) bind(DRAW_FRAMEBUFFER, null);
      if (framebuffer !== null && bound.read === framebuffer) bind(READ_FRAMEBUFFER, null);
    },
    isFramebuffer: (framebuffer: unknown) =>
      framebuffer instanceof WebGLFramebuffer && !framebuffer.isDeleted && gles.isFramebuffer(framebuffer.id) !== 0,
    bindFramebuffer: (target: number, framebuffer: WebGLFramebuffer | null) => {
      if (target !== FRAMEBUFFER && target !== READ_FRAMEBUFFER && target !== DRAW_FRAMEBUFFER) {
        return core.raise(INVALID_ENUM);
      }
      if (core.idOf(framebuffer, WebGLFramebuffer, "bindFramebuffer") !== null) bind(target, framebuffer ?? null);
    },
    framebufferTexture2D: (to: number, at: number, kind: number, texture: WebGLTexture | null, level: number) => {
      const id = core.idOf(texture, WebGLTexture, "framebufferTexture2D");
      if (id !== null) attach(to, () => gles.framebufferTexture2D(to, at, kind, id, level));
    },
    framebufferTextureLayer: (to: number, at: number, texture: WebGLTexture | null, level: number, layer: number) => {
      const id = core.idOf(texture, WebGLTexture, "framebufferTextureLayer");
      if (id !== null) attach(to, () => gles.framebufferTextureLayer(to, at, id, level, layer));
    },
    framebufferRenderbuffer: (to: number, at: number, kind: number, renderbuffer: WebGLRenderbuffer | null) => {
      const id = core.idOf(renderbuffer, WebGLRenderbuffer, "framebufferRenderbuffer");
      if (id !== null) attach(to, () => gles.framebufferRenderbuffer(to, at, kind, id));
    },
    getFramebufferAttachmentParameter: (target: number, attachment: number, name: number) => {
      const isCanvas = boundTo(target) === null;
      const at = isCanvas ? canvasAttachments.get(attachment) : attachment;
      if (at === undefined) return core.raise(INVALID_ENUM) ?? null;
      const ask = (state: number) => {
        core.ints[0] = 0;
        gles.getFramebufferAttachmentParameterivRobustANGLE(target, at, state, core.ints.length, null, core.ints);
        return core.ints[0] ?? 0;
      };
      if (isCanvas && name === OBJECT_TYPE) return FRAMEBUFFER_DEFAULT;
      if (name !== OBJECT_NAME) return ask(name);
      const kind = ask(OBJECT_TYPE);
      return kind === NONE ? null : core.find(kind === TEXTURE ? WebGLTexture : WebGLRenderbuffer, ask(name));
    },
    drawBuffers: (buffers: readonly number[]) => {
      const list = Array.from(buffers, Number);
      if (bound.draw === null) {
        const [only] = list;
        if (list.length !== 1 || (only !== BACK && only !== NONE)) return core.raise(INVALID_OPERATION);
        gles.drawBuffers(1, Uint32Array.of(only === BACK ? COLOR_ATTACHMENT0 : NONE));
      } else gles.drawBuffers(list.length, Uint32Array.from(list));
    },
    readBuffer: (buffer: number) => {
      if (bound.read !== null) return void gles.readBuffer(buffer);
      if (buffer !== BACK && buffer !== NONE) return core.raise(INVALID_OPERATION);
      gles.readBuffer(buffer === BACK ? COLOR_ATTACHMENT0 : NONE);
    },
    invalidateFramebuffer: (target: number, attachments: readonly number[]) => {
      const list = attachmentsOf(boundTo(target) === null, attachments);
      gles.invalidateFramebuffer(target, list.length, list);
    },
    invalidateSubFramebuffer: (to: number, attachments: readonly number[], ...box: number[]) => {
      const list = attachmentsOf(boundTo(to) === null, attachments);
      gles.invalidateSubFramebuffer(to, list.length, list, ...box);
    },
    ...clearCalls(core),
    ...renderbufferCalls(core),
    readPixels: (x: number, y: number, width: number, height: number, format: number, type: number, ...to: unknown[]) =>
      readPixels(core, [x, y, width, height, format, type], to),
  };
}

function attachmentsOf(isCanvas: boolean, attachments: readonly number[]): Uint32Array {
  return Uint32Array.from(attachments, (one) => (isCanvas ? (canvasAttachments.get(one) ?? one) : one));
}

/** `to`: memory and from which of its elements on, or an offset into the buffer that is bound. */
function readPixels(core: Core, shape: readonly number[], to: readonly unknown[]): void {
  const [into, offset = 0] = to as [unknown, number?];
  const isToBuffer = core.integer(PIXEL_PACK_BUFFER_BINDING) !== 0;
  if (typeof into === "number") {
    if (!isToBuffer) return core.raise(INVALID_OPERATION);
    return void core.gles.readPixels(...shape, into);
  }
  if (isToBuffer) return core.raise(INVALID_OPERATION);
  const bytes = ArrayBuffer.isView(into) ? bytesOf(into) : null;
  const element = (into as { readonly BYTES_PER_ELEMENT?: number } | null)?.BYTES_PER_ELEMENT ?? 1;
  if (bytes === null || offset < 0 || offset * element > bytes.length) return core.raise(INVALID_VALUE);
  const part = bytes.subarray(offset * element);
  core.gles.readPixelsRobustANGLE(...shape, part.byteLength, null, null, null, part);
}

/** Four values for colours, one for depth and stencil; fewer are an error and never read. */
function clearCalls(core: Core) {
  const { gles } = core;
  const part = (buffer: number, values: ArrayLike<number>, offset: number): number[] | null => {
    const count = buffer === COLOR ? 4 : 1;
    const list = Array.from({ length: count }, (_, index) => values[offset + index]);
    if (list.every((value): value is number => typeof value === "number")) return list;
    core.raise(INVALID_VALUE);
    return null;
  };
  return {
    clearBufferfv: (buffer: number, index: number, values: ArrayLike<number>, offset: number = 0) => {
      const list = part(buffer, values, offset);
      if (list !== null) gles.clearBufferfv(buffer, index, Float32Array.from(list));
    },
    clearBufferiv: (buffer: number, index: number, values: ArrayLike<number>, offset: number = 0) => {
      const list = part(buffer, values, offset);
      if (list !== null) gles.clearBufferiv(buffer, index, Int32Array.from(list));
    },
    clearBufferuiv: (buffer: number, index: number, values: ArrayLike<number>, offset: number = 0) => {
      const list = part(buffer, values, offset);
      if (list !== null) gles.clearBufferuiv(buffer, index, Uint32Array.from(list));
    },
  };
}

function renderbufferCalls(core: Core) {
  const { gles, ints } = core;
  return {
    createRenderbuffer: () => core.generate("Renderbuffers", WebGLRenderbuffer),
    deleteRenderbuffer: (renderbuffer: WebGLRenderbuffer | null) =>
      core.delete("Renderbuffers", renderbuffer, WebGLRenderbuffer),
    isRenderbuffer: (renderbuffer: unknown) =>
      renderbuffer instanceof WebGLRenderbuffer &&
      !renderbuffer.isDeleted &&
      gles.isRenderbuffer(renderbuffer.id) !== 0,
    bindRenderbuffer: (target: number, renderbuffer: WebGLRenderbuffer | null) => {
      const id = core.idOf(renderbuffer, WebGLRenderbuffer, "bindRenderbuffer");
      if (id !== null) gles.bindRenderbuffer(target, id);
    },
    getRenderbufferParameter: (target: number, name: number) => {
      ints[0] = 0;
      gles.getRenderbufferParameterivRobustANGLE(target, name, ints.length, null, ints);
      return ints[0] ?? 0;
    },
    getInternalformatParameter: (target: number, format: number, name: number) => {
      const NUM_SAMPLE_COUNTS = 0x9380;
      const count = new Int32Array(1);
      gles.getInternalformativ(target, format, NUM_SAMPLE_COUNTS, 1, count);
      const samples = new Int32Array(count[0] ?? 0);
      if (samples.length > 0) gles.getInternalformativ(target, format, name, samples.length, samples);
      return samples;
    },
  };
}
