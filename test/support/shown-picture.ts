/** The picture on a viewer's page, by whatever way it comes: a video, a canvas or an image. */

import type { Page } from "playwright-core";

/** Colours at 64 points of the picture of this size; null while none is shown. */
export function shownPicture(
  page: Page,
  size: { readonly width: number; readonly height: number },
): Promise<string | null> {
  return page.evaluate(({ width, height }) => {
    const fits = (element: Element): boolean => {
      if (element instanceof HTMLVideoElement) return element.videoWidth === width && element.videoHeight === height;
      if (element instanceof HTMLCanvasElement) return element.width === width && element.height === height;
      return element instanceof HTMLImageElement && element.naturalWidth === width && element.naturalHeight === height;
    };
    const shown = [...document.querySelectorAll("video, canvas, img")].filter(
      (element) => fits(element) && element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    );
    for (const element of shown) {
      const context = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true });
      if (context === null) throw new Error("no canvas");
      context.drawImage(element as HTMLCanvasElement, 0, 0, 8, 8);
      const pixels = new Uint32Array(context.getImageData(0, 0, 8, 8).data.buffer);
      // A canvas on which nothing was drawn is transparent.
      if (pixels.every((pixel) => pixel !== 0)) return pixels.join();
    }
    return null;
  }, size);
}
