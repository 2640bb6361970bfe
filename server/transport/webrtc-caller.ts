/**
 * Owns a WebRTC connection to a server of others that this one calls: offers it video, takes its answer, sends. What comes in on it is
 * RTCP alone. In the scene's process.
 *
 * WC1 An answer without a fingerprint, of a server that takes no video, or in a codec that was not offered, is refused.
 * WC2 Who was heard by RTCP and then is not for four seconds is gone: ICE would take half a minute to notice.
 */

import type { RTCPeerConnection, RTCRtpTransceiver } from "werift";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { now } from "../../shared/time.ts";
import type { VideoCodec } from "../../shared/video.ts";
import { type Culprit, chargedTo, uncharged } from "./culprit.ts";
import { keepEarlyHandshake } from "./early-handshake.ts";
import { IceAgent, type IceAgentOptions } from "./ice/ice-agent.ts";
import { offeredCodecs } from "./offered-codecs.ts";
import { PeerVideo, type PeerVideoEvents } from "./peer-video.ts";
import type { OutgoingFrame, SentCounts, WayEstimate } from "./transport.ts";
import { agreedCodec, offeredParameters } from "./webrtc-codecs.ts";

export type WebRtcCallerOptions = Omit<IceAgentOptions, "iceHost"> & {
  /** What is offered, the best first. */
  readonly codecs: readonly VideoCodec[];
};

/** From the first candidate on, with what the server takes to answer. A server is on a better network than viewers. */
const CONNECT_DEADLINE_MS = 15_000;
const LOOK_MS = 500;
const MAX_SILENCE_MS = 4000;

export class WebRtcCaller extends Emitter<PeerVideoEvents> implements Culprit {
  readonly #peer: RTCPeerConnection;
  readonly #transceiver: RTCRtpTransceiver;
  readonly #ice: IceAgent;
  readonly #video: PeerVideo;
  readonly #watch: NodeJS.Timeout;
  #heardAt: number | null = null;

  constructor({ codecs, ...ice }: WebRtcCallerOptions) {
    super();
    // It listens where viewers reach this machine, but calls from wherever there is a way.
    this.#ice = new IceAgent({ ...ice, iceHost: null });
    this.#video = new PeerVideo({
      owner: this,
      codecs: offeredParameters(codecs),
      ice: this.#ice,
      peerName: "The server",
      deadlineMs: CONNECT_DEADLINE_MS,
      video: () => this.#transceiver,
    });
    this.#peer = this.#video.peer;
    this.#transceiver = chargedTo(this, () => this.#peer.addTransceiver("video", { direction: "sendonly" }));
    // The first to hear of it.
    this.on("connected", () => this.#listen());
    this.#watch = setInterval(() => this.#look(), LOOK_MS);
  }

  /** An offer with all candidates in it. Throws `StreamError` "output-failed" where there are none. */
  async offer(): Promise<string> {
    return await chargedTo(this, async () => {
      const offer = await this.#peer.createOffer();
      this.#ice.prepare(this.#peer);
      keepEarlyHandshake(this.#transceiver.sender.dtlsTransport);
      await this.#peer.setLocalDescription(offer);
      const { sdp = "" } = this.#peer.localDescription ?? {};
      if (!sdp.includes("\na=candidate:")) throw new StreamError("output-failed", "No UDP port is free for it.");
      return withStream(this.#ice.advertise(sdp));
    });
  }

  /** Takes the answer; the event `connected` follows. Returns the codec. Throws `StreamError` "bad-sdp" (WC1). */
  async accept(answer: string): Promise<VideoCodec> {
    if (/^m=video 0 |^a=(?:inactive|sendonly)\s*$/m.test(answer))
      throw new StreamError("bad-sdp", "The server takes no video.");
    if (!/^a=fingerprint:\S+ \S+/m.test(answer)) throw new StreamError("bad-sdp", "The answer has no fingerprint.");
    const codecs = offeredCodecs(answer);
    try {
      const sdp = await this.#ice.readable(answer);
      await chargedTo(this, () => this.#peer.setRemoteDescription({ type: "answer", sdp }));
    } catch (error) {
      throw new StreamError("bad-sdp", "The answer cannot be used.", { cause: error });
    }
    const codec = agreedCodec(this.#transceiver);
    if (codec !== null && codecs.has(codec)) return codec;
    throw new StreamError("bad-sdp", "The server takes none of the codecs that it is offered.");
  }

  /** As Transport.send. */
  send(frame: OutgoingFrame): boolean {
    return this.#video.send(frame, () => undefined);
  }

  get estimate(): WayEstimate {
    return this.#video.estimate;
  }

  /** As Transport.setMaxBitrate. */
  setMaxBitrate(bitrateBps: number | null): void {
    this.#video.setMaxBitrate(bitrateBps);
  }

  takeCounts(): SentCounts {
    return this.#video.takeCounts();
  }

  override emit<Name extends keyof PeerVideoEvents>(name: Name, payload: PeerVideoEvents[Name]): void {
    uncharged(() => super.emit(name, payload));
  }

  handleStray(error: unknown): void {
    this.#video.handleStray(error);
  }

  /** Ends the connection. Idempotent. */
  close(): Promise<void> {
    clearInterval(this.#watch);
    return this.#video.close();
  }

  #listen(): void {
    this.#transceiver.sender.dtlsTransport.onRtcp.subscribe(() => {
      this.#heardAt = now();
    });
  }

  /** WC2 */
  #look(): void {
    if (this.#heardAt !== null && now() - this.#heardAt > MAX_SILENCE_MS) this.#video.lose("The server fell silent.");
  }
}

/** The offer with the stream that the video belongs to (RFC 8830), which servers tell their viewers; werift names tracks alone. */
function withStream(offer: string): string {
  return offer.replace(/^a=mid:.*(\r?\n)/m, (mid, end: string) => `${mid}a=msid:scenecast scenecast-video${end}`);
}
