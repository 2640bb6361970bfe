/** Owns the contract of what lies over a drawn picture: images at places, in the render thread. */

/** An image, which is another object where its pixels are others. */
export type OverlayImage = {
  readonly width: number;
  readonly height: number;
  /** RGBA, rows from top to bottom, colours multiplied by alpha. */
  readonly pixels: Uint8Array;
};

/** An image at its place. */
export type OverlayQuad = {
  readonly image: OverlayImage;
  /** Of its corners, in pixels of the picture from the left and from the top: left above, right above, left below, right below. */
  readonly corners: readonly [number, number, number, number, number, number, number, number];
  /** From 0 to 1. */
  readonly opacity: number;
};

/** What lies over a picture. */
export type Overlay = {
  /** What is to be drawn now, the lowest first. Asked once for each frame. */
  quads(): readonly OverlayQuad[];
};
