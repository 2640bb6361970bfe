/** Owns how each codec is named and described in the answer to a viewer's offer. */

import { RTCRtpCodecParameters, useFIR, useNACK, usePLI, useREMB, useTWCC } from "werift";
import type { VideoCodec } from "../../shared/video.ts";

export const PRIMARY_PAYLOAD_TYPE = 96;
const RTX_PAYLOAD_TYPE = 97;
const names: Readonly<Record<VideoCodec, string>> = { h264: "H264", vp8: "VP8", vp9: "VP9", av1: "AV1" };

/** Whether transport-wide feedback was agreed on. */
export function takesWideFeedback(codec: RTCRtpCodecParameters | undefined): boolean {
  return codec?.rtcpFeedback.some(({ type }) => type === useTWCC().type) ?? false;
}

/** The codec with these parameters, and its retransmission. */
export function codecParameters(codec: VideoCodec, parameters: string | null): RTCRtpCodecParameters[] {
  const primary = new RTCRtpCodecParameters({
    mimeType: `video/${names[codec]}`,
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
  return [primary, rtx];
}
