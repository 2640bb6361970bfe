/**
 * Owns parity packets, from which a viewer makes a lost packet of video itself: FlexFEC with a flexible mask and one stream
 * (draft-ietf-payload-flexible-fec-scheme-03, which browsers call flexfec-03). Pure.
 *
 * FF1 A parity packet is the exclusive or of the packets it stands for, each whole but for sequence number and SSRC: the
 *     fields of their fixed headers in its own (section 4.2.2), all behind these in its body, the shorter filled up with
 *     zeros (sections 6.2 and 6.3). So any one of them follows from it and all others.
 * FF2 The packets themselves go out as they would without it. Those of a frame are followed by their parity, so that the
 *     frame is whole at once and no later frame is waited for.
 * FF3 One parity packet stands for ten packets at most. A frame of more is cut into runs of up to forty, and the parity
 *     packets of a run take turns with its packets, so that several lost in a row are made again too.
 * FF4 A header extension that is written anew on the way counts as zeros: the transport-wide number. The draft knows none
 *     such, and libwebrtc takes them so.
 */

/** What is in RTP before contributing sources and extensions. */
const FIXED_BYTES = 12;
/** From the flags to the base sequence number. */
const BEFORE_MASK_BYTES = 18;
/** How far the mask of two bytes goes, which ends with the first of the bits "k", and that of six, with the second. */
const SHORT_MASK_REACH = 15;
const SHORT_MASK_BYTES = 2;
const LONG_MASK_BYTES = 6;
const MAX_PROTECTED = 10;
const MAX_RUN = 40;

/** What a parity packet takes besides the longest of the packets it stands for. */
export const PARITY_EXTRA_BYTES: number = BEFORE_MASK_BYTES + LONG_MASK_BYTES;

/** The parity of packets of one stream; they are added in their order, and are at most 46 numbers apart. */
export class Parity {
  readonly #ssrc: number;
  readonly #head = Buffer.alloc(BEFORE_MASK_BYTES);
  #body = Buffer.alloc(0);
  readonly #sequences: number[] = [];

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  /** `header` is the whole RTP header as the viewer takes it for parity (FF4). */
  add(header: Buffer, payload: Buffer): void {
    const extensionBytes = header.length - FIXED_BYTES;
    const length = extensionBytes + payload.length;
    if (length > this.#body.length) this.#body = Buffer.concat([this.#body], length);
    this.#sequences.push(header.readUInt16BE(2));
    mixInto(this.#head, header.subarray(0, 2), 0);
    this.#head.writeUInt16BE(this.#head.readUInt16BE(2) ^ length, 2);
    mixInto(this.#head, header.subarray(4, 8), 4);
    mixInto(this.#body, header.subarray(FIXED_BYTES), 0);
    mixInto(this.#body, payload, extensionBytes);
  }

  /** The payload of the parity packet (section 4.2.2.1). */
  payload(): Buffer {
    const [base = 0] = this.#sequences;
    const head = Buffer.from(this.#head);
    // Neither a retransmission nor a fixed pattern; the version of RTP is known.
    head.writeUInt8(head.readUInt8(0) & 0x3f, 0);
    head.writeUInt8(1, 8);
    head.writeUInt32BE(this.#ssrc, 12);
    head.writeUInt16BE(base, 16);
    const mask = maskOf(this.#sequences.map((sequence) => (sequence - base) & 0xffff));
    return Buffer.concat([head, mask, this.#body]);
  }
}

/** What is sent of a frame, in this order. */
export type FrameStep =
  | { readonly kind: "video"; readonly index: number; readonly bytes: number; readonly parity: Parity | null }
  | { readonly kind: "parity"; readonly bytes: number; readonly parity: Parity };

/** A frame of packets of these sizes, without parity. */
export function plainSteps(sizes: readonly number[]): FrameStep[] {
  return sizes.map((bytes, index) => ({ kind: "video", index, bytes, parity: null }));
}

/** FF2, FF3: the same with parity. */
export function protectedSteps(sizes: readonly number[], ssrc: number): FrameStep[] {
  const steps: FrameStep[] = [];
  const runs = Math.ceil(sizes.length / MAX_RUN);
  const runLength = Math.ceil(sizes.length / runs);
  for (let from = 0; from < sizes.length; from += runLength) {
    const run = sizes.slice(from, from + runLength);
    const parities = Array.from({ length: Math.ceil(run.length / MAX_PROTECTED) }, () => new Parity(ssrc));
    for (const [at, bytes] of run.entries()) {
      const parity = parities[at % parities.length] ?? null;
      steps.push({ kind: "video", index: from + at, bytes, parity });
    }
    const bytes = Math.max(...run) + PARITY_EXTRA_BYTES;
    for (const parity of parities) steps.push({ kind: "parity", bytes, parity });
  }
  return steps;
}

export function bytesOf(steps: readonly FrameStep[]): number {
  return steps.reduce((sum, { bytes }) => sum + bytes, 0);
}

function mixInto(target: Buffer, source: Buffer, at: number): void {
  for (let index = 0; index < source.length; index += 1) {
    target[at + index] = (target[at + index] ?? 0) ^ (source[index] ?? 0);
  }
}

/** Which packets behind the first one, the first included. */
function maskOf(offsets: readonly number[]): Buffer {
  const isShort = offsets.every((offset) => offset < SHORT_MASK_REACH);
  const mask = Buffer.alloc(isShort ? SHORT_MASK_BYTES : LONG_MASK_BYTES);
  const set = (bit: number) => mask.writeUInt8(mask.readUInt8(bit >> 3) | (0x80 >> (bit & 7)), bit >> 3);
  set(isShort ? 0 : 8 * SHORT_MASK_BYTES);
  for (const offset of offsets) set(offset < SHORT_MASK_REACH ? offset + 1 : offset + 2);
  return mask;
}
