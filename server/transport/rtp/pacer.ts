/**
 * Owns when packets leave for one viewer, so that no queue on the way floods. On the thread that sends.
 *
 * PA1 Packets leave at 2.5 times the rate that is thought to be carried, while a queue stands on the way at that rate itself,
 *     or at the rate of a probe, in bursts of 5 ms at most. Where no rate is known they leave at once, 48 in a millisecond.
 * PA2 What is sent again goes before new video, at a quarter of the rate.
 * PA3 A frame is taken whole or not at all: none while more waits than is carried in 300 ms, nor beyond 1 MiB.
 * PA4 A probe for which there is too little to send is filled up with padding.
 */

import { now } from "../../../shared/time.ts";
import { Queue } from "../../platform/queue.ts";

/** A packet, or the next of a frame's packets. */
export type PacedPacket = { readonly bytes: number; send(): void };

/** A frame whose packets leave one after another; `send` is called once for each, `done` after the last. */
export type PacedFrame = {
  readonly sizes: readonly number[];
  readonly bytes: number;
  send(index: number): void;
  done(): void;
};

export type PacerRates = {
  /** What is carried, in bits a second; null: unknown. */
  carried(): number | null;
  /** Whether a queue stands on the way, which is not to grow. */
  isQueued(): boolean;
  /** The rate of the probe that is being sent; null: none. */
  probe(): number | null;
  /** Sends a packet of padding and gives its size; 0 where there is none to send. */
  pad(): number;
  /** Called where at most 50 ms of video wait after a frame was refused. */
  roomMade(): void;
};

const FACTOR = 2.5;
const BURST_MS = 5;
const MIN_BURST_BYTES = 2400;
const MAX_AT_ONCE = 48;
const PAUSE_MS = 1;
const MAX_PAUSE_MS = 50;
const MAX_WAITING_MS = 300;
const ROOM_MS = 50;
const MAX_WAITING_BYTES = 1024 * 1024;
const AGAIN_PART = 0.25;
const AGAIN_BURST_MS = 500;
const MIN_AGAIN_BYTES = 20 * 1200;
const MAX_AGAIN = 1024;

export class Pacer {
  readonly #rates: PacerRates;
  readonly #frames = new Queue<PacedFrame>();
  /** Of the first frame. */
  #nextPacket = 0;
  readonly #again = new Queue<PacedPacket>();
  #waitingBytes = 0;
  #credit = 0;
  #againCredit = MIN_AGAIN_BYTES;
  #creditedAt: number | null = null;
  #timer: NodeJS.Timeout | undefined;
  #hasRefused = false;

  constructor(rates: PacerRates) {
    this.#rates = rates;
  }

  /** Takes a frame or refuses it (PA3); returns whether it took it. */
  add(frame: PacedFrame): boolean {
    const carried = this.#rates.carried();
    const isLate = carried !== null && this.#waitingBytes * 8000 > carried * MAX_WAITING_MS;
    if (this.#waitingBytes > 0 && (isLate || this.#waitingBytes + frame.bytes > MAX_WAITING_BYTES)) {
      this.#hasRefused = true;
      return false;
    }
    this.#frames.push(frame);
    this.#waitingBytes += frame.bytes;
    if (this.#timer === undefined) this.#pump();
    return true;
  }

  /** Takes a packet that is sent again; returns false where too much is sent again already (PA2). */
  addAgain(packet: PacedPacket): boolean {
    this.#earn(now());
    if (this.#againCredit <= 0 || this.#again.length >= MAX_AGAIN) return false;
    this.#againCredit -= packet.bytes;
    this.#again.push(packet);
    if (this.#timer === undefined) this.#pump();
    return true;
  }

  /** Forgets what is to be sent again, and frames of which nothing was sent yet. */
  dropWaiting(): void {
    this.#again.clear();
    const begun = this.#nextPacket === 0 ? undefined : this.#frames.first;
    this.#frames.clear();
    if (begun !== undefined) this.#frames.push(begun);
    this.#waitingBytes = begun?.sizes.slice(this.#nextPacket).reduce((sum, size) => sum + size, 0) ?? 0;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#frames.clear();
    this.#again.clear();
    this.#waitingBytes = 0;
  }

  #pump(): void {
    this.#timer = undefined;
    this.#earn(now());
    let count = 0;
    while (this.#credit > 0 && count < MAX_AT_ONCE) {
      const bytes = this.#sendNext();
      if (bytes === 0) break;
      this.#credit -= bytes;
      count += 1;
    }
    this.#tellRoom();
    if (this.#timer === undefined && this.#hasMore()) this.#timer = setTimeout(() => this.#pump(), this.#pauseMs());
  }

  #hasMore(): boolean {
    return this.#frames.length > 0 || this.#again.length > 0 || this.#rates.probe() !== null;
  }

  /** Returns its size; 0 where nothing is left to send. */
  #sendNext(): number {
    const again = this.#again.take();
    if (again !== undefined) {
      again.send();
      return again.bytes;
    }
    const frame = this.#frames.first;
    if (frame === undefined) return this.#rates.probe() === null ? 0 : this.#rates.pad();
    const index = this.#nextPacket;
    const bytes = frame.sizes[index] ?? 0;
    this.#waitingBytes -= bytes;
    this.#nextPacket += 1;
    const isLast = this.#nextPacket >= frame.sizes.length;
    if (isLast) {
      this.#frames.take();
      this.#nextPacket = 0;
    }
    frame.send(index);
    if (isLast) frame.done();
    return bytes;
  }

  #tellRoom(): void {
    if (!this.#hasRefused) return;
    const carried = this.#rates.carried();
    if (carried !== null && this.#waitingBytes * 8000 > carried * ROOM_MS) return;
    this.#hasRefused = false;
    this.#rates.roomMade();
  }

  #earn(at: number): void {
    const carried = this.#rates.carried();
    const elapsed = this.#creditedAt === null ? BURST_MS : Math.max(0, at - this.#creditedAt);
    this.#creditedAt = at;
    if (carried === null) {
      [this.#credit, this.#againCredit] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
      return;
    }
    const bytesPerMs = this.#bytesPerMs(carried);
    this.#credit = Math.min(this.#credit + elapsed * bytesPerMs, Math.max(BURST_MS * bytesPerMs, MIN_BURST_BYTES));
    const again = (carried / 8000) * AGAIN_PART;
    const max = Math.max(MIN_AGAIN_BYTES, again * AGAIN_BURST_MS);
    this.#againCredit = Math.min(this.#againCredit + elapsed * again, max);
  }

  #bytesPerMs(carried: number): number {
    return (this.#rates.probe() ?? carried * (this.#rates.isQueued() ? 1 : FACTOR)) / 8000;
  }

  /** Until there is credit again. */
  #pauseMs(): number {
    const carried = this.#rates.carried();
    if (carried === null || this.#credit > 0) return PAUSE_MS;
    return Math.min(Math.max(PAUSE_MS, Math.ceil(-this.#credit / this.#bytesPerMs(carried))), MAX_PAUSE_MS);
  }
}
