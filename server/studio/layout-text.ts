/** Owns what a layout says of text and of clocks. Pure. */

import { boolean, type Fields, oneOf, text, wholeNumber } from "../platform/option-checks.ts";

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
const colorRule = "a colour as #rgb, #rrggbb or, with alpha, #rrggbbaa";

/** Throws `TypeError` naming the field and its rule. */
export function parseText(name: string, kind: TextSource["kind"], fields: Fields): TextSource {
  const look = parseLook(name, fields);
  if (kind === "text") {
    const rule = `text of at most ${MAX_TEXT} characters`;
    return { kind, text: text(`${name}.text`, fields["text"], rule, ({ length }) => length <= MAX_TEXT), ...look };
  }
  const { seconds = true, zone = null } = fields;
  return {
    kind,
    seconds: boolean(`${name}.seconds`, seconds),
    zone: zone === null ? null : text(`${name}.zone`, zone, "a time zone as Europe/Berlin", isZone),
    ...look,
  };
}

function parseLook(name: string, fields: Fields): TextLook {
  const { color = "#ffffff", backdrop = null, size = null, font = "sans-serif", bold = false, align = "left" } = fields;
  return {
    color: cssColor(`${name}.color`, color),
    backdrop: backdrop === null ? null : cssColor(`${name}.backdrop`, backdrop),
    size: size === null ? null : wholeNumber(`${name}.size`, size, 4, 1000),
    font: text(`${name}.font`, font, "the name of a font", (named) => /^[\p{L}\d ,-]{1,100}$/u.test(named)),
    bold: boolean(`${name}.bold`, bold),
    align: oneOf(`${name}.align`, align, textAligns),
  };
}

function cssColor(name: string, value: unknown): string {
  return text(name, value, colorRule, (color) => /^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i.test(color));
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }) !== null;
  } catch {
    return false;
  }
}
