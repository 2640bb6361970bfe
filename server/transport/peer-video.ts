/**
 * Owns one connection by WebRTC that carries video, whoever of the two called: how it is made and ended, whether it is connected, what
 * goes out, what is known of the way, and that errors which the other end's packets bring about are its own.
 */

import { randomBytes } from "node:crypto";
import { RTCPeerConnection, type RTCRtpCodecParameters, type RTCRtpTransceiver } from "werift";
import type { Emitter } from "../../shared/emitter.ts";
import { now } from "../../shared/time.ts";
import { TokenBucket } from "../platform/token-bucket.ts";
import { type Culprit, chargedTo } from "./culprit.ts";
import { EstimateNews } from "./estimate-news.ts";
import type { IceAgent } from "./ice/ice-agent.ts";
import { KeyFrameNeed } from "./key-frame-need.ts";
import { openVideoSender } from "./rtp/open-video-sender.ts";
import type { RtpVideoSender } from "./rtp/rtp-video-sender.ts";
import {
  noCounts,
  type OutgoingFrame,
  type SentCounts,
  type TransportEvents,
  unknownWay,
  type WayEstimate,
} from "./transport.ts";
import { headerExtensions } from "./webrtc-codecs.ts";

/** So many errors at once, and one a second, are bad luck or a stranger's packets; who brings about more is lost. */
const STRAYS_AT_ONCE = 20;

/** What its owner tells. */
export type PeerVideoEvents = Pick<TransportEvents, "connected" | "keyFrameRequested" | "estimateChanged" | "lost">;

export type PeerVideoOptions = {
  /** Whose connection it is: it tells of it, pays for errors in it, and is closed before it tells that it was lost. */
  readonly owner: Pick<Emitter<PeerVideoEvents>, "emit"> & Culprit & { close(): Promise<void> };
  readonly codecs: RTCRtpCodecParameters[];
  readonly ice: IceAgent;
  /** Who is at the other end, as sentences begin: "The viewer". */
  readonly peerName: string;
  /** Who has not connected by then is given up. */
  readonly deadlineMs: number;
  /** What carries it, once that is agreed on. */
  readonly video: () => RTCRtpTransceiver;
};

type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly sender: RtpVideoSender }
  | { readonly state: "closed" };

export class PeerVideo {
  /** The owner offers or answers by it. */
  readonly peer: RTCPeerConnection;
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
    const { owner, codecs, ice } = options;
    const config = {
      codecs: { video: codecs },
      headerExtensions: { video: headerExtensions() },
      bundlePolicy: "max-bundle",
      ...ice.peerConfig,
    } as const;
    this.peer = chargedTo(owner, () => new RTCPeerConnection(config));
    this.#keyFrames = new KeyFrameNeed(() => owner.emit("keyFrameRequested", {}));
    const late = `${options.peerName} did not connect in time.`;
    this.#deadline = setTimeout(() => this.lose(late), options.deadlineMs);
    this.peer.connectionStateChange.subscribe((state) => {
      if (state === "connected" && this.#connection.state === "connecting") this.#connect();
      else if (state === "failed") this.lose("The connection failed.");
      else if (state === "disconnected" || state === "closed") this.lose(`${options.peerName} went away.`);
    });
  }

  get needsKeyFrame(): boolean {
    return this.#keyFrames.isNeeded;
  }

  get estimate(): WayEstimate {
    return this.#connection.state === "connected" ? this.#connection.sender.estimate : unknownWay;
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

  /** It ended by itself, or never began. */
  lose(reason: string): void {
    if (this.#connection.state === "closed") return;
    void this.#options.owner.close();
    this.#options.owner.emit("lost", { reason });
  }

  /** Ends it and the connection. Idempotent. */
  async close(): Promise<void> {
    if (this.#connection.state === "closed") return;
    if (this.#connection.state === "connected") this.#connection.sender.close();
    this.#connection = { state: "closed" };
    clearTimeout(this.#deadline);
    this.#keyFrames.close();
    const { owner, ice } = this.#options;
    await chargedTo(owner, () => this.peer.close()).catch(() => undefined);
    ice.close();
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
    this.#options.owner.emit("connected", {});
  }

  #tellEstimate(): void {
    const { estimate } = this;
    if (this.#news.isNews(estimate, now())) this.#options.owner.emit("estimateChanged", { estimate });
  }
}
