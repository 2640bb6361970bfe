/** Owns the measurement of packetizing, encrypting and sending by themselves: our transport, a werift peer, loopback. */

import { setTimeout as sleep } from "node:timers/promises";
import { RTCPeerConnection, RTCRtpCodecParameters } from "werift";
import { resolveIce } from "../../server/options/ice-options.ts";
import { VideoPacketizer } from "../../server/transport/rtp/video-packetizer.ts";
import { WebRtcTransport } from "../../server/transport/webrtc-transport.ts";
import { milliseconds, now } from "../../shared/time.ts";
import type { EncodedPacket } from "../../shared/video.ts";
import { withoutStun } from "../support/loopback-peer.ts";
import { type Spread, spreadOf, sum } from "./figures.ts";

export type BareSend = {
  readonly send: Spread | null;
  readonly packetsPerFrame: number;
};

const WARM_UP_FRAMES = 60;
const FRAME_MS = 8;
const CONNECT_DEADLINE_MS = 5000;
const h264 = new RTCRtpCodecParameters({
  mimeType: "video/H264",
  clockRate: 90_000,
  payloadType: 96,
  parameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
});

/** Sends `frames` to a peer in this process. Rejects when the two do not connect. */
export async function measureBareSend(frames: readonly EncodedPacket[]): Promise<BareSend> {
  const peer = new RTCPeerConnection({
    codecs: { video: [h264] },
    iceServers: [],
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
  try {
    peer.addTransceiver("video", { direction: "recvonly" });
    await withoutStun(peer).setLocalDescription(await peer.createOffer());
    const offer = peer.localDescription?.sdp ?? "";
    await using transport = new WebRtcTransport(offer, {
      codecs: ["h264"],
      iceHost: "127.0.0.1",
      ice: resolveIce({}),
      ports: null,
    });
    const connected = transport.next("connected");
    await peer.setRemoteDescription({ type: "answer", sdp: await transport.answer(offer, false) });
    const deadline = sleep(CONNECT_DEADLINE_MS, "late" as const, { ref: false });
    if ((await Promise.race([connected, deadline])) === "late") throw new Error("The two ends did not connect.");
    return await sendAll(transport, frames);
  } finally {
    await peer.close();
  }
}

async function sendAll(transport: WebRtcTransport, frames: readonly EncodedPacket[]): Promise<BareSend> {
  const packetizer = new VideoPacketizer("h264");
  const times: number[] = [];
  const packets: number[] = [];
  let time = now();
  for (const [index, frame] of frames.entries()) {
    time = milliseconds(Math.max(now(), time + 1));
    const begun = performance.now();
    const cut = packetizer.packetize(frame, time);
    await new Promise<void>((resolve) => {
      transport.send(cut, () => {
        // After the ticks in which Node hands the datagrams to the socket.
        process.nextTick(() => {
          if (index >= WARM_UP_FRAMES) times.push(performance.now() - begun);
          resolve();
        });
      });
    });
    if (index >= WARM_UP_FRAMES) packets.push(cut.rtpPayloads().length);
    await sleep(FRAME_MS);
  }
  return { send: spreadOf(times), packetsPerFrame: sum(packets) / packets.length };
}
