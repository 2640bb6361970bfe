/** Owns one direction of a network in real time: takes packets, and hands each over when the shaper says that it arrives. */

import { type LinkCounts, type LinkSettings, type Packet, Shaper } from "./shaper.ts";

export type SentPacket = Packet & {
  /** Called when it arrives. */
  arrive(): void;
};

export class Link {
  readonly #shaper: Shaper<SentPacket>;
  readonly #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isWorking = false;
  #closed = false;

  constructor(settings: LinkSettings, seed: number) {
    this.#shaper = new Shaper(settings, seed, performance.now());
  }

  get counts(): LinkCounts {
    return this.#shaper.counts;
  }

  get waitingMs(): number {
    return this.#shaper.waitingMs;
  }

  /** Other settings, from now on or so many milliseconds later. */
  change(settings: Partial<LinkSettings>, inMs: number = 0): void {
    this.#shaper.change(settings, performance.now() + inMs);
    this.#work();
  }

  /** False when the packet was dropped. */
  send(packet: SentPacket): boolean {
    if (this.#closed) return false;
    const isTaken = this.#shaper.push(packet, performance.now());
    this.#work();
    return isTaken;
  }

  /** Calls back when the queue has room, at once where it has; the first that asked is the first that is called. */
  whenRoom(call: () => void): void {
    if (this.#closed) return;
    this.#waiting.push(call);
    this.#work();
  }

  close(): void {
    this.#closed = true;
    this.#waiting.length = 0;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #work(): void {
    // Who is called here may send at once.
    if (this.#isWorking) return;
    this.#isWorking = true;
    for (const { packet } of this.#shaper.take(performance.now())) packet.arrive();
    while (this.#waiting.length > 0 && this.#shaper.hasRoom && !this.#closed) this.#waiting.shift()?.();
    this.#isWorking = false;
    this.#setTimer();
  }

  #setTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    const nextMs = this.#closed ? null : this.#shaper.nextMs;
    const inMs = nextMs === null ? null : Math.max(0, nextMs - performance.now());
    this.#timer = inMs === null ? null : setTimeout(() => this.#work(), inMs);
  }
}
