/** Owns pictures of thin coloured lines and of coloured text that move, and how far decoded ones are from them. */

import { skia } from "../../server/render/page/images/skia.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { DecodedPicture } from "./video-decoder.ts";

type Context = ReturnType<ReturnType<ReturnType<typeof skia>["createCanvas"]>["getContext"]>;

const colours = ["#ff4040", "#40c0ff", "#ffd040", "#60ff60", "#ff60ff", "#ffffff", "#8080ff", "#ff9040"];
const colourOf = (index: number) => colours[index % colours.length] ?? "white";
const GROUND = "#10141c";
const TEXT = "The quick brown fox jumps over the lazy dog 0123456789 and is streamed as thin coloured text";

/** Lines a pixel wide from the middle outwards, turned a little further with each `step`. RGBA, the bottom row first. */
export function thinLines(size: PictureSize, count: number, step: number): Uint8Array {
  return painted(size, (context) => {
    context.lineWidth = 1;
    for (let line = 0; line < count; line += 1) {
      const angle = (line / count) * 2 * Math.PI + step * 0.01;
      const [x, y, reach] = [size.width / 2, size.height / 2, size.height * (0.3 + 0.02 * (line % 8))];
      context.strokeStyle = colourOf(line);
      context.beginPath();
      context.moveTo(x + 0.1 * reach * Math.cos(angle), y + 0.1 * reach * Math.sin(angle));
      context.lineTo(x + reach * Math.cos(angle + 0.1), y + reach * Math.sin(angle + 0.1));
      context.stroke();
    }
  });
}

/** Rows of coloured text, scrolled up by a pixel a step, in the fonts of this machine. RGBA, the bottom row first. */
export function colouredText(size: PictureSize, step: number): Uint8Array {
  if (skia().GlobalFonts.families.length === 0) throw new Error("This machine has no fonts.");
  return painted(size, (context) => {
    context.font = "14px sans-serif";
    const rows = Math.ceil(size.height / 20) + 4;
    for (let row = 0; row < rows; row += 1) {
      const y = (row * 20 - step + rows * 20) % (rows * 20);
      context.fillStyle = colourOf(row);
      context.fillText(`${row} ${TEXT}, row ${row * 7}`, 20 + (row % 5) * 30, y - 20);
    }
  });
}

/** The peak signal-to-noise ratio of a decoded picture in R, G and B, in dB; `rgba` has the bottom row first. */
export function psnr(picture: DecodedPicture, rgba: Uint8Array): number {
  const { width, height } = picture;
  let squares = 0;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const at = ((height - 1 - row) * width + column) * 4;
      const shown = picture.colourAt((column + 0.5) / width, (row + 0.5) / height);
      for (let channel = 0; channel < 3; channel += 1) {
        squares += ((shown[channel] ?? Number.NaN) - (rgba[at + channel] ?? Number.NaN)) ** 2;
      }
    }
  }
  return 10 * Math.log10((255 ** 2 * 3 * width * height) / squares);
}

function painted({ width, height }: PictureSize, paint: (context: Context) => void): Uint8Array {
  const context = skia().createCanvas(width, height).getContext("2d");
  // Bottom up, as OpenGL writes pictures.
  context.setTransform(1, 0, 0, -1, 0, height);
  context.fillStyle = GROUND;
  context.fillRect(0, 0, width, height);
  paint(context);
  return Uint8Array.from(context.getImageData(0, 0, width, height).data);
}
