/**
 * Owns the receiving end of a simulated way: transport-wide feedback and NACKs as a browser gives them, and when each frame
 * could be shown.
 */

import { GenericNack, RecvDelta, RunLengthChunk, TransportWideCC } from "werift";

/** A packet that arrives. `sequence` is that of the media, also where it was sent again. */
export type Arrival = { readonly wide: number; readonly sequence: number; readonly isNew: boolean };

type Frame = {
  readonly sequences: Set<number>;
  isWhole: boolean;
  sent: { readonly at: number; readonly isKeyFrame: boolean } | null;
  /** When the last of its packets came. */
  arrivedAt: number;
};

export class SimulatedReceiver {
  readonly #ssrc: number;
  #arrivals: { readonly wide: number; readonly at: number }[] = [];
  #nextWide: number | null = null;
  #nextSequence: number | null = null;
  #lost = new Set<number>();
  readonly #frames = new Map<number, Frame>();
  #shownAt = 0;
  #latencies: number[] = [];

  constructor(ssrc: number) {
    this.#ssrc = ssrc;
  }

  /** A packet of a frame leaves: the frame cannot be shown without it. */
  expect(timestamp: number, sequence: number, isLast: boolean): void {
    const empty = { sequences: new Set<number>(), isWhole: false, sent: null, arrivedAt: 0 };
    const frame: Frame = this.#frames.get(timestamp) ?? empty;
    this.#frames.set(timestamp, frame);
    frame.sequences.add(sequence);
    if (isLast) frame.isWhole = true;
  }

  /** All packets of a frame left. */
  noteFrame(timestamp: number, encodedAt: number, isKeyFrame: boolean): void {
    const frame = this.#frames.get(timestamp);
    if (frame !== undefined) frame.sent = { at: encodedAt, isKeyFrame };
  }

  take({ wide, sequence, isNew }: Arrival, at: number): void {
    this.#arrivals.push({ wide, at });
    this.#lost.delete(sequence);
    if (isNew) this.#noteGap(sequence);
    for (const frame of this.#frames.values()) {
      if (frame.sequences.delete(sequence)) frame.arrivedAt = Math.max(frame.arrivedAt, at);
    }
    this.#show();
  }

  /** What is to be told of the last moments. */
  feedback(): (TransportWideCC | GenericNack)[] {
    const lost = [...this.#lost];
    const nack = lost.length === 0 ? [] : [new GenericNack({ senderSsrc: 1, mediaSourceSsrc: this.#ssrc, lost })];
    const wide = this.#wideFeedback();
    return wide === null ? nack : [wide, ...nack];
  }

  /** From the encoder to the screen, of the frames since the last call. */
  takeLatencies(): number[] {
    const latencies = this.#latencies;
    this.#latencies = [];
    return latencies;
  }

  #noteGap(sequence: number): void {
    this.#nextSequence ??= sequence;
    if (((sequence - this.#nextSequence) & 0xffff) > 0x7fff) return;
    for (; this.#nextSequence !== sequence; this.#nextSequence = (this.#nextSequence + 1) & 0xffff) {
      this.#lost.add(this.#nextSequence);
    }
    this.#nextSequence = (sequence + 1) & 0xffff;
  }

  /** Frames in turn; a key frame that is complete makes those before it needless. */
  #show(): void {
    const frames = [...this.#frames];
    const isReady = ([, frame]: readonly [number, Frame]) =>
      frame.isWhole && frame.sequences.size === 0 && frame.sent !== null;
    const key = frames.findLastIndex((entry) => isReady(entry) && entry[1].sent?.isKeyFrame === true);
    for (const [index, [timestamp, frame]] of frames.entries()) {
      const isReadyNow = isReady([timestamp, frame]);
      if (index >= key && !isReadyNow) break;
      this.#frames.delete(timestamp);
      if (!isReadyNow || frame.sent === null) {
        for (const sequence of frame.sequences) this.#lost.delete(sequence);
        continue;
      }
      this.#shownAt = Math.max(this.#shownAt, frame.arrivedAt);
      this.#latencies.push(this.#shownAt - frame.sent.at);
    }
  }

  #wideFeedback(): TransportWideCC | null {
    const come = this.#arrivals.toSorted((one, other) => ((one.wide - other.wide) << 16) >> 16);
    this.#arrivals = [];
    const [first] = come;
    const last = come.at(-1);
    if (first === undefined || last === undefined) return null;
    const isNext = this.#nextWide !== null && ((first.wide - this.#nextWide) & 0xffff) < 0x8000;
    const base = isNext ? (this.#nextWide ?? first.wide) : first.wide;
    this.#nextWide = (last.wide + 1) & 0xffff;
    // The clock of the viewer is another one.
    const clock = (time: number) => Math.round((time - 1_600_000_000_000) * 4) * 250;
    const referenceTime = Math.floor(clock(first.at) / 64_000);
    let time = referenceTime * 64_000;
    const chunks: RunLengthChunk[] = [];
    const recvDeltas: RecvDelta[] = [];
    let next = base;
    for (const arrival of come) {
      const gap = (arrival.wide - next) & 0xffff;
      if (gap > 0) chunks.push(new RunLengthChunk({ packetStatus: 0, runLength: gap }));
      chunks.push(new RunLengthChunk({ packetStatus: 2, runLength: 1 }));
      recvDeltas.push(new RecvDelta({ type: 2, delta: clock(arrival.at) - time }));
      time = clock(arrival.at);
      next = (arrival.wide + 1) & 0xffff;
    }
    return new TransportWideCC({
      baseSequenceNumber: base,
      packetStatusCount: (next - base) & 0xffff,
      referenceTime: referenceTime & 0xffffff,
      packetChunks: chunks,
      recvDeltas,
    });
  }
}
