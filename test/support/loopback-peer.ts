/** Owns a peer by WebRTC that takes one H.264 video and has no address but loopback's. */

import { RTCPeerConnection, RTCRtpCodecParameters } from "werift";

const h264 = new RTCRtpCodecParameters({
  mimeType: "video/H264",
  clockRate: 90_000,
  payloadType: 96,
  parameters: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
});

export function loopbackPeer(): RTCPeerConnection {
  const peer = new RTCPeerConnection({
    codecs: { video: [h264] },
    iceServers: [],
    iceUseIpv4: false,
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ["127.0.0.1"],
  });
  peer.addTransceiver("video", { direction: "recvonly" });
  return withoutStun(peer);
}

/** werift asks Google's STUN server where it is told of none, once there is a transceiver or a channel. */
export function withoutStun(peer: RTCPeerConnection): RTCPeerConnection {
  for (const { connection } of peer.iceTransports) delete connection.stunServer;
  return peer;
}
