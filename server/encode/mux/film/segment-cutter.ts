/**
 * Owns cutting the packets of one track into segments, in the process that encodes.
 *
 * VC1 A segment begins with the first key packet at or after a multiple of its length, so tracks whose key packets have the same times
 *     have segments of the same times.
 */

import type { Packet, Stream } from "node-av/lib";
import { StreamError } from "../../../../shared/errors.ts";
import { FragmentMuxer } from "./fragment-muxer.ts";
import type { TrackFolder } from "./track-folder.ts";

export class SegmentCutter {
  readonly #folder: TrackFolder;
  readonly #muxer: FragmentMuxer;
  readonly #length: number;
  #open: { start: number; end: number; count: number } | null = null;

  /** `describe` sets the parameters of the track. Throws `StreamError` "output-failed" where MP4 does not take it. */
  constructor(
    folder: TrackFolder,
    { ticksPerSecond, seconds }: { readonly ticksPerSecond: number; readonly seconds: number },
    describe: (stream: Stream) => number,
  ) {
    this.#folder = folder;
    this.#length = seconds * ticksPerSecond;
    try {
      this.#muxer = new FragmentMuxer(ticksPerSecond, describe);
    } catch (error) {
      throw new StreamError("output-failed", "This cannot be put into segments.", { cause: error });
    }
  }

  get muxer(): FragmentMuxer {
    return this.#muxer;
  }

  /** Takes the next packet, its times in ticks, and empties it. Throws `StreamError` "output-failed", or `CannotGoOn`. */
  write(packet: Packet, isKey: boolean): void {
    const at = Number(packet.pts);
    const end = at + Number(packet.duration);
    const open = this.#open;
    if (open !== null && isKey && Math.floor(at / this.#length) > Math.floor(open.start / this.#length)) {
      this.#finishSegment(open, at);
    }
    this.#open ??= { start: at, end, count: 0 };
    this.#open.end = Math.max(this.#open.end, end);
    this.#open.count += 1;
    this.#muxer.write(packet);
  }

  /** Ends the last segment. */
  finish(): void {
    if (this.#open !== null) this.#finishSegment(this.#open, this.#open.end);
  }

  /** Frees FFmpeg's memory. Idempotent. */
  close(): void {
    this.#muxer.close();
  }

  #finishSegment({ start, count }: { readonly start: number; readonly count: number }, end: number): void {
    const { header, bytes } = this.#muxer.endFragment();
    if (header !== null) this.#folder.writeHeader(header);
    this.#folder.add(bytes, { start, end, count });
    this.#open = null;
  }
}
