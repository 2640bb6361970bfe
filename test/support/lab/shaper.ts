/**
 * Owns one direction of a network: what becomes of each packet, and when. Pure; time is what the caller says, and must not go
 * back. The same seed and the same packets at the same times have the same fate.
 *
 * LS1 a packet waits in the queue until those before it are on the wire, and is on the wire itself after bits / rate.
 * LS2 a packet that comes to a full queue is dropped; the queue is full when it holds more than `queueMs` of the rate. A rate
 *     of 0 keeps everything where it is, and the limit of the rate before.
 * LS3 a packet is lost after it has been on the wire, so that what is lost takes its part of the rate.
 * LS4 a packet that is not lost arrives `delayMs` later, and by jitter earlier or later than that, never before it was sent.
 * LS5 within a flow packets arrive in the order in which they were sent, except those that are picked to be reordered: these
 *     are `reorderMs` later and hold nobody up.
 * LS6 a packet that must not be lost, a piece of a TCP connection, arrives later instead when it is lost: by 200 ms, the least
 *     time until it is sent again (RFC 6298 and Linux), or by a round trip where that is more.
 * LS7 a change of the settings counts from its moment on, for packets in the queue too.
 */

import { LossModel } from "./loss-model.ts";
import { normal, type Random, randomOf } from "./random.ts";

export type LinkSettings = {
  /** Null: no limit. 0: nothing passes. */
  readonly rateBps: number | null;
  readonly queueMs: number;
  /** One way. */
  readonly delayMs: number;
  /** The standard deviation where it is normal, the most to either side where it is uniform. */
  readonly jitterMs: number;
  readonly jitterShape: "normal" | "uniform";
  /** The part of the packets, 0 to 1. */
  readonly loss: number;
  /** The mean number of packets that are lost in a row, from 1; null: each is lost by itself. */
  readonly burst: number | null;
  /** The part of the packets, 0 to 1. */
  readonly reorder: number;
  readonly reorderMs: number;
};

/** A network without any fault. */
export const freeLink: LinkSettings = {
  rateBps: null,
  queueMs: 200,
  delayMs: 0,
  jitterMs: 0,
  jitterShape: "normal",
  loss: 0,
  burst: null,
  reorder: 0,
  reorderMs: 10,
};

export type Packet = {
  readonly bytes: number;
  /** What is kept in order: any object, the same for all packets of a connection. */
  readonly flow: object;
  /** Whether it may be lost; else LS6. */
  readonly isDatagram: boolean;
};

export type LinkCounts = { readonly passedBytes: number; readonly dropped: number; readonly lost: number };

const LEAST_RETRANSMISSION_MS = 200;
const UNLIMITED_BYTES = Number.POSITIVE_INFINITY;

type Change = { readonly atMs: number; readonly settings: Partial<LinkSettings> };
type Flying<One> = { readonly packet: One; readonly atMs: number };

export class Shaper<One extends Packet> {
  readonly #loss: LossModel;
  readonly #jitter: Random;
  readonly #reorder: Random;
  readonly #queue: One[] = [];
  readonly #flying: Flying<One>[] = [];
  readonly #lastArrivals = new WeakMap<object, number>();
  readonly #changes: Change[] = [];
  #settings: LinkSettings;
  #queuedBytes = 0;
  #queueLimit: number;
  /** Of the first packet in the queue, how much is not on the wire yet. */
  #headBits = 0;
  #nowMs: number;
  #counts: LinkCounts = { passedBytes: 0, dropped: 0, lost: 0 };

  constructor(settings: LinkSettings, seed: number, nowMs: number) {
    this.#settings = settings;
    this.#queueLimit = limitOf(settings, UNLIMITED_BYTES);
    this.#loss = new LossModel(randomOf(seed));
    this.#jitter = randomOf(seed + 1);
    this.#reorder = randomOf(seed + 2);
    this.#nowMs = nowMs;
  }

  /** What passed, and what did not, since the beginning. */
  get counts(): LinkCounts {
    return this.#counts;
  }

  /** How long what is in the queue takes at the rate of now; infinite while nothing passes. */
  get waitingMs(): number {
    if (this.#queue.length === 0) return 0;
    return (this.#queuedBytes * 8000) / (this.#settings.rateBps ?? Number.POSITIVE_INFINITY);
  }

  /** Whether a packet that comes now is taken (LS2). */
  get hasRoom(): boolean {
    return this.#queue.length === 0 || this.#queuedBytes <= this.#queueLimit;
  }

  /** When the next packet arrives or the next change counts, as far as is known by now; null when there is nothing. */
  get nextMs(): number | null {
    const { rateBps } = this.#settings;
    const isSending = this.#queue.length > 0 && rateBps !== null && rateBps > 0;
    const sent = isSending ? this.#nowMs + (this.#headBits / rateBps) * 1000 : Number.POSITIVE_INFINITY;
    const change = this.#queue.length > 0 ? this.#changes[0]?.atMs : undefined;
    const next = Math.min(sent, this.#flying[0]?.atMs ?? sent, change ?? sent);
    return Number.isFinite(next) ? next : null;
  }

  /** Other settings from a moment on that has not been yet. */
  change(settings: Partial<LinkSettings>, atMs: number): void {
    this.#changes.push({ atMs, settings });
    this.#changes.sort((a, b) => a.atMs - b.atMs);
  }

  /** A packet comes. False when it was dropped at once. */
  push(packet: One, nowMs: number): boolean {
    this.#run(nowMs);
    if (!this.hasRoom) {
      this.#count({ dropped: 1 });
      return false;
    }
    if (this.#settings.rateBps === null && this.#queue.length === 0) {
      this.#leave(packet, nowMs);
      return true;
    }
    this.#queue.push(packet);
    this.#queuedBytes += packet.bytes;
    if (this.#queue.length === 1) this.#headBits = packet.bytes * 8;
    return true;
  }

  /** The packets that have arrived by now, in the order of their arrival. */
  take(nowMs: number): readonly Flying<One>[] {
    this.#run(nowMs);
    const still = this.#flying.findIndex(({ atMs }) => atMs > nowMs);
    return this.#flying.splice(0, still === -1 ? this.#flying.length : still);
  }

  /** Lets time pass, from change to change. */
  #run(nowMs: number): void {
    for (let change = this.#changes[0]; change !== undefined && change.atMs <= nowMs; change = this.#changes[0]) {
      this.#changes.shift();
      this.#serialize(Math.max(this.#nowMs, change.atMs));
      this.#settings = { ...this.#settings, ...change.settings };
      this.#queueLimit = limitOf(this.#settings, this.#queueLimit);
    }
    this.#serialize(nowMs);
  }

  /** Puts on the wire what there is time for (LS1). */
  #serialize(untilMs: number): void {
    const { rateBps } = this.#settings;
    for (let head = this.#queue[0]; head !== undefined && rateBps !== 0; head = this.#queue[0]) {
      const neededMs = rateBps === null ? 0 : (this.#headBits / rateBps) * 1000;
      const availableMs = untilMs - this.#nowMs;
      if (neededMs > availableMs) {
        this.#headBits -= ((rateBps ?? 0) * availableMs) / 1000;
        break;
      }
      this.#nowMs += neededMs;
      this.#queue.shift();
      this.#queuedBytes -= head.bytes;
      this.#headBits = (this.#queue[0]?.bytes ?? 0) * 8;
      this.#leave(head, this.#nowMs);
    }
    this.#nowMs = untilMs;
  }

  /** Decides about a packet that was put on the wire at `sentMs` (LS3 to LS6). */
  #leave(packet: One, sentMs: number): void {
    const { loss, burst, delayMs, reorder, reorderMs } = this.#settings;
    const isLost = this.#loss.loses(loss, burst);
    const travelMs = Math.max(0, delayMs + this.#jitterMs());
    const isReordered = this.#reorder() < reorder;
    if (isLost) this.#count({ lost: 1 });
    if (isLost && packet.isDatagram) return;
    this.#count({ passedBytes: packet.bytes });
    const againMs = isLost ? Math.max(LEAST_RETRANSMISSION_MS, 2 * delayMs) : 0;
    const earliest = this.#lastArrivals.get(packet.flow) ?? 0;
    const ownMs = sentMs + travelMs + againMs;
    if (isReordered && packet.isDatagram) return this.#fly(packet, ownMs + reorderMs);
    const atMs = Math.max(earliest, ownMs);
    this.#lastArrivals.set(packet.flow, atMs);
    this.#fly(packet, atMs);
  }

  #jitterMs(): number {
    const { jitterMs, jitterShape } = this.#settings;
    return jitterMs * (jitterShape === "normal" ? normal(this.#jitter) : 2 * this.#jitter() - 1);
  }

  #fly(packet: One, atMs: number): void {
    const later = this.#flying.findLastIndex((one) => one.atMs <= atMs);
    this.#flying.splice(later + 1, 0, { packet, atMs });
  }

  #count(more: Partial<LinkCounts>): void {
    const { passedBytes, dropped, lost } = this.#counts;
    this.#counts = {
      passedBytes: passedBytes + (more.passedBytes ?? 0),
      dropped: dropped + (more.dropped ?? 0),
      lost: lost + (more.lost ?? 0),
    };
  }
}

/** In bytes. */
function limitOf({ rateBps, queueMs }: LinkSettings, before: number): number {
  if (rateBps === null) return UNLIMITED_BYTES;
  return rateBps === 0 ? before : ((rateBps / 8) * queueMs) / 1000;
}
