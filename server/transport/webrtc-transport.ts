/**
 * Owns one viewer's WebRTC connection: answers its offer, trickles candidates, carries video and data channels. With the
 * other files of this folder the only place that imports werift; its errors are translated here.
 */

import {
  type PeerConfig,
  type RTCDataChannel,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  useFIR,
  useNACK,
  usePLI,
  useSdesMid,
} from "werift";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { controlChannelLabel, type IceCandidate, pointerChannelLabel } from "../../shared/signaling.ts";
import type { VideoCodec } from "../../shared/video.ts";
import { chooseCodec, offeredCodecs } from "./offered-codecs.ts";
import { RtpVideoSender } from "./rtp-video-sender.ts";
import { prepareSrtpKeys } from "./srtp-keys.ts";
import type { InputChannel, PacketizedFrame, SentCounts, TransportEvents } from "./transport.ts";

export type WebRtcOptions = {
  /** The codec for everybody, or null for the first that the viewer accepts. */
  readonly codec: VideoCodec | null;
  /** The only address to gather host candidates on; null for all of the machine. */
  readonly iceHost: string | null;
};

const PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
const PRIMARY_PAYLOAD_TYPE = 96;
const RTX_PAYLOAD_TYPE = 97;
/** A viewer that has not connected by then is given up. */
const CONNECT_DEADLINE_MS = 20_000;
const MOST_EARLY_CANDIDATES = 64;
const names: Readonly<Record<VideoCodec, string>> = { h264: "H264", vp8: "VP8", vp9: "VP9", av1: "AV1" };

type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly sender: RtpVideoSender }
  | { readonly state: "closed" };

export class WebRtcTransport extends Emitter<TransportEvents & { candidateGathered: IceCandidate }> {
  readonly codec: VideoCodec;
  readonly #peer: RTCPeerConnection;
  readonly #channels = new Map<InputChannel, RTCDataChannel>();
  readonly #deadline: NodeJS.Timeout;
  #connection: Connection = { state: "connecting" };
  /** The viewer's candidates that came before its offer was taken in; null since then. */
  #earlyCandidates: IceCandidate[] | null = [];

  /** Throws `StreamError` "bad-sdp" or "no-common-codec". */
  constructor(offer: string, options: WebRtcOptions) {
    super();
    const offered = offeredCodecs(offer);
    this.codec = chooseCodec(offered, options.codec);
    this.#peer = new RTCPeerConnection({
      codecs: { video: codecParameters(this.codec, offered.get(this.codec) ?? null) },
      headerExtensions: { video: [useSdesMid(), { id: 0, uri: PLAYOUT_DELAY_URI }] },
      iceServers: [],
      bundlePolicy: "max-bundle",
      ...addressesOf(options.iceHost),
    });
    this.#peer.onIceCandidate.subscribe((candidate) => this.#tellCandidate(candidate));
    this.#peer.onDataChannel.subscribe((channel) => this.#adopt(channel));
    this.#peer.connectionStateChange.subscribe((state) => this.#follow(state));
    this.#deadline = setTimeout(() => this.#lose("It did not connect in time."), CONNECT_DEADLINE_MS);
  }

  /**
   * Gives the answer to the offer that the constructor got. With `trickle` it comes at once and candidates follow as
   * events; without, it carries them all. Throws `StreamError` "bad-sdp" and closes when the offer cannot be used.
   */
  async answer(offer: string, trickle: boolean): Promise<string> {
    try {
      await this.#peer.setRemoteDescription({ type: "offer", sdp: offer });
      const early = this.#earlyCandidates ?? [];
      this.#earlyCandidates = null;
      for (const candidate of early) this.addCandidate(candidate);
      const video = this.#videoTransceiver();
      video.setDirection("sendonly");
      const answer = await this.#peer.createAnswer();
      const gathered = this.#peer.setLocalDescription(answer);
      if (trickle) {
        gathered.catch((error: unknown) => this.#lose(`It could not be set up: ${String(error)}`));
        return answer.sdp;
      }
      await gathered;
      return this.#peer.localDescription?.sdp ?? answer.sdp;
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
      if (this.#earlyCandidates.length < MOST_EARLY_CANDIDATES) this.#earlyCandidates.push(candidate);
      return;
    }
    const { candidate: text, sdpMid, sdpMLineIndex } = candidate;
    this.#peer
      .addIceCandidate({
        candidate: text,
        ...(sdpMid === null ? {} : { sdpMid }),
        ...(sdpMLineIndex === null ? {} : { sdpMLineIndex }),
      })
      .catch(() => undefined);
  }

  /** Sends a frame; nothing when it is not connected. `sent` gets the frame's RTP time stamp on this viewer's stream. */
  send(frame: PacketizedFrame, sent: (rtpTimestamp: number) => void): void {
    if (this.#connection.state === "connected") this.#connection.sender.send(frame, sent);
  }

  /** Sends bytes on a data channel; dropped where the viewer opened none or does not take what it was sent before. */
  sendFeedback(channel: InputChannel, bytes: Uint8Array): void {
    const open = this.#channels.get(channel);
    if (open?.readyState === "open" && open.bufferedAmount < 16 * 1024) open.send(Buffer.from(bytes));
  }

  takeCounts(): SentCounts {
    if (this.#connection.state !== "connected") return { packets: 0, bytes: 0, retransmitted: 0 };
    return this.#connection.sender.takeCounts();
  }

  /** Ends the connection. Idempotent. */
  async close(): Promise<void> {
    if (this.#connection.state === "closed") return;
    if (this.#connection.state === "connected") this.#connection.sender.close();
    this.#connection = { state: "closed" };
    clearTimeout(this.#deadline);
    await this.#peer.close().catch(() => undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #videoTransceiver(): RTCRtpTransceiver {
    const video = this.#peer.getTransceivers().find(({ kind }) => kind === "video");
    if (video === undefined) throw new StreamError("bad-sdp", "The offer accepts no video.");
    return video;
  }

  #tellCandidate(candidate: { candidate: string; sdpMid?: string; sdpMLineIndex?: number } | undefined): void {
    if (candidate === undefined) return;
    const { candidate: text, sdpMid = null, sdpMLineIndex = null } = candidate;
    this.emit("candidateGathered", { candidate: text, sdpMid, sdpMLineIndex });
  }

  #adopt(channel: RTCDataChannel): void {
    const name = inputChannelOf(channel.label);
    if (name === null || this.#channels.has(name)) return channel.close();
    this.#channels.set(name, channel);
    channel.onMessage.subscribe((message) => {
      const bytes = typeof message === "string" ? new TextEncoder().encode(message) : new Uint8Array(message);
      this.emit("inputReceived", { bytes, channel: name });
    });
  }

  #follow(state: string): void {
    if (state === "connected" && this.#connection.state === "connecting") this.#connect();
    else if (state === "failed") this.#lose("The connection failed.");
    else if (state === "disconnected" || state === "closed") this.#lose("The viewer went away.");
  }

  #connect(): void {
    clearTimeout(this.#deadline);
    const sender = this.#openSender(this.#videoTransceiver());
    this.#connection = { state: "connected", sender };
    this.emit("connected", {});
  }

  #openSender(video: RTCRtpTransceiver): RtpVideoSender {
    const { dtlsTransport, ssrc, rtxSsrc } = video.sender;
    prepareSrtpKeys(dtlsTransport);
    const [primary, rtx] = ["video", "rtx"].map((kind) =>
      video.codecs.find(({ mimeType }) => mimeType.toLowerCase().endsWith("/rtx") === (kind === "rtx")),
    );
    const extension = (uri: string) => video.headerExtensions.find((one) => one.uri === uri)?.id ?? null;
    const midId = extension(useSdesMid().uri);
    const sender = new RtpVideoSender(
      {
        ssrc,
        payloadType: primary?.payloadType ?? PRIMARY_PAYLOAD_TYPE,
        rtx: rtx === undefined ? null : { ssrc: rtxSsrc, payloadType: rtx.payloadType },
        midExtension: midId === null || video.mid == null ? null : { id: midId, mid: video.mid },
        playoutDelayId: extension(PLAYOUT_DELAY_URI),
      },
      {
        sendRtp: (payload, header) => void dtlsTransport.sendRtp(payload, header),
        sendRtcp: (packets) => void dtlsTransport.sendRtcp(packets).catch(() => undefined),
      },
      () => this.emit("keyFrameRequested", {}),
    );
    dtlsTransport.onRtcp.subscribe((packet) => sender.handleRtcp(packet));
    return sender;
  }

  #lose(reason: string): void {
    if (this.#connection.state === "closed") return;
    void this.close();
    this.emit("lost", { reason });
  }
}

/** Where sockets are bound and which candidates there are: one address and no other, or all and the loopback one. */
function addressesOf(host: string | null): Partial<PeerConfig> {
  if (host === null) return { iceAdditionalHostAddresses: ["127.0.0.1"] };
  return {
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: [host],
    iceInterfaceAddresses: host.includes(":") ? { udp6: host } : { udp4: host },
  };
}

function inputChannelOf(label: string): InputChannel | null {
  if (label === pointerChannelLabel) return "pointer";
  return label === controlChannelLabel ? "control" : null;
}

function codecParameters(codec: VideoCodec, parameters: string | null): RTCRtpCodecParameters[] {
  const primary = new RTCRtpCodecParameters({
    mimeType: `video/${names[codec]}`,
    clockRate: 90_000,
    payloadType: PRIMARY_PAYLOAD_TYPE,
    rtcpFeedback: [useNACK(), usePLI(), useFIR()],
    ...(parameters === null ? {} : { parameters }),
  });
  const rtx = new RTCRtpCodecParameters({
    mimeType: "video/rtx",
    clockRate: 90_000,
    payloadType: RTX_PAYLOAD_TYPE,
    parameters: `apt=${PRIMARY_PAYLOAD_TYPE}`,
  });
  return [primary, rtx];
}
