/**
 * Owns when a way is tried for more than it is known to carry, and what such a probe proved: a short run of packets at a
 * higher rate, padded where there is too little to send. Pure. It follows what libwebrtc's probes do.
 *
 * PB1 At the start a probe at three times the first estimate; then at twice of what the one before proved, as long as each proves
 *     70 % of its rate.
 * PB2 Later a probe at twice the estimate 0.7 s after a large drop, then after 2 s and up to 4 s, while more than the estimate is
 *     wanted. In the first three seconds every 300 ms.
 * PB3 None while a queue stands, nor while nothing is sent: a scene at rest is silent.
 * PB4 A probe lasts 15 ms and five packets at least. It proves the lower of the rates at which its packets left and arrived;
 *     packets that arrived slower than they left show what the way carries, 5 % off.
 * PB5 Where packets are late by chance (arrival-jitter.ts) a probe lasts longer, and its arrival counts as longer than it was.
 *     One whose packets arrived in less than half the time in which they left proves nothing, as they were held up together
 *     on their way; it is tried again soon.
 */

import type { PacketReport } from "./sent-packets.ts";

/** What probes are decided by. */
export type ProbeNeed = {
  readonly estimateBps: number;
  readonly wantedBps: number;
  readonly queueMs: number;
  readonly jitterMs: number;
};

type Probe = {
  readonly id: number;
  readonly bitrateBps: number;
  readonly begunAt: number;
  readonly spanMs: number;
  /** What its times of arrival may be wrong by. */
  readonly marginMs: number;
  isSending: boolean;
  sentPackets: number;
  sentBytes: number;
  judged: number;
  arrived: number;
  bytes: number;
  firstSent: PacketReport | null;
  lastSent: PacketReport | null;
  firstArrivedAt: number;
  firstArrivedBytes: number;
  lastArrivedAt: number;
};

const FIRST_FACTOR = 3;
const FACTOR = 2;
const GOOD_PART = 0.7;
const SPAN_MS = 15;
const MIN_PACKETS = 5;
/** So much there is on a way without jitter, by the queue of the stream itself. */
export const USUAL_JITTER_MS = 4;
const SPAN_FACTOR = 3;
const MARGIN_FACTOR = 1.5;
const MAX_EXTRA_SPAN_MS = 100;
const MAX_RATIO = 2;
/** Times of arrival are told to a quarter of a millisecond; less than this is not measured. */
const MIN_SPAN_MS = 5;
/** A probe that cannot be sent, or of which nothing more is heard, is over by then. */
const SENDING_DEADLINE_MS = 250;
const RESULT_DEADLINE_MS = 1000;
const START_MS = 3000;
const START_PAUSE_MS = 300;
const AFTER_DROP_MS = 700;
const AGAIN_AFTER_MS = 300;
const START_AGAIN_MS = 50;
const FIRST_PAUSE_MS = 2000;
const MAX_PAUSE_MS = 4000;
const CALM_QUEUE_MS = 30;
/** As much as anything needs that is streamed today; the way is tried for it once, at the start. */
const PLENTY_BPS = 30_000_000;
const MAX_BPS = 100_000_000;

export class ProbeControl {
  #probe: Probe | null = null;
  #count = 0;
  #begunAt: number | null = null;
  #nextAt = -Infinity;
  #pauseMs = FIRST_PAUSE_MS;

  /** The rate of the probe that is being sent; null without one. */
  get bitrateBps(): number | null {
    return this.#probe?.isSending === true ? this.#probe.bitrateBps : null;
  }

  /** Begins a probe if one is due; called when there is something to send (PB3). */
  begin(need: ProbeNeed, at: number): void {
    this.#begunAt ??= at;
    const isOver = this.#probe !== null && at - this.#probe.begunAt > RESULT_DEADLINE_MS;
    if (isOver) this.#probe = null;
    if (this.#probe !== null || at < this.#nextAt || need.queueMs > CALM_QUEUE_MS) return;
    const isStart = this.#isStart(at);
    const enough = isStart ? Math.max(PLENTY_BPS, need.wantedBps) : need.wantedBps;
    if (need.estimateBps >= enough) return;
    const factor = this.#count === 0 ? FIRST_FACTOR : FACTOR;
    this.#start(
      Math.min(need.estimateBps * factor, Math.max(PLENTY_BPS, 2 * need.wantedBps), MAX_BPS),
      need.jitterMs,
      at,
    );
    this.#nextAt = at + (isStart ? START_PAUSE_MS : this.#pauseMs);
    if (!isStart) this.#pauseMs = Math.min(this.#pauseMs * 1.6, MAX_PAUSE_MS);
  }

  /** The estimate fell by much (PB2). */
  noteDrop(at: number): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#nextAt = at + AFTER_DROP_MS;
  }

  /** The probe that a packet that is sent now belongs to; 0: to none. */
  noteSent(bytes: number, at: number): number {
    const probe = this.#probe;
    if (probe === null || !probe.isSending) return 0;
    probe.sentPackets += 1;
    probe.sentBytes += bytes;
    const isEnough = probe.sentBytes * 8000 >= probe.bitrateBps * probe.spanMs && probe.sentPackets >= MIN_PACKETS;
    if (isEnough || at - probe.begunAt > SENDING_DEADLINE_MS) probe.isSending = false;
    return probe.id;
  }

  /** Takes what became of packets. Gives the rate that a probe proved, once. */
  judge(reports: readonly PacketReport[], at: number): number | null {
    const probe = this.#probe;
    if (probe === null) return null;
    for (const report of reports) if (report.probe === probe.id) take(probe, report);
    if (probe.isSending || probe.judged < probe.sentPackets) return null;
    this.#probe = null;
    const proven = provenBy(probe);
    if (proven === null)
      this.#nextAt = Math.min(this.#nextAt, at + (this.#isStart(at) ? START_AGAIN_MS : AGAIN_AFTER_MS));
    const certain = probe.spanMs / (probe.spanMs + probe.marginMs);
    if (proven !== null && proven >= probe.bitrateBps * GOOD_PART * certain) {
      this.#nextAt = at;
      this.#pauseMs = FIRST_PAUSE_MS;
    }
    return proven;
  }

  #isStart(at: number): boolean {
    return at - (this.#begunAt ?? at) < START_MS;
  }

  #start(bitrateBps: number, jitterMs: number, at: number): void {
    this.#count += 1;
    const jitter = Math.max(0, jitterMs - USUAL_JITTER_MS);
    this.#probe = {
      id: this.#count,
      bitrateBps,
      begunAt: at,
      spanMs: SPAN_MS + Math.min(SPAN_FACTOR * jitter, MAX_EXTRA_SPAN_MS),
      marginMs: MARGIN_FACTOR * jitter,
      isSending: true,
      sentPackets: 0,
      sentBytes: 0,
      judged: 0,
      arrived: 0,
      bytes: 0,
      firstSent: null,
      lastSent: null,
      firstArrivedAt: Number.POSITIVE_INFINITY,
      firstArrivedBytes: 0,
      lastArrivedAt: -Infinity,
    };
  }
}

function take(probe: Probe, report: PacketReport): void {
  if (!report.wasLost) probe.judged += 1;
  const { arrivedAt } = report;
  if (arrivedAt === null) return;
  probe.arrived += 1;
  probe.bytes += report.bytes;
  if (probe.firstSent === null || report.sentAt < probe.firstSent.sentAt) probe.firstSent = report;
  if (probe.lastSent === null || report.sentAt >= probe.lastSent.sentAt) probe.lastSent = report;
  if (arrivedAt < probe.firstArrivedAt) {
    probe.firstArrivedAt = arrivedAt;
    probe.firstArrivedBytes = report.bytes;
  }
  probe.lastArrivedAt = Math.max(probe.lastArrivedAt, arrivedAt);
}

/** PB4 and PB5; null where that cannot be said. */
function provenBy({ arrived, sentPackets, bytes, firstSent, lastSent, ...probe }: Probe): number | null {
  if (arrived < sentPackets * 0.8 || arrived < MIN_PACKETS - 1 || firstSent === null || lastSent === null) return null;
  const sendSpan = Math.max(lastSent.sentAt - firstSent.sentAt, 1);
  const arrivalSpan = Math.max(probe.lastArrivedAt - probe.firstArrivedAt, 1);
  if (sendSpan > MIN_SPAN_MS && sendSpan > MAX_RATIO * arrivalSpan) return null;
  const sentBps = ((bytes - lastSent.bytes) * 8000) / sendSpan;
  const arrivedBps = ((bytes - probe.firstArrivedBytes) * 8000) / (arrivalSpan + probe.marginMs);
  return arrivedBps < 0.9 * sentBps ? 0.95 * arrivedBps : Math.min(sentBps, arrivedBps, MAX_BPS);
}
