/** Owns in how many pixels of the screen the picture is shown, as the page and the screen change. */

import type { PictureSize } from "../../shared/video.ts";
import type { Picture } from "./picture.ts";
import type { Rectangle } from "./picture-rectangle.ts";

/** A hand that drags the window's edge changes the size at each frame. */
const SETTLE_MS = 250;

/** Tells of the size once a change of it is over. Returns a function that ends it. */
export function watchShownSize(picture: Picture, changed: (size: PictureSize | null) => void): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const later = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => changed(shownSize(picture)), SETTLE_MS);
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

/** The size of this moment; null where nothing is seen. */
export function shownSize(picture: Picture): PictureSize | null {
  return pixelsOf(picture.rectangle(), devicePixelRatio);
}

/** The pixels of the screen under a rectangle in CSS pixels; null where there are none, as of an element that is hidden. */
export function pixelsOf({ width, height }: Pick<Rectangle, "width" | "height">, scale: number): PictureSize | null {
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return size.width >= 1 && size.height >= 1 && size.width <= 65535 && size.height <= 65535 ? size : null;
}
