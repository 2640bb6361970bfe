/** What a viewer's RTP sender sends and asks for, written down, with frames and reports made for it. Under fake timers. */

import { GenericNack, type RtcpPacket, RtcpTransportLayerFeedback, type RtpHeader } from "werift";
import { RtpVideoSender } from "../../server/transport/rtp/rtp-video-sender.ts";
import type { OutgoingFrame } from "../../server/transport/transport.ts";
import { milliseconds } from "../../shared/time.ts";

export const senderParameters = {
  ssrc: 111,
  payloadType: 96,
  rtx: { ssrc: 222, payloadType: 97 },
  parity: null,
  midExtension: { id: 1, mid: "0" },
  playoutDelayId: 2,
  wideSequenceId: null,
} as const;

export type Sent = { readonly header: RtpHeader; readonly payload: Buffer };

type Stream = { ssrc: number; payloadType: number } | null;

export class RtpSenderProbe {
  readonly sent: Sent[] = [];
  readonly reports: RtcpPacket[] = [];
  keyFrameRequests = 0;
  sender: RtpVideoSender = this.#made(senderParameters.rtx, null, null);

  /** Another sender in place of the one there was. */
  open(rtx: Stream = senderParameters.rtx, wideSequenceId: number | null = null, parity: Stream = null): void {
    this.sender.close();
    this.sender = this.#made(rtx, wideSequenceId, parity);
  }

  #made(rtx: Stream, wideSequenceId: number | null, parity: Stream): RtpVideoSender {
    return new RtpVideoSender(
      { ...senderParameters, rtx, wideSequenceId, parity },
      {
        sendRtp: (payload, header) => void this.sent.push({ payload, header }),
        sendRtcp: (packets) => void this.reports.push(...packets),
      },
      {
        keyFrameRequested: () => {
          this.keyFrameRequests += 1;
          return true;
        },
        roomMade: () => undefined,
        wayReported: () => undefined,
      },
    );
  }
}

/** A frame of so many packets of three bytes, which begin with its number; the first is a key frame. */
export function frame(number: number, packets: number, time = milliseconds(1000 + number * 10)): OutgoingFrame {
  const payloads = Array.from({ length: packets }, (_, index) => Buffer.from([number, index & 255, index >> 8]));
  const forms = { rtpPayloads: () => payloads, socketForm: () => new Uint8Array() };
  return { codec: "h264", tier: 0, isKeyFrame: number === 1, number, count: number, time, ...forms };
}

export function nack(lost: number[]): RtcpPacket {
  const feedback = new GenericNack({ senderSsrc: 9, mediaSourceSsrc: senderParameters.ssrc, lost });
  return new RtcpTransportLayerFeedback({ feedback });
}
