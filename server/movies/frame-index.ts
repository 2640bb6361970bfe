/**
 * Owns which packets of a movie make which frame, and from which key frame on it has to be decoded. Pure.
 *
 * FI1 Frames are numbered from 0 in the order in which they are shown. A packet that is decoded and not shown has no number.
 * FI2 A frame is decoded from the last key frame that is decoded and shown no later than it: the pictures of an open GOP that are
 *     shown before its key frame need the GOP before.
 */

/** A packet of the video, in the order of decoding. */
export type IndexedPacket = {
  /** What it is known by when it is met again, after a jump: its time or its place, as `markedBy` says. */
  readonly mark: number;
  /** Where it stands among those that are shown: any number that rises, such as its time. */
  readonly order: number;
  /** When it is shown, in seconds from the beginning of the movie. */
  readonly seconds: number;
  readonly isKey: boolean;
  /** False for what is decoded for others alone, such as what an edit list cuts away. */
  readonly isShown: boolean;
  /** In bytes; 0 where it is not known. */
  readonly size: number;
};

/** By which of its numbers FFmpeg's packet is known again. */
export type PacketMark = "pts" | "pos" | "dts";

/** A whole index, to be sent to another thread or process. */
export type PlainIndex = {
  readonly markedBy: PacketMark;
  readonly marks: Float64Array;
  readonly orders: Float64Array;
  readonly seconds: Float64Array;
  readonly sizes: Float64Array;
  /** 1 key, 2 shown. */
  readonly flags: Uint8Array;
};

const KEY = 1;
const SHOWN = 2;
const NONE = -1;

/** Takes the packets apart, to be sent or kept. */
export function plainIndex(markedBy: PacketMark, packets: readonly IndexedPacket[]): PlainIndex {
  return {
    markedBy,
    marks: Float64Array.from(packets, ({ mark }) => mark),
    orders: Float64Array.from(packets, ({ order }) => order),
    seconds: Float64Array.from(packets, ({ seconds }) => seconds),
    sizes: Float64Array.from(packets, ({ size }) => size),
    flags: Uint8Array.from(packets, ({ isKey, isShown }) => (isKey ? KEY : 0) | (isShown ? SHOWN : 0)),
  };
}

export class FrameIndex {
  readonly plain: PlainIndex;
  /** How many frames are shown. */
  readonly frameCount: number;
  /** Frame → packet. */
  readonly #packets: Int32Array;
  /** Packet → frame, or NONE. */
  readonly #frames: Int32Array;
  /** Packet → the key frame from which it is decoded. */
  readonly #starts: Int32Array;
  /** Made when it is needed: who only counts frames does not. */
  #byMark: Map<number, number> | null = null;

  constructor(plain: PlainIndex) {
    this.plain = plain;
    const { flags, orders } = plain;
    const shown: number[] = [];
    for (const [packet, flag] of flags.entries()) if ((flag & SHOWN) !== 0) shown.push(packet);
    shown.sort((one, other) => (orders[one] ?? 0) - (orders[other] ?? 0) || one - other);
    this.#packets = Int32Array.from(shown);
    this.frameCount = shown.length;
    this.#frames = new Int32Array(flags.length).fill(NONE);
    for (const [frame, packet] of shown.entries()) this.#frames[packet] = frame;
    this.#starts = startsOf(plain);
  }

  get packetCount(): number {
    return this.#frames.length;
  }

  /** The packet that a frame is in. Throws `RangeError` where there is no such frame. */
  packetOf(frame: number): number {
    const packet = this.#packets[frame];
    if (packet === undefined) throw new RangeError(`There is no frame ${frame}.`);
    return packet;
  }

  /** The frame that a packet makes; null for none. */
  frameOf(packet: number): number | null {
    const frame = this.#frames[packet] ?? NONE;
    return frame === NONE ? null : frame;
  }

  /** The packet from which a frame is decoded. FI2 */
  startOf(frame: number): number {
    return this.#starts[this.packetOf(frame)] ?? 0;
  }

  /** The key frame before a packet; 0, the first packet, where there is none. */
  keyBefore(packet: number): number {
    for (let at = packet - 1; at > 0; at -= 1) if (((this.plain.flags[at] ?? 0) & KEY) !== 0) return at;
    return 0;
  }

  /** When a frame is shown, in seconds from the beginning of the movie. */
  secondsOf(frame: number): number {
    return this.plain.seconds[this.packetOf(frame)] ?? 0;
  }

  /** The packet of a mark; null where there is none, or where it is of another size. */
  find(mark: number, size: number): number | null {
    this.#byMark ??= new Map(Array.from(this.plain.marks, (known, packet) => [known, packet]));
    const packet = this.#byMark.get(mark);
    if (packet === undefined) return null;
    const known = this.plain.sizes[packet] ?? 0;
    return known === 0 || known === size ? packet : null;
  }

  markOf(packet: number): number {
    return this.plain.marks[packet] ?? 0;
  }

  /** The frame that is shown at a time: the last that has begun, or the first. */
  frameAt(seconds: number): number {
    let [low, high] = [0, this.frameCount - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.secondsOf(middle) <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Whether frames are shown for different times. */
  isRateVariable(): boolean {
    const rate = this.meanRate();
    if (rate === null) return false;
    for (let frame = 1; frame < this.frameCount; frame += 1) {
      const gap = this.secondsOf(frame) - this.secondsOf(frame - 1);
      if (Math.abs(gap - 1 / rate) > SAME_GAP_SECONDS) return true;
    }
    return false;
  }

  /** How many frames a second are shown on the whole; null of one alone. */
  meanRate(): number | null {
    const { frameCount } = this;
    if (frameCount < 2) return null;
    const seconds = this.secondsOf(frameCount - 1) - this.secondsOf(0);
    return seconds > 0 ? (frameCount - 1) / seconds : null;
  }
}

/** Two gaps between frames that differ by no more are the same: times are rounded to milliseconds in some files. */
const SAME_GAP_SECONDS = 0.0025;

/** FI2 */
function startsOf({ flags, orders }: PlainIndex): Int32Array {
  const starts = new Int32Array(flags.length);
  const keys: number[] = [];
  for (const [packet, flag] of flags.entries()) {
    if ((flag & KEY) !== 0) keys.push(packet);
    let at = keys.length - 1;
    while (at >= 0 && (orders[keys[at] ?? 0] ?? 0) > (orders[packet] ?? 0)) at -= 1;
    starts[packet] = keys[at] ?? 0;
  }
  return starts;
}
