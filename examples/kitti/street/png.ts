/** Owns writing pictures of 8 bits a channel as PNG (ISO/IEC 15948). Compresses on threads of Node's. */

import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const [GREY, TRUECOLOUR] = [0, 2];
/** Each byte less the one above it, which suits streets, and so weak a compression that it takes no time. */
const FILTER_UP = 2;
const compress = promisify(deflate);

export async function encodePng(pixels: Uint8Array, width: number, height: number, channels: 1 | 3): Promise<Buffer> {
  const stride = width * channels;
  const rows = Buffer.alloc((stride + 1) * height);
  for (let row = 0; row < height; row += 1) {
    const to = row * (stride + 1);
    rows[to] = FILTER_UP;
    const from = row * stride;
    for (let at = 0; at < stride; at += 1) {
      rows[to + 1 + at] = (pixels[from + at] ?? 0) - (row === 0 ? 0 : (pixels[from - stride + at] ?? 0));
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, channels === 1 ? GREY : TRUECOLOUR, 0, 0, 0], 8);
  const body = await compress(rows, { level: 2 });
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("IDAT", body), chunk("IEND", Buffer.alloc(0))]);
}

/** Brightness alone, as Rec. 601 weighs the colours. */
export function greyOf(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let at = 0, from = 0; at < grey.length; at += 1, from += 3) {
    grey[at] = 0.299 * (rgb[from] ?? 0) + 0.587 * (rgb[from + 1] ?? 0) + 0.114 * (rgb[from + 2] ?? 0);
  }
  return grey;
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}
