/**
 * Owns a viewer at the end of a simulated connection of TCP, in a time of its own: an encoder that follows the estimate, the flow
 * as it is, and a link with a rate, a delay and a queue without end. The same run every time.
 */

import { SocketFlow } from "../../../../server/transport/socket/socket-flow.ts";
import { milliseconds } from "../../../../shared/time.ts";

/** Of one tenth of a second. */
export type SocketSample = {
  readonly deliveredBps: number;
  readonly queueMs: number;
  readonly estimateBps: number | null;
  readonly skipped: number;
  readonly pageShare: number;
};

const FRAME_MS = 33;
const ENCODER_LAG_FRAMES = 3;
/** The part of the estimate that frames take (QL1 in quality-ladder.ts). */
const SHARE = 0.9;
/** What frames may take at first, and how it rises in 250 ms (QL8). */
const FIRST_BPS = 2_500_000;
const FIRST_RISE = 1.6;
/** Of a mean frame. */
const KEY_FRAME = 4;
const MAX_KEY_FRAME_BYTES = 75_000;

export class SimulatedSocket {
  rateBps: number;
  /** The page was busy until then and acknowledges nothing. */
  busyUntil = 0;
  /** How long the page takes for a frame of all pixels; for fewer it takes as much less. */
  takesMs = 0;
  demand = 1;
  readonly maxBitrateBps: number;
  readonly #delayMs: number;
  readonly #flow = new SocketFlow();
  #at = 0;
  #frame = 0;
  #linkBusyUntil = 0;
  #pageBusyUntil = 0;
  #receipts: { readonly frame: number; readonly at: number }[] = [];
  #acks: { readonly frame: number; readonly at: number }[] = [];
  #targets: number[] = [];
  #wantsKeyFrame = true;

  constructor(rateBps: number, delayMs = 20, maxBitrateBps = 8_000_000) {
    this.rateBps = rateBps;
    this.#delayMs = delayMs;
    this.maxBitrateBps = maxBitrateBps;
    this.#flow.setMaxBitrate(maxBitrateBps);
  }

  /** Lets so much time pass and gives the samples of it. */
  run(ms: number): SocketSample[] {
    const samples: SocketSample[] = [];
    let [delivered, skipped] = [0, 0];
    for (const end = this.#at + ms; this.#at < end; this.#at += 1) {
      this.#takeAcks();
      if (this.#at % FRAME_MS === 0) {
        const bytes = this.#sendFrame();
        if (bytes === 0) skipped += 1;
        delivered += bytes;
      }
      if (this.#at % 100 !== 99) continue;
      const queueMs = Math.max(0, this.#linkBusyUntil - this.#at);
      samples.push({
        deliveredBps: delivered * 80,
        queueMs,
        estimateBps: this.#flow.bitrateBps,
        skipped,
        pageShare: this.#flow.pageShare,
      });
      [delivered, skipped] = [0, 0];
    }
    return samples;
  }

  #sendFrame(): number {
    const first = FIRST_BPS * FIRST_RISE ** (this.#at / 250);
    const wanted = Math.min(SHARE * (this.#flow.bitrateBps ?? Number.POSITIVE_INFINITY), this.maxBitrateBps, first);
    this.#targets.push(wanted);
    if (this.#targets.length > ENCODER_LAG_FRAMES) this.#targets.shift();
    if (this.demand === 0) return 0;
    const isKeyFrame = this.#wantsKeyFrame;
    const size = (((this.#targets[0] ?? wanted) / 8000) * FRAME_MS * this.demand * (8 + (this.#frame % 5))) / 10;
    const bytes = Math.round(isKeyFrame ? Math.min(size * KEY_FRAME, MAX_KEY_FRAME_BYTES) : size);
    this.#frame += 1;
    const at = milliseconds(this.#at);
    const decision = this.#flow.decide(this.#frame, isKeyFrame, at, bytes);
    if (decision === "ask") this.#wantsKeyFrame = true;
    if (decision !== "send") return 0;
    this.#wantsKeyFrame = false;
    this.#linkBusyUntil = Math.max(this.#at, this.#linkBusyUntil) + (bytes * 8000) / this.rateBps;
    const arrivedAt = this.#linkBusyUntil + 2 * this.#delayMs;
    this.#receipts.push({ frame: this.#frame, at: arrivedAt });
    this.#pageBusyUntil = Math.max(arrivedAt, this.#pageBusyUntil) + this.takesMs * this.#flow.pageShare;
    this.#acks.push({ frame: this.#frame, at: this.#pageBusyUntil });
    return bytes;
  }

  #takeAcks(): void {
    const at = milliseconds(this.#at);
    while ((this.#receipts[0]?.at ?? Number.POSITIVE_INFINITY) <= this.#at) {
      const receipt = this.#receipts.shift();
      if (receipt !== undefined) this.#flow.receive(receipt.frame, at);
    }
    while (this.#at >= this.busyUntil && (this.#acks[0]?.at ?? Number.POSITIVE_INFINITY) <= this.#at) {
      const ack = this.#acks.shift();
      if (ack !== undefined && this.#flow.acknowledge(ack.frame, at)) this.#wantsKeyFrame = true;
    }
    if (this.#flow.askIfDue(at)) this.#wantsKeyFrame = true;
  }
}
