/**
 * Owns the estimate of what the way to one viewer carries, from its transport-wide feedback: Google congestion control
 * (draft-ietf-rmcat-gcc-02) with probes. Pure; it tells the time only from what it is given.
 *
 * CC1 The estimate is the lower of what delay and losses allow, at least 100 kbit/s.
 * CC2 While a queue stands the estimate is lowered further for as long, so that it drains: by half at 280 ms.
 * CC3 It is told once it is as much as is wanted, or known to be less; at the latest half a second after the first feedback.
 * CC4 Feedback that does not come though packets are sent halves it every half second and two round trips; 200 ms after that
 *     at the earliest, a probe finds out what there is.
 * CC5 Jitter (arrival-jitter.ts) is no queue.
 * CC6 A viewer that never gives feedback, whatever it agreed to, limits nothing.
 */

import type { TransportWideCC } from "werift";
import { ArrivalJitter } from "./arrival-jitter.ts";
import { DelayControl, MIN_BPS } from "./delay-control.ts";
import { LossControl } from "./loss-control.ts";
import { ProbeControl, USUAL_JITTER_MS } from "./probe-control.ts";
import { QueueDelay } from "./queue-delay.ts";
import { RateWindow } from "./rate-window.ts";
import { type PacketReport, SentPackets } from "./sent-packets.ts";
import { Trendline } from "./trendline.ts";

const FIRST_BPS = 1_000_000;
const MAX_BPS = 100_000_000;
/** What is wanted while nobody said so. */
const UNTOLD_BPS = 20_000_000;
/** More than is wanted, so that what a frame takes more than the one before is carried too. */
const SPARE = 1.5;
const WINDOW_MS = 300;
const BUSY_MS = 120;
const FIRST_ROUND_TRIP_MS = 100;
const DRAIN_FROM_MS = 80;
const FILLING_FROM_MS = 40;
const DRAIN_OVER_MS = 400;
const MIN_DRAIN = 0.2;
const LARGE_DROP = 0.66;
const SILENCE_MS = 500;
const TELL_AFTER_MS = 500;
const NEVER_MS = 1500;
const BEGINNING_MS = 3000;

export class CongestionControl {
  readonly #sent = new SentPackets();
  readonly #trendline = new Trendline();
  readonly #queue = new QueueDelay();
  readonly #jitter = new ArrivalJitter();
  readonly #delay = new DelayControl(FIRST_BPS);
  readonly #loss = new LossControl();
  readonly #probes = new ProbeControl();
  readonly #incoming = new RateWindow(WINDOW_MS);
  #wantedBps = UNTOLD_BPS;
  #highest = { bps: FIRST_BPS, at: 0 };
  #roundTripMs: number | null = null;
  /** As of the last feedback. */
  #queueMs = 0;
  #firstSentAt: number | null = null;
  #firstFeedbackAt: number | null = null;
  /** When the oldest packet was sent that a silence is counted from; null while nothing is on its way. */
  #silentSince: number | null = null;
  /** Whether the way ever showed a limit. */
  #isLimited = false;

  /** What there may be to send at most, in bits a second; null: unknown. */
  setWanted(bitrateBps: number | null): void {
    this.#wantedBps = bitrateBps === null ? UNTOLD_BPS : bitrateBps * SPARE;
  }

  /** In bits a second; null while it is not to be told (CC3, CC6). */
  told(at: number): number | null {
    if (this.#firstFeedbackAt === null) return null;
    const isKnown = this.#isLimited || at - this.#firstFeedbackAt > TELL_AFTER_MS;
    const target = this.#target();
    return isKnown || target >= this.#wantedBps ? target : null;
  }

  /** What is safe to begin with, in bits a second; null once a limit showed, as much is proven as is wanted, or it takes long. */
  begins(at: number): number | null {
    const target = this.#target();
    const isOver = this.#isLimited || target >= this.#wantedBps || at - (this.#firstSentAt ?? at) > BEGINNING_MS;
    return isOver ? null : target;
  }

  /** What packets are paced by, in bits a second, before any factor; null: by nothing. */
  paced(at: number): number | null {
    const isDeaf = this.#firstFeedbackAt === null && this.#firstSentAt !== null && at - this.#firstSentAt > NEVER_MS;
    return isDeaf ? null : this.#target();
  }

  /** Whether a queue stands on the way. */
  get isQueued(): boolean {
    return this.#queueMs > DRAIN_FROM_MS;
  }

  /** How long packets wait in queues on the way, as of the last feedback; null before the first. */
  get queueMs(): number | null {
    return this.#firstFeedbackAt === null ? null : this.#queueMs;
  }

  get loss(): number {
    return this.#loss.loss;
  }

  /** From the sending of a packet to the feedback about it, the shortest of late. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** The rate of the probe that is being sent, which is to be filled up with packets that went before; null without. */
  get probeBps(): number | null {
    return this.#probes.bitrateBps;
  }

  /** There is something new to send. */
  noteDemand(at: number): void {
    if (this.#firstSentAt !== null && this.paced(at) === null) return;
    const need = {
      estimateBps: this.#target(),
      wantedBps: this.#wantedBps,
      queueMs: this.#queueMs,
      jitterMs: this.#jitter.ms,
    };
    this.#probes.begin(need, at);
    this.#punishSilence(at);
  }

  /** Notes a packet that is sent now and gives its transport-wide number. */
  noteSent(bytes: number, at: number): number {
    this.#firstSentAt ??= at;
    this.#silentSince ??= at;
    return this.#sent.add(bytes, at, this.#probes.noteSent(bytes, at));
  }

  handleFeedback(feedback: TransportWideCC, at: number): void {
    const reports = this.#sent.read(feedback);
    if (reports.length === 0) return;
    this.#firstFeedbackAt ??= at;
    this.#silentSince = null;
    this.#noteRoundTrip(reports, at);
    for (const report of reports) {
      if (report.arrivedAt === null) continue;
      this.#trendline.add(report);
      this.#queue.add(report.sentAt, report.arrivedAt, report.bytes);
      this.#jitter.add(report.sentAt, report.arrivedAt);
      this.#incoming.add(report.arrivedAt, report.bytes);
    }
    const before = this.#target();
    this.#queueMs = Math.max(0, this.#queue.ms - this.#extraJitterMs());
    this.#follow(at);
    this.#countLosses(reports, at);
    this.#prove(this.#probes.judge(reports, at));
    this.#delay.limit(MAX_BPS);
    this.#watchDrops(before, at);
  }

  #follow(at: number): void {
    const isLowered = this.#delay.update(
      {
        fillingBps: this.#queue.filling(FILLING_FROM_MS + 2 * this.#extraJitterMs()),
        usage: this.#trendline.usage,
        queueMs: this.#queueMs,
        incomingBps: this.#incoming.busy(WINDOW_MS),
        busyBps: this.#incoming.busy(BUSY_MS),
        roundTripMs: this.#roundTripMs ?? FIRST_ROUND_TRIP_MS,
      },
      at,
    );
    if (isLowered) this.#isLimited = true;
  }

  #countLosses(reports: readonly PacketReport[], at: number): void {
    let [lost, arrived] = [0, 0];
    for (const { arrivedAt, wasLost } of reports) {
      if (arrivedAt === null) lost += 1;
      else arrived += 1;
      if (wasLost) lost -= 1;
    }
    this.#loss.add(lost, arrived, this.#delay.bitrateBps, this.#incoming.busy(WINDOW_MS), at);
  }

  #prove(proven: number | null): void {
    if (proven === null) return;
    this.#delay.prove(proven);
    this.#loss.prove(proven);
  }

  #target(): number {
    const rate = Math.min(this.#delay.bitrateBps, this.#loss.bitrateBps);
    const drain = 1 - Math.max(0, this.#queueMs - DRAIN_FROM_MS) / DRAIN_OVER_MS;
    return Math.max(MIN_BPS, rate * Math.max(MIN_DRAIN, drain));
  }

  #extraJitterMs(): number {
    return Math.max(0, this.#jitter.ms - USUAL_JITTER_MS);
  }

  #noteRoundTrip(reports: readonly PacketReport[], at: number): void {
    let newest = -Infinity;
    for (const { sentAt, arrivedAt } of reports) if (arrivedAt !== null) newest = Math.max(newest, sentAt);
    if (newest === -Infinity) return;
    const ms = at - newest;
    const known = this.#roundTripMs;
    this.#roundTripMs = known === null || ms < known ? ms : known + (ms - known) / 16;
  }

  #watchDrops(before: number, at: number): void {
    const rate = this.#target();
    if (rate >= this.#highest.bps || at - this.#highest.at > 5000) this.#highest = { bps: rate, at };
    if (rate < before && rate < this.#highest.bps * LARGE_DROP) {
      this.#highest = { bps: rate, at };
      this.#probes.noteDrop(at);
    }
  }

  /** CC4 */
  #punishSilence(at: number): void {
    if (this.#firstFeedbackAt === null || this.#silentSince === null) return;
    if (at - this.#silentSince < SILENCE_MS + 2 * (this.#roundTripMs ?? 0)) return;
    this.#silentSince = at;
    this.#delay.limit(this.#delay.bitrateBps / 2);
    this.#probes.noteDrop(at - 500);
  }
}
