/**
 * Owns what becomes of packets that a viewer misses: each is sent again, or all are given up for a key frame.
 *
 * LP1 A packet is sent again behind others that are (PA2), where it is young enough to help.
 * LP2 A key frame is asked for instead where a packet is too old, or could not be sent again for long, or where so much is
 *     lost that it would take longer than 150 ms. Until that key frame nothing is sent again, and frames that wait are
 *     dropped: they show nothing without what is lost, and it would wait behind them.
 * LP3 What came before a key frame is not sent again: that is there sooner.
 */

import type { Milliseconds } from "../../../shared/time.ts";
import type { Pacer } from "./pacer.ts";
import { type RtpHistory, type SentPacket, wireBytesOf } from "./rtp-history.ts";

/** A packet that could not be sent again for so long, because too much else was, is given up. */
const MAX_DEBT_MS = 400;
const MAX_OWED_MS = 150;

export type LostPacketsOptions = {
  readonly history: RtpHistory;
  readonly pacer: Pick<Pacer, "addAgain" | "dropWaiting">;
  sendAgain(packet: SentPacket): void;
  /** Returns whether nothing but a key frame is sent from now on; not where the last one was sent just now. */
  keyFrameRequested(): boolean;
};

/** The way as it is when packets are asked for. */
export type LossyWay = {
  readonly at: Milliseconds;
  readonly roundTripMs: number;
  /** In bits a second; null: unknown. */
  readonly carriedBps: number | null;
};

export class LostPackets {
  readonly #options: LostPacketsOptions;
  #newest = 0;
  /** How many packets were sent after the first one of the last key frame; null before that. */
  #sinceKeyFrame: number | null = null;
  #isKeyFrameAsked = false;

  constructor(options: LostPacketsOptions) {
    this.#options = options;
  }

  /** A packet of this number was sent, for the first time. */
  noteSent(sequence: number, isStartOfKeyFrame: boolean): void {
    this.#newest = sequence;
    if (isStartOfKeyFrame) [this.#sinceKeyFrame, this.#isKeyFrameAsked] = [0, false];
    else if (this.#sinceKeyFrame !== null) this.#sinceKeyFrame += 1;
  }

  /** The viewer asks for packets. Returns how many are sent again. */
  handleMissing(missing: readonly number[], way: LossyWay): number {
    const lost = missing.filter((sequence) => !this.#isBeforeKeyFrame(sequence));
    if (this.#isTooMuch(lost, way)) this.#giveUp();
    return lost.filter((sequence) => this.#resend(sequence, way)).length;
  }

  #resend(sequence: number, { at, roundTripMs }: LossyWay): boolean {
    const { history, pacer, sendAgain } = this.#options;
    if (this.#isKeyFrameAsked) return false;
    const packet = history.takeForResend(sequence, at, roundTripMs);
    if (packet === null) {
      if (history.isTooOld(sequence, at, roundTripMs)) this.#giveUp();
      return false;
    }
    if (pacer.addAgain({ bytes: wireBytesOf(packet.payload), send: () => sendAgain(packet) })) return true;
    // It may be asked for again, unless so much is lost that a new picture comes sooner.
    packet.resentAt = null;
    if (at - packet.sentAt > Math.max(MAX_DEBT_MS, 3 * roundTripMs)) this.#giveUp();
    return false;
  }

  #isTooMuch(lost: readonly number[], { carriedBps }: LossyWay): boolean {
    const packets = lost.map((sequence) => this.#options.history.get(sequence));
    const bytes = packets.reduce((sum, packet) => sum + (packet === null ? 0 : wireBytesOf(packet.payload)), 0);
    return carriedBps !== null && bytes * 8000 > carriedBps * MAX_OWED_MS;
  }

  #isBeforeKeyFrame(sequence: number): boolean {
    return this.#sinceKeyFrame !== null && ((this.#newest - sequence) & 0xffff) > this.#sinceKeyFrame;
  }

  /** A packet never comes, so nothing but a key frame helps; Chrome itself asks for one only after seconds. */
  #giveUp(): void {
    if (this.#sinceKeyFrame === null || this.#isKeyFrameAsked || !this.#options.keyFrameRequested()) return;
    this.#isKeyFrameAsked = true;
    this.#options.pacer.dropWaiting();
  }
}
