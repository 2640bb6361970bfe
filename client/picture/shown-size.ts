/** Owns how much room there is for the picture, and in how many pixels of the screen it is shown, as page and screen change. */

import { MAX_VIEW_RATIO, MIN_VIEW_RATIO, type ViewWindow } from "../../shared/stream-quality.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { Picture } from "./picture.ts";
import type { Rectangle } from "./picture-rectangle.ts";

/** A hand that drags the window's edge changes the size at each frame. */
const SETTLE_MS = 200;
const MAX_SIDE = 65535;

/** How the picture is seen. */
export type PictureView = {
  /** In pixels of the screen; null where nothing is seen. */
  readonly shown: PictureSize | null;
  /** The room for it; null where there is none. */
  readonly window: ViewWindow | null;
};

/** Tells of the view once a change of it is over. Returns a function that ends it. */
export function watchView(picture: Picture, changed: (view: PictureView) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const later = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => changed(viewOf(picture)), SETTLE_MS);
  };
  const observer = new ResizeObserver(later);
  observer.observe(picture.element);
  // Another scale of the page, or another screen.
  window.addEventListener("resize", later);
  return () => {
    observer.disconnect();
    window.removeEventListener("resize", later);
    if (timer !== null) clearTimeout(timer);
  };
}

/** The view of this moment. */
export function viewOf(picture: Picture): PictureView {
  const { width, height } = picture.element.getBoundingClientRect();
  return {
    shown: pixelsOf(picture.rectangle(), devicePixelRatio),
    window: windowOf({ width, height }, devicePixelRatio),
  };
}

/** The pixels of the screen under a rectangle in CSS pixels; null where there are none, as of an element that is hidden. */
export function pixelsOf({ width, height }: Pick<Rectangle, "width" | "height">, scale: number): PictureSize | null {
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return isSeen(size) ? size : null;
}

/** A box in CSS pixels as the server is told of it; null where there is none. */
export function windowOf(box: PictureSize, ratio: number): ViewWindow | null {
  const size = { width: Math.round(box.width), height: Math.round(box.height) };
  return isSeen(size) ? { ...size, ratio: Math.min(Math.max(ratio, MIN_VIEW_RATIO), MAX_VIEW_RATIO) } : null;
}

function isSeen({ width, height }: PictureSize): boolean {
  return width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE;
}
