/** Owns which cursors a scene may have over its picture: CSS's own words (CSS UI 4, section 5.1.1), no images. */

export type Cursor =
  | "default"
  | "none"
  | "context-menu"
  | "help"
  | "pointer"
  | "progress"
  | "wait"
  | "cell"
  | "crosshair"
  | "text"
  | "vertical-text"
  | "alias"
  | "copy"
  | "move"
  | "no-drop"
  | "not-allowed"
  | "grab"
  | "grabbing"
  | "all-scroll"
  | "col-resize"
  | "row-resize"
  | "n-resize"
  | "e-resize"
  | "s-resize"
  | "w-resize"
  | "ne-resize"
  | "nw-resize"
  | "se-resize"
  | "sw-resize"
  | "ew-resize"
  | "ns-resize"
  | "nesw-resize"
  | "nwse-resize"
  | "zoom-in"
  | "zoom-out";

const known: Readonly<Record<Cursor, true>> = {
  default: true,
  none: true,
  "context-menu": true,
  help: true,
  pointer: true,
  progress: true,
  wait: true,
  cell: true,
  crosshair: true,
  text: true,
  "vertical-text": true,
  alias: true,
  copy: true,
  move: true,
  "no-drop": true,
  "not-allowed": true,
  grab: true,
  grabbing: true,
  "all-scroll": true,
  "col-resize": true,
  "row-resize": true,
  "n-resize": true,
  "e-resize": true,
  "s-resize": true,
  "w-resize": true,
  "ne-resize": true,
  "nw-resize": true,
  "se-resize": true,
  "sw-resize": true,
  "ew-resize": true,
  "ns-resize": true,
  "nesw-resize": true,
  "nwse-resize": true,
  "zoom-in": true,
  "zoom-out": true,
};

export const cursors: readonly Cursor[] = Object.keys(known) as Cursor[];

/** The word in a value of CSS's `cursor`, which is the last part of a list of images; "default" where there is none. */
export function cursorOf(value: string): Cursor {
  const last = value.split(",").at(-1)?.trim().toLowerCase();
  return cursors.find((cursor) => cursor === last) ?? "default";
}
