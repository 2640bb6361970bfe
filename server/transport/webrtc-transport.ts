/**
 * Owns one viewer's WebRTC connection: answers its offer, trickles candidates, carries video and data channels. With the
 * other files of this folder the only place that imports werift; its errors are translated here.
 */

import { randomBytes } from "node:crypto";
import { type RTCDataChannel, RTCPeerConnection, type RTCRtpTransceiver } from "werift";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { controlChannelLabel, type IceCandidate, pointerChannelLabel } from "../../shared/signaling.ts";
import { now } from "../../shared/time.ts";
import type { StreamCodec } from "../../shared/video.ts";
import { TokenBucket } from "../platform/token-bucket.ts";
import { type Culprit, chargedTo, uncharged } from "./culprit.ts";
import { EstimateNews } from "./estimate-news.ts";
import { IceAgent, type IceAgentOptions } from "./ice/ice-agent.ts";
import { KeyFrameNeed } from "./key-frame-need.ts";
import { chooseCodec, offeredCodecs, withOneProfile } from "./offered-codecs.ts";
import type { OutgoingFeedback } from "./outgoing-feedback.ts";
import { openVideoSender } from "./rtp/open-video-sender.ts";
import type { RtpVideoSender } from "./rtp/rtp-video-sender.ts";
import {
  type FeedbackChannel,
  noCounts,
  type OutgoingFrame,
  type SentCounts,
  type Transport,
  type TransportEvents,
  unknownWay,
  type WayEstimate,
} from "./transport.ts";
import { codecParameters, headerExtensions, withParityStream } from "./webrtc-codecs.ts";

export type WebRtcOptions = IceAgentOptions & {
  /** What viewers are sent, the best first. */
  readonly codecs: readonly StreamCodec[];
};

const MAX_FEEDBACK_BYTES = 16 * 1024;
/** A viewer that has not connected by then is given up. */
const CONNECT_DEADLINE_MS = 20_000;
const MAX_EARLY_CANDIDATES = 64;
/** So many errors at once, and one a second, are bad luck or a stranger's packets; a viewer that brings about more is lost. */
const STRAYS_AT_ONCE = 20;

type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly sender: RtpVideoSender }
  | { readonly state: "closed" };

type WebRtcTransportEvents = TransportEvents & { readonly candidateGathered: IceCandidate };

export class WebRtcTransport extends Emitter<WebRtcTransportEvents> implements Transport, Culprit {
  readonly codec: StreamCodec;
  readonly #peer: RTCPeerConnection;
  readonly #ice: IceAgent;
  readonly #channels = new Map<FeedbackChannel, RTCDataChannel>();
  readonly #paritySsrc = randomBytes(4).readUInt32BE();
  readonly #deadline: NodeJS.Timeout;
  #connection: Connection = { state: "connecting" };
  readonly #keyFrames = new KeyFrameNeed(() => this.emit("keyFrameRequested", {}));
  #maxBitrateBps: number | null = null;
  readonly #news = new EstimateNews();
  readonly #strays = new TokenBucket({ clock: now, perSecond: 1, burst: STRAYS_AT_ONCE });
  /** The viewer's candidates that came before its offer was taken in; null since then. */
  #earlyCandidates: IceCandidate[] | null = [];

  /** Throws `StreamError` "bad-sdp" or "no-common-codec". */
  constructor(offer: string, options: WebRtcOptions) {
    super();
    const offered = offeredCodecs(offer);
    this.codec = chooseCodec(offered, options.codecs);
    this.#ice = new IceAgent(options);
    const config = {
      codecs: { video: codecParameters(this.codec, offered.get(this.codec)?.parameters ?? null) },
      headerExtensions: { video: headerExtensions() },
      bundlePolicy: "max-bundle",
      ...this.#ice.peerConfig,
    } as const;
    this.#peer = chargedTo(this, () => new RTCPeerConnection(config));
    this.#peer.onIceCandidate.subscribe((candidate) => this.#tellCandidate(candidate));
    this.#peer.onDataChannel.subscribe((channel) => this.#adopt(channel));
    this.#peer.connectionStateChange.subscribe((state) => this.#follow(state));
    this.#deadline = setTimeout(() => this.#lose("The viewer did not connect in time."), CONNECT_DEADLINE_MS);
  }

  /**
   * Gives the answer to the offer that the constructor got. With `trickle` it comes at once and candidates follow as
   * events; without, it carries them all. Throws `StreamError` and closes: "bad-sdp" when the offer
   * cannot be used, "too-many-viewers" when there are no candidates to carry.
   */
  answer(offer: string, trickle: boolean): Promise<string> {
    return chargedTo(this, () => this.#answer(offer, trickle));
  }

  async #answer(offer: string, trickle: boolean): Promise<string> {
    try {
      const sdp = withOneProfile(await this.#ice.readable(offer), this.codec);
      await this.#peer.setRemoteDescription({ type: "offer", sdp });
      const early = this.#earlyCandidates ?? [];
      this.#earlyCandidates = null;
      for (const candidate of early) this.addCandidate(candidate);
      const video = this.#videoTransceiver();
      video.setDirection("sendonly");
      const answer = await this.#peer.createAnswer();
      this.#ice.prepare(this.#peer);
      const gathered = this.#peer.setLocalDescription(answer);
      if (trickle) {
        gathered.catch((error: unknown) => this.#lose(`The connection could not be set up: ${String(error)}`));
        return this.#complete(answer.sdp, video);
      }
      await gathered;
      return this.#complete(this.#ice.advertiseWhole(this.#peer.localDescription?.sdp ?? answer.sdp), video);
    } catch (error) {
      await this.close();
      if (error instanceof StreamError) throw error;
      throw new StreamError("bad-sdp", `The offer could not be used: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Takes a candidate of the viewer. A bad one is ignored, as a browser ignores it. */
  addCandidate(candidate: IceCandidate): void {
    // werift would take in the offer only after it looked up the hosts of these, and gives the `.local` name that a
    // browser hides its address behind 10 s to be found.
    if (this.#earlyCandidates !== null) {
      if (this.#earlyCandidates.length < MAX_EARLY_CANDIDATES) this.#earlyCandidates.push(candidate);
      return;
    }
    chargedTo(this, () => this.#addCandidate(candidate)).catch(() => undefined);
  }

  send(frame: OutgoingFrame, sent: (rtpTimestamp: number) => void): boolean {
    if (this.#connection.state !== "connected" || (this.#keyFrames.isNeeded && !frame.isKeyFrame)) return false;
    if (!this.#connection.sender.send(frame, sent)) {
      this.#keyFrames.note();
      return false;
    }
    if (frame.isKeyFrame) this.#keyFrames.noteSent();
    return true;
  }

  /** Dropped where the viewer opened no such data channel or does not take what it was sent before. */
  sendFeedback(channel: FeedbackChannel, feedback: OutgoingFeedback): void {
    const open = this.#channels.get(channel);
    if (open?.readyState !== "open" || open.bufferedAmount > MAX_FEEDBACK_BYTES) return;
    chargedTo(this, () => open.send(feedback.channelForm()));
  }

  /** The RTP stream stands still meanwhile, as that of a scene at rest does: its numbers go on without a gap. */
  setPaused(_paused: boolean): void {
    this.#keyFrames.note();
  }

  get needsKeyFrame(): boolean {
    return this.#keyFrames.isNeeded;
  }

  get estimate(): WayEstimate {
    return this.#connection.state === "connected" ? this.#connection.sender.estimate : unknownWay;
  }

  setMaxBitrate(bitrateBps: number | null): void {
    this.#maxBitrateBps = bitrateBps;
    if (this.#connection.state === "connected") this.#connection.sender.setMaxBitrate(bitrateBps);
  }

  takeCounts(): SentCounts {
    if (this.#connection.state !== "connected") return noCounts;
    return this.#connection.sender.takeCounts();
  }

  /** What its listeners do is not charged to the viewer whose packet brought it about. */
  override emit<Name extends keyof WebRtcTransportEvents>(name: Name, payload: WebRtcTransportEvents[Name]): void {
    uncharged(() => super.emit(name, payload));
  }

  /** Takes an error that the viewer's packets brought about where nothing caught it. Too many of them end the connection. */
  handleStray(error: unknown): void {
    if (!this.#strays.take())
      this.#lose(`Too much of what it sent led to errors, such as: ${error instanceof Error ? error.message : "one"}`);
  }

  /** Ends the connection. Idempotent. */
  async close(): Promise<void> {
    if (this.#connection.state === "closed") return;
    if (this.#connection.state === "connected") this.#connection.sender.close();
    this.#connection = { state: "closed" };
    clearTimeout(this.#deadline);
    this.#keyFrames.close();
    await chargedTo(this, () => this.#peer.close()).catch(() => undefined);
    this.#ice.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #complete(answer: string, video: RTCRtpTransceiver): string {
    return withParityStream(answer, video.sender.ssrc, this.#paritySsrc);
  }

  #videoTransceiver(): RTCRtpTransceiver {
    const video = this.#peer.getTransceivers().find(({ kind }) => kind === "video");
    if (video === undefined) throw new StreamError("bad-sdp", "The offer does not accept video.");
    return video;
  }

  #tellCandidate(candidate: { candidate: string; sdpMid?: string; sdpMLineIndex?: number } | undefined): void {
    if (candidate === undefined) return;
    const { candidate: text, sdpMid = null, sdpMLineIndex = null } = candidate;
    this.emit("candidateGathered", { candidate: this.#ice.advertise(text), sdpMid, sdpMLineIndex });
  }

  async #addCandidate(candidate: IceCandidate): Promise<void> {
    const { candidate: text, sdpMid, sdpMLineIndex } = candidate;
    if (!(await this.#ice.accepts(text))) return;
    await this.#peer.addIceCandidate({
      candidate: text,
      ...(sdpMid === null ? {} : { sdpMid }),
      ...(sdpMLineIndex === null ? {} : { sdpMLineIndex }),
    });
  }

  #adopt(channel: RTCDataChannel): void {
    const name = channelOf(channel.label);
    if (name === null || this.#channels.has(name)) return channel.close();
    this.#channels.set(name, channel);
    channel.stateChanged.subscribe((state) => {
      if (state === "open") this.emit("channelOpened", { channel: name });
    });
    channel.onMessage.subscribe((message) => {
      const bytes = typeof message === "string" ? new TextEncoder().encode(message) : new Uint8Array(message);
      this.emit("inputReceived", { bytes });
    });
  }

  #follow(state: string): void {
    if (state === "connected" && this.#connection.state === "connecting") this.#connect();
    else if (state === "failed") this.#lose("The connection failed.");
    else if (state === "disconnected" || state === "closed") this.#lose("The viewer went away.");
  }

  #connect(): void {
    clearTimeout(this.#deadline);
    const sender = openVideoSender(this.#videoTransceiver(), this.#paritySsrc, {
      keyFrameRequested: () => this.#keyFrames.request(),
      roomMade: () => this.#keyFrames.handleRoom(),
      wayReported: () => this.#tellEstimate(),
    });
    sender.setMaxBitrate(this.#maxBitrateBps);
    this.#connection = { state: "connected", sender };
    this.emit("connected", {});
  }

  #tellEstimate(): void {
    const { estimate } = this;
    if (!this.#news.isNews(estimate, now())) return;
    this.emit("estimateChanged", { estimate });
  }

  #lose(reason: string): void {
    if (this.#connection.state === "closed") return;
    void this.close();
    this.emit("lost", { reason });
  }
}

function channelOf(label: string): FeedbackChannel | null {
  if (label === pointerChannelLabel) return "pointer";
  return label === controlChannelLabel ? "control" : null;
}
