/** Owns what a label looks like: its element painted by Skia, as an image. In the render thread. */

import type { OverlayImage } from "../../overlay.ts";
import type { PageElement } from "../dom/page-element.ts";
import { createSkiaCanvas } from "../images/skia.ts";
import type { Cascade, ComputedStyle } from "../styles/cascade.ts";
import { type LengthBase, pixels } from "../styles/lengths.ts";
import { BlockFlow } from "./block-flow.ts";
import { boxOf } from "./box.ts";

/** No label is larger than this in each direction. */
const MAX_SIDE = 2048;

export type LabelPicture = {
  /** Null where there is nothing to be seen. */
  readonly image: OverlayImage | null;
  /** Of the border box in pixels. */
  readonly width: number;
  readonly height: number;
  /** How much of the image lies around that box on each side. */
  readonly around: number;
  /** Where the box is in its layer before it is moved. */
  readonly left: number;
  readonly top: number;
  readonly takesPointer: boolean;
};

/** Paints a label that lies in a layer of this size. */
export function paintLabel(
  element: PageElement,
  style: ComputedStyle,
  cascade: Cascade,
  view: LengthBase["view"],
): LabelPicture {
  const flow = new BlockFlow(cascade, view);
  // Where it is shown, and how strongly, is looked at in each frame.
  const own = new Map([...style].filter(([name]) => name !== "opacity"));
  const laid = flow.lay(element, own, view.width, false);
  const base = { em: Number.parseFloat(style.get("font-size") ?? "16"), view, whole: view.width };
  const { margin } = boxOf(style, base);
  const place = {
    width: laid.width,
    height: laid.height,
    left: (pixels(style.get("left"), base) ?? 0) + margin.left,
    top: (pixels(style.get("top"), { ...base, whole: view.height }) ?? 0) + margin.top,
    takesPointer: style.get("pointer-events") !== "none",
  };
  const around = flow.reach;
  const width = Math.min(MAX_SIDE, Math.ceil(laid.width) + 2 * around);
  const height = Math.min(MAX_SIDE, Math.ceil(laid.height) + 2 * around);
  if (laid.width <= 0 || laid.height <= 0) return { ...place, around, image: null };
  const canvas = createSkiaCanvas(width, height);
  laid.paint(canvas.getContext("2d"), around, around);
  return { ...place, around, image: { width, height, pixels: new Uint8Array(canvas.data()) } };
}
