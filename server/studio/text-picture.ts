/** Owns how text, clocks and the cards of sources that fail are drawn, by Skia in the fonts of the system. In the render thread of a studio. */

import type { PictureSize } from "../../shared/video.ts";
import { createSkiaCanvas, type SkiaContext } from "../render/page/images/skia.ts";
import type { Pixels } from "./blit.ts";
import type { TextLook, TextSource } from "./layout-text.ts";

/** Of the height of the letters. */
const LINE_HEIGHT = 1.2;
const MIN_CARD_SIZE = 10;
/** Between words and the edge of their backdrop, of the height of a line. */
const INSET = 0.3;

/** What a text says, by the time in milliseconds since the epoch. */
export function wordsOf(source: TextSource): (at: number) => string {
  if (source.kind === "text") return () => source.text;
  const { seconds, zone } = source;
  const clock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(seconds ? { second: "2-digit" } : {}),
    ...(zone === null ? {} : { timeZone: zone }),
  });
  return (at) => clock.format(at);
}

/** Text in a box of this size, in the middle from top to bottom; lines are broken where the text has line feeds. */
export function drawText(words: string, look: TextLook, box: PictureSize): Pixels {
  const lines = words.split("\n");
  return drawn(box, (context) => {
    if (look.backdrop !== null) {
      context.fillStyle = look.backdrop;
      context.fillRect(0, 0, box.width, box.height);
    }
    const size = look.size ?? fittingSize(context, lines, look, box);
    const inset = insetOf(look) * size * LINE_HEIGHT;
    context.font = fontOf(look, size);
    context.fillStyle = look.color;
    context.textBaseline = "middle";
    context.textAlign = look.align;
    const x = look.align === "left" ? inset : look.align === "right" ? box.width - inset : box.width / 2;
    const step = size * LINE_HEIGHT;
    const first = box.height / 2 - ((lines.length - 1) * step) / 2;
    for (const [index, line] of lines.entries()) context.fillText(line, x, first + index * step);
  });
}

/** What is shown in place of a source that gives no picture: its name, and why. */
export function drawCard(name: string, why: string, box: PictureSize): Pixels {
  return drawn(box, (context) => {
    context.fillStyle = "#20242b";
    context.fillRect(0, 0, box.width, box.height);
    const size = Math.max(MIN_CARD_SIZE, Math.min(box.height / 8, box.width / 22));
    const margin = size;
    const width = Math.max(1, box.width - 2 * margin);
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.font = `bold ${size * 1.2}px sans-serif`;
    const [title = ""] = brokenLines(context, name, width);
    context.font = `${size}px sans-serif`;
    const lines = brokenLines(context, why, width).slice(0, 4);
    const top = box.height / 2 - (lines.length * size * LINE_HEIGHT) / 2;
    context.fillStyle = "#b9c0ca";
    for (const [index, line] of lines.entries()) {
      context.fillText(line, box.width / 2, top + (index + 1) * size * LINE_HEIGHT);
    }
    context.font = `bold ${size * 1.2}px sans-serif`;
    context.fillStyle = "#ffffff";
    context.fillText(title, box.width / 2, top);
  });
}

function drawn({ width, height }: PictureSize, draw: (context: SkiaContext) => void): Pixels {
  const context = createSkiaCanvas(width, height).getContext("2d");
  draw(context);
  const { data } = context.getImageData(0, 0, width, height);
  return { pixels: new Uint32Array(data.buffer, data.byteOffset, width * height), width, height };
}

/** Words on a backdrop do not touch its edges; those on the picture stand where their box begins. */
function insetOf(look: TextLook): number {
  return look.backdrop === null ? 0 : INSET;
}

/** The largest at which all lines have room. */
function fittingSize(context: SkiaContext, lines: readonly string[], look: TextLook, box: PictureSize): number {
  const probe = 100;
  context.font = fontOf(look, probe);
  const widest = Math.max(1, ...lines.map((line) => context.measureText(line).width));
  const around = 2 * insetOf(look);
  const wide = widest / probe + around * LINE_HEIGHT;
  return Math.max(4, Math.min(box.width / wide, box.height / ((lines.length + around) * LINE_HEIGHT)));
}

function fontOf({ font, bold }: TextLook, size: number): string {
  return `${bold ? "bold " : ""}${size}px ${font}`;
}

function brokenLines(context: SkiaContext, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
