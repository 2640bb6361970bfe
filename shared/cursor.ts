/** Owns which cursors a scene may have over its picture, CSS's own words (CSS UI 4, section 5.1.1), no images, and whether it is dragged. */

export const cursors = [
  "default",
  "none",
  "context-menu",
  "help",
  "pointer",
  "progress",
  "wait",
  "cell",
  "crosshair",
  "text",
  "vertical-text",
  "alias",
  "copy",
  "move",
  "no-drop",
  "not-allowed",
  "grab",
  "grabbing",
  "all-scroll",
  "col-resize",
  "row-resize",
  "n-resize",
  "e-resize",
  "s-resize",
  "w-resize",
  "ne-resize",
  "nw-resize",
  "se-resize",
  "sw-resize",
  "ew-resize",
  "ns-resize",
  "nesw-resize",
  "nwse-resize",
  "zoom-in",
  "zoom-out",
] as const;

export type Cursor = (typeof cursors)[number];

/** What a scene wants of who points at its picture: a cursor, and whether it listens to presses, and so to drags. */
export type PointerWish = { readonly cursor: Cursor; readonly takesDrags: boolean };

export const noWish: PointerWish = { cursor: "default", takesDrags: false };

export function isSameWish(one: PointerWish, other: PointerWish): boolean {
  return one.cursor === other.cursor && one.takesDrags === other.takesDrags;
}

/** The word in a value of CSS's `cursor`, which is the last part of a list of images; "default" where there is none. */
export function cursorOf(value: string): Cursor {
  const last = value.split(",").at(-1)?.trim().toLowerCase();
  return cursors.find((cursor) => cursor === last) ?? "default";
}
