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
  RtcpSenderInfo,
  RtcpSrPacket,
  RtcpTransportLayerFeedback,
  RtpHeader,
} from "werift";
import { type Milliseconds, milliseconds, now, rtpTimestampOf } from "../../shared/time.ts";
import { RtpHistory, type SentPacket } from "./rtp-history.ts";
import type { OutgoingFrame, SentCounts } from "./transport.ts";

/** What the stream was negotiated to be. */
export type RtpStreamParameters = {
  readonly ssrc: number;
  readonly payloadType: number;
  /** Null where the viewer takes no RTX (RFC 4588); lost packets are then sent again as they were. */
  readonly rtx: { readonly ssrc: number; readonly payloadType: number } | null;
  /** The ids of header extensions (RFC 8285) that the viewer takes; null where it does not. */
  readonly midExtension: { readonly id: number; readonly mid: string } | null;
  readonly playoutDelayId: number | null;
};

/** Where packets go: they are encrypted and sent at once. */
export type RtpSink = {
  sendRtp(payload: Buffer, header: RtpHeader): void;
  sendRtcp(packets: RtcpPacket[]): void;
};

/** So many packets leave at once; the rest of a large frame follows in portions, so that no buffer on the way floods. */
const BURST_PACKETS = 48;
const BURST_PAUSE_MS = 1;
const REPORT_MS = 1000;
/**
 * Chrome asks for a key frame when no frame came for three seconds, although a scene at rest sends none. Such a request
 * is known by the silence before it and by the viewer's report that it has all that was sent.
 */
const IDLE_MS = 2000;
/** Seconds from 1900, the epoch of NTP, to 1970 (RFC 5905). */
const NTP_OFFSET = 2_208_988_800;
/** Minimum and maximum delay, 12 bits each, in units of 10 ms: show every frame at once. */
const NO_PLAYOUT_DELAY = Buffer.alloc(3);

type Extension = { readonly id: number; readonly payload: Buffer };

export class RtpVideoSender {
  readonly #parameters: RtpStreamParameters;
  readonly #sink: RtpSink;
  readonly #keyFrameRequested: () => void;
  readonly #extensions: Readonly<Record<"first" | "later", Extension[]>>;
  readonly #history = new RtpHistory();
  readonly #timestampOffset = randomBytes(4).readUInt32BE();
  // Below 2^15, so that the rollover counter of SRTP cannot be misjudged at the start (RFC 3711 section 3.3.1).
  #sequence = randomBytes(2).readUInt16BE() & 0x7fff;
  #rtxSequence = randomBytes(2).readUInt16BE() & 0x7fff;
  #lastFir: number | null = null;
  #sentAt = milliseconds(0);
  /** The last sequence number that the viewer reported to have. */
  #reportedSequence: number | null = null;
  #queue: (() => void)[] = [];
  #drain: NodeJS.Timeout | undefined;
  #totals = { packets: 0, octets: 0 };
  #reportedPackets = 0;
  #counts = { packets: 0, bytes: 0, retransmitted: 0 };
  readonly #reporter: NodeJS.Timeout;

  constructor(parameters: RtpStreamParameters, sink: RtpSink, keyFrameRequested: () => void) {
    this.#parameters = parameters;
    this.#extensions = extensionsOf(parameters);
    this.#sink = sink;
    this.#keyFrameRequested = keyFrameRequested;
    this.#reporter = setInterval(() => this.#report(), REPORT_MS);
  }

  /** Sends a frame; large ones in portions. `sent` is called after the last packet with the frame's RTP time stamp. */
  send(frame: OutgoingFrame, sent: (rtpTimestamp: number) => void): void {
    const timestamp = (rtpTimestampOf(frame.time) + this.#timestampOffset) >>> 0;
    const payloads = frame.rtpPayloads();
    const last = payloads.length - 1;
    payloads.forEach((payload, index) => {
      this.#queue.push(() => this.#sendNew(payload, timestamp, index === 0, index === last));
    });
    this.#queue.push(() => sent(timestamp));
    if (this.#drain === undefined) this.#sendPortion();
  }

  /** Takes a report or a request of the viewer. */
  handleRtcp(packet: RtcpPacket): void {
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
    this.#counts = { packets: 0, bytes: 0, retransmitted: 0 };
    return counts;
  }

  close(): void {
    clearInterval(this.#reporter);
    clearTimeout(this.#drain);
    this.#queue = [];
  }

  #sendPortion(): void {
    for (const step of this.#queue.splice(0, BURST_PACKETS)) step();
    this.#drain = this.#queue.length === 0 ? undefined : setTimeout(() => this.#sendPortion(), BURST_PAUSE_MS);
  }

  #sendNew(payload: Buffer, timestamp: number, isFirst: boolean, marker: boolean): void {
    this.#sequence = (this.#sequence + 1) & 0xffff;
    const sequence = this.#sequence;
    const { ssrc, payloadType } = this.#parameters;
    this.#sentAt = now();
    this.#history.add({ sequence, timestamp, marker, isFirst, payload, sentAt: this.#sentAt, resentAt: null });
    this.#transmit(payload, { ssrc, payloadType, sequence, timestamp, marker }, isFirst);
    this.#totals.packets += 1;
    this.#totals.octets += payload.length;
  }

  #resend(lost: readonly number[]): void {
    const at = now();
    for (const sequence of lost) {
      const packet = this.#history.takeForResend(sequence, at);
      if (packet === null) continue;
      this.#counts.retransmitted += 1;
      this.#transmitAgain(packet);
    }
  }

  #transmitAgain(packet: SentPacket): void {
    const { sequence, timestamp, marker, isFirst, payload } = packet;
    const { rtx, ssrc, payloadType } = this.#parameters;
    // Bit for bit, as it is encrypted under the same nonce.
    if (rtx === null) return this.#transmit(payload, { ssrc, payloadType, sequence, timestamp, marker }, isFirst);
    // RFC 4588 section 4: the original sequence number, then the original payload.
    const wrapped = Buffer.allocUnsafe(payload.length + 2);
    wrapped.writeUInt16BE(sequence);
    payload.copy(wrapped, 2);
    this.#rtxSequence = (this.#rtxSequence + 1) & 0xffff;
    this.#transmit(wrapped, { ...rtx, sequence: this.#rtxSequence, timestamp, marker }, false);
  }

  #transmit(
    payload: Buffer,
    fields: { ssrc: number; payloadType: number; sequence: number; timestamp: number; marker: boolean },
    isFirst: boolean,
  ): void {
    const { ssrc, payloadType, sequence: sequenceNumber, timestamp, marker } = fields;
    const extensions = isFirst ? this.#extensions.first : this.#extensions.later;
    const header = new RtpHeader({ ssrc, payloadType, sequenceNumber, timestamp, marker, extensions });
    this.#sink.sendRtp(payload, header);
    this.#counts.packets += 1;
    this.#counts.bytes += payload.length;
  }

  #handleKeyFrameRequest(feedback: RtcpPayloadSpecificFeedback["feedback"]): void {
    if (feedback instanceof PictureLossIndication) {
      if (feedback.mediaSsrc === this.#parameters.ssrc && !this.#hasAllForLong()) this.#keyFrameRequested();
    } else if ("fir" in feedback) {
      const entry = feedback.fir.find(({ ssrc }) => ssrc === this.#parameters.ssrc);
      // RFC 5104 section 4.3.1.2: the same number again is the same request again.
      if (entry === undefined || entry.sequenceNumber === this.#lastFir) return;
      this.#lastFir = entry.sequenceNumber;
      this.#keyFrameRequested();
    }
  }

  #hasAllForLong(): boolean {
    return this.#reportedSequence === this.#sequence && now() - this.#sentAt > IDLE_MS;
  }

  /** RFC 3550 section 6.4.1; only while packets flow, so that a scene at rest is silent. */
  #report(): void {
    if (this.#totals.packets === this.#reportedPackets) return;
    this.#reportedPackets = this.#totals.packets;
    const at = now();
    const senderInfo = new RtcpSenderInfo({
      ntpTimestamp: ntpTimestampOf(at),
      rtpTimestamp: (rtpTimestampOf(at) + this.#timestampOffset) >>> 0,
      packetCount: this.#totals.packets >>> 0,
      octetCount: this.#totals.octets >>> 0,
    });
    this.#sink.sendRtcp([new RtcpSrPacket({ ssrc: this.#parameters.ssrc, senderInfo })]);
  }
}

/** Of the first packet of a frame, and of all others. */
function extensionsOf({ midExtension, playoutDelayId }: RtpStreamParameters): {
  first: Extension[];
  later: Extension[];
} {
  const later = midExtension === null ? [] : [{ id: midExtension.id, payload: Buffer.from(midExtension.mid) }];
  const delay = playoutDelayId === null ? [] : [{ id: playoutDelayId, payload: NO_PLAYOUT_DELAY }];
  return { first: [...later, ...delay], later };
}

function ntpTimestampOf(time: Milliseconds): bigint {
  const seconds = Math.floor(time / 1000);
  const fraction = Math.floor(((time - seconds * 1000) / 1000) * 2 ** 32);
  return (BigInt(seconds + NTP_OFFSET) << 32n) | BigInt(fraction);
}
