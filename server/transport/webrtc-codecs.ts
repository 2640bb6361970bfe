/** Owns how each codec is named and described in the answer to a viewer's offer, and what was agreed on then. */

import {
  RTCRtpCodecParameters,
  type RTCRtpHeaderExtensionParameters,
  type RTCRtpTransceiver,
  useFIR,
  useNACK,
  usePLI,
  useREMB,
  useSdesMid,
  useTransportWideCC,
  useTWCC,
} from "werift";
import { codecOf, type StreamCodec, type VideoCodec, videoCodecs } from "../../shared/video.ts";
import type { RtpStreamParameters } from "./rtp/rtp-fields.ts";

const PRIMARY_PAYLOAD_TYPE = 96;
/** What WebRTC has to take (RFC 7742 section 6.2), so all do; a decoder that takes larger pictures is the rule, whatever its level says. */
const H264_PARAMETERS = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f";
const PARITY_PAYLOAD_TYPE = 98;
const PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
const PARITY_NAME = "flexfec-03";
const names: Readonly<Record<VideoCodec, string>> = { h264: "H264", vp8: "VP8", vp9: "VP9", av1: "AV1" };

/** The header extensions that are agreed on where the viewer takes them. */
export function headerExtensions(): RTCRtpHeaderExtensionParameters[] {
  return [useSdesMid(), { id: 0, uri: PLAYOUT_DELAY_URI }, useTransportWideCC()];
}

/** Those that are offered to a server that is called, the best first, each with its retransmission. */
export function offeredParameters(codecs: readonly VideoCodec[]): RTCRtpCodecParameters[] {
  return codecs.flatMap((codec, index) =>
    withRetransmission(codec, codec === "h264" ? H264_PARAMETERS : null, PRIMARY_PAYLOAD_TYPE + 2 * index),
  );
}

/** The codec that was agreed on, the first in the answer; null where it is none of ours. */
export function agreedCodec(video: RTCRtpTransceiver): VideoCodec | null {
  const primary = primaryOf(video)?.mimeType.toLowerCase();
  return videoCodecs.find((codec) => `video/${names[codec]}`.toLowerCase() === primary) ?? null;
}

function withRetransmission(
  codec: VideoCodec,
  parameters: string | null,
  payloadType: number,
): RTCRtpCodecParameters[] {
  const primary = new RTCRtpCodecParameters({
    mimeType: `video/${names[codec]}`,
    clockRate: 90_000,
    payloadType,
    rtcpFeedback: [useNACK(), usePLI(), useFIR(), useTWCC(), useREMB()],
    ...(parameters === null ? {} : { parameters }),
  });
  const rtx = new RTCRtpCodecParameters({
    mimeType: "video/rtx",
    clockRate: 90_000,
    payloadType: payloadType + 1,
    parameters: `apt=${payloadType}`,
  });
  return [primary, rtx];
}

/** The codec with these parameters, its retransmission and its parity. */
export function codecParameters(codec: StreamCodec, parameters: string | null): RTCRtpCodecParameters[] {
  const parity = new RTCRtpCodecParameters({
    mimeType: `video/${PARITY_NAME}`,
    clockRate: 90_000,
    payloadType: PARITY_PAYLOAD_TYPE,
    rtcpFeedback: [useTWCC(), useREMB()],
  });
  return [...withRetransmission(codecOf(codec), parameters, PRIMARY_PAYLOAD_TYPE), parity];
}

function isRtx({ mimeType }: RTCRtpCodecParameters): boolean {
  return mimeType.toLowerCase() === "video/rtx";
}

function primaryOf({ codecs }: RTCRtpTransceiver): RTCRtpCodecParameters | undefined {
  return codecs.find((codec) => !isRtx(codec) && codec.mimeType.toLowerCase() !== `video/${PARITY_NAME}`);
}

/** What was agreed on for a stream of video. `paritySsrc` is that of its parity, where the viewer takes any. */
export function streamParametersOf(video: RTCRtpTransceiver, paritySsrc: number): RtpStreamParameters {
  const { ssrc, rtxSsrc } = video.sender;
  const named = (name: string) => video.codecs.find(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`);
  const parity = named(PARITY_NAME);
  const primary = primaryOf(video);
  const repeats = ({ parameters }: RTCRtpCodecParameters) =>
    primary !== undefined && new RegExp(`(?:^|;)\\s*apt=${primary.payloadType}\\s*(?:;|$)`).test(parameters ?? "");
  const rtx = video.codecs.find((codec) => isRtx(codec) && repeats(codec));
  const extension = (uri: string) => video.headerExtensions.find((one) => one.uri === uri)?.id ?? null;
  const midId = extension(useSdesMid().uri);
  const hasWideFeedback = primary?.rtcpFeedback.some(({ type }) => type === useTWCC().type) ?? false;
  return {
    ssrc,
    payloadType: primary?.payloadType ?? PRIMARY_PAYLOAD_TYPE,
    rtx: rtx === undefined ? null : { ssrc: rtxSsrc, payloadType: rtx.payloadType },
    parity: parity === undefined ? null : { ssrc: paritySsrc, payloadType: parity.payloadType },
    midExtension: midId === null || video.mid == null ? null : { id: midId, mid: video.mid },
    playoutDelayId: extension(PLAYOUT_DELAY_URI),
    wideSequenceId: hasWideFeedback ? extension(useTransportWideCC().uri) : null,
  };
}

/**
 * The answer with the stream of parity in it, where one was agreed on: which of the streams is parity for which (RFC 5956
 * section 4.3), named behind all others, as Chrome takes the first for the video. werift knows no such streams.
 */
export function withParityStream(answer: string, ssrc: number, paritySsrc: number): string {
  if (!new RegExp(`^a=rtpmap:\\d+ ${PARITY_NAME}/`, "m").test(answer)) return answer;
  return answer.replace(/(?:^a=ssrc:\d+ cname:(\S+)\r?\n)+/m, (streams, name: string) =>
    [`a=ssrc-group:FEC-FR ${ssrc} ${paritySsrc}\r\n`, streams, `a=ssrc:${paritySsrc} cname:${name}\r\n`].join(""),
  );
}
