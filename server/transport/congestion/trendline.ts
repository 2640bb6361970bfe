/**
 * Owns the sign of over-use in arrival times: groups of packets, the slope of their delay and an adaptive threshold. Pure.
 *
 * TR1 Packets sent within 5 ms of one another are a group; what arrives in a burst behind it belongs to it
 *     (draft-ietf-rmcat-gcc-02 section 5.2).
 * TR2 The signal is the slope of the smoothed, accumulated differences of delay between groups over the last twenty, as in
 *     libwebrtc, in place of the draft's Kalman filter (section 5.3).
 * TR3 The threshold follows the signal, slowly downwards and upwards, so that neither jitter nor a competing flow is taken
 *     for over-use for ever (section 5.4); over-use must last 10 ms and not be on its way back.
 */

import type { PacketReport } from "./sent-packets.ts";

/** How the way is used: `over`: a queue grows; `under`: one drains. */
export type Usage = "over" | "normal" | "under";

type Group = { readonly firstSentAt: number; sentAt: number; arrivedAt: number };

const GROUP_MS = 5;
const GROUPS = 20;
const SMOOTHING = 0.9;
const GAIN = 4;
const MAX_GROUPS_COUNTED = 60;
const FIRST_THRESHOLD_MS = 12.5;
const RISE = 0.0087;
const FALL = 0.039;
const OVER_USE_MS = 10;
/** After a silence this long what came before says nothing. */
const FORGET_MS = 1000;

export class Trendline {
  #group: Group | null = null;
  #before: Group | null = null;
  #points: { readonly at: number; readonly delay: number }[] = [];
  #count = 0;
  #accumulated = 0;
  #smoothed = 0;
  #threshold = FIRST_THRESHOLD_MS;
  #updatedAt: number | null = null;
  #overFor = 0;
  #slope = 0;
  #usage: Usage = "normal";

  get usage(): Usage {
    return this.#usage;
  }

  /** Takes a packet that arrived. */
  add({ sentAt, arrivedAt }: PacketReport): void {
    if (arrivedAt === null) return;
    const group = this.#group;
    if (group === null || sentAt - group.sentAt > FORGET_MS)
      return this.#begin({ firstSentAt: sentAt, sentAt, arrivedAt });
    if (sentAt < group.firstSentAt) return;
    if (belongs(group, sentAt, arrivedAt)) {
      group.sentAt = Math.max(group.sentAt, sentAt);
      group.arrivedAt = Math.max(group.arrivedAt, arrivedAt);
      return;
    }
    if (this.#before !== null) this.#compare(this.#before, group);
    this.#before = group;
    this.#group = { firstSentAt: sentAt, sentAt, arrivedAt };
  }

  #begin(group: Group): void {
    this.#group = group;
    this.#before = null;
    this.#points = [];
    [this.#count, this.#accumulated, this.#smoothed, this.#overFor, this.#slope] = [0, 0, 0, 0, 0];
    this.#usage = "normal";
  }

  #compare(before: Group, group: Group): void {
    const sendDelta = group.sentAt - before.sentAt;
    this.#count = Math.min(this.#count + 1, MAX_GROUPS_COUNTED);
    this.#accumulated += group.arrivedAt - before.arrivedAt - sendDelta;
    this.#smoothed = SMOOTHING * this.#smoothed + (1 - SMOOTHING) * this.#accumulated;
    this.#points.push({ at: group.arrivedAt, delay: this.#smoothed });
    if (this.#points.length > GROUPS) this.#points.shift();
    if (this.#points.length === GROUPS) this.#detect(slopeOf(this.#points), sendDelta, group.arrivedAt);
  }

  #detect(slope: number, sendDelta: number, at: number): void {
    const signal = this.#count * slope * GAIN;
    if (signal > this.#threshold) {
      this.#overFor += sendDelta;
      if (this.#overFor > OVER_USE_MS && slope >= this.#slope) {
        this.#overFor = 0;
        this.#usage = "over";
      }
    } else {
      this.#overFor = 0;
      this.#usage = signal < -this.#threshold ? "under" : "normal";
    }
    this.#slope = slope;
    this.#adapt(Math.abs(signal), at);
  }

  #adapt(size: number, at: number): void {
    const elapsed = Math.min(Math.max(at - (this.#updatedAt ?? at), 0), 100);
    this.#updatedAt = at;
    // A sudden jump is over-use, or nothing that should be learnt.
    if (size > this.#threshold + 15) return;
    this.#threshold += (size < this.#threshold ? FALL : RISE) * (size - this.#threshold) * elapsed;
    this.#threshold = Math.min(Math.max(this.#threshold, 6), 600);
  }
}

function belongs(group: Group, sentAt: number, arrivedAt: number): boolean {
  if (sentAt - group.firstSentAt <= GROUP_MS) return true;
  const arrivalDelta = arrivedAt - group.arrivedAt;
  const isBurst = arrivalDelta <= GROUP_MS && arrivalDelta < sentAt - group.sentAt;
  return isBurst && sentAt - group.firstSentAt < 100;
}

function slopeOf(points: readonly { readonly at: number; readonly delay: number }[]): number {
  const meanAt = points.reduce((sum, { at }) => sum + at, 0) / points.length;
  const meanDelay = points.reduce((sum, { delay }) => sum + delay, 0) / points.length;
  let [above, below] = [0, 0];
  for (const { at, delay } of points) {
    above += (at - meanAt) * (delay - meanDelay);
    below += (at - meanAt) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
