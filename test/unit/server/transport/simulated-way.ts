/**
 * Owns a viewer at the end of a simulated way, in the virtual time of vitest's fake timers: an encoder that follows the
 * estimate, the RTP stream as it is, the laboratory's link, and a receiver that feeds back. The same seed gives the same run.
 */

import { vi } from "vitest";
import { RtcpTransportLayerFeedback } from "werift";
import { RtpVideoSender } from "../../../../server/transport/rtp/rtp-video-sender.ts";
import { now } from "../../../../shared/time.ts";
import { type Random, randomOf } from "../../../support/lab/random.ts";
import { freeLink, type LinkSettings, Shaper } from "../../../support/lab/shaper.ts";
import { type Arrival, SimulatedReceiver } from "./simulated-receiver.ts";

export type WayOptions = Partial<LinkSettings> & {
  readonly rateBps: number;
  /** What the scene takes at most. */
  readonly maxBitrateBps?: number;
  readonly fps?: number;
  readonly seed?: number;
};

/** Of one tenth of a second. */
export type Sample = {
  readonly at: number;
  readonly deliveredBps: number;
  readonly queueMs: number;
  readonly estimateBps: number | null;
  readonly frames: number;
  readonly refused: number;
  readonly dropped: number;
  /** From the encoder to the screen, of the frames that came there. */
  readonly latencies: readonly number[];
};

const PACKET_BYTES = 1160;
const EXTRA_BYTES = 38;
const FEEDBACK_MS = 50;
const SAMPLE_MS = 100;
/** An encoder needs so long to follow; where far less is carried it is told so at once. */
const ENCODER_LAG_MS = 100;
const URGENT_LAG_MS = 20;
const URGENT = 0.7;
const KEY_FRAME_FACTOR = 4;
const KEY_FRAME_PAUSE_MS = 250;
const MAX_KEY_FRAME_BYTES = 60_000;
const WIDE_ID = 5;
const SSRC = 111;

type Flying = Arrival & { readonly bytes: number; readonly flow: object; readonly isDatagram: true };

export class SimulatedWay {
  readonly samples: Sample[] = [];
  readonly sender: RtpVideoSender;
  /** What the scene needs of what it may have, 0 to 1; 0: it rests. */
  demand = 1;
  sentBytes = 0;
  readonly #link: Shaper<Flying>;
  readonly #delayMs: number;
  readonly #maxBitrateBps: number;
  readonly #fps: number;
  readonly #random: Random;
  readonly #receiver = new SimulatedReceiver(SSRC);
  #encoderBps: number;
  #needsKeyFrame = true;
  #isKeyFrameDue = true;
  #keyFrameAt = -Infinity;
  #count = 0;
  #delivered = 0;
  #frames = 0;
  #refused = 0;
  #dropped = 0;
  readonly #timers: NodeJS.Timeout[];

  constructor({ maxBitrateBps = 30_000_000, fps = 60, seed = 1, ...link }: WayOptions) {
    const settings = { ...freeLink, delayMs: 20, queueMs: 1000, ...link };
    this.#link = new Shaper(settings, seed, now());
    this.#random = randomOf(seed + 3);
    this.#delayMs = settings.delayMs;
    this.#maxBitrateBps = maxBitrateBps;
    this.#fps = fps;
    this.sender = this.#openSender();
    this.sender.setMaxBitrate(maxBitrateBps);
    this.#encoderBps = this.#wantedBps();
    this.#timers = [
      setInterval(() => this.#arrive(), 1),
      setInterval(() => this.#encode(), 1000 / fps),
      setInterval(() => this.#feedBack(), FEEDBACK_MS),
      setInterval(() => this.#sample(), SAMPLE_MS),
    ];
  }

  /** Another network from now on. */
  change(settings: Partial<LinkSettings>): void {
    this.#link.change(settings, now());
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

  #openSender(): RtpVideoSender {
    return new RtpVideoSender(
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
          const isNew = header.ssrc === SSRC;
          // RFC 4588 section 4: the original number comes first.
          const sequence = isNew ? header.sequenceNumber : payload.readUInt16BE();
          if (isNew) this.#receiver.expect(header.timestamp, sequence, header.marker);
          this.#carry({ wide, sequence, isNew }, payload.length + EXTRA_BYTES);
        },
        sendRtcp: () => undefined,
      },
      {
        keyFrameRequested: () => {
          if (now() - this.#keyFrameAt < KEY_FRAME_PAUSE_MS) return this.#needsKeyFrame;
          this.#isKeyFrameDue = true;
          this.#needsKeyFrame = true;
          return true;
        },
        roomMade: () => {
          this.#isKeyFrameDue = true;
        },
        wayReported: () => this.#follow(),
      },
    );
  }

  #wantedBps(): number {
    const { bitrateBps, beginBps } = this.sender.estimate;
    return Math.min(bitrateBps ?? beginBps ?? this.#maxBitrateBps, this.#maxBitrateBps);
  }

  #follow(): void {
    const wanted = this.#wantedBps();
    const lagMs = wanted < URGENT * this.#encoderBps ? URGENT_LAG_MS : ENCODER_LAG_MS;
    setTimeout(() => {
      this.#encoderBps = wanted;
    }, lagMs);
  }

  #encode(): void {
    if (this.demand === 0 || (this.#needsKeyFrame && !this.#isKeyFrameDue)) return;
    const isKeyFrame = this.#isKeyFrameDue;
    const spread = 0.8 + 0.4 * this.#random();
    const frameBytes = (this.#encoderBps / 8 / this.#fps) * this.demand * spread;
    const bytes = isKeyFrame ? Math.min(frameBytes * KEY_FRAME_FACTOR, MAX_KEY_FRAME_BYTES) : frameBytes;
    this.#count += 1;
    const packets = Math.max(1, Math.ceil(bytes / PACKET_BYTES));
    const payloads = Array.from({ length: packets }, () => Buffer.alloc(Math.round(bytes / packets)));
    const forms = { rtpPayloads: () => payloads, socketForm: () => new Uint8Array() };
    const numbers = { number: this.#count, count: this.#count, tier: 0 };
    this.#isKeyFrameDue = false;
    const encodedAt = now();
    if (isKeyFrame) this.#keyFrameAt = encodedAt;
    const frame = { codec: "h264", isKeyFrame, time: encodedAt, ...numbers, ...forms } as const;
    const isTaken = this.sender.send(frame, (timestamp) => this.#receiver.noteFrame(timestamp, encodedAt, isKeyFrame));
    this.#needsKeyFrame = !isTaken;
    if (isTaken) this.#frames += 1;
    else this.#refused += 1;
  }

  #carry(packet: Arrival, bytes: number): void {
    this.sentBytes += bytes;
    const isTaken = this.#link.push({ ...packet, bytes, flow: this, isDatagram: true }, now());
    if (!isTaken) this.#dropped += 1;
  }

  #arrive(): void {
    for (const { packet, atMs } of this.#link.take(now())) {
      this.#delivered += packet.bytes;
      this.#receiver.take(packet, atMs);
    }
  }

  #feedBack(): void {
    const packets = this.#receiver.feedback();
    setTimeout(() => {
      for (const feedback of packets) this.sender.handleRtcp(new RtcpTransportLayerFeedback({ feedback }));
    }, this.#delayMs);
  }

  #sample(): void {
    this.samples.push({
      at: now(),
      deliveredBps: (this.#delivered * 8000) / SAMPLE_MS,
      queueMs: this.#link.waitingMs,
      estimateBps: this.sender.estimate.bitrateBps,
      frames: this.#frames,
      refused: this.#refused,
      dropped: this.#dropped,
      latencies: this.#receiver.takeLatencies(),
    });
    [this.#delivered, this.#frames, this.#refused, this.#dropped] = [0, 0, 0, 0];
  }
}
