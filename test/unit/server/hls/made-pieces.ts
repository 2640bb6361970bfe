/** Makes pieces of streams as the mux thread does, without video in them. */

import type { StreamPiece } from "../../../../server/encode/mux/mux-protocol.ts";
import { milliseconds } from "../../../../shared/time.ts";

type Part = Extract<StreamPiece, { readonly kind: "part" }>;

/** Two seconds since the epoch, and the time of its first segment. */
export const BEGIN = 1_800_000_000_000;

export function initPiece(codecs = "avc1.42c01f", width = 640): StreamPiece {
  return { kind: "init", bytes: Uint8Array.of(width % 251), codecs, size: { width, height: (width * 9) / 16 } };
}

/** The four parts of a segment, the `index`th of the stream. */
export function partPieces(index: number, bytes = 100): Part[] {
  return [0, 1, 2, 3].map((part) => ({
    kind: "part",
    bytes: new Uint8Array(bytes).fill(4 * index + part),
    at: milliseconds(BEGIN + 2000 * index + 500 * part),
    durationMs: 500,
    isIndependent: part === 0,
    begins: part === 0,
    ends: part === 3,
  }));
}
