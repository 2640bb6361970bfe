/**
 * Owns how pixels get into textures of contexts of gl: those of a scene's further canvases, and the picture's where the
 * server's own WebGL 2 cannot be had. gl's texImage2D and its kin know no image of a page, drop arrays of 32-bit integers and
 * mis-size half floats when they turn rows. Render thread.
 *
 * TU1 UNPACK_FLIP_Y_WEBGL and UNPACK_PREMULTIPLY_ALPHA_WEBGL are kept here and done here; gl never hears of them.
 * TU2 An ImageBitmap is taken as it is, whatever these say (WebGL 1.0, section 6.10).
 * TU3 Any image source is taken in each of the forms in which WebGL 2 takes one.
 */

import type { Pixels } from "./decode-image.ts";
import { ImageBitmap } from "./image-bitmap.ts";
import { bytesPerPixel, convertPixels } from "./pixel-formats.ts";
import { pixelsOf } from "./pixels-of.ts";

type Method = (...parameters: unknown[]) => unknown;

/** As much of a WebGL2 context as is changed here. */
export type UploadContext = {
  readonly UNPACK_FLIP_Y_WEBGL: number;
  readonly UNPACK_PREMULTIPLY_ALPHA_WEBGL: number;
  readonly UNPACK_ALIGNMENT: number;
  readonly UNPACK_ROW_LENGTH: number;
  readonly UNPACK_SKIP_PIXELS: number;
  readonly UNPACK_SKIP_ROWS: number;
  pixelStorei: (name: number, value: number) => void;
  getParameter: (name: number) => unknown;
  texImage2D: Method;
  texSubImage2D: Method;
  texImage3D: Method;
  texSubImage3D: Method;
};

/** Where the parameters of a call with a size in it are. */
type Form = { readonly name: "texImage2D" | "texSubImage2D" | "texImage3D" | "texSubImage3D"; readonly size: number };

const forms: readonly (Form & { readonly full: number; readonly short: number | null })[] = [
  { name: "texImage2D", full: 9, short: 6, size: 3 },
  { name: "texSubImage2D", full: 9, short: 7, size: 4 },
  { name: "texImage3D", full: 10, short: null, size: 3 },
  { name: "texSubImage3D", full: 11, short: null, size: 5 },
];

/** Makes a context take what a page's would. */
export function acceptImageSources(gl: UploadContext): void {
  const uploads = new TextureUploads(gl);
  const { pixelStorei, getParameter } = gl;
  gl.pixelStorei = (name, value) => {
    if (!uploads.keep(name, value)) pixelStorei(name, value);
  };
  gl.getParameter = (name) => uploads.kept(name) ?? getParameter(name);
  for (const form of forms) {
    const native = gl[form.name];
    if (typeof native !== "function") continue;
    gl[form.name] = (...parameters) => {
      const full = parameters.slice(0, form.full);
      const isSource = parameters.length === form.short || isImageSource(full.at(-1));
      if (!isSource) return native(...uploads.ofArray(form, full, parameters[form.full]));
      const made = full.length === form.short ? uploads.ofSource(form, full) : uploads.ofSizedSource(form, full);
      return uploads.withoutLayout(pixelStorei, () => native(...made));
    };
  }
}

class TextureUploads {
  readonly #gl: UploadContext;
  #flips = false;
  #premultiplies = false;
  #alignment = 4;
  /** Where in an array, or in an image, the pixels are: UNPACK_ROW_LENGTH and UNPACK_SKIP_…, where they are not 0. */
  readonly #layout = new Map<number, number>();

  constructor(gl: UploadContext) {
    this.#gl = gl;
  }

  /** Takes a setting. Returns whether it is kept here (TU1). */
  keep(name: number, value: number): boolean {
    const gl = this.#gl;
    if (name === gl.UNPACK_ALIGNMENT) this.#alignment = Number(value);
    if (name === gl.UNPACK_ROW_LENGTH || name === gl.UNPACK_SKIP_PIXELS || name === gl.UNPACK_SKIP_ROWS) {
      this.#layout.delete(name);
      if (Number(value) !== 0) this.#layout.set(name, Number(value));
    }
    if (name === gl.UNPACK_FLIP_Y_WEBGL) this.#flips = Boolean(value);
    else if (name === gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL) this.#premultiplies = Boolean(value);
    else return false;
    return true;
  }

  kept(name: number): boolean | null {
    if (name === this.#gl.UNPACK_FLIP_Y_WEBGL) return this.#flips;
    return name === this.#gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL ? this.#premultiplies : null;
  }

  /** The parameters for gl of a call whose last one is a source that gives the size, too. */
  ofSource({ name, size }: Form, parameters: readonly unknown[]): unknown[] {
    const source = parameters.at(-1);
    const image = imageOf(name, source);
    const [format, type] = parameters.slice(-3);
    const before = parameters.slice(0, size);
    const border = name === "texImage2D" ? [0] : [];
    const data = this.#convert(name, source, image, Number(format), Number(type));
    return [...before, image.width, image.height, ...border, format, type, data];
  }

  /** The parameters for gl of a call with a size and a source. */
  ofSizedSource({ name, size }: Form, parameters: readonly unknown[]): unknown[] {
    const source = parameters.at(-1);
    const [format, type] = parameters.slice(-3).map(Number) as [number, number];
    const [width, height] = parameters.slice(size, size + 2).map(Number) as [number, number];
    const left = this.#layout.get(this.#gl.UNPACK_SKIP_PIXELS) ?? 0;
    const top = this.#layout.get(this.#gl.UNPACK_SKIP_ROWS) ?? 0;
    const image = cropped(imageOf(name, source), { left, top, width, height });
    return [...parameters.slice(0, -1), this.#convert(name, source, image, format, type)];
  }

  /** The parameters for gl of a call with an array, with null for an empty texture, or with a place in a buffer. */
  ofArray({ name, size }: Form, parameters: readonly unknown[], offset: unknown): unknown[] {
    const data = parameters.at(-1);
    if (!ArrayBuffer.isView(data)) return [...parameters];
    const [format, type] = parameters.slice(-3).map(Number) as [number, number];
    const [width, height] = parameters.slice(size, size + 2).map(Number) as [number, number];
    const bytes = bytesOf(data, typeof offset === "number" ? offset : 0);
    const isFlat = name === "texImage2D" || name === "texSubImage2D";
    const turned = isFlat ? this.#arrange(bytes, width, height, format, type) : bytes;
    return [...parameters.slice(0, -1), turned];
  }

  /** Calls while the pixels lie one after the other, as those of an image do. */
  withoutLayout(pixelStorei: UploadContext["pixelStorei"], call: () => unknown): unknown {
    for (const name of this.#layout.keys()) pixelStorei(name, 0);
    try {
      return call();
    } finally {
      for (const [name, value] of this.#layout) pixelStorei(name, value);
    }
  }

  #convert(name: string, source: unknown, image: Pixels, format: number, type: number): Uint8Array {
    const isBitmap = source instanceof ImageBitmap;
    const premultiplies = isBitmap ? source.isPremultiplied : this.#premultiplies;
    const flips = !isBitmap && this.#flips;
    const data = convertPixels(image, { format, type, premultiplies, flips, rowAlignment: this.#alignment });
    if (data === null) throw new TypeError(`${name} cannot take an image in this format and type.`);
    return data;
  }

  /** TU1, for an array. */
  #arrange(bytes: Uint8Array, width: number, height: number, format: number, type: number): Uint8Array {
    const size = bytesPerPixel(format, type);
    const isByteRgba = size === 4 && format === 0x1908 && type === 0x1401;
    if (size === null || !(this.#flips || (this.#premultiplies && isByteRgba))) return bytes;
    const row = Math.ceil((width * size) / this.#alignment) * this.#alignment;
    // The last row need not be filled up to the alignment.
    if (bytes.length < row * (height - 1) + width * size) return bytes;
    const copy = new Uint8Array(row * height);
    copy.set(bytes.subarray(0, copy.length));
    if (this.#premultiplies && isByteRgba) premultiply(copy);
    if (this.#flips) flipRows(copy, row, height);
    return copy;
  }
}

function imageOf(name: string, source: unknown): Pixels {
  const image = pixelsOf(source);
  if (image !== null && image.width > 0 && image.height > 0) return image;
  throw new TypeError(`${name} needs an image, a canvas, a video or ImageData that is loaded.`);
}

function isImageSource(parameter: unknown): boolean {
  return typeof parameter === "object" && parameter !== null && !ArrayBuffer.isView(parameter);
}

type Part = { readonly left: number; readonly top: number; readonly width: number; readonly height: number };

function cropped(image: Pixels, { left, top, width, height }: Part): Pixels {
  if (left === 0 && top === 0 && image.width === width && image.height === height) return image;
  const data = new Uint8ClampedArray(width * height * 4);
  const columns = Math.max(0, Math.min(width, image.width - left)) * 4;
  for (let row = 0; row < Math.min(height, image.height - top); row += 1) {
    const at = ((row + top) * image.width + left) * 4;
    data.set(image.data.subarray(at, at + columns), row * width * 4);
  }
  return { data, width, height };
}

function bytesOf(view: ArrayBufferView, offset: number): Uint8Array {
  const skipped = offset * ("BYTES_PER_ELEMENT" in view ? Number(view.BYTES_PER_ELEMENT) : 1);
  return new Uint8Array(view.buffer, view.byteOffset + skipped, view.byteLength - skipped);
}

function premultiply(data: Uint8Array): void {
  for (let at = 0; at < data.length; at += 4) {
    const alpha = (data[at + 3] ?? 255) / 255;
    for (let channel = at; channel < at + 3; channel += 1) data[channel] = Math.round((data[channel] ?? 0) * alpha);
  }
}

function flipRows(data: Uint8Array, row: number, height: number): void {
  for (let top = 0, bottom = height - 1; top < bottom; top += 1, bottom -= 1) {
    const kept = data.slice(top * row, (top + 1) * row);
    data.copyWithin(top * row, bottom * row, (bottom + 1) * row);
    data.set(kept, bottom * row);
  }
}
