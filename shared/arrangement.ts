/**
 * Owns what a studio and the page of a host say to each other, as messages of a scene: where the sources of a view lie, and where they are
 * to lie. Nothing of what a source is can be said here.
 */

import { boolean, type Fields, fields, integer, list, number, object, optional, type Reader, text } from "./schema.ts";

/** How far from the view an item may lie, and how large it may be, in pixels. */
const MAX_OFFSET = 16_384;
export const MAX_SIDE = 4096;
export const MIN_SIDE = 2;
const MAX_ITEMS = 64;

/** An item as it lies, in pixels of the view; later ones lie over earlier ones. */
export type ArrangedItem = {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly hidden: boolean;
  readonly opacity: number;
};

export type Arrangement = { readonly width: number; readonly height: number; readonly items: readonly ArrangedItem[] };

/** What of an item is to be otherwise. `order` is its place among the items, 0 the lowest. */
export type ItemChange = Pick<ArrangedItem, "name"> & {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly hidden?: boolean;
  readonly opacity?: number;
  readonly order?: number;
};

/** What the page of a host says. */
export type ToStudio =
  /** It wants to know where all lies, now and at each change. */
  { readonly studio: "open" } | { readonly studio: "change"; readonly changes: readonly ItemChange[] };

/** What the studio says to hosts. */
export type FromStudio =
  | ({ readonly studio: "arrangement" } & Arrangement)
  /** A change could not be, or could not be kept. */
  | { readonly studio: "refused"; readonly reason: string };

const name = text(64, /\S/, "must have a letter");
const offset = integer(-MAX_OFFSET, MAX_OFFSET);
const side = integer(MIN_SIDE, MAX_SIDE);
const share = number(0, 1);

const change: Reader<ItemChange> = object<ItemChange>({
  name,
  x: optional(offset),
  y: optional(offset),
  width: optional(side),
  height: optional(side),
  hidden: optional(boolean),
  opacity: optional(share),
  order: optional(integer(0, MAX_ITEMS - 1)),
});

const item: Reader<ArrangedItem> = object<ArrangedItem>({
  name,
  x: offset,
  y: offset,
  width: side,
  height: side,
  hidden: boolean,
  opacity: share,
});

/** Reads what a page says; null where it is no message for a studio. Throws `TypeError` naming the field and its rule. */
export function parseToStudio(data: unknown): ToStudio | null {
  const from = studioFields(data);
  switch (from?.["studio"]) {
    case "open":
      return { studio: "open" };
    case "change":
      return { studio: "change", changes: list(MAX_ITEMS, change)("message.changes", from["changes"]) };
    default:
      return null;
  }
}

/** Reads what a studio says; null where it is another message of a scene. Throws as above. */
export function parseFromStudio(data: unknown): FromStudio | null {
  const from = studioFields(data);
  switch (from?.["studio"]) {
    case "arrangement":
      return {
        studio: "arrangement",
        width: side("message.width", from["width"]),
        height: side("message.height", from["height"]),
        items: list(MAX_ITEMS, item)("message.items", from["items"]),
      };
    case "refused":
      return { studio: "refused", reason: text(2000)("message.reason", from["reason"]) };
    default:
      return null;
  }
}

function studioFields(data: unknown): Fields | null {
  return typeof data === "object" && data !== null && "studio" in data ? fields("message", data) : null;
}
