/** Owns one viewer's stream of video in the scene's process: which encoder's frames it takes (VS1), and what went out. */

import type { ViewWish } from "../../../shared/signaling.ts";
import type { StreamCodec } from "../../../shared/video.ts";
import type { OutgoingFrame, Transport } from "../../transport/transport.ts";
import { TierSwitch } from "../quality/tier-switch.ts";

export type StreamWay = "webrtc" | "socket";

export type StreamNames = {
  /** Unique among the streams of a scene. */
  readonly id: string;
  readonly viewerId: string;
  readonly way: StreamWay;
  /** Null for WHEP, which has no signalling. */
  readonly connection: number | null;
};

export class VideoStream {
  readonly id: string;
  readonly viewerId: string;
  readonly connection: number | null;
  readonly transport: Transport;
  /** Whether it is connected. */
  isLive: boolean = false;
  readonly #way: StreamWay;
  readonly #wish: () => ViewWish;
  readonly #tiers = new TierSwitch();
  #sentFrames = 0;
  #toldFrames = 0;
  #maxBitrateBps: number | null = null;

  /** `wish` gives what its viewer wishes now. */
  constructor(names: StreamNames, transport: Transport, wish: () => ViewWish) {
    this.id = names.id;
    this.viewerId = names.viewerId;
    this.connection = names.connection;
    this.#way = names.way;
    this.transport = transport;
    this.#wish = wish;
  }

  get codec(): StreamCodec {
    return this.transport.codec;
  }

  get wish(): ViewWish {
    return this.#wish();
  }

  /** Whose frames it takes; null before the first `moveTo`. */
  get tier(): number | null {
    return this.#tiers.current;
  }

  /** Whose frames it takes or is about to take. */
  get plannedTier(): number | null {
    return this.#tiers.planned;
  }

  /** All tiers whose frames it needs: two while it changes. */
  get tiers(): number[] {
    return this.#tiers.all;
  }

  /** Takes the frames of this encoder of its codec from the next key frame on. Returns whether one is to be asked for. */
  moveTo(tier: number): boolean {
    return this.#tiers.moveTo(tier, this.transport.needsKeyFrame);
  }

  /** Tells the way what the frames may come to at most. */
  setMaxBitrate(bitrateBps: number): void {
    if (this.#maxBitrateBps === bitrateBps) return;
    this.#maxBitrateBps = bitrateBps;
    this.transport.setMaxBitrate(bitrateBps);
  }

  /** Sends a frame. Null where it is of another encoder; else whether it went or was left out. */
  send(frame: OutgoingFrame, sent: (name: number) => void): boolean | null {
    if (!this.isLive || frame.codec !== this.codec || !this.#tiers.takes(frame)) return null;
    const isSent = this.transport.send(frame, sent);
    if (isSent) this.#sentFrames += 1;
    return isSent;
  }

  /** How many frames went by WebRTC, if there are more than at the last call and somebody can be told. */
  takeSentFrames(): { readonly connection: number; readonly frames: number } | null {
    if (this.#way !== "webrtc" || this.connection === null || this.#sentFrames === this.#toldFrames) return null;
    this.#toldFrames = this.#sentFrames;
    return { connection: this.connection, frames: this.#sentFrames };
  }
}
