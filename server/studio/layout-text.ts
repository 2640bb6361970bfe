/** Owns what a layout says of text and of clocks. Pure. */

import { type Fields, wholeNumber } from "../platform/option-checks.ts";

export const textAligns = ["left", "center", "right"] as const;
type TextAlign = (typeof textAligns)[number];

export type TextLook = {
  /** As CSS takes it. */
  readonly color: string;
  /** Behind the text; null for nothing. */
  readonly backdrop: string | null;
  /** Height of the letters in pixels; null: as high as the box has room for. */
  readonly size: number | null;
  readonly font: string;
  readonly bold: boolean;
  readonly align: TextAlign;
};

export type TextSource = TextLook &
  (
    | { readonly kind: "text"; readonly text: string }
    | {
        readonly kind: "clock";
        readonly seconds: boolean;
        /** As "Europe/Berlin"; null: that of the server. */
        readonly zone: string | null;
      }
  );

export const textKeys: readonly string[] = [
  "text",
  "color",
  "backdrop",
  "size",
  "font",
  "bold",
  "align",
  "seconds",
  "zone",
];

const MAX_TEXT = 2000;
const colorRule = "must be a colour as #rgb, #rrggbb or, with alpha, #rrggbbaa";

/** Throws `TypeError` naming the field and its rule. */
export function parseText(name: string, kind: TextSource["kind"], fields: Fields): TextSource {
  const look = parseLook(name, fields);
  if (kind === "text") {
    const { text } = fields;
    if (typeof text !== "string" || text.length > MAX_TEXT) {
      throw new TypeError(`${name}.text must be text of at most ${MAX_TEXT} characters.`);
    }
    return { kind, text, ...look };
  }
  const { seconds = true, zone = null } = fields;
  if (typeof seconds !== "boolean") throw new TypeError(`${name}.seconds must be true or false.`);
  if (zone !== null && (typeof zone !== "string" || !isZone(zone))) {
    throw new TypeError(`${name}.zone must be a time zone as Europe/Berlin.`);
  }
  return { kind, seconds, zone, ...look };
}

function parseLook(name: string, fields: Fields): TextLook {
  const { color = "#ffffff", backdrop = null, size = null, font = "sans-serif", bold = false, align = "left" } = fields;
  if (typeof font !== "string" || !/^[\p{L}\d ,-]{1,100}$/u.test(font)) {
    throw new TypeError(`${name}.font must be the name of a font.`);
  }
  if (typeof bold !== "boolean") throw new TypeError(`${name}.bold must be true or false.`);
  const aligned = textAligns.find((known) => known === align);
  if (aligned === undefined) throw new TypeError(`${name}.align must be one of ${textAligns.join(", ")}.`);
  return {
    color: cssColor(`${name}.color`, color),
    backdrop: backdrop === null ? null : cssColor(`${name}.backdrop`, backdrop),
    size: size === null ? null : wholeNumber(`${name}.size`, size, 4, 1000),
    font,
    bold,
    align: aligned,
  };
}

function cssColor(name: string, value: unknown): string {
  if (typeof value === "string" && /^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(value)) return value;
  throw new TypeError(`${name} ${colorRule}.`);
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}
