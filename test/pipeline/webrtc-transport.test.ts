/** The real WebRTC connection of the server, against viewers that are hard to please. */

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { RTCPeerConnection, RTCRtpCodecParameters, useVP8 } from "werift";
import { resolveIce } from "../../server/options/ice-options.ts";
import { WebRtcTransport } from "../../server/transport/webrtc-transport.ts";
import { type StreamCodec, streamCodecs } from "../../shared/video.ts";
import { loopbackPeer } from "../support/loopback-peer.ts";

async function makeOffer(...codecs: RTCRtpCodecParameters[]): Promise<string> {
  const peer = new RTCPeerConnection({ iceServers: [], ...(codecs.length === 0 ? {} : { codecs: { video: codecs } }) });
  peer.addTransceiver("video", { direction: "recvonly" });
  const { sdp } = await peer.createOffer();
  await peer.close();
  return sdp;
}

function openTransport(offer: string, codecs: readonly StreamCodec[] = streamCodecs): WebRtcTransport {
  return new WebRtcTransport(offer, { codecs, iceHost: "127.0.0.1", ice: resolveIce({}), ports: null });
}

describe("an answer", () => {
  const vp8 = useVP8({ payloadType: 100 });
  const flexFec = new RTCRtpCodecParameters({ mimeType: "video/flexfec-03", clockRate: 90_000, payloadType: 107 });

  it.each([true, false])(
    "names the stream of parity behind the others, where the viewer takes it (trickle: %s)",
    async (trickle) => {
      const offer = await makeOffer(vp8, flexFec);
      await using transport = openTransport(offer);
      const answer = await transport.answer(offer, trickle);
      expect(answer).toMatch(/^m=video \d+ \S+ 100 107\r?$/m);
      const streams = [...answer.matchAll(/^a=ssrc:(\d+) cname:(\S+)\r?$/gm)];
      const [, video, parity] = /^a=ssrc-group:FEC-FR (\d+) (\d+)\r?$/m.exec(answer) ?? [];
      expect([streams[0]?.[1], streams.at(-1)?.[1]]).toEqual([video, parity]);
      expect(new Set(streams.map(([, , name]) => name)).size).toBe(1);
      expect(parity).not.toBe(video);
    },
  );

  it("has none of it for a viewer that does not offer it", async () => {
    const offer = await makeOffer(vp8);
    await using transport = openTransport(offer);
    expect(await transport.answer(offer, true)).not.toMatch(/flexfec|FEC-FR/);
  });
});

describe("an offer of one codec in several profiles", () => {
  const inProfile = (payloadType: number, profile: string) =>
    new RTCRtpCodecParameters({
      mimeType: "video/H264",
      clockRate: 90_000,
      payloadType,
      parameters: `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}`,
    });
  const codecs = [inProfile(100, "42001f"), inProfile(102, "4d001f"), inProfile(104, "f4001f")];

  it.each([
    [["h264"], "100", "42001f", "h264"],
    [["h264-444", "h264"], "104", "f4001f", "h264-444"],
  ] as const)("is answered in the one that is sent, for %o", async (sent, type, profile, codec) => {
    const offer = await makeOffer(...codecs);
    await using transport = openTransport(offer, sent);
    const answer = await transport.answer(offer, true);
    expect(transport.codec).toBe(codec);
    expect([...answer.matchAll(/^a=rtpmap:(\d+) H264/gm)].map(([, found]) => found)).toEqual([type]);
    expect(answer).toMatch(new RegExp(`^a=fmtp:${type} .*profile-level-id=${profile}`, "m"));
  });
});

describe("a viewer whose candidates overtake its offer", () => {
  it("is answered, though the names in them are known to nobody", async () => {
    const offer = await makeOffer();
    await using transport = openTransport(offer);
    const answer = transport.answer(offer, true);
    const candidate = "candidate:1 1 udp 2113937151 00000000-0000-4000-8000-000000000000.local 47626 typ host";
    transport.addCandidate({ candidate, sdpMid: "0", sdpMLineIndex: 0 });
    expect(await Promise.race([answer, sleep(10_000, "no answer")])).toMatch(/^v=0/);
  });
});

describe("a viewer that names no address at which it can be reached, and says that there are no more", () => {
  const name = "a=candidate:1 1 udp 2113937151 00000000-0000-4000-8000-000000000000.local 47626 typ host";

  it.each([
    ["names nobody finds", [name]],
    ["none", []],
  ])("is connected with, as its own checks show its address: %s", async (_, named) => {
    const peer = loopbackPeer();
    await peer.setLocalDescription(await peer.createOffer());
    const lines = (peer.localDescription?.sdp ?? "").split("\r\n").filter((line) => !line.startsWith("a=candidate:"));
    expect(lines).toContain("a=end-of-candidates");
    const offer = lines.flatMap((line) => (line === "a=end-of-candidates" ? [...named, line] : [line])).join("\r\n");
    await using transport = openTransport(offer);
    const answer = await transport.answer(offer, false);
    transport.addCandidate({ candidate: "", sdpMid: "0", sdpMLineIndex: 0 });
    await peer.setRemoteDescription({ type: "answer", sdp: answer });
    await expect.poll(() => peer.connectionState).toBe("connected");
    await peer.close();
  });
});
