/**
 * Owns how much video may be on its way over a WebSocket, what that is thought to carry, and what the viewer's page can
 * take. Pure; one for each stream. A receipt says that a frame has reached the viewer's machine, an acknowledgement that its
 * page took it; where no receipts come an acknowledgement is both. (A proxy that answers pings itself hides the way behind it,
 * which then counts as the page.)
 *
 * SF1 A frame is sent while the oldest unacknowledged one is younger than the shortest round trip plus 200 ms.
 * SF2 Past that nothing is sent until the way is free again: all is acknowledged, or the oldest is younger than half.
 * SF3 What was left out is made good by a key frame, asked for at most once a second.
 * SF4 A stream of which nothing is acknowledged for 5 s, though frames are on their way, is stuck.
 * SF5 After a pause the next frame is a key frame, at once if the way is free. What is on its way still counts, so that
 *     no number of pauses brings more of it there; only that it is stuck is counted from the end of the pause.
 * SF6 In bytes, no more is on its way than is carried in the shortest round trip and 200 ms; where the rate is not known yet,
 *     128 KiB and as much as was acknowledged so far. One frame always may be.
 * SF7 What the way carries is measured by receipts, and what the page takes by how long after them it acknowledges.
 * So a connection that stalls holds a quarter of a second of video, whatever its length, and no delay stays behind.
 */

import type { Milliseconds } from "../../../shared/time.ts";
import { PageLoad } from "../congestion/page-load.ts";
import { SocketRate } from "../congestion/socket-rate.ts";

const MAX_WAITING_MS = 200;
/** Before the first acknowledgement nothing is known of the round trip. */
const FIRST_ROUND_TRIP_MS = 500;
const KEY_FRAME_PAUSE_MS = 1000;
const STUCK_MS = 5000;
/**
 * Ways change, so the shortest round trip is not for ever: after a while without one as short it may grow, but by little,
 * because a connection that is congested for long has none as short either.
 */
const ROUND_TRIP_MEMORY_MS = 30_000;
const ROUND_TRIP_GROWTH_MS = 50;

const FIRST_BYTES = 128 * 1024;
const MAX_WAITING_OF_RATE_MS = 200;
const MIN_BYTES = 16 * 1024;

type Unacknowledged = {
  readonly frame: number;
  readonly sentAt: Milliseconds;
  readonly bytes: number;
  receivedAt: Milliseconds | null;
};

/** `send` it, `skip` it, or skip it and `ask` for a key frame. */
export type SendDecision = "send" | "skip" | "ask";

export class SocketFlow {
  readonly #rate = new SocketRate();
  readonly #page = new PageLoad();
  #unacknowledged: Unacknowledged[] = [];
  #bytes = { onTheWay: 0, acknowledged: 0 };
  #roundTrip: { readonly ms: number; readonly at: Milliseconds } | null = null;
  #state: "open" | "congested" | "behind" = "behind";
  #askedAt = -Infinity;
  #acknowledgedAt = -Infinity;
  #interruptedAt = -Infinity;

  /** The shortest round trip of late in milliseconds; null before the first acknowledgement. */
  get roundTripMs(): number | null {
    return this.#roundTrip?.ms ?? null;
  }

  /** How long frames wait in queues on the way; null before the first acknowledgement. */
  get queueMs(): number | null {
    return this.#rate.queueMs;
  }

  /** What the way carries, in bits a second; null before it was full once. */
  get bitrateBps(): number | null {
    return this.#rate.targetBps;
  }

  /** The part of all pixels a second that the page can take, 0 to 1. */
  get pageShare(): number {
    return this.#page.share;
  }

  /** What there may be to send at most, in bits a second; null: unknown. */
  setMaxBitrate(bitrateBps: number | null): void {
    this.#rate.setWanted(bitrateBps);
  }

  /** Whether frames are left out, so that the next one sent must be a key frame. */
  get needsKeyFrame(): boolean {
    return this.#state !== "open";
  }

  /** Decides about a frame of so many bytes; a sent one counts as on its way. */
  decide(frame: number, isKeyFrame: boolean, at: Milliseconds, bytes: number = 0): SendDecision {
    const isFull = this.#age(at) > this.#limit() || this.#bytes.onTheWay > this.#maxBytes();
    if (this.#state === "open" && isFull) this.#state = "congested";
    if (this.#state === "congested" && this.#isFree(at)) this.#state = "behind";
    if (this.#state === "congested") return "skip";
    if (this.#state === "behind" && !isKeyFrame) return this.#mayAsk(at) ? "ask" : "skip";
    this.#state = "open";
    this.#unacknowledged.push({ frame, sentAt: at, bytes, receivedAt: null });
    this.#bytes.onTheWay += bytes;
    this.#rate.noteSent(bytes, at);
    return "send";
  }

  /** Notes an acknowledgement, which stands for all frames up to it. Returns whether a key frame is to be asked for. */
  acknowledge(frame: number, at: Milliseconds): boolean {
    if (this.#unacknowledged[0] === undefined || this.#unacknowledged[0].frame > frame) return false;
    this.#acknowledgedAt = at;
    this.receive(frame, at);
    this.#take(frame, at);
    if (this.#state !== "congested" || !this.#isFree(at)) return false;
    this.#state = "behind";
    return this.#mayAsk(at);
  }

  /** Notes a receipt, which stands for all frames up to it. */
  receive(frame: number, at: Milliseconds): void {
    const newest = this.#unacknowledged.findLast((sent) => sent.frame <= frame);
    if (newest === undefined || newest.receivedAt !== null) return;
    this.#noteRoundTrip(at - newest.sentAt, at);
    const bytes = this.#markReceived(frame, at);
    this.#rate.noteAcknowledged({
      at,
      roundTripMs: at - newest.sentAt,
      shortestMs: this.#roundTrip?.ms ?? 0,
      bytes,
      frameBytes: newest.bytes,
      bytesOnTheWay: this.#bytes.onTheWay,
    });
  }

  /** A pause begins or ends (SF5). */
  interrupt(at: Milliseconds): void {
    this.#state = this.#isFree(at) ? "behind" : "congested";
    this.#askedAt = -Infinity;
    this.#interruptedAt = at;
    this.#page.forgive();
  }

  /** Whether the viewer takes nothing any more (SF4). */
  isStuck(at: Milliseconds): boolean {
    // One that is slow takes one frame after another, however late.
    return Math.min(this.#age(at), at - this.#acknowledgedAt, at - this.#interruptedAt) > STUCK_MS;
  }

  /** Whether a key frame is missing that nobody asked for yet, because it was too early (SF3). */
  askIfDue(at: Milliseconds): boolean {
    if (this.#state === "congested" && this.#isFree(at)) this.#state = "behind";
    return this.#state === "behind" && this.#mayAsk(at);
  }

  #age(at: Milliseconds): number {
    const [oldest] = this.#unacknowledged;
    return oldest === undefined ? 0 : at - oldest.sentAt;
  }

  #limit(): number {
    return (this.#roundTrip?.ms ?? FIRST_ROUND_TRIP_MS) + MAX_WAITING_MS;
  }

  #isFree(at: Milliseconds): boolean {
    return this.#age(at) < this.#limit() / 2 && this.#bytes.onTheWay <= this.#maxBytes() / 2;
  }

  /** SF6 */
  #maxBytes(): number {
    const rate = this.#rate.bitrateBps;
    if (rate === null) return FIRST_BYTES + this.#bytes.acknowledged;
    const shortest = this.#roundTrip?.ms ?? FIRST_ROUND_TRIP_MS;
    return Math.max(MIN_BYTES, (rate / 8000) * (shortest + MAX_WAITING_OF_RATE_MS));
  }

  /** Takes off what was acknowledged. */
  #take(frame: number, at: Milliseconds): void {
    for (const { frame: sent, receivedAt } of this.#unacknowledged) {
      if (sent <= frame && receivedAt !== null) this.#page.noteTaken(at - receivedAt, at);
    }
    this.#unacknowledged = this.#unacknowledged.filter((sent) => sent.frame > frame);
  }

  /** Marks what was received and gives its bytes. */
  #markReceived(frame: number, at: Milliseconds): number {
    let bytes = 0;
    for (const sent of this.#unacknowledged) {
      if (sent.frame > frame || sent.receivedAt !== null) continue;
      sent.receivedAt = at;
      bytes += sent.bytes;
      this.#page.noteReceived(at);
    }
    this.#bytes = { onTheWay: this.#bytes.onTheWay - bytes, acknowledged: this.#bytes.acknowledged + bytes };
    return bytes;
  }

  #mayAsk(at: Milliseconds): boolean {
    if (at - this.#askedAt < KEY_FRAME_PAUSE_MS) return false;
    this.#askedAt = at;
    return true;
  }

  #noteRoundTrip(ms: number, at: Milliseconds): void {
    const known = this.#roundTrip;
    if (known === null || ms <= known.ms) this.#roundTrip = { ms, at };
    else if (at - known.at > ROUND_TRIP_MEMORY_MS) {
      this.#roundTrip = { ms: Math.min(ms, known.ms + ROUND_TRIP_GROWTH_MS), at };
    }
  }
}
