/**
 * Owns what a viewer's RTCP tells of the way to it: transport-wide feedback, else REMB (draft-alvestrand-rmcat-remb-03) and
 * the losses of receiver reports (RFC 3550 section 6.4.1), and round trips.
 */

import {
  ReceiverEstimatedMaxBitrate,
  type RtcpPacket,
  RtcpPayloadSpecificFeedback,
  RtcpRrPacket,
  RtcpTransportLayerFeedback,
  TransportWideCC,
} from "werift";
import { CongestionControl } from "../congestion/congestion-control.ts";
import { MIN_BPS } from "../congestion/delay-control.ts";
import { unknownWay, type WayEstimate } from "../transport.ts";

/** What is left for video of each packet of 1200 bytes. */
const PAYLOAD_PART = 0.96;
/** What is lost is sent again, and takes so much of the rate at most. */
const MAX_AGAIN_PART = 0.1;
const COMPACT_SECOND = 65_536;
/** A report on losses as high as this, twice in a row, lowers the rate where there is no better feedback. */
const MUCH_LOSS = 0.1;
const LITTLE_LOSS = 0.02;
const GROWTH = 1.08;

export class WayToViewer {
  readonly #ssrc: number;
  /** Null where the viewer gives no transport-wide feedback. */
  readonly control: CongestionControl | null;
  #remb: number | null = null;
  #reportedLoss = 0;
  #lossLimit: number | null = null;
  #reportedRoundTripMs: number | null = null;

  constructor(ssrc: number, hasWideFeedback: boolean) {
    this.#ssrc = ssrc;
    this.control = hasWideFeedback ? new CongestionControl() : null;
  }

  /** What packets are paced by, in bits a second; null: by nothing. */
  pacedBps(at: number): number | null {
    const paced = this.control?.paced(at) ?? null;
    return paced ?? this.#fallBack();
  }

  estimate(at: number): WayEstimate {
    const told = this.control?.told(at) ?? null;
    const hasControl = told !== null;
    const bitrate = hasControl ? told : this.#fallBack();
    const loss = hasControl ? (this.control?.loss ?? 0) : this.#reportedLoss;
    const payload = (bps: number | null) =>
      bps === null ? null : Math.round(bps * PAYLOAD_PART * (1 - Math.min(loss, MAX_AGAIN_PART)));
    return {
      ...unknownWay,
      bitrateBps: payload(bitrate),
      beginBps: payload(this.control?.begins(at) ?? null),
      roundTripMs: this.roundTripMs,
      queueMs: this.control?.queueMs ?? null,
      loss,
    };
  }

  get roundTripMs(): number | null {
    return this.#reportedRoundTripMs ?? this.control?.roundTripMs ?? null;
  }

  /** Takes a packet of the viewer. `sentBps` is what is sent to it. Returns whether the estimate may be another now. */
  handleRtcp(packet: RtcpPacket, sentBps: number, at: number): boolean {
    if (packet instanceof RtcpTransportLayerFeedback && packet.feedback instanceof TransportWideCC) {
      this.control?.handleFeedback(packet.feedback, at);
      return true;
    }
    if (packet instanceof RtcpPayloadSpecificFeedback && packet.feedback instanceof ReceiverEstimatedMaxBitrate) {
      const bitrate = Number(packet.feedback.bitrate);
      if (packet.feedback.ssrcFeedbacks.includes(this.#ssrc) && bitrate > 0) this.#remb = Math.max(MIN_BPS, bitrate);
      return true;
    }
    if (!(packet instanceof RtcpRrPacket)) return false;
    const report = packet.reports.find(({ ssrc }) => ssrc === this.#ssrc);
    if (report === undefined) return false;
    this.#noteRoundTrip(report.lsr, report.dlsr, at);
    this.#noteLoss(report.fractionLost / 256, sentBps);
    return true;
  }

  #fallBack(): number | null {
    if (this.#remb === null || this.#lossLimit === null) return this.#remb ?? this.#lossLimit;
    return Math.min(this.#remb, this.#lossLimit);
  }

  #noteLoss(loss: number, sentBps: number): void {
    const isTwice = loss > MUCH_LOSS && this.#reportedLoss > MUCH_LOSS;
    this.#reportedLoss = loss;
    const limit = this.#lossLimit;
    if (isTwice && sentBps > 0)
      this.#lossLimit = Math.max(MIN_BPS, Math.min(limit ?? sentBps, sentBps) * (1 - loss / 2));
    else if (limit !== null && loss < LITTLE_LOSS)
      this.#lossLimit = limit * GROWTH < sentBps * 4 ? limit * GROWTH : null;
  }

  /** Both in units of 1/65536 s; `lsr` is the middle of the NTP time of a sender report, 0 where none came yet. */
  #noteRoundTrip(lsr: number, dlsr: number, at: number): void {
    if (lsr === 0) return;
    const compact = Math.floor(((at / 1000) % COMPACT_SECOND) * COMPACT_SECOND);
    // The seconds of 1900 to 1970 are a whole number modulo 2^16.
    const arrived = (compact + NTP_OFFSET_COMPACT) % 2 ** 32;
    const units = (arrived - lsr - dlsr) | 0;
    const ms = (units * 1000) / COMPACT_SECOND;
    if (ms >= 0 && ms < 60_000) this.#reportedRoundTripMs = ms;
  }
}

const NTP_OFFSET_COMPACT = (2_208_988_800 % COMPACT_SECOND) * COMPACT_SECOND;
