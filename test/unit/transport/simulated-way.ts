/**
 * Owns a viewer at the end of a simulated way, in the virtual time of vitest's fake timers: an encoder that follows the
 * estimate, the RTP stream as it is, a link with a rate, a queue, delay, jitter and losses, and a receiver that feeds back.
 * The same seed gives the same run.
 */

import { vi } from "vitest";
import { GenericNack, RecvDelta, RtcpTransportLayerFeedback, RunLengthChunk, TransportWideCC } from "werift";
import { RtpVideoSender } from "../../../server/transport/rtp-video-sender.ts";
import { now } from "../../../shared/time.ts";

export type WayOptions = {
  rateBps: number;
  delayMs?: number;
  jitterMs?: number;
  loss?: number;
  /** What the queue holds, as time at the link's rate. */
  queueMs?: number;
  maxBitrateBps?: number;
};

/** Of one tenth of a second. */
export type Sample = {
  readonly at: number;
  readonly deliveredBps: number;
  readonly queueMs: number;
  readonly estimateBps: number | null;
  readonly frames: number;
  readonly refused: number;
};

const FPS = 60;
const PACKET_BYTES = 1160;
const EXTRA_BYTES = 38;
const FEEDBACK_MS = 50;
const SAMPLE_MS = 100;
/** An encoder needs so long to follow. */
const ENCODER_LAG_MS = 100;
const KEY_FRAME_FACTOR = 4;
const MOST_KEY_FRAME_BYTES = 60_000;
const WIDE_ID = 5;
const SSRC = 111;

export class SimulatedWay {
  readonly link: Required<WayOptions>;
  readonly samples: Sample[] = [];
  readonly sender: RtpVideoSender;
  /** What the scene needs of what it may have, 0 to 1; 0: it rests. */
  demand = 1;
  sentBytes = 0;
  #seed = 1;
  #busyUntil = 0;
  #lastArrival = 0;
  #encoderBps: number;
  #needsKeyFrame = true;
  #isKeyFrameDue = true;
  #count = 0;
  #arrivals: { readonly wide: number; readonly at: number }[] = [];
  #nextWide: number | null = null;
  #sequences: { readonly sequence: number; readonly at: number }[] = [];
  #nextSequence: number | null = null;
  #delivered = 0;
  #frames = 0;
  #refused = 0;
  readonly #timers: NodeJS.Timeout[];

  constructor(options: WayOptions) {
    this.link = { delayMs: 20, jitterMs: 0, loss: 0, queueMs: 1000, maxBitrateBps: 30_000_000, ...options };
    this.#encoderBps = this.link.maxBitrateBps;
    this.sender = new RtpVideoSender(
      {
        ssrc: SSRC,
        payloadType: 96,
        rtx: { ssrc: 222, payloadType: 97 },
        parity: null,
        midExtension: null,
        playoutDelayId: null,
        wideSequenceId: WIDE_ID,
      },
      {
        sendRtp: (payload, header) => {
          const wide = header.extensions.find(({ id }) => id === WIDE_ID)?.payload.readUInt16BE() ?? -1;
          this.#carry(payload.length + EXTRA_BYTES, wide, header.ssrc === SSRC ? header.sequenceNumber : null);
        },
        sendRtcp: () => undefined,
      },
      {
        keyFrameRequested: () => {
          this.#isKeyFrameDue = true;
        },
        roomMade: () => {
          this.#isKeyFrameDue = true;
        },
        wayReported: () => {
          const { bitrateBps } = this.sender.estimate;
          const wanted = Math.min(bitrateBps ?? this.link.maxBitrateBps, this.link.maxBitrateBps);
          setTimeout(() => {
            this.#encoderBps = wanted;
          }, ENCODER_LAG_MS);
        },
      },
    );
    this.sender.setMaxBitrate(this.link.maxBitrateBps);
    this.#timers = [
      setInterval(() => this.#encode(), 1000 / FPS),
      setInterval(() => this.#feedBack(), FEEDBACK_MS),
      setInterval(() => this.#sample(), SAMPLE_MS),
    ];
  }

  /** Lets so much time pass and gives the samples of it. */
  run(ms: number): Sample[] {
    const before = this.samples.length;
    vi.advanceTimersByTime(ms);
    return this.samples.slice(before);
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.sender.close();
  }

  #encode(): void {
    if (this.demand === 0 || (this.#needsKeyFrame && !this.#isKeyFrameDue)) return;
    const isKeyFrame = this.#isKeyFrameDue;
    const spread = 0.8 + 0.4 * this.#random();
    const frameBytes = (this.#encoderBps / 8 / FPS) * this.demand * spread;
    const bytes = isKeyFrame ? Math.min(frameBytes * KEY_FRAME_FACTOR, MOST_KEY_FRAME_BYTES) : frameBytes;
    this.#count += 1;
    const packets = Math.max(1, Math.ceil(bytes / PACKET_BYTES));
    const payloads = Array.from({ length: packets }, () => Buffer.alloc(Math.round(bytes / packets)));
    const forms = { rtpPayloads: () => payloads, socketForm: () => new Uint8Array() };
    const numbers = { number: this.#count, count: this.#count, tier: 0 };
    this.#isKeyFrameDue = false;
    if (this.sender.send({ codec: "h264", isKeyFrame, time: now(), ...numbers, ...forms }, () => undefined)) {
      this.#needsKeyFrame = false;
      this.#frames += 1;
    } else {
      this.#needsKeyFrame = true;
      this.#refused += 1;
    }
  }

  #carry(bytes: number, wide: number, sequence: number | null): void {
    const { rateBps, delayMs, jitterMs, loss, queueMs } = this.link;
    this.sentBytes += bytes;
    const at = now();
    const isLost = this.#random() < loss;
    if (rateBps === 0 || this.#busyUntil - at > queueMs) return;
    this.#busyUntil = Math.max(at, this.#busyUntil) + (bytes * 8000) / rateBps;
    if (isLost) return;
    this.#delivered += bytes;
    // As in a network card that collects: late, and in order.
    this.#lastArrival = Math.max(this.#lastArrival, this.#busyUntil + delayMs + this.#random() * jitterMs);
    this.#arrivals.push({ wide, at: this.#lastArrival });
    if (sequence !== null) this.#sequences.push({ sequence, at: this.#lastArrival });
  }

  #feedBack(): void {
    const at = now();
    const packets = [this.#wideFeedback(at), this.#nack(at)].flatMap((feedback) => feedback ?? []);
    setTimeout(() => {
      for (const feedback of packets) this.sender.handleRtcp(new RtcpTransportLayerFeedback({ feedback }));
    }, this.link.delayMs);
  }

  #wideFeedback(at: number): TransportWideCC | null {
    const come = this.#arrivals.filter((arrival) => arrival.at <= at);
    this.#arrivals = this.#arrivals.filter((arrival) => arrival.at > at);
    const [first] = come;
    const last = come.at(-1);
    if (first === undefined || last === undefined) return null;
    const base = this.#nextWide ?? first.wide;
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

  #nack(at: number): GenericNack | null {
    const lost: number[] = [];
    for (const { sequence } of this.#sequences.filter((one) => one.at <= at)) {
      this.#nextSequence ??= sequence;
      for (; this.#nextSequence !== sequence; this.#nextSequence = (this.#nextSequence + 1) & 0xffff) {
        lost.push(this.#nextSequence);
      }
      this.#nextSequence = (sequence + 1) & 0xffff;
    }
    this.#sequences = this.#sequences.filter((one) => one.at > at);
    return lost.length === 0 ? null : new GenericNack({ senderSsrc: 1, mediaSourceSsrc: SSRC, lost });
  }

  #sample(): void {
    const at = now();
    this.samples.push({
      at,
      deliveredBps: (this.#delivered * 8000) / SAMPLE_MS,
      queueMs: Math.max(0, this.#busyUntil - at),
      estimateBps: this.sender.estimate.bitrateBps,
      frames: this.#frames,
      refused: this.#refused,
    });
    [this.#delivered, this.#frames, this.#refused] = [0, 0, 0];
  }

  /** Mulberry32. */
  #random(): number {
    this.#seed = (this.#seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#seed ^ (this.#seed >>> 15), 1 | this.#seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
