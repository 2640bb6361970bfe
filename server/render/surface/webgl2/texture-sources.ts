/**
 * Owns how pixels are got ready for an upload: those of images and canvases, and the flipping and multiplying that WebGL
 * does on the way (WebGL 1.0, 5.14.8; OpenGL knows neither).
 */

const RED = 0x1903;
const ALPHA = 0x1906;
const RGB = 0x1907;
const RGBA = 0x1908;
const LUMINANCE = 0x1909;
const LUMINANCE_ALPHA = 0x190a;
const RG = 0x8227;
const RGBA_INTEGER = 0x8d99;
const UNSIGNED_BYTE = 0x1401;
const FLOAT = 0x1406;
const HALF_FLOAT = 0x140b;

/** Which of red, green, blue, alpha a pixel has, in order. */
const componentsOf: ReadonlyMap<number, readonly number[]> = new Map([
  [RED, [0]],
  [0x8d94, [0]], // RED_INTEGER
  [RG, [0, 1]],
  [0x8228, [0, 1]], // RG_INTEGER
  [RGB, [0, 1, 2]],
  [0x8d98, [0, 1, 2]], // RGB_INTEGER
  [RGBA, [0, 1, 2, 3]],
  [RGBA_INTEGER, [0, 1, 2, 3]],
  [LUMINANCE, [0]],
  [ALPHA, [3]],
  [LUMINANCE_ALPHA, [0, 3]],
  [0x1902, [0]], // DEPTH_COMPONENT
  [0x84f9, [0]], // DEPTH_STENCIL, a word of both
]);

/** Bytes of a component, and of a whole pixel where all share a word. */
const bytesOfType: ReadonlyMap<number, number> = new Map([
  [0x1400, 1],
  [UNSIGNED_BYTE, 1],
  [0x1402, 2],
  [0x1403, 2],
  [0x1404, 4],
  [0x1405, 4],
  [FLOAT, 4],
  [HALF_FLOAT, 2],
]);
/** UNSIGNED_SHORT_4_4_4_4, _5_5_5_1, _5_6_5; bits of each component from the highest down. */
const packedShorts: ReadonlyMap<number, readonly number[]> = new Map([
  [0x8033, [4, 4, 4, 4]],
  [0x8034, [5, 5, 5, 1]],
  [0x8363, [5, 6, 5]],
]);
/** UNSIGNED_INT_2_10_10_10_REV, _10F_11F_11F_REV, _5_9_9_9_REV, _24_8. */
const packedWords = new Set([0x8368, 0x8c3b, 0x8c3e, 0x84fa]);

export function bytesOfPixel(format: number, type: number): number {
  if (packedShorts.has(type)) return 2;
  if (packedWords.has(type)) return 4;
  if (type === 0x8dad) return 8; // FLOAT_32_UNSIGNED_INT_24_8_REV
  return (componentsOf.get(format)?.length ?? 4) * (bytesOfType.get(type) ?? 1);
}

/** An image: eight bits of red, green, blue and alpha, the top row first, colours not multiplied by alpha. */
export type Image = {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  /**
   * Of an ImageBitmap alone, which is taken as it was made, whatever the context is set to (WebGL 1.0, 6.10): whether its
   * colours are to be multiplied by alpha.
   */
  readonly isPremultiplied?: boolean;
};

/** What a page's images, canvases, bitmaps and videos have here: their pixels, null while there are none. */
type PageSource = { imagePixels(): Image | null; readonly isPremultiplied?: boolean };
type CanvasContext = { getImageData(x: number, y: number, width: number, height: number): Image };

/** The pixels of ImageData, ImageBitmap, an image, a canvas or a video; null for what is none of them, or has no pixels. */
export function imageOf(source: unknown): Image | null {
  if (typeof source !== "object" || source === null || ArrayBuffer.isView(source)) return null;
  if ("imagePixels" in source) {
    const { isPremultiplied } = source as PageSource;
    const image = (source as PageSource).imagePixels();
    if (image === null || image.width === 0 || image.height === 0) return null;
    return isPremultiplied === undefined ? image : { ...image, isPremultiplied };
  }
  const { width, height, data } = source as { width?: unknown; height?: unknown; data?: unknown };
  if (typeof width !== "number" || typeof height !== "number") return null;
  if (data instanceof Uint8ClampedArray || data instanceof Uint8Array) return source as Image;
  const { getContext } = source as { getContext?: (kind: string) => CanvasContext | null };
  const context = typeof getContext === "function" ? getContext.call(source, "2d") : null;
  return context?.getImageData(0, 0, width, height) ?? null;
}

/** A rectangle of an image, in its pixels from the left and the top; null where it reaches out of it. */
export function partOfImage(image: Image, left: number, top: number, width: number, height: number): Image | null {
  if (left === 0 && top === 0 && width === image.width && height === image.height) return image;
  if (top < 0 || left + width > image.width || top + height > image.height) return null;
  const data = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row += 1) {
    const at = ((top + row) * image.width + left) * 4;
    data.set(image.data.subarray(at, at + width * 4), row * width * 4);
  }
  return { ...image, width, height, data };
}

/** The pixels of an image as an upload of this format and type wants them, row after row without gaps. */
export function pixelsOf(image: Image, format: number, type: number, flip: boolean, premultiply: boolean): Uint8Array {
  const { width, height } = image;
  const source = premultiply ? multiplied(image.data) : image.data;
  if (format === RGBA && type === UNSIGNED_BYTE) {
    const bytes = new Uint8Array(source.buffer, source.byteOffset, width * height * 4);
    return flip ? flipped(bytes, width * 4, height) : bytes;
  }
  const components = componentsOf.get(format) ?? [0, 1, 2, 3];
  const size = bytesOfPixel(format, type);
  const bytes = new Uint8Array(width * height * size);
  const write = writerOf(type, components, new DataView(bytes.buffer), format === RGBA_INTEGER);
  for (let pixel = 0; pixel < width * height; pixel += 1) write(pixel * size, source, pixel * 4);
  return flip ? flipped(bytes, width * size, height) : bytes;
}

type Write = (at: number, source: ArrayLike<number>, from: number) => void;

function writerOf(type: number, components: readonly number[], view: DataView, isInteger: boolean): Write {
  const packed = packedShorts.get(type);
  if (packed !== undefined) {
    return (at, source, from) => {
      let word = 0;
      for (const [index, bits] of packed.entries()) {
        word = (word << bits) | Math.round(((source[from + index] ?? 0) / 255) * ((1 << bits) - 1));
      }
      view.setUint16(at, word, true);
    };
  }
  const scale = isInteger ? 1 : 1 / 255;
  return (at, source, from) => {
    for (const [index, component] of components.entries()) {
      const value = source[from + component] ?? 0;
      if (type === FLOAT) view.setFloat32(at + index * 4, value * scale, true);
      else if (type === HALF_FLOAT) view.setUint16(at + index * 2, halfOf(value * scale), true);
      else view.setUint8(at + index, value);
    }
  };
}

/** A number from 0 to 255 as a 16-bit float (IEEE 754-2008, binary16), rounded. */
export function halfOf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  const mantissa = Math.round((value / 2 ** exponent) * 1024);
  return exponent === -14 && mantissa < 1024 ? mantissa : ((exponent + 15) << 10) + (mantissa - 1024);
}

function multiplied(source: Uint8Array | Uint8ClampedArray): Uint8Array {
  const bytes = Uint8Array.from(source);
  for (let at = 0; at + 3 < bytes.length; at += 4) {
    const alpha = (bytes[at + 3] ?? 255) / 255;
    for (let index = at; index < at + 3; index += 1) bytes[index] = Math.round((bytes[index] ?? 0) * alpha);
  }
  return bytes;
}

/** The rows from the last to the first; of `stride` bytes each, the last of which may be cut. */
export function flipped(bytes: Uint8Array, stride: number, rows: number): Uint8Array {
  const turned = new Uint8Array(stride * rows);
  for (let row = 0; row < rows; row += 1) {
    turned.set(bytes.subarray(row * stride, (row + 1) * stride), (rows - 1 - row) * stride);
  }
  return turned;
}

/** Multiplies eight-bit RGBA pixels by their alpha; others are left as they are. */
export function premultiplied(bytes: Uint8Array, format: number, type: number): Uint8Array {
  return format === RGBA && type === UNSIGNED_BYTE ? multiplied(bytes) : bytes;
}
