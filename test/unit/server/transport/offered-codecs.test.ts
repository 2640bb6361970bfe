/** What an offer accepts, and which codec is chosen. */

import { describe, expect, it } from "vitest";
import { chooseCodec, offeredCodecs } from "../../../../server/transport/offered-codecs.ts";

function offer(...lines: string[]): string {
  return [
    "v=0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=rtpmap:111 opus/48000/2",
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    ...lines,
  ].join("\r\n");
}

const chrome = offer(
  "a=rtpmap:96 VP8/90000",
  "a=rtpmap:97 rtx/90000",
  "a=fmtp:97 apt=96",
  "a=rtpmap:98 VP9/90000",
  "a=fmtp:98 profile-id=2",
  "a=rtpmap:100 VP9/90000",
  "a=fmtp:100 profile-id=0",
  "a=rtpmap:102 H264/90000",
  "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f",
  "a=rtpmap:104 H264/90000",
  "a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640034",
  "a=rtpmap:106 H264/90000",
  "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
  "a=rtpmap:45 AV1/90000",
);

describe("offered codecs", () => {
  it("takes H.264 in Baseline with packetization mode 1 and VP9 in profile 0, each with its own parameters", () => {
    const offered = offeredCodecs(chrome);
    expect([...offered.keys()].toSorted()).toEqual(["av1", "h264", "vp8", "vp9"]);
    expect(offered.get("h264")).toContain("profile-level-id=42e01f");
    expect(offered.get("vp9")).toBe("profile-id=0");
    expect(offered.get("vp8")).toBeNull();
  });

  it("prefers H.264, then VP8; a wanted codec wins", () => {
    expect(chooseCodec(offeredCodecs(chrome), null)).toBe("h264");
    expect(chooseCodec(offeredCodecs(offer("a=rtpmap:45 AV1/90000", "a=rtpmap:96 VP8/90000")), null)).toBe("vp8");
    expect(chooseCodec(offeredCodecs(chrome), "av1")).toBe("av1");
  });

  it("says what it sends when nothing is common, and that an offer without video is bad", () => {
    expect(() => chooseCodec(offeredCodecs(offer("a=rtpmap:96 VP8/90000")), "h264")).toThrow(
      "This server sends h264, but the viewer accepts none of these codecs.",
    );
    expect(() => offeredCodecs("v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n")).toThrow("no video section");
  });

  it("looks at the video section only", () => {
    expect([
      ...offeredCodecs("v=0\nm=audio 9 X 1\na=rtpmap:1 VP8/90000\nm=video 9 X 2\na=rtpmap:2 AV1/90000").keys(),
    ]).toEqual(["av1"]);
  });
});
