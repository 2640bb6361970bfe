/** Owns how coded pictures are cut into RTP payloads: RFC 6184 (H.264), 7741 (VP8), 9628 (VP9), AOM's for AV1. */

import { Av1Packetizer, H264Packetizer, type Packetizer, Vp8Packetizer, Vp9Packetizer } from "werift";
import type { EncodedPacket, VideoCodec } from "../../shared/video.ts";
import type { PacketizedFrame } from "./transport.ts";

/**
 * The largest RTP payload in bytes. With RTP header and extensions, SRTP tag, UDP and IPv6 headers, and the extra
 * header of a TURN channel it stays under the 1280 bytes that every IPv6 path carries (RFC 8200 section 5).
 */
const MAX_PAYLOAD_BYTES = 1160;

const makers: Readonly<Record<VideoCodec, () => Packetizer>> = {
  h264: () => new H264Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES, inputFormat: "annexb" }),
  vp8: () => new Vp8Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES }),
  vp9: () => new Vp9Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES }),
  av1: () => new Av1Packetizer({ maxPayloadSize: MAX_PAYLOAD_BYTES }),
};

/** Cuts the frames of one codec, in their order, for all viewers at once. */
export class VideoPacketizer {
  readonly #packetizer: Packetizer;
  readonly #codec: VideoCodec;

  constructor(codec: VideoCodec) {
    this.#codec = codec;
    this.#packetizer = makers[codec]();
  }

  /** The payloads refer to the packet's data. `time` must be later than that of the frame before. */
  packetize(packet: EncodedPacket, time: PacketizedFrame["time"]): PacketizedFrame {
    const { data, isKeyFrame, frame } = packet;
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const payloads = this.#cut(bytes, isKeyFrame);
    return { codec: this.#codec, isKeyFrame, number: frame, time, payloads, bytes: data.byteLength };
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
