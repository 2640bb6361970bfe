/** What an offer accepts, and which codec is chosen. */

import { describe, expect, it } from "vitest";
import { chooseCodec, offeredCodecs, withOneProfile } from "../../../../server/transport/offered-codecs.ts";
import { videoCodecs } from "../../../../shared/video.ts";

function offer(...lines: string[]): string {
  const types = lines.flatMap((line) => /^a=rtpmap:(\d+)/.exec(line)?.[1] ?? []);
  return [
    "v=0",
    "m=audio 9 UDP/TLS/RTP/SAVPF 111",
    "a=rtpmap:111 opus/48000/2",
    `m=video 9 UDP/TLS/RTP/SAVPF ${types.join(" ")}`,
    ...lines,
    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    "",
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
  "a=rtpmap:35 VP9/90000",
  "a=fmtp:35 profile-id=1",
  "a=rtpmap:102 H264/90000",
  "a=rtcp-fb:102 nack pli",
  "a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42001f",
  "a=rtpmap:104 H264/90000",
  "a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640034",
  "a=rtpmap:106 H264/90000",
  "a=rtcp-fb:106 nack pli",
  "a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
  "a=rtpmap:41 H264/90000",
  "a=rtcp-fb:41 nack pli",
  "a=fmtp:41 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=F4001f",
  "a=rtpmap:42 rtx/90000",
  "a=fmtp:42 apt=41",
  "a=rtpmap:43 H264/90000",
  "a=fmtp:43 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=f4001f",
  "a=rtpmap:45 AV1/90000",
  "a=rtpmap:47 AV1/90000",
  "a=fmtp:47 level-idx=5;profile=1;tier=0",
);

describe("offered codecs", () => {
  it("takes H.264 with packetization mode 1 and VP9, in the profiles of 4:2:0 and 4:4:4, each with its own parameters", () => {
    const offered = offeredCodecs(chrome);
    expect([...offered.keys()].toSorted()).toEqual(["av1", "h264", "h264-444", "vp8", "vp9", "vp9-444"]);
    expect(offered.get("h264")).toMatchObject({ payloadType: "106", parameters: expect.stringMatching(/42e01f$/) });
    expect(offered.get("h264-444")).toMatchObject({ payloadType: "41", parameters: expect.stringMatching(/F4001f$/) });
    expect(offered.get("vp9")).toEqual({ payloadType: "100", parameters: "profile-id=0" });
    expect(offered.get("vp9-444")).toEqual({ payloadType: "35", parameters: "profile-id=1" });
    expect(offered.get("av1")).toEqual({ payloadType: "45", parameters: null });
    expect(offered.get("vp8")).toEqual({ payloadType: "96", parameters: null });
  });

  it("gives the first that is sent and that the viewer takes, so 4:2:0 to who takes no 4:4:4", () => {
    expect(chooseCodec(offeredCodecs(chrome), videoCodecs)).toBe("h264");
    expect(chooseCodec(offeredCodecs(chrome), ["h264-444", "h264"])).toBe("h264-444");
    const firefox = offeredCodecs(offer("a=rtpmap:45 AV1/90000", "a=rtpmap:96 VP8/90000"));
    expect(chooseCodec(firefox, videoCodecs)).toBe("vp8");
    expect(chooseCodec(firefox, ["h264-444", "vp9-444", ...videoCodecs])).toBe("vp8");
    expect(chooseCodec(offeredCodecs(chrome), ["av1"])).toBe("av1");
  });

  it("says what is sent when nothing is common, and that an offer without video is bad", () => {
    expect(() => chooseCodec(offeredCodecs(offer("a=rtpmap:96 VP8/90000")), ["h264-444", "h264"])).toThrow(
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

describe("the offer in one profile", () => {
  it.each(["h264", "h264-444"] as const)("has no other H.264, and all else: %s", (codec) => {
    const offered = offeredCodecs(chrome);
    const chosen = offered.get(codec);
    if (chosen === undefined) throw new Error("It is offered.");
    const sdp = withOneProfile(chrome, codec);
    expect([...sdp.matchAll(/^a=rtpmap:(\d+) H264/gm)].map(([, type]) => type)).toEqual([chosen.payloadType]);
    expect(sdp).toContain(
      `m=video 9 UDP/TLS/RTP/SAVPF 96 97 98 100 35 ${codec === "h264" ? "106 42" : "41 42"} 45 47\r\n`,
    );
    const removed = chrome.split("\r\n").filter((line) => !sdp.includes(line));
    expect(removed.filter((line) => !/^m=video|^a=(rtpmap|fmtp|rtcp-fb):(102|104|106|41|43) /.test(line))).toEqual([]);
    expect([...offeredCodecs(sdp).keys()]).toEqual(["vp8", "vp9", "vp9-444", codec, "av1"]);
    expect(sdp.endsWith("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n")).toBe(true);
  });

  it("is the same offer where there is but one, or none", () => {
    const plain = offer("a=rtpmap:96 VP8/90000");
    expect(withOneProfile(plain, "vp8")).toBe(plain);
    expect(withOneProfile(plain, "h264")).toBe(plain);
  });
});
