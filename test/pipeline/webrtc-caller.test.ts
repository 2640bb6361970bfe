/** Calling a server of others by WebRTC (WC1): what is offered, and what is taken for an answer. */

import { expect, test } from "vitest";
import { RTCPeerConnection } from "werift";
import { resolveIce } from "../../server/options/ice-options.ts";
import { iceServersFor } from "../../server/transport/ice/ice-servers.ts";
import { WebRtcCaller, type WebRtcCallerOptions } from "../../server/transport/webrtc-caller.ts";
import { loopbackPeer } from "../support/loopback-peer.ts";
import { TurnServer } from "../support/turn-server.ts";

function caller(options: Partial<WebRtcCallerOptions> = {}): WebRtcCaller {
  return new WebRtcCaller({ codecs: ["h264", "vp8"], ice: resolveIce({}), ports: null, isPeerHere: true, ...options });
}

test("the offer sends one stream, H.264 first, each codec with its retransmission, all candidates in it, to whoever wants to speak first", async () => {
  const call = caller();
  const offer = await call.offer();
  const typeOf = (name: string) => new RegExp(`^a=rtpmap:(\\d+) ${name}/90000`, "m").exec(offer)?.[1];
  const [h264, vp8] = [typeOf("H264"), typeOf("VP8")];
  expect(offer).toMatch(new RegExp(`^m=video 9 UDP/TLS/RTP/SAVPF ${h264} \\d+ ${vp8} \\d+\\r?$`, "m"));
  expect(offer).toMatch(new RegExp(`^a=fmtp:${h264} .*packetization-mode=1;profile-level-id=42e01f`, "m"));
  for (const type of [h264, vp8]) expect(offer).toMatch(new RegExp(`^a=fmtp:\\d+ apt=${type}\\r?$`, "m"));
  for (const line of ["setup:actpass", "sendonly", "rtcp-mux", "msid:scenecast scenecast-video", "group:BUNDLE 0"]) {
    expect(offer).toContain(`\na=${line}`);
  }
  expect(offer.match(/^m=/gm)).toHaveLength(1);
  expect(offer).toMatch(/^a=candidate:.* 127\.0\.0\.1 \d+ typ host/m);
  await call.close();
});

test("addresses of this machine alone are offered to nobody elsewhere", async () => {
  const call = caller({ isPeerHere: false });
  // It may have no other.
  const offer = await call.offer().catch((error: Error) => error.message);
  expect(offer).not.toMatch(/127\.0\.0\.1|::1 /);
  await call.close();
});

test.each<[string, (answer: string) => string, RegExp]>([
  ["takes no video", (answer) => answer.replace(/^m=video \d+/m, "m=video 0"), /takes no video/],
  ["wants none of it", (answer) => answer.replace(/^a=(?:recvonly|sendrecv)/m, "a=inactive"), /takes no video/],
  ["has no fingerprint", (answer) => answer.replace(/^a=fingerprint:.*\r?\n/gm, ""), /no fingerprint/],
  [
    "has no video section",
    (answer) => answer.replace(/^m=video.*/ms, "a=fingerprint:sha-256 AB\r\n"),
    /no video section/,
  ],
  [
    "has a codec that was not offered",
    (answer) => answer.replaceAll("H264/90000", "H265/90000"),
    /cannot be used|none of the codecs/,
  ],
  [
    "cuts H.264 otherwise",
    (answer) => answer.replace(/packetization-mode=1/g, "packetization-mode=0"),
    /none of the codecs/,
  ],
  [
    "is noise",
    () => "a=fingerprint:sha-256 AB\r\nm=video 9 x 96\r\na=ice-pwd\r\n\u0000",
    /cannot be used|none of the codecs/,
  ],
])("an answer is refused that %s (WC1)", async (_, change, reason) => {
  const call = caller();
  const peer = loopbackPeer();
  await peer.setRemoteDescription({ type: "offer", sdp: await call.offer() });
  const { sdp } = await peer.createAnswer();
  await expect(call.accept(change(sdp))).rejects.toThrow(reason);
  await Promise.all([call.close(), peer.close()]);
});

test("a server that takes VP8 alone is sent VP8", async () => {
  const call = caller();
  const peer = new RTCPeerConnection({ iceServers: [] });
  peer.addTransceiver("video", { direction: "recvonly" });
  await peer.setRemoteDescription({ type: "offer", sdp: await call.offer() });
  const { sdp } = await peer.createAnswer();
  expect(sdp).not.toContain("H264");
  expect(await call.accept(sdp)).toBe("vp8");
  await Promise.all([call.close(), peer.close()]);
});

test("a TURN server that the called one names is asked for an address", async () => {
  await using turn = await TurnServer.start();
  const ice = resolveIce({ turn: [`turn:127.0.0.1:${turn.port}?transport=udp`], turnSecret: turn.secret });
  const call = caller({ peerServers: iceServersFor(ice, "us") });
  expect(await call.offer()).toMatch(/^a=candidate:.* typ relay/m);
  await call.close();
});
