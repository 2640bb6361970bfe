/** Owns textures: uploads from memory, from images and canvases, from buffers, and compressed ones. */

import { partOf } from "./buffers.ts";
import { type Calls, type Core, INVALID_OPERATION, INVALID_VALUE } from "./core.ts";
import type { Gles } from "./gles.ts";
import { WebGLTexture } from "./objects.ts";
import type { PixelStore } from "./pixel-store.ts";
import { bytesOfPixel, flipped, type Image, imageOf, partOfImage, pixelsOf, premultiplied } from "./texture-sources.ts";

const PIXEL_UNPACK_BUFFER_BINDING = 0x88ef;
/** TEXTURE_MIN_LOD, TEXTURE_MAX_LOD, TEXTURE_MAX_ANISOTROPY_EXT. */
const floatParameters = new Set([0x813a, 0x813b, 0x84fe]);
const TEXTURE_IMMUTABLE_FORMAT = 0x912f;

/** The numbers of a call before its format and type, and what it uploads. */
type Upload = {
  readonly head: readonly number[];
  readonly width: number;
  readonly height: number;
  /** More than one for volumes and arrays. */
  readonly depth: number;
  readonly tail: readonly number[];
  readonly format: number;
  readonly type: number;
  readonly source: unknown;
  readonly offset: number;
};

type UploadCall = "texImage2D" | "texSubImage2D" | "texImage3D" | "texSubImage3D";

export function textureCalls(core: Core, store: PixelStore): Calls {
  const { gles, ints } = core;
  return {
    createTexture: () => core.generate("Textures", WebGLTexture),
    deleteTexture: (texture: WebGLTexture | null) => core.delete("Textures", texture, WebGLTexture),
    isTexture: (texture: unknown) =>
      texture instanceof WebGLTexture && !texture.isDeleted && gles.isTexture(texture.id) !== 0,
    bindTexture: (target: number, texture: WebGLTexture | null) => {
      const id = core.idOf(texture, WebGLTexture, "bindTexture");
      if (id !== null) gles.bindTexture(target, id);
    },
    getTexParameter: (target: number, name: number) => {
      if (floatParameters.has(name)) {
        gles.getTexParameterfvRobustANGLE(target, name, core.floats.length, null, core.floats);
        return core.floats[0] ?? 0;
      }
      ints[0] = 0;
      gles.getTexParameterivRobustANGLE(target, name, ints.length, null, ints);
      return name === TEXTURE_IMMUTABLE_FORMAT ? ints[0] !== 0 : (ints[0] ?? 0);
    },
    ...uploadCalls(core, store),
    ...compressedCalls(core),
  };
}

function uploadCalls(core: Core, store: PixelStore) {
  return {
    /** (target, level, internal, format, type, source), or with width, height, border after internal. */
    texImage2D: (target: number, level: number, internal: number, ...rest: unknown[]) => {
      const isShort = rest.length <= 3;
      const [format, type, given, offset = 0] = (isShort ? rest : rest.slice(3)) as [number, number, unknown, number?];
      const source = isShort ? (imageOf(given) ?? given) : given;
      const [width, height] = isShort ? sizeOf(source) : [Number(rest[0]), Number(rest[1])];
      const shape = { head: [target, level, internal], width, height, depth: 1, tail: [0] };
      if (!isShort && Number(rest[2]) !== 0) return core.raise(INVALID_VALUE);
      upload(core, store, "texImage2D", { ...shape, format, type, source, offset });
    },
    texSubImage2D: (target: number, level: number, x: number, y: number, ...rest: unknown[]) => {
      const isShort = rest.length <= 3;
      const [format, type, given, offset = 0] = (isShort ? rest : rest.slice(2)) as [number, number, unknown, number?];
      const source = isShort ? (imageOf(given) ?? given) : given;
      const [width, height] = isShort ? sizeOf(source) : [Number(rest[0]), Number(rest[1])];
      const shape = { head: [target, level, x, y], width, height, depth: 1, tail: [] };
      upload(core, store, "texSubImage2D", { ...shape, format, type, source, offset });
    },
    texImage3D: (target: number, level: number, internal: number, ...rest: unknown[]) => {
      const [width, height, depth, border, format, type, source, offset = 0] = rest as [...Seven, unknown, number?];
      if (border !== 0) return core.raise(INVALID_VALUE);
      const shape = { head: [target, level, internal], width, height, depth, tail: [0] };
      upload(core, store, "texImage3D", { ...shape, format, type, source, offset });
    },
    texSubImage3D: (target: number, level: number, x: number, y: number, z: number, ...rest: unknown[]) => {
      const [width, height, depth, format, type, source, offset = 0] = rest as [...Five, unknown, number?];
      const shape = { head: [target, level, x, y, z], width, height, depth, tail: [] };
      upload(core, store, "texSubImage3D", { ...shape, format, type, source, offset });
    },
  };
}

type Five = [number, number, number, number, number];
type Seven = [number, number, number, number, number, number];

/** Zeros, which upload nothing, for what is no image; that is said by `upload`. */
function sizeOf(source: unknown): [number, number] {
  const { width, height } = (source ?? {}) as { width?: unknown; height?: unknown };
  return [Number(width) || 0, Number(height) || 0];
}

function upload(core: Core, store: PixelStore, name: UploadCall, call: Upload): void {
  const { head, width, height, depth, tail, format, type, source } = call;
  const is3D = name === "texImage3D" || name === "texSubImage3D";
  const shape = [...head, width, height, ...(is3D ? [depth] : []), ...tail, format, type];
  const { gles } = core;
  const isFromBuffer = core.integer(PIXEL_UNPACK_BUFFER_BINDING) !== 0;
  if (typeof source === "number") {
    return isFromBuffer ? void gles[name](...shape, source) : core.raise(INVALID_OPERATION);
  }
  if (isFromBuffer) return core.raise(INVALID_OPERATION);
  const robust = gles[`${name}RobustANGLE`];
  if (source === null || source === undefined) {
    return name.includes("Sub") ? core.raise(INVALID_VALUE) : void robust(...shape, 0, null);
  }
  const bytes = partOf(source, call.offset);
  if (bytes !== null) {
    const pixels = turned(core, store, call, bytes, is3D);
    if (pixels !== null) robust(...shape, pixels.byteLength, pixels);
    return;
  }
  const image = imageOf(source);
  if (image === null) throw new TypeError(`${name}() wants a view of memory, null, or an image or canvas with pixels.`);
  const part = chosenPart(image, store, call, is3D);
  if (part === null) return core.raise(INVALID_OPERATION);
  const isBitmap = part.isPremultiplied !== undefined;
  const flips = store.flipsY && !is3D && !isBitmap;
  const pixels = pixelsOf(part, format, type, flips, part.isPremultiplied ?? store.premultipliesAlpha);
  store.tightly(() => robust(...shape, pixels.byteLength, pixels));
}

/** What a call with a size takes of an image (WebGL 2.0, 3.7.6); rows are skipped in the order in which they are uploaded. */
function chosenPart(image: Image, store: PixelStore, { width, height, depth }: Upload, is3D: boolean): Image | null {
  const { skipPixels, skipRows } = store.unpack;
  const rows = height * depth;
  const isTurned = store.flipsY && !is3D && image.isPremultiplied === undefined;
  return partOfImage(image, skipPixels, isTurned ? image.height - skipRows - rows : skipRows, width, rows);
}

/** Memory of a program, flipped and multiplied where the scene wants it so; null, with the error, where that cannot be. */
function turned(core: Core, store: PixelStore, call: Upload, bytes: Uint8Array, is3D: boolean): Uint8Array | null {
  if (!store.flipsY && !store.premultipliesAlpha) return bytes;
  if (is3D) {
    core.raise(INVALID_OPERATION);
    return null;
  }
  const { format, type, width, height } = call;
  const multiplied = store.premultipliesAlpha ? premultiplied(bytes, format, type) : bytes;
  if (!store.flipsY) return multiplied;
  const { alignment, rowLength } = store.unpack;
  const row = (rowLength || width) * bytesOfPixel(format, type);
  return flipped(multiplied, Math.ceil(row / alignment) * alignment, height);
}

type CompressedCall = `compressedTex${"" | "Sub"}Image${"2D" | "3D"}`;

/** The last numbers of a compressed upload: from a buffer its size and offset, else the memory with offset and length. */
function compressedCalls(core: Core) {
  const call =
    (name: CompressedCall, count: number) =>
    (...values: unknown[]): void => {
      const head = values.slice(0, count) as number[];
      const [data, offset, length] = values.slice(count) as [unknown, number?, number?];
      if (typeof data === "number") return void core.gles[name](...head, data, offset ?? 0);
      const bytes = partOf(data, offset, length);
      if (bytes === null) return core.raise(INVALID_VALUE);
      const robust: Gles["compressedTexImage2DRobustANGLE"] = core.gles[`${name}RobustANGLE`];
      robust(...head, bytes.byteLength, bytes.byteLength, bytes);
    };
  return {
    compressedTexImage2D: call("compressedTexImage2D", 6),
    compressedTexSubImage2D: call("compressedTexSubImage2D", 7),
    compressedTexImage3D: call("compressedTexImage3D", 7),
    compressedTexSubImage3D: call("compressedTexSubImage3D", 9),
  };
}
