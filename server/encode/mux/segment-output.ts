/**
 * Owns the cutting of a stream into segments and their parts, as fragments of MP4 (CMAF) that go on as pieces. In the mux thread.
 *
 * CU1 A segment begins with a key frame, at a whole multiple of two seconds since the epoch: with the first one that comes so close
 *     to it, or later. Streams of the same pictures in several sizes are so cut at the same times.
 * CU2 A part is half a second, but for the last one of a segment.
 * CU3 Where decoders are to begin anew, as with another size, a segment begins at once, and an `init` before it.
 * CU4 No segment is longer than `MAX_SEGMENT_MS`: what comes after that without a key frame is left out.
 * CU5 A picture goes on when the next one tells how long it was shown.
 */

import { StreamError, toPlainError } from "../../../shared/errors.ts";
import { type Milliseconds, milliseconds } from "../../../shared/time.ts";
import { AvMuxer, type MuxedBytes } from "./av-muxer.ts";
import { streamParametersOf } from "./av-stream-parameters.ts";
import type { MuxOutput } from "./mux-output.ts";
import type { MuxPacket, OutputFigures, SegmentTarget, StreamPiece } from "./mux-protocol.ts";
import { avcConfigurationOf } from "./rtmp/avc.ts";
import { MAX_SEGMENT_MS, PART_MS, SEGMENT_MS } from "./segment-cuts.ts";

/** A key frame this close to where a segment begins is taken as if it were there. */
const SNAP_MS = 100;
/** A picture this shortly before the end of a part is the first one of the next. */
const EARLY_MS = 20;
/** What would be left of a segment for a part of its own that is as short stays with the part before. */
const MIN_LAST_MS = 50;

/** Pieces that can be decoded by themselves, one after the other, each written as it is flushed; times as they are given. */
const format = { movflags: "cmaf+frag_custom+empty_moov+default_base_moof+frag_discont" };

type Held = { readonly packet: MuxPacket; readonly at: Milliseconds };
type Begun = { readonly at: Milliseconds; part: BegunPart };
type BegunPart = { readonly at: Milliseconds; readonly isIndependent: boolean; readonly begins: boolean };

export class SegmentOutput implements MuxOutput {
  readonly #epoch: Milliseconds;
  readonly #made: (piece: StreamPiece) => void;
  readonly #bytes = new CollectedBytes();
  #muxer: AvMuxer | null = null;
  #configuration: Buffer | null = null;
  #segment: Begun | null = null;
  #held: Held | null = null;
  #lastAt: Milliseconds = milliseconds(0);
  #firstAt: Milliseconds | null = null;
  #packets = 0;

  constructor({ epoch }: SegmentTarget, made: (piece: StreamPiece) => void) {
    this.#epoch = epoch;
    this.#made = made;
  }

  get figures(): OutputFigures {
    const seconds = this.#firstAt === null ? 0 : (this.#lastAt - this.#firstAt) / 1000;
    return { bytes: this.#bytes.taken, seconds, packets: this.#packets };
  }

  take(packet: MuxPacket): void {
    const configuration = packet.isKeyFrame ? avcConfigurationOf(packet.data) : null;
    const isOther = configuration !== null && this.#configuration?.equals(configuration) !== true;
    // Nothing can be decoded before the parameters are known.
    if (this.#muxer === null && !isOther) return;
    const slotAt = slotOf(packet.time);
    const begins = packet.isKeyFrame && (isOther || this.#segment === null || slotAt > slotOf(this.#segment.at));
    const snapped = begins && Math.abs(packet.time - slotAt) <= SNAP_MS ? slotAt : packet.time;
    const at = milliseconds(Math.max(snapped, this.#lastAt + 1));
    if (!begins && this.#isOver(at)) return;
    if (begins) {
      this.#endSegment(at);
      if (isOther) this.#begin(packet, configuration);
      this.#segment = { at, part: { at, isIndependent: true, begins: true } };
    } else this.#passTo(at, packet.isKeyFrame);
    this.#held = { packet, at };
    this.#lastAt = at;
    this.#firstAt ??= at;
    this.#packets += 1;
  }

  end(at: Milliseconds): Promise<void> {
    try {
      this.#endSegment(milliseconds(Math.max(at, this.#lastAt + 1)));
    } finally {
      this.#muxer?.close();
      this.#muxer = null;
    }
    return Promise.resolve();
  }

  /** Whether this picture is of no segment (CU4). */
  #isOver(at: Milliseconds): boolean {
    if (this.#segment === null) return true;
    if (at - this.#segment.at <= MAX_SEGMENT_MS) return false;
    this.#endSegment(at);
    return true;
  }

  /** The next picture of the segment, and perhaps of its next part, is shown from `at` on. */
  #passTo(at: Milliseconds, isIndependent: boolean): void {
    this.#writeHeld(at);
    const segment = this.#segment;
    if (segment === null) return;
    if (!isDue(segment, at)) return;
    this.#flush(segment.part, at, false);
    segment.part = { at, isIndependent, begins: false };
  }

  #endSegment(at: Milliseconds): void {
    const segment = this.#segment;
    if (segment === null) return;
    const until = milliseconds(Math.min(at, segment.at + MAX_SEGMENT_MS));
    this.#writeHeld(until);
    this.#flush(segment.part, until, true);
    this.#segment = null;
  }

  #begin({ data }: MuxPacket, configuration: Buffer): void {
    const parameters = streamParametersOf("h264", data);
    const { width, height } = parameters;
    this.#muxer?.close();
    try {
      this.#muxer = new AvMuxer({ format: "mp4", options: format, parameters, bytes: this.#bytes });
    } catch (error) {
      const sentence = `The picture cannot be cut into segments: ${toPlainError(error).message}.`;
      throw new StreamError("output-failed", sentence, { cause: error });
    }
    this.#configuration = configuration;
    const codecs = `avc1.${configuration.toString("hex", 1, 4)}`;
    this.#made({ kind: "init", bytes: this.#bytes.take(), codecs, size: { width, height } });
  }

  #writeHeld(until: number): void {
    const held = this.#held;
    this.#held = null;
    if (held === null) return;
    const { data, isKeyFrame } = held.packet;
    const durationMs = Math.max(1, until - held.at);
    this.#muxer?.write({ data, isKeyFrame, at: held.at - this.#epoch, durationMs });
  }

  #flush({ at, isIndependent, begins }: BegunPart, until: Milliseconds, ends: boolean): void {
    this.#muxer?.flush();
    const bytes = this.#bytes.take();
    this.#made({ kind: "part", bytes, at, durationMs: until - at, isIndependent, begins, ends });
  }
}

/** Where the segment begins that a picture of this time could begin (CU1). */
function slotOf(time: Milliseconds): Milliseconds {
  return milliseconds(Math.floor((time + SNAP_MS) / SEGMENT_MS) * SEGMENT_MS);
}

/** Whether a picture of this time begins another part (CU2); the last one of a segment is ended by the next key frame, if that comes. */
function isDue({ at: begin, part }: Begun, at: Milliseconds): boolean {
  const partEnd = begin + (1 + Math.floor((part.at - begin + EARLY_MS) / PART_MS)) * PART_MS;
  const segmentEnd = slotOf(begin) + SEGMENT_MS;
  return at >= partEnd - EARLY_MS && (partEnd < segmentEnd - MIN_LAST_MS || at > segmentEnd + SNAP_MS);
}

/** What the muxer wrote since it was last taken. */
class CollectedBytes implements MuxedBytes {
  #chunks: Uint8Array[] = [];
  #size = 0;
  #taken = 0;

  get size(): number {
    return this.#size;
  }

  get position(): number {
    return this.#size;
  }

  /** How much was taken in all. */
  get taken(): number {
    return this.#taken;
  }

  write(bytes: Uint8Array): boolean {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    return true;
  }

  /** Fragments are written once, from their beginning to their end. */
  seek(position: number): void {
    if (position !== this.#size) throw new Error("A fragment would be written over.");
  }

  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of this.#chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.#chunks = [];
    this.#taken += bytes.length;
    return bytes;
  }
}
