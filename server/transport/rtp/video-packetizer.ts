/** Owns the forms of a coded picture on its way to viewers: messages of the WebSocket, and RTP payloads by RFC 6184 (H.264), 7741 (VP8), 9628 (VP9), AOM's for AV1. */

import { Av1Packetizer, H264Packetizer, type Packetizer, Vp8Packetizer, Vp9Packetizer } from "werift";
import { encodeSocketFrame } from "../../../shared/socket-message.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import { codecOf, type EncodedPacket, type StreamCodec, type VideoCodec } from "../../../shared/video.ts";
import type { OutgoingFrame } from "../transport.ts";

/**
 * The largest RTP payload in bytes. With RTP header and extensions, all of that in parity packets, SRTP tag, UDP and IPv6
 * headers, and the extra header of a TURN channel it stays under the 1280 bytes that every IPv6 path carries (RFC 8200 section 5).
 */
const MAX_PAYLOAD_BYTES = 1140;

const makers: Readonly<Record<VideoCodec, () => Packetizer>> = {
  h264: () => new H264Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES, inputFormat: "annexb" }),
  vp8: () => new Vp8Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES }),
  vp9: () => new Vp9Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES }),
  av1: () => new Av1Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES }),
};

/** Makes the frames of one encoder, in their order, for all viewers at once. */
export class VideoPacketizer {
  readonly #packetizer: Packetizer;
  readonly #codec: StreamCodec;
  readonly #tier: number;
  #count = 0;

  constructor(codec: StreamCodec, tier: number = 0) {
    this.#codec = codec;
    this.#tier = tier;
    this.#packetizer = makers[codecOf(codec)]();
  }

  /** The frame refers to the packet's data. `time` must be later than that of the frame before. */
  packetize(packet: EncodedPacket, time: Milliseconds): OutgoingFrame {
    const { data, isKeyFrame, frame } = packet;
    const [codec, tier] = [this.#codec, this.#tier];
    this.#count += 1;
    const count = this.#count;
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    let payloads: readonly Buffer[] | null = null;
    let message: Uint8Array | null = null;
    return {
      codec,
      tier,
      isKeyFrame,
      number: frame,
      count,
      time,
      rtpPayloads: () => {
        payloads ??= this.#cut(bytes, isKeyFrame);
        return payloads;
      },
      socketForm: () => {
        message ??= encodeSocketFrame({ codec, isKeyFrame, frame: count, time, data });
        return message;
      },
    };
  }

  #cut(bytes: Buffer, isKeyframe: boolean): Buffer[] {
    const packetizer = this.#packetizer;
    const packets =
      packetizer instanceof Vp9Packetizer || packetizer instanceof Av1Packetizer
        ? packetizer.packetize(bytes, 0, { isKeyframe })
        : packetizer.packetize(bytes, 0);
    return packets.map(({ payload }) => payload);
  }
}
