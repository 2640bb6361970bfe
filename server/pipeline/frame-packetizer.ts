/** Owns how coded pictures become frames for viewers: one packetizer for each encoder, and times that strictly grow. */

import { type Milliseconds, milliseconds, now } from "../../shared/time.ts";
import type { PacketMessage } from "../encode/video/encode-protocol.ts";
import { VideoPacketizer } from "../transport/rtp/video-packetizer.ts";
import type { OutgoingFrame } from "../transport/transport.ts";

type Packetizing = { readonly cut: VideoPacketizer; lastFrame: number; lastTime: Milliseconds };

export class FramePacketizer {
  readonly #encoders = new Map<string, Packetizing>();

  packetize(packet: PacketMessage): OutgoingFrame {
    const { codec, tier } = packet;
    const name = `${codec} ${tier}`;
    const known = this.#encoders.get(name);
    const state = known ?? { cut: new VideoPacketizer(codec, tier), lastFrame: 0, lastTime: milliseconds(0) };
    if (known === undefined) this.#encoders.set(name, state);
    // A picture that is encoded again, for a viewer that joins, is a new one on the clock of the stream; so is that of a scene
    // which has been at rest for as long as you like when an encoder begins.
    const isAgain = packet.frame === state.lastFrame || (packet.isKeyFrame && packet.atRest);
    const time = isAgain ? now() : packet.renderedAt;
    state.lastTime = milliseconds(Math.max(time, state.lastTime + 1));
    state.lastFrame = packet.frame;
    return state.cut.packetize(packet, state.lastTime);
  }
}
