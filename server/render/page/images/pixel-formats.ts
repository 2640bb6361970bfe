/** Owns the forms in which WebGL 2 takes pixels: how large they are, and how an image is put into them. Pure. */

import type { Pixels } from "./decode-image.ts";

const UNSIGNED_BYTE = 0x1401;
const FLOAT = 0x1406;
const HALF_FLOAT = 0x140b;
const HALF_FLOAT_OES = 0x8d61;

/** Which channels of RGBA a format has (WebGL 1.0, section 5.14.8; OpenGL ES 3.0.6, table 3.2). */
const channelsOfFormat: Readonly<Record<number, readonly number[]>> = {
  6403: [0], // RED
  36244: [0], // RED_INTEGER
  33319: [0, 1], // RG
  33320: [0, 1], // RG_INTEGER
  6407: [0, 1, 2], // RGB
  36248: [0, 1, 2], // RGB_INTEGER
  35904: [0, 1, 2], // SRGB
  6408: [0, 1, 2, 3], // RGBA
  36249: [0, 1, 2, 3], // RGBA_INTEGER
  35906: [0, 1, 2, 3], // SRGB_ALPHA
  6406: [3], // ALPHA
  6409: [0], // LUMINANCE
  6410: [0, 3], // LUMINANCE_ALPHA
  6402: [0], // DEPTH_COMPONENT
};
const bytesOfType: Readonly<Record<number, number>> = {
  ...{ 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5124: 4, 5125: 4 },
  ...{ [FLOAT]: 4, [HALF_FLOAT]: 2, [HALF_FLOAT_OES]: 2 },
};
/** Types that hold a whole pixel. */
const bytesOfPackedType: Readonly<Record<number, number>> = {
  ...{ 32819: 2, 32820: 2, 33635: 2, 33640: 4, 35899: 4, 35902: 4, 34042: 4, 36269: 8 },
};

/** How large a pixel of this format and type is; null where they are not known. */
export function bytesPerPixel(format: number, type: number): number | null {
  const packed = bytesOfPackedType[type];
  if (packed !== undefined) return packed;
  const size = bytesOfType[type];
  const channels = channelsOfFormat[format]?.length;
  return size === undefined || channels === undefined ? null : size * channels;
}

export type PixelForm = {
  readonly format: number;
  readonly type: number;
  readonly premultiplies: boolean;
  /** Whether the bottom row comes first. */
  readonly flips: boolean;
  /** Rows begin at multiples of this, in bytes. */
  readonly rowAlignment: number;
};

/** The bytes of an image in this form, always a copy; null for a form that images cannot be put into. */
export function convertPixels(image: Pixels, form: PixelForm): Uint8Array | null {
  const channels = channelsOfFormat[form.format];
  const size = bytesPerPixel(form.format, form.type);
  const write = writers[form.type];
  if (channels === undefined || size === null || write === undefined) return null;
  const { width, height } = image;
  const row = Math.ceil((width * size) / form.rowAlignment) * form.rowAlignment;
  const bytes = new Uint8Array(row * height);
  if (channels.length === 4 && form.type === UNSIGNED_BYTE && !form.premultiplies) {
    copyRows(image, bytes, form.flips);
    return bytes;
  }
  const view = new DataView(bytes.buffer);
  for (let y = 0; y < height; y += 1) {
    writeRow(image, y, form.premultiplies, { view, at: (form.flips ? height - 1 - y : y) * row, channels, write });
  }
  return bytes;
}

type RowForm = {
  readonly view: DataView;
  readonly at: number;
  readonly channels: readonly number[];
  readonly write: (view: DataView, at: number, value: number) => number;
};

function copyRows({ data, width, height }: Pixels, bytes: Uint8Array, flips: boolean): void {
  const row = width * 4;
  if (!flips) return bytes.set(data.subarray(0, bytes.length));
  for (let y = 0; y < height; y += 1) bytes.set(data.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
}

function writeRow({ data, width }: Pixels, y: number, premultiplies: boolean, form: RowForm): void {
  let { at } = form;
  for (let from = y * width * 4; from < (y + 1) * width * 4; from += 4) {
    const alpha = premultiplies ? (data[from + 3] ?? 255) / 255 : 1;
    for (const channel of form.channels) {
      at = form.write(form.view, at, (data[from + channel] ?? 0) * (channel === 3 ? 1 : alpha));
    }
  }
}

/** Write a channel, 0 to 255, and return where the next one goes. */
const writers: Readonly<Record<number, (view: DataView, at: number, value: number) => number>> = {
  [UNSIGNED_BYTE](view, at, value) {
    view.setUint8(at, Math.round(value));
    return at + 1;
  },
  [FLOAT](view, at, value) {
    view.setFloat32(at, value / 255, true);
    return at + 4;
  },
  [HALF_FLOAT](view, at, value) {
    view.setUint16(at, halfOf(value / 255), true);
    return at + 2;
  },
};

/** A half float of a number from 0 to 1. */
function halfOf(value: number): number {
  if (value < 2 ** -24) return 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(value)));
  const fraction = value / 2 ** exponent;
  if (fraction < 1) return Math.round(fraction * 1024);
  return Math.round((exponent + 15) * 1024 + (fraction - 1) * 1024);
}
