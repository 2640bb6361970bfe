/**
 * Owns one viewer's RTP stream of video: numbers and time stamps, retransmission, sender reports, key frame requests.
 * It stands in for werift's own RTCRtpSender, whose history of 128 packets is shorter than a key frame.
 */

import { randomBytes } from "node:crypto";
import {
  GenericNack,
  PictureLossIndication,
  type RtcpPacket,
  RtcpPayloadSpecificFeedback,
  RtcpRrPacket,
  RtcpTransportLayerFeedback,
  type RtpHeader,
} from "werift";
import { type Milliseconds, milliseconds, now, rtpTimestampOf } from "../../../shared/time.ts";
import { noCounts, type OutgoingFrame, type SentCounts, type WayEstimate } from "../transport.ts";
import { bytesOf, type FrameStep, plainSteps } from "./flex-fec.ts";
import { LostPackets } from "./lost-packets.ts";
import { Pacer } from "./pacer.ts";
import { ParityPolicy } from "./parity-policy.ts";
import {
  type Extension,
  extensionsOf,
  type RtpFields,
  type RtpStreamParameters,
  rtpHeaderOf,
  senderReportOf,
} from "./rtp-fields.ts";
import { RtpHistory, type SentPacket, wireBytesOf } from "./rtp-history.ts";
import { WayToViewer } from "./way-to-viewer.ts";

/** Where packets go: they are encrypted and sent at once. */
export type RtpSink = {
  sendRtp(payload: Buffer, header: RtpHeader): void;
  sendRtcp(packets: RtcpPacket[]): void;
};

const REPORT_MS = 1000;
/**
 * Chrome asks for a key frame when no frame came for three seconds, although a scene at rest sends none. Such a request
 * is known by the silence before it and by the viewer's report that it has all that was sent.
 */
const IDLE_MS = 2000;
/** Padding is taken from the last packets. */
const PADDING_PACKETS = 128;

/** What the owner of a stream is asked or told. */
export type RtpSenderEvents = {
  /** Returns whether nothing but a key frame is sent from now on; not where the last one was sent just now. */
  keyFrameRequested(): boolean;
  /** Frames are taken again after one was refused. */
  roomMade(): void;
  /** The viewer told something of the way to it. */
  wayReported(): void;
};

export class RtpVideoSender {
  readonly #parameters: RtpStreamParameters;
  readonly #sink: RtpSink;
  readonly #events: RtpSenderEvents;
  readonly #way: WayToViewer;
  readonly #parity = new ParityPolicy();
  readonly #pacer: Pacer;
  readonly #extensions: Readonly<Record<"first" | "later", Extension[]>>;
  readonly #history = new RtpHistory();
  readonly #lost: LostPackets;
  readonly #timestampOffset = randomBytes(4).readUInt32BE();
  // Below 2^15, so that the rollover counter of SRTP cannot be misjudged at the start (RFC 3711 section 3.3.1).
  #sequence = randomBytes(2).readUInt16BE() & 0x7fff;
  #rtxSequence = randomBytes(2).readUInt16BE() & 0x7fff;
  #paritySequence = randomBytes(2).readUInt16BE() & 0x7fff;
  #lastFir: number | null = null;
  #sentAt = milliseconds(0);
  /** The last sequence number that the viewer reported to have. */
  #reportedSequence: number | null = null;
  #timestamp: number | null = null;
  #padding = 0;
  #totals = { packets: 0, octets: 0 };
  #reportedPackets = 0;
  #reportedOctets = 0;
  #sentBps = 0;
  #counts = { ...noCounts };
  readonly #reporter: NodeJS.Timeout;

  constructor(parameters: RtpStreamParameters, sink: RtpSink, events: RtpSenderEvents) {
    this.#parameters = parameters;
    this.#extensions = extensionsOf(parameters);
    this.#sink = sink;
    this.#events = events;
    this.#way = new WayToViewer(parameters.ssrc, parameters.wideSequenceId !== null);
    this.#pacer = new Pacer({
      carried: () => this.#way.pacedBps(now()),
      isQueued: () => this.#way.control?.isQueued ?? false,
      probe: () => (parameters.rtx === null ? null : (this.#way.control?.probeBps ?? null)),
      pad: () => this.#pad(),
      roomMade: () => events.roomMade(),
    });
    this.#lost = new LostPackets({
      history: this.#history,
      pacer: this.#pacer,
      sendAgain: (packet) => this.#transmitAgain(packet),
      keyFrameRequested: () => events.keyFrameRequested(),
    });
    this.#reporter = setInterval(() => this.#report(), REPORT_MS);
  }

  get estimate(): WayEstimate {
    const { bitrateBps, beginBps, ...rest } = this.#way.estimate(now());
    const ofVideo = (bps: number | null) => (bps === null ? null : Math.round(bps * this.#parity.videoPart));
    return { ...rest, bitrateBps: ofVideo(bitrateBps), beginBps: ofVideo(beginBps) };
  }

  /** What there may be to send at most, in bits a second; null: unknown. */
  setMaxBitrate(bitrateBps: number | null): void {
    this.#way.control?.setWanted(bitrateBps);
  }

  /**
   * Sends a frame at the pace of the way, or refuses it where too much waits already, and returns whether it took it. `sent`
   * is called after the last packet with the frame's RTP time stamp, which is later than that of the frame before.
   */
  send(frame: OutgoingFrame, sent: (rtpTimestamp: number) => void): boolean {
    const payloads = frame.rtpPayloads();
    const sizes = payloads.map(wireBytesOf);
    const { ssrc, parity } = this.#parameters;
    const steps = parity === null ? plainSteps(sizes) : this.#parity.stepsOf(sizes, ssrc);
    const timestamp = this.#timestampOf(frame.time);
    this.#way.control?.noteDemand(now());
    const isTaken = this.#pacer.add({
      sizes: steps.map(({ bytes }) => bytes),
      bytes: bytesOf(steps),
      send: (index) => {
        const step = steps[index];
        if (step !== undefined) this.#sendStep(step, payloads, timestamp);
        if (step?.kind === "video") this.#lost.noteSent(this.#sequence, frame.isKeyFrame && index === 0);
      },
      done: () => sent(timestamp),
    });
    if (isTaken) this.#timestamp = timestamp;
    return isTaken;
  }

  /** Takes a report or a request of the viewer. */
  handleRtcp(packet: RtcpPacket): void {
    if (this.#way.handleRtcp(packet, this.#sentBps, now())) {
      this.#parity.noteLoss(this.#way.estimate(now()).loss, now());
      this.#events.wayReported();
    }
    if (packet instanceof RtcpTransportLayerFeedback && packet.feedback instanceof GenericNack) {
      if (packet.feedback.mediaSourceSsrc === this.#parameters.ssrc) this.#resend(packet.feedback.lost);
    } else if (packet instanceof RtcpRrPacket) {
      const report = packet.reports.find(({ ssrc }) => ssrc === this.#parameters.ssrc);
      if (report !== undefined) this.#reportedSequence = report.highestSequence & 0xffff;
    } else if (packet instanceof RtcpPayloadSpecificFeedback) {
      this.#handleKeyFrameRequest(packet.feedback);
    }
  }

  takeCounts(): SentCounts {
    const counts = this.#counts;
    this.#counts = { ...noCounts };
    return counts;
  }

  close(): void {
    clearInterval(this.#reporter);
    this.#pacer.close();
  }

  /** Two encoders may give frames of the same moment. */
  #timestampOf(time: Milliseconds): number {
    const timestamp = (rtpTimestampOf(time) + this.#timestampOffset) >>> 0;
    const before = this.#timestamp;
    return before !== null && ((timestamp - before) | 0) <= 0 ? (before + 1) >>> 0 : timestamp;
  }

  #sendStep(step: FrameStep, payloads: readonly Buffer[], timestamp: number): void {
    if (step.kind === "parity") return this.#sendParity(step.parity.payload(), timestamp);
    const payload = payloads[step.index];
    if (payload === undefined) return;
    const sequence = (this.#sequence + 1) & 0xffff;
    this.#sequence = sequence;
    const [isFirst, marker] = [step.index === 0, step.index === payloads.length - 1];
    const { ssrc, payloadType } = this.#parameters;
    const fields = { ssrc, payloadType, sequence, timestamp, marker };
    this.#sentAt = now();
    const wide = this.#nextWide(wireBytesOf(payload));
    this.#history.add({ sequence, timestamp, marker, isFirst, payload, wide, sentAt: this.#sentAt, resentAt: null });
    this.#transmit(payload, this.#headerOf(fields, isFirst, wide));
    if (step.parity !== null) {
      const header = this.#headerOf(fields, isFirst, wide === null ? null : 0);
      step.parity.add(header.serialize(header.serializeSize), payload);
    }
    this.#totals.packets += 1;
    this.#totals.octets += payload.length;
  }

  #sendParity(payload: Buffer, timestamp: number): void {
    const { parity } = this.#parameters;
    if (parity === null) return;
    this.#paritySequence = (this.#paritySequence + 1) & 0xffff;
    const fields = { ...parity, sequence: this.#paritySequence, timestamp, marker: false };
    this.#transmit(payload, this.#headerOf(fields, false, this.#nextWide(wireBytesOf(payload))));
    this.#counts.parity += 1;
  }

  #nextWide(wireBytes: number): number | null {
    return this.#way.control?.noteSent(wireBytes, now()) ?? null;
  }

  #resend(missing: readonly number[]): void {
    const at = now();
    const way = { at, roundTripMs: this.#way.roundTripMs ?? 0, carriedBps: this.#way.pacedBps(at) };
    this.#counts.retransmitted += this.#lost.handleMissing(missing, way);
  }

  #transmitAgain(packet: SentPacket): void {
    const { sequence, timestamp, marker, isFirst, payload, wide } = packet;
    const { rtx, ssrc, payloadType } = this.#parameters;
    const original = { ssrc, payloadType, sequence, timestamp, marker };
    // Bit for bit, as it is encrypted under the same nonce.
    if (rtx === null) return this.#transmit(payload, this.#headerOf(original, isFirst, wide));
    // RFC 4588 section 4: the original sequence number, then the original payload.
    const wrapped = Buffer.allocUnsafe(payload.length + 2);
    wrapped.writeUInt16BE(sequence);
    payload.copy(wrapped, 2);
    this.#rtxSequence = (this.#rtxSequence + 1) & 0xffff;
    const fields = { ...rtx, sequence: this.#rtxSequence, timestamp, marker };
    this.#transmit(wrapped, this.#headerOf(fields, false, this.#nextWide(wireBytesOf(wrapped))));
  }

  /** Sends one of the last packets once more, for a probe; gives its size. */
  #pad(): number {
    this.#padding = (this.#padding + 1) % PADDING_PACKETS;
    const packet = this.#history.get((this.#sequence - this.#padding) & 0xffff) ?? this.#history.get(this.#sequence);
    if (packet === null || this.#parameters.rtx === null) return 0;
    this.#transmitAgain(packet);
    return wireBytesOf(packet.payload);
  }

  #headerOf(fields: RtpFields, isFirst: boolean, wide: number | null): RtpHeader {
    const known = this.#extensions[isFirst ? "first" : "later"];
    return rtpHeaderOf(fields, known, this.#parameters.wideSequenceId, wide);
  }

  #transmit(payload: Buffer, header: RtpHeader): void {
    this.#sink.sendRtp(payload, header);
    this.#counts.packets += 1;
    this.#counts.bytes += payload.length;
  }

  /** `feedback` is missing where it is of a sort that werift does not know. */
  #handleKeyFrameRequest(feedback: RtcpPayloadSpecificFeedback["feedback"] | undefined): void {
    if (feedback instanceof PictureLossIndication) {
      if (feedback.mediaSsrc === this.#parameters.ssrc && !this.#hasAllForLong()) this.#events.keyFrameRequested();
    } else if (feedback !== undefined && "fir" in feedback) {
      const entry = feedback.fir.find(({ ssrc }) => ssrc === this.#parameters.ssrc);
      // RFC 5104 section 4.3.1.2: the same number again is the same request again.
      if (entry === undefined || entry.sequenceNumber === this.#lastFir) return;
      this.#lastFir = entry.sequenceNumber;
      this.#events.keyFrameRequested();
    }
  }

  #hasAllForLong(): boolean {
    return this.#reportedSequence === this.#sequence && now() - this.#sentAt > IDLE_MS;
  }

  /** RFC 3550 section 6.4.1; only while packets flow, so that a scene at rest is silent. */
  #report(): void {
    if (this.#totals.packets === this.#reportedPackets) return;
    this.#reportedPackets = this.#totals.packets;
    this.#sentBps = ((this.#totals.octets - this.#reportedOctets) * 8000) / REPORT_MS;
    this.#reportedOctets = this.#totals.octets;
    const at = now();
    const timestamp = (rtpTimestampOf(at) + this.#timestampOffset) >>> 0;
    this.#sink.sendRtcp([senderReportOf(this.#parameters.ssrc, { at, timestamp, ...this.#totals })]);
  }
}
