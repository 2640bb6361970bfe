/** The real WebRTC connection of the server, against viewers that are hard to please. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { RTCPeerConnection } from "werift";
import { resolveIce } from "../../server/ice-options.ts";
import { WebRtcTransport } from "../../server/transport/webrtc-transport.ts";

async function makeOffer(): Promise<string> {
  const peer = new RTCPeerConnection({ iceServers: [] });
  peer.addTransceiver("video", { direction: "recvonly" });
  const { sdp } = await peer.createOffer();
  await peer.close();
  return sdp;
}

describe("a viewer whose candidates overtake its offer", () => {
  it("is answered, though the names in them are known to nobody", async () => {
    const offer = await makeOffer();
    await using transport = new WebRtcTransport(offer, {
      codec: null,
      iceHost: "127.0.0.1",
      ice: resolveIce({}),
      ports: null,
    });
    const answer = transport.answer(offer, true);
    const candidate = "candidate:1 1 udp 2113937151 00000000-0000-4000-8000-000000000000.local 47626 typ host";
    transport.addCandidate({ candidate, sdpMid: "0", sdpMLineIndex: 0 });
    expect(await Promise.race([answer, sleep(3000, "no answer")])).toMatch(/^v=0/);
  });
});
