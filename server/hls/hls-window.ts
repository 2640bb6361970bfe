/**
 * Owns the newest segments of a stream in one size, in memory, and what its playlist says of them. In the main process.
 *
 * LW1 Numbers of segments grow by one, and never come again in the life of a room, nor of a folder: what is anew begins with the
 *     number of two seconds since the epoch.
 * LW2 What a playlist named can be had for as long again as players may take for it, then it is gone.
 * LW3 What is held is bounded: by time, and by bytes where pictures are that large.
 * LW4 A stream that begins anew, or in another size, does so behind a discontinuity, with an `EXT-X-MAP` of its own.
 */

import { Emitter } from "../../shared/emitter.ts";
import type { PictureSize } from "../../shared/video.ts";
import { type HlsMedia, type HlsReport, type HlsSegment, mediaPlaylist } from "../encode/mux/hls-playlist.ts";
import type { StreamPiece } from "../encode/mux/mux-protocol.ts";
import { MAX_SEGMENT_MS, PART_MS, SEGMENT_MS } from "../encode/mux/segment-cuts.ts";

export const TARGET_SECONDS: number = Math.round(MAX_SEGMENT_MS / 1000);
/** A part is perhaps a picture longer than it is to be, and 85 per cent of this are never more than it is. */
export const PART_TARGET_SECONDS: number = (1.1 * PART_MS) / 1000;
/** At least three parts (section 4.4.3.8); the rest is for machines and networks that are late now and then. */
const HOLD_BACK_SECONDS: number = Math.max(2, 3 * PART_TARGET_SECONDS);
const MAX_LISTED = 15;
/** LW2: as long as the playlist and three segments more. */
const MAX_KEPT: number = MAX_LISTED + 3;
/** Of those that are whole; older parts are of no use: who is so far behind fetches segments. */
const MAX_WITH_PARTS = 2;
const MAX_BYTES: number = 48 * 1024 * 1024;

export type WindowPart = {
  readonly bytes: Uint8Array;
  readonly durationMs: number;
  readonly isIndependent: boolean;
};

export type WindowSegment = {
  readonly sequence: number;
  readonly at: number;
  readonly init: WindowInit;
  readonly isDiscontinuity: boolean;
  readonly parts: WindowPart[];
  isEnded: boolean;
};

/** What decoders are to have first. `name` is that of its file. */
export type WindowInit = {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly codecs: string;
  readonly size: PictureSize;
};

export type HlsWindowEvents = {
  /** There is another part; the playlist names it. */
  readonly changed: Record<never, never>;
  readonly ended: { readonly segment: WindowSegment };
};

export class HlsWindow extends Emitter<HlsWindowEvents> {
  readonly #reports: () => readonly HlsReport[];
  #segments: WindowSegment[] = [];
  #init: WindowInit | null = null;
  /** Whether the next segment begins anew. */
  #isAnew = false;
  /** The number of the next segment. */
  #next = 0;
  #discontinuities = 0;
  #bytes = 0;
  #playlist: Buffer | null = null;

  /** `reports` tells how far the other sizes are. Default: there are none. */
  constructor(reports: () => readonly HlsReport[] = () => []) {
    super();
    this.#reports = reports;
  }

  /** What decoders are to have first now; null while there is nothing. */
  get init(): WindowInit | null {
    return this.#init;
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }

  /** What is held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** What the segments that are whole take, in bits a second: in the mean, and the one that takes most; null before there is one. */
  get rates(): { readonly meanBps: number; readonly maxBps: number } | null {
    const whole = this.#segments.filter(({ isEnded }) => isEnded).map((segment) => ratesOf(segment));
    if (whole.length === 0) return null;
    const [bits, ms] = [sumOf(whole, ({ bits }) => bits), sumOf(whole, ({ ms }) => ms)];
    return { meanBps: (1000 * bits) / ms, maxBps: Math.max(...whole.map(({ bits, ms }) => (1000 * bits) / ms)) };
  }

  take(piece: StreamPiece): void {
    if (piece.kind === "init") return this.#begin(piece);
    if (piece.begins) this.#open(piece.at);
    const segment = this.#segments.at(-1);
    // Of a segment whose beginning was lost with a process.
    if (segment === undefined || segment.isEnded) return;
    const { bytes, durationMs, isIndependent } = piece;
    segment.parts.push({ bytes, durationMs, isIndependent });
    this.#bytes += bytes.length;
    if (piece.ends) this.#end(segment);
    this.#forget();
    this.#tellChange();
  }

  /** The stream broke off: what there is of its last segment is all of it. */
  breakOff(): void {
    const segment = this.#segments.at(-1);
    this.#isAnew = segment !== undefined;
    if (segment === undefined || segment.isEnded) return;
    this.#end(segment);
    this.#tellChange();
  }

  /** Nobody watches any more: forgets all. */
  clear(): void {
    this.#segments = [];
    this.#init = null;
    this.#isAnew = false;
    this.#bytes = 0;
    this.#playlist = null;
  }

  /** As of now; null while there is nothing. The same memory for all who ask. */
  get playlist(): Buffer | null {
    if (this.isEmpty) return null;
    this.#playlist ??= Buffer.from(mediaPlaylist(this.#media));
    return this.#playlist;
  }

  /** The number of the last segment that the playlist names, be it by its parts. */
  get lastSequence(): number {
    return this.#segments.at(-1)?.sequence ?? -1;
  }

  /** And of its parts. */
  get lastPart(): number {
    return (this.#segments.at(-1)?.parts.length ?? 0) - 1;
  }

  /** Whether the playlist names this part, or this whole segment where `part` is null, or what comes after it. */
  has(sequence: number, part: number | null): boolean {
    const last = this.#segments.at(-1);
    if (last === undefined || last.sequence < sequence) return false;
    if (last.sequence > sequence) return true;
    // A part beyond the last one of a segment is the first one of the next (section 6.2.5.2).
    return part === null ? last.isEnded : part < last.parts.length;
  }

  /** The bytes of a segment that is whole, part after part; null where it is not, or no more. */
  segment(sequence: number): readonly Uint8Array[] | null {
    const segment = this.#find(sequence);
    return segment?.isEnded === true ? segment.parts.map(({ bytes }) => bytes) : null;
  }

  part(sequence: number, part: number): Uint8Array | null {
    return this.#find(sequence)?.parts[part]?.bytes ?? null;
  }

  /** What decoders are to have first, by the name of its file. */
  initOf(name: string): Uint8Array | null {
    if (this.#init?.name === name) return this.#init.bytes;
    return this.#segments.find(({ init }) => init.name === name)?.init.bytes ?? null;
  }

  /** Whether this is the next part, or that after it: who asks may wait for it. */
  isNext(sequence: number, part: number): boolean {
    if (this.isEmpty) return false;
    const [nextSequence, nextPart] = this.#nextPart;
    return (sequence === nextSequence && part === nextPart) || (sequence === this.#next && part === 0);
  }

  get #media(): HlsMedia {
    const listed = this.#segments.slice(-MAX_LISTED);
    const [first] = listed;
    const before = this.#segments.length - listed.length;
    const firstWithParts = listed.filter(({ isEnded }) => isEnded).length - MAX_WITH_PARTS;
    const passed = this.#segments.slice(0, before).filter(({ isDiscontinuity }) => isDiscontinuity).length;
    return {
      targetSeconds: TARGET_SECONDS,
      mediaSequence: first?.sequence ?? 0,
      // That of the first segment itself stands before it in the list.
      discontinuitySequence: this.#discontinuities + passed,
      segments: listed.map((segment, index) => toldOf(segment, index >= firstWithParts)),
      parts: {
        targetSeconds: PART_TARGET_SECONDS,
        holdBackSeconds: HOLD_BACK_SECONDS,
        nextUri: partName(...this.#nextPart),
        reports: this.#reports(),
      },
    };
  }

  get #nextPart(): readonly [sequence: number, part: number] {
    const last = this.#segments.at(-1);
    return last === undefined || last.isEnded ? [this.#next, 0] : [last.sequence, last.parts.length];
  }

  #begin({ bytes, codecs, size }: Extract<StreamPiece, { readonly kind: "init" }>): void {
    if (this.isEmpty) this.#next = Math.max(this.#next, Math.floor(Date.now() / SEGMENT_MS));
    else this.#isAnew = true;
    this.#init = { name: `init${this.#next}.mp4`, bytes, codecs, size };
  }

  #open(at: number): void {
    if (this.#init === null) return;
    const sequence = this.#next;
    this.#next += 1;
    const isDiscontinuity = this.#isAnew;
    this.#isAnew = false;
    this.#segments.push({ sequence, at, init: this.#init, isDiscontinuity, parts: [], isEnded: false });
  }

  #end(segment: WindowSegment): void {
    segment.isEnded = true;
    this.emit("ended", { segment });
  }

  /** LW2, LW3 */
  #forget(): void {
    while (this.#segments.length > MAX_KEPT || (this.#segments.length > 2 && this.#bytes > MAX_BYTES)) {
      const oldest = this.#segments.shift();
      if (oldest?.isDiscontinuity === true) this.#discontinuities += 1;
      this.#bytes -= sumOf(oldest?.parts ?? [], ({ bytes }) => bytes.length);
    }
  }

  #tellChange(): void {
    this.#playlist = null;
    this.emit("changed", {});
  }

  #find(sequence: number): WindowSegment | undefined {
    const first = this.#segments[0]?.sequence ?? 0;
    return this.#segments[sequence - first];
  }
}

export function segmentName(sequence: number): string {
  return `${sequence}.m4s`;
}

function partName(sequence: number, part: number): string {
  return `${sequence}.${part}.m4s`;
}

function toldOf({ sequence, at, init, isDiscontinuity, parts, isEnded }: WindowSegment, hasParts: boolean): HlsSegment {
  const told = (part: WindowPart, index: number) => ({
    uri: partName(sequence, index),
    seconds: part.durationMs / 1000,
    isIndependent: part.isIndependent,
  });
  return {
    uri: isEnded ? segmentName(sequence) : null,
    seconds: sumOf(parts, ({ durationMs }) => durationMs) / 1000,
    at,
    mapUri: init.name,
    isDiscontinuity,
    parts: hasParts ? parts.map(told) : [],
  };
}

/** What a segment takes, and how long it is. */
export function ratesOf({ parts }: Pick<WindowSegment, "parts">): { readonly bits: number; readonly ms: number } {
  return { bits: 8 * sumOf(parts, ({ bytes }) => bytes.length), ms: sumOf(parts, ({ durationMs }) => durationMs) };
}

function sumOf<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
