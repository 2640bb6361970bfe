/** Owns how a viewer's video goes out by a connected WebRTC transport: encrypted here, with its RTCP read by the sender. */

import type { RTCRtpTransceiver } from "werift";
import { streamParametersOf } from "../webrtc-codecs.ts";
import { openRtpExit } from "./rtp-exit.ts";
import { RtpVideoSender } from "./rtp-video-sender.ts";
import { prepareSrtpKeys } from "./srtp-keys.ts";

/** `events` is what the sender tells of (rtp-video-sender.ts). */
export function openVideoSender(
  video: RTCRtpTransceiver,
  paritySsrc: number,
  events: ConstructorParameters<typeof RtpVideoSender>[2],
): RtpVideoSender {
  const { dtlsTransport } = video.sender;
  prepareSrtpKeys(dtlsTransport);
  const sender = new RtpVideoSender(
    streamParametersOf(video, paritySsrc),
    {
      sendRtp: openRtpExit(dtlsTransport),
      sendRtcp: (packets) => void dtlsTransport.sendRtcp(packets).catch(() => undefined),
    },
    events,
  );
  dtlsTransport.onRtcp.subscribe((packet) => sender.handleRtcp(packet));
  return sender;
}
