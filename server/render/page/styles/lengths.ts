/** Owns CSS lengths in pixels. Pure. */

/** What lengths count from. */
export type LengthBase = {
  /** The size of the element's own font in pixels, for `em`. */
  readonly em: number;
  /** The size of the picture, for `vw` and `vh`. */
  readonly view: { readonly width: number; readonly height: number };
  /** What 100 % are; null where a part of nothing known is meant. */
  readonly whole: number | null;
};

const ROOT_PX = 16;
const named: Readonly<Record<string, number>> = { thin: 1, medium: 3, thick: 5 };
const PATTERN = /^(-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?)(px|em|rem|ex|ch|pt|pc|cm|mm|in|%|vw|vh|vmin|vmax)?$/i;
const fixed: Readonly<Record<string, number>> = { px: 1, pt: 4 / 3, pc: 16, in: 96, cm: 96 / 2.54, mm: 96 / 25.4 };

/** A length in pixels; null for what is none, such as "auto". */
export function pixels(text: string | undefined, base: LengthBase): number | null {
  if (text === undefined) return null;
  const name = named[text];
  if (name !== undefined) return name;
  const [, digits, unit = ""] = PATTERN.exec(text) ?? [];
  if (digits === undefined) return null;
  const value = Number(digits);
  const lower = unit.toLowerCase();
  const one = fixed[lower];
  if (one !== undefined) return value * one;
  const { width, height } = base.view;
  switch (lower) {
    case "em":
      return value * base.em;
    case "rem":
      return value * ROOT_PX;
    case "ex":
    case "ch":
      return (value * base.em) / 2;
    case "%":
      return base.whole === null ? null : (value / 100) * base.whole;
    case "vw":
      return (value / 100) * width;
    case "vh":
      return (value / 100) * height;
    case "vmin":
      return (value / 100) * Math.min(width, height);
    case "vmax":
      return (value / 100) * Math.max(width, height);
    default:
      // A number without a unit is a length only where it is 0; pages that leave the unit out get what browsers in quirks mode give.
      return value;
  }
}

const fontSizes: Readonly<Record<string, number>> = {
  ...{ "xx-small": 9, "x-small": 10, small: 13, medium: 16, large: 18, "x-large": 24, "xx-large": 32, "xxx-large": 48 },
};

/** The size of a font in pixels, in an element whose parent's is `parent`. */
export function fontPixels(text: string, parent: number, view: LengthBase["view"]): number {
  if (text === "smaller") return parent / 1.2;
  if (text === "larger") return parent * 1.2;
  return fontSizes[text] ?? pixels(text, { em: parent, view, whole: parent }) ?? parent;
}
