/** Owns where what lies in the memory of a frame ring (frame-ring.ts): who holds what, descriptions, pixels. */

/** Where the claims of the readers begin, in words; before them are the newest slot and the count of wake-ups. */
export const CLAIMS = 2;
/** How many numbers describe a frame. */
export const FIELDS = 16;
const PAGE = 4096;
/** The longest side of a picture. */
const MAX_SIDE = 8192;

type RingLayout = {
  readonly slots: number;
  readonly descriptionsAt: number;
  readonly pixelsAt: number;
  readonly slotBytes: number;
  /** From the beginning of a slot. */
  readonly i420At: number;
};

/** All in bytes, but the number of slots. */
export function layoutOf(maxPixels: number, readers: number): RingLayout {
  const slots = readers + 2;
  const descriptionsAt = Math.ceil(((CLAIMS + readers) * 4) / 64) * 64;
  const pixelsAt = Math.ceil((descriptionsAt + slots * FIELDS * 8) / PAGE) * PAGE;
  const rgbaBytes = maxPixels * 4;
  // With rows that are filled up to eight bytes (i420-layout.ts).
  const i420Bytes = Math.ceil((maxPixels + 7 * MAX_SIDE) * 1.5);
  // What is never written takes no memory: the system gives pages when they are touched first.
  const i420At = Math.ceil(rgbaBytes / PAGE) * PAGE;
  const slotBytes = i420At + Math.ceil(i420Bytes / PAGE) * PAGE;
  return { slots, descriptionsAt, pixelsAt, slotBytes, i420At };
}
