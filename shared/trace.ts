/**
 * Owns what a page tells of its own part of a trace. The server asks now and then while a trace runs; a page keeps nothing of
 * the sort otherwise. Both ends have clocks of their own: the server reckons the page's from the times of question and answer.
 */

import type { Reader } from "./schema.ts";

/**
 * `press`: from an input's event to its leaving; `receive`: a frame is there; `decode`; `present`: from being decoded to being
 * on the screen; `press-to-picture`: from an input's event to the first picture that shows it, as the page measures it.
 */
export const pageSpanKinds = ["press", "receive", "decode", "present", "press-to-picture"] as const;
export type PageSpanKind = (typeof pageSpanKinds)[number];

/**
 * The place of the kind in the list, begin and end in milliseconds since the epoch on the page's clock, then the sequence of
 * an input or the name of a frame (feedback.ts), and for `press-to-picture` the other of the two, else 0.
 */
export type PageSpan = readonly [kind: number, begunMs: number, endedMs: number, number: number, other: number];

/** The most in one message; of more, the newest. It stays under the size of a message. */
export const MAX_PAGE_SPANS = 500;

const MAX_TIME = 1e14;
const ranges: readonly number[] = [pageSpanKinds.length - 1, MAX_TIME, MAX_TIME, 2 ** 32 - 1, 2 ** 32 - 1];

/** Reads the spans of a page. */
export const readPageSpans: Reader<readonly PageSpan[]> = (name, value) => {
  if (!Array.isArray(value) || value.length > MAX_PAGE_SPANS) {
    throw new TypeError(`${name} must be a list of at most ${MAX_PAGE_SPANS}.`);
  }
  for (const span of value) {
    const isSpan = Array.isArray(span) && span.length === ranges.length;
    const fits = isSpan && ranges.every((max, at) => typeof span[at] === "number" && span[at] >= 0 && span[at] <= max);
    if (!fits || !Number.isInteger(span[0]))
      throw new TypeError(`${name} must be lists of five numbers in their ranges.`);
  }
  return value as PageSpan[];
};

/** What a viewer is called in a trace: 32 bits of its id (FNV-1a), which name nobody. */
export function viewerNumber(viewerId: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < viewerId.length; at += 1) hash = Math.imul(hash ^ viewerId.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
