/**
 * Owns what a layout says: the size of a view, and the items in it, each a source with its place. Pure. The format is described in
 * README.md here.
 */

import { basename, isAbsolute, resolve } from "node:path";
import { type Crop, noCrop, type PictureFit, pictureFits } from "../../shared/picture-cut.ts";
import { boolean, fieldsOf, number, oneOf, text, wholeNumber } from "../platform/option-checks.ts";
import { parseSource, type StudioSource, sourceKeys } from "./layout-source.ts";

export const LAYOUT_VERSION = 1;
/** So many sources would be too much for any machine. */
const MAX_ITEMS = 64;
const MAX_SIDE = 4096;
/** How far outside of the view an item may lie, in pixels. */
export const MAX_OFFSET = 16_384;

export type Border = { readonly width: number; readonly color: number };

/** A source in its place; later ones lie over earlier ones. */
export type StudioItem = {
  readonly name: string;
  readonly source: StudioSource;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fit: PictureFit;
  readonly crop: Crop;
  readonly opacity: number;
  readonly hidden: boolean;
  readonly border: Border | null;
  /** How many seconds it takes to come and to go. */
  readonly fade: number;
};

export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly background: number;
  readonly items: readonly StudioItem[];
};

const keys = ["version", "width", "height", "fps", "background", "items"] as const;
const itemKeys = ["name", "x", "y", "width", "height", "fit", "crop", "opacity", "hidden", "border", "fade"] as const;

/** Reads a layout; `folder` is where its relative paths begin. Throws `TypeError` naming the field and its rule. */
export function parseLayout(written: string, folder: string): Layout {
  const fields = fieldsOf("layout", jsonOf(written), keys);
  if (fields["version"] !== LAYOUT_VERSION) throw new TypeError(`layout.version must be ${LAYOUT_VERSION}.`);
  const { width = 1920, height = 1080, fps = 30, background = "#000000", items } = fields;
  if (!Array.isArray(items) || items.length > MAX_ITEMS) {
    throw new TypeError(`layout.items must be a list of at most ${MAX_ITEMS} items.`);
  }
  const read = items.map((item: unknown, index) => parseItem(`layout.items[${index}]`, item, folder));
  const names = read.map(({ name }) => name);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twice >= 0) throw new TypeError(`layout.items[${twice}].name must be of one item alone.`);
  return {
    width: evenSide("layout.width", width),
    height: evenSide("layout.height", height),
    fps: wholeNumber("layout.fps", fps, 1, 120),
    background: parseColor("layout.background", background),
    items: read,
  };
}

/** Red, green, blue and alpha as a pixel has them: one number, the red lowest. */
export function parseColor(name: string, value: unknown): number {
  const digits = text(name, value, "a colour as #rgb or #rrggbb", isColor).slice(1);
  const [red = 0, green = 0, blue = 0] = [0, 1, 2].map((at) =>
    digits.length === 3
      ? Number.parseInt(digits.charAt(at).repeat(2), 16)
      : Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function parseItem(name: string, value: unknown, folder: string): StudioItem {
  const fields = fieldsOf(name, value, [...itemKeys, ...sourceKeys]);
  const { fit = "contain", crop, opacity = 1, hidden = false, border, fade = 0 } = fields;
  const source = parseSource(name, fields, (path) => (isAbsolute(path) ? path : resolve(folder, path)));
  return {
    name: text(`${name}.name`, fields["name"] ?? nameOf(source), "text of 1 to 64 characters", isName),
    source,
    x: wholeNumber(`${name}.x`, fields["x"] ?? 0, -MAX_OFFSET, MAX_OFFSET),
    y: wholeNumber(`${name}.y`, fields["y"] ?? 0, -MAX_OFFSET, MAX_OFFSET),
    width: wholeNumber(`${name}.width`, fields["width"], 2, MAX_SIDE),
    height: wholeNumber(`${name}.height`, fields["height"], 2, MAX_SIDE),
    fit: oneOf(`${name}.fit`, fit, pictureFits),
    crop: crop === undefined ? noCrop : parseCrop(`${name}.crop`, crop),
    opacity: number(`${name}.opacity`, opacity, 0, 1),
    hidden: boolean(`${name}.hidden`, hidden),
    border: border === undefined ? null : parseBorder(`${name}.border`, border),
    fade: number(`${name}.fade`, fade, 0, 10),
  };
}

function isColor(color: string): boolean {
  return /^#(?:[0-9a-f]{3}){1,2}$/i.test(color);
}

function isName(name: string): boolean {
  return /\S/.test(name) && name.length <= 64 && !/\p{Cc}/u.test(name);
}

function parseCrop(name: string, value: unknown): Crop {
  const { left = 0, top = 0, right = 0, bottom = 0 } = fieldsOf(name, value, ["left", "top", "right", "bottom"]);
  const crop = {
    left: number(`${name}.left`, left, 0, 0.99),
    top: number(`${name}.top`, top, 0, 0.99),
    right: number(`${name}.right`, right, 0, 0.99),
    bottom: number(`${name}.bottom`, bottom, 0, 0.99),
  };
  if (crop.left + crop.right > 0.99)
    throw new TypeError(`${name}.left and ${name}.right must leave some of the picture.`);
  if (crop.top + crop.bottom > 0.99)
    throw new TypeError(`${name}.top and ${name}.bottom must leave some of the picture.`);
  return crop;
}

function parseBorder(name: string, value: unknown): Border {
  const { width = 2, color = "#ffffff" } = fieldsOf(name, value, ["width", "color"]);
  return { width: wholeNumber(`${name}.width`, width, 1, 100), color: parseColor(`${name}.color`, color) };
}

function evenSide(name: string, value: unknown): number {
  const side = wholeNumber(name, value, 16, MAX_SIDE);
  if (side % 2 !== 0) throw new TypeError(`${name} must be an even number.`);
  return side;
}

/** What an item is called that has no name of its own. */
function nameOf(source: StudioSource): string {
  switch (source.kind) {
    case "room":
      return source.room === "" ? "room" : source.room.slice(0, 64);
    case "movie":
    case "image":
      return basename(source.file).slice(0, 64);
    default:
      return source.kind;
  }
}

function jsonOf(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (error) {
    throw new TypeError(`layout must be JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
