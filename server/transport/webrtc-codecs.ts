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
import { codecOf, type StreamCodec, type VideoCodec } from "../../shared/video.ts";
import type { RtpStreamParameters } from "./rtp/rtp-fields.ts";

const PRIMARY_PAYLOAD_TYPE = 96;
const RTX_PAYLOAD_TYPE = 97;
const PARITY_PAYLOAD_TYPE = 98;
const PLAYOUT_DELAY_URI = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
const PARITY_NAME = "flexfec-03";
const names: Readonly<Record<VideoCodec, string>> = { h264: "H264", vp8: "VP8", vp9: "VP9", av1: "AV1" };

/** The header extensions that are agreed on where the viewer takes them. */
export function headerExtensions(): RTCRtpHeaderExtensionParameters[] {
  return [useSdesMid(), { id: 0, uri: PLAYOUT_DELAY_URI }, useTransportWideCC()];
}

/** The codec with these parameters, its retransmission and its parity. */
export function codecParameters(codec: StreamCodec, parameters: string | null): RTCRtpCodecParameters[] {
  const primary = new RTCRtpCodecParameters({
    mimeType: `video/${names[codecOf(codec)]}`,
    clockRate: 90_000,
    payloadType: PRIMARY_PAYLOAD_TYPE,
    rtcpFeedback: [useNACK(), usePLI(), useFIR(), useTWCC(), useREMB()],
    ...(parameters === null ? {} : { parameters }),
  });
  const rtx = new RTCRtpCodecParameters({
    mimeType: "video/rtx",
    clockRate: 90_000,
    payloadType: RTX_PAYLOAD_TYPE,
    parameters: `apt=${PRIMARY_PAYLOAD_TYPE}`,
  });
  const parity = new RTCRtpCodecParameters({
    mimeType: `video/${PARITY_NAME}`,
    clockRate: 90_000,
    payloadType: PARITY_PAYLOAD_TYPE,
    rtcpFeedback: [useTWCC(), useREMB()],
  });
  return [primary, rtx, parity];
}

/** What was agreed on for a stream of video. `paritySsrc` is that of its parity, where the viewer takes any. */
export function streamParametersOf(video: RTCRtpTransceiver, paritySsrc: number): RtpStreamParameters {
  const { ssrc, rtxSsrc } = video.sender;
  const named = (name: string) => video.codecs.find(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`);
  const [rtx, parity] = [named("rtx"), named(PARITY_NAME)];
  const primary = video.codecs.find((codec) => codec !== rtx && codec !== parity);
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
