/** Owns what a clip is recorded as, and what is said of it. Pure. */

import type { PictureSize } from "../index.ts";

/** The longest clip. It lies in the memory of the page until it is saved. */
export const MAX_CLIP_MS = 60_000;

export type ClipKind = { readonly type: string; readonly ending: "mp4" | "webm" };

/** What other programs open comes first. */
const kinds: readonly ClipKind[] = [
  { type: "video/mp4;codecs=avc1.640033", ending: "mp4" },
  { type: "video/mp4;codecs=avc1", ending: "mp4" },
  { type: "video/webm;codecs=vp9", ending: "webm" },
  { type: "video/webm;codecs=vp8", ending: "webm" },
  { type: "video/mp4", ending: "mp4" },
];

/** The best of what the browser records; null where it records no video. */
export function clipKind(isSupported: (type: string) => boolean): ClipKind | null {
  return kinds.find(({ type }) => isSupported(type)) ?? null;
}

/** Encoders of H.264 want even sides. */
export function clipSize({ width, height }: PictureSize): PictureSize {
  return { width: Math.max(2, width - (width % 2)), height: Math.max(2, height - (height % 2)) };
}

/** So many that text and thin lines are not smeared. */
export function clipBitrateBps({ width, height }: PictureSize): number {
  return Math.round(Math.min(40e6, Math.max(2e6, width * height * 60 * 0.18)));
}

export function savedWords(ms: number): string {
  if (ms >= MAX_CLIP_MS) return "Clip saved. It ended by itself after a minute, the longest that is recorded.";
  const seconds = Math.max(1, Math.round(ms / 1000));
  return `Clip of ${seconds} second${seconds === 1 ? "" : "s"} saved.`;
}
