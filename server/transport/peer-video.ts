/**
 * Owns the video of one connection by WebRTC, whoever of the two called: whether it is connected, what goes out, what is known of the
 * way, and that errors which the other end's packets bring about are its own.
 */

import { randomBytes } from "node:crypto";
import type { RTCPeerConnection, RTCRtpTransceiver } from "werift";
import { now } from "../../shared/time.ts";
import { TokenBucket } from "../platform/token-bucket.ts";
import { EstimateNews } from "./estimate-news.ts";
import { KeyFrameNeed } from "./key-frame-need.ts";
import { openVideoSender } from "./rtp/open-video-sender.ts";
import type { RtpVideoSender } from "./rtp/rtp-video-sender.ts";
import { noCounts, type OutgoingFrame, type SentCounts, unknownWay, type WayEstimate } from "./transport.ts";

/** So many errors at once, and one a second, are bad luck or a stranger's packets; who brings about more is lost. */
const STRAYS_AT_ONCE = 20;

export type PeerVideoOptions = {
  /** Who is at the other end, as sentences begin: "The viewer". */
  readonly peerName: string;
  /** Who has not connected by then is given up. */
  readonly deadlineMs: number;
  /** Of the connection, once it is made. */
  readonly video: () => RTCRtpTransceiver;
  readonly connected: () => void;
  readonly keyFrameRequested: () => void;
  /** At most ten times a second. */
  readonly estimateChanged: (estimate: WayEstimate) => void;
  /** It ended by itself, or never began; whoever is told closes it. */
  readonly lost: (reason: string) => void;
};

type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly sender: RtpVideoSender }
  | { readonly state: "closed" };

export class PeerVideo {
  /** Of the stream of parity, where one is agreed on. */
  readonly paritySsrc: number = randomBytes(4).readUInt32BE();
  readonly #options: PeerVideoOptions;
  readonly #keyFrames: KeyFrameNeed;
  readonly #deadline: NodeJS.Timeout;
  readonly #news = new EstimateNews();
  readonly #strays = new TokenBucket({ clock: now, perSecond: 1, burst: STRAYS_AT_ONCE });
  #connection: Connection = { state: "connecting" };
  #maxBitrateBps: number | null = null;

  constructor(options: PeerVideoOptions) {
    this.#options = options;
    this.#keyFrames = new KeyFrameNeed(options.keyFrameRequested);
    const late = `${options.peerName} did not connect in time.`;
    this.#deadline = setTimeout(() => this.lose(late), options.deadlineMs);
  }

  get needsKeyFrame(): boolean {
    return this.#keyFrames.isNeeded;
  }

  get estimate(): WayEstimate {
    return this.#connection.state === "connected" ? this.#connection.sender.estimate : unknownWay;
  }

  /** Follows the state of the connection that carries it. */
  follow(peer: RTCPeerConnection): void {
    peer.connectionStateChange.subscribe((state) => {
      if (state === "connected" && this.#connection.state === "connecting") this.#connect();
      else if (state === "failed") this.lose("The connection failed.");
      else if (state === "disconnected" || state === "closed") this.lose(`${this.#options.peerName} went away.`);
    });
  }

  /** As Transport.send. */
  send(frame: OutgoingFrame, sent: (rtpTimestamp: number) => void): boolean {
    if (this.#connection.state !== "connected" || (this.#keyFrames.isNeeded && !frame.isKeyFrame)) return false;
    if (!this.#connection.sender.send(frame, sent)) {
      this.#keyFrames.note();
      return false;
    }
    if (frame.isKeyFrame) this.#keyFrames.noteSent();
    return true;
  }

  /** Frames were left out: the next one must be a key frame. */
  noteGap(): void {
    this.#keyFrames.note();
  }

  /** As Transport.setMaxBitrate. */
  setMaxBitrate(bitrateBps: number | null): void {
    this.#maxBitrateBps = bitrateBps;
    if (this.#connection.state === "connected") this.#connection.sender.setMaxBitrate(bitrateBps);
  }

  takeCounts(): SentCounts {
    return this.#connection.state === "connected" ? this.#connection.sender.takeCounts() : noCounts;
  }

  /** Takes an error that the other end's packets brought about where nothing caught it. Too many of them end the connection. */
  handleStray(error: unknown): void {
    if (this.#strays.take()) return;
    this.lose(`Too much of what it sent led to errors, such as: ${error instanceof Error ? error.message : "one"}`);
  }

  lose(reason: string): void {
    if (this.#connection.state !== "closed") this.#options.lost(reason);
  }

  /** Ends it. Returns whether it was not yet. */
  close(): boolean {
    if (this.#connection.state === "closed") return false;
    if (this.#connection.state === "connected") this.#connection.sender.close();
    this.#connection = { state: "closed" };
    clearTimeout(this.#deadline);
    this.#keyFrames.close();
    return true;
  }

  #connect(): void {
    clearTimeout(this.#deadline);
    const sender = openVideoSender(this.#options.video(), this.paritySsrc, {
      keyFrameRequested: () => this.#keyFrames.request(),
      roomMade: () => this.#keyFrames.handleRoom(),
      wayReported: () => this.#tellEstimate(),
    });
    sender.setMaxBitrate(this.#maxBitrateBps);
    this.#connection = { state: "connected", sender };
    this.#options.connected();
  }

  #tellEstimate(): void {
    const { estimate } = this;
    if (this.#news.isNews(estimate, now())) this.#options.estimateChanged(estimate);
  }
}
