/**
 * Owns one viewer's WebRTC connection: answers its offer, trickles candidates, carries video and data channels. With the
 * other files of this folder the only place that imports werift; its errors are translated here.
 */

import type { RTCDataChannel, RTCPeerConnection, RTCRtpTransceiver } from "werift";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { controlChannelLabel, type IceCandidate, pointerChannelLabel } from "../../shared/signaling.ts";
import type { StreamCodec } from "../../shared/video.ts";
import { type Culprit, chargedTo, uncharged } from "./culprit.ts";
import { IceAgent, type IceAgentOptions } from "./ice/ice-agent.ts";
import { chooseCodec, offeredCodecs, withOneProfile } from "./offered-codecs.ts";
import type { OutgoingFeedback } from "./outgoing-feedback.ts";
import { PeerVideo } from "./peer-video.ts";
import type {
  FeedbackChannel,
  OutgoingFrame,
  SentCounts,
  Transport,
  TransportEvents,
  WayEstimate,
} from "./transport.ts";
import { codecParameters, withParityStream } from "./webrtc-codecs.ts";

export type WebRtcOptions = IceAgentOptions & {
  /** What viewers are sent, the best first. */
  readonly codecs: readonly StreamCodec[];
};

const CONNECT_DEADLINE_MS = 20_000;
const MAX_FEEDBACK_BYTES = 16 * 1024;
const MAX_EARLY_CANDIDATES = 64;

type WebRtcTransportEvents = TransportEvents & { readonly candidateGathered: IceCandidate };

export class WebRtcTransport extends Emitter<WebRtcTransportEvents> implements Transport, Culprit {
  readonly codec: StreamCodec;
  readonly #peer: RTCPeerConnection;
  readonly #ice: IceAgent;
  readonly #channels = new Map<FeedbackChannel, RTCDataChannel>();
  readonly #video: PeerVideo;
  /** The viewer's candidates that came before its offer was taken in; null since then. */
  #earlyCandidates: IceCandidate[] | null = [];

  /** Throws `StreamError` "bad-sdp" or "no-common-codec". */
  constructor(offer: string, options: WebRtcOptions) {
    super();
    const offered = offeredCodecs(offer);
    this.codec = chooseCodec(offered, options.codecs);
    this.#ice = new IceAgent(options);
    this.#video = new PeerVideo({
      owner: this,
      codecs: codecParameters(this.codec, offered.get(this.codec)?.parameters ?? null),
      ice: this.#ice,
      peerName: "The viewer",
      deadlineMs: CONNECT_DEADLINE_MS,
      video: () => this.#videoTransceiver(),
    });
    this.#peer = this.#video.peer;
    this.#peer.onIceCandidate.subscribe((candidate) => this.#tellCandidate(candidate));
    this.#peer.onDataChannel.subscribe((channel) => this.#adopt(channel));
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
        gathered.catch((error: unknown) => this.#video.lose(`The connection could not be set up: ${String(error)}`));
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
    return this.#video.send(frame, sent);
  }

  /** Dropped where the viewer opened no such data channel or does not take what it was sent before. */
  sendFeedback(channel: FeedbackChannel, feedback: OutgoingFeedback): void {
    const open = this.#channels.get(channel);
    if (open?.readyState !== "open" || open.bufferedAmount > MAX_FEEDBACK_BYTES) return;
    chargedTo(this, () => open.send(feedback.channelForm()));
  }

  /** The RTP stream stands still meanwhile, as that of a scene at rest does: its numbers go on without a gap. */
  setPaused(_paused: boolean): void {
    this.#video.noteGap();
  }

  get needsKeyFrame(): boolean {
    return this.#video.needsKeyFrame;
  }

  get estimate(): WayEstimate {
    return this.#video.estimate;
  }

  setMaxBitrate(bitrateBps: number | null): void {
    this.#video.setMaxBitrate(bitrateBps);
  }

  takeCounts(): SentCounts {
    return this.#video.takeCounts();
  }

  /** What its listeners do is not charged to the viewer whose packet brought it about. */
  override emit<Name extends keyof WebRtcTransportEvents>(name: Name, payload: WebRtcTransportEvents[Name]): void {
    uncharged(() => super.emit(name, payload));
  }

  handleStray(error: unknown): void {
    this.#video.handleStray(error);
  }

  /** Ends the connection. Idempotent. */
  close(): Promise<void> {
    return this.#video.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #complete(answer: string, video: RTCRtpTransceiver): string {
    return withParityStream(answer, video.sender.ssrc, this.#video.paritySsrc);
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
}

function channelOf(label: string): FeedbackChannel | null {
  if (label === pointerChannelLabel) return "pointer";
  return label === controlChannelLabel ? "control" : null;
}
