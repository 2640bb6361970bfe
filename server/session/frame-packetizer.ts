/** Owns how coded pictures become frames for viewers: one packetizer for each codec, and times that strictly grow. */

import { type Milliseconds, milliseconds, now } from "../../shared/time.ts";
import type { VideoCodec } from "../../shared/video.ts";
import type { PacketMessage } from "../encode/encode-protocol.ts";
import type { OutgoingFrame } from "../transport/transport.ts";
import { VideoPacketizer } from "../transport/video-packetizer.ts";

type Packetizing = { readonly cut: VideoPacketizer; lastFrame: number; lastTime: Milliseconds };

export class FramePacketizer {
  readonly #codecs = new Map<VideoCodec, Packetizing>();

  packetize(packet: PacketMessage): OutgoingFrame {
    const known = this.#codecs.get(packet.codec);
    const state = known ?? { cut: new VideoPacketizer(packet.codec), lastFrame: 0, lastTime: milliseconds(0) };
    if (known === undefined) this.#codecs.set(packet.codec, state);
    // A picture that is encoded again, for a viewer that joins, is a new one on the clock of the stream.
    const time = packet.frame === state.lastFrame ? now() : packet.renderedAt;
    state.lastTime = milliseconds(Math.max(time, state.lastTime + 1));
    state.lastFrame = packet.frame;
    return state.cut.packetize(packet, state.lastTime);
  }
}
