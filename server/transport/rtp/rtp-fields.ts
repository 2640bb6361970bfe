/** Owns the parts of RTP and RTCP packets that follow from what was negotiated: header extensions and NTP times. Pure. */

import { RtcpSenderInfo, RtcpSrPacket, RtpHeader } from "werift";
import type { Milliseconds } from "../../../shared/time.ts";

/** What the stream was negotiated to be. */
export type RtpStreamParameters = {
  readonly ssrc: number;
  readonly payloadType: number;
  /** Null where the viewer takes no RTX (RFC 4588); lost packets are then sent again as they were. */
  readonly rtx: { readonly ssrc: number; readonly payloadType: number } | null;
  /** Null where the viewer takes no parity packets (flex-fec.ts). */
  readonly parity: { readonly ssrc: number; readonly payloadType: number } | null;
  /** The ids of header extensions (RFC 8285) that the viewer takes; null where it does not. */
  readonly midExtension: { readonly id: number; readonly mid: string } | null;
  readonly playoutDelayId: number | null;
  /** Of the transport-wide sequence number (draft-holmer-rmcat-transport-wide-cc-extensions-01). */
  readonly wideSequenceId: number | null;
};

/** Of one packet. */
export type RtpFields = {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly marker: boolean;
};

export type Extension = { readonly id: number; readonly payload: Buffer };

/** Seconds from 1900, the epoch of NTP, to 1970 (RFC 5905). */
const NTP_OFFSET = 2_208_988_800;
/** Minimum and maximum delay, 12 bits each, in units of 10 ms: show every frame at once. */
const NO_PLAYOUT_DELAY = Buffer.alloc(3);

/** Of the first packet of a frame, and of all others; without the transport-wide number. */
export function extensionsOf({ midExtension, playoutDelayId }: RtpStreamParameters): {
  first: Extension[];
  later: Extension[];
} {
  const later = midExtension === null ? [] : [{ id: midExtension.id, payload: Buffer.from(midExtension.mid) }];
  const delay = playoutDelayId === null ? [] : [{ id: playoutDelayId, payload: NO_PLAYOUT_DELAY }];
  return { first: [...later, ...delay], later };
}

/** The extension that carries a transport-wide number. */
function wideExtension(id: number, sequence: number): Extension {
  const payload = Buffer.allocUnsafe(2);
  payload.writeUInt16BE(sequence);
  return { id, payload };
}

/** The header of a packet, with its transport-wide number where it has one. */
export function rtpHeaderOf(
  { sequence: sequenceNumber, ...fields }: RtpFields,
  extensions: Extension[],
  wideId: number | null,
  wide: number | null,
): RtpHeader {
  const all = wideId === null || wide === null ? extensions : [...extensions, wideExtension(wideId, wide)];
  return new RtpHeader({ ...fields, sequenceNumber, extensions: all });
}

/** RFC 3550 section 6.4.1: what was sent until a moment, and the RTP time of that moment. */
export function senderReportOf(
  ssrc: number,
  sent: {
    readonly at: Milliseconds;
    readonly timestamp: number;
    readonly packets: number;
    readonly octets: number;
  },
): RtcpSrPacket {
  const senderInfo = new RtcpSenderInfo({
    ntpTimestamp: ntpTimestampOf(sent.at),
    rtpTimestamp: sent.timestamp,
    packetCount: sent.packets >>> 0,
    octetCount: sent.octets >>> 0,
  });
  return new RtcpSrPacket({ ssrc, senderInfo });
}

export function ntpTimestampOf(time: Milliseconds): bigint {
  const seconds = Math.floor(time / 1000);
  const fraction = Math.floor(((time - seconds * 1000) / 1000) * 2 ** 32);
  return (BigInt(seconds + NTP_OFFSET) << 32n) | BigInt(fraction);
}
