/**
 * Owns which canvas of a page's document shows the picture, where the page draws that by itself: the first that asks for a
 * context of WebGL 2. Render thread.
 */

/** What the canvas that shows the picture takes from it. */
export type PictureCanvas = {
  readonly width: number;
  readonly height: number;
  /** Makes `canvas` the one that shows the picture. Gives its context; null where another one draws it already. */
  claim(canvas: object): object | null;
  /** Whether this canvas shows the picture; null asks whether none does. */
  isClaimedBy(canvas: object | null): boolean;
  toDataURL(): never;
};

const pictures = new WeakMap<object, PictureCanvas>();

/** Lets a canvas of `document` show the picture. */
export function offerPicture(document: object, picture: PictureCanvas): void {
  pictures.set(document, picture);
}

/** The picture that a canvas of this document may show; null where the server draws it. */
export function offeredPicture(document: object | null): PictureCanvas | null {
  return document === null ? null : (pictures.get(document) ?? null);
}
