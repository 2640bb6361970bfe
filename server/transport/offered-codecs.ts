/** Owns what a viewer's offer says it can decode, and which of that it is sent. Pure. */

import { StreamError } from "../../shared/errors.ts";
import { codecOf, type StreamCodec, type VideoCodec } from "../../shared/video.ts";

/** What the offer calls a codec in one profile. */
type OfferedCodec = {
  readonly payloadType: string;
  /** Its format parameters (`a=fmtp`); null where the offer gives none. */
  readonly parameters: string | null;
};

export type OfferedCodecs = ReadonlyMap<StreamCodec, OfferedCodec>;

const namesInSdp: Readonly<Record<string, VideoCodec>> = {
  H264: "h264",
  VP8: "vp8",
  VP9: "vp9",
  AV1: "av1",
  AV1X: "av1",
};

const videoSection = /^m=video \d+ \S+ \d[^\n]*(?:\n(?!m=)[^\n]*)*/m;
const rtpMaps = /^a=rtpmap:(\d+) ([\w-]+)\/90000/gm;

/**
 * The codecs of ours that the first video section of an offer accepts: H.264 with packetization mode 1 only (RFC 6184 section
 * 8.1), in Baseline and in High 4:4:4 Predictive; VP9 in the profiles 0 and 1, which are 8-bit 4:2:0 and 4:4:4; AV1 in profile
 * 0. Throws `StreamError` "bad-sdp".
 */
export function offeredCodecs(sdp: string): OfferedCodecs {
  const section = videoSection.exec(sdp)?.[0];
  if (section === undefined) throw new StreamError("bad-sdp", "The offer has no video section (m=video).");
  const offered = new Map<StreamCodec, OfferedCodec>();
  for (const [, payloadType = "", name = ""] of section.matchAll(rtpMaps)) {
    const parameters = new RegExp(`^a=fmtp:${payloadType} ([^\r\n]*)`, "m").exec(section)?.[1] ?? null;
    const codec = streamCodecOf(namesInSdp[name.toUpperCase()], parameters ?? "");
    if (codec !== null && !offered.has(codec)) offered.set(codec, { payloadType, parameters });
  }
  return offered;
}

/**
 * The offer without the other profiles of the codec that was chosen: werift knows codecs by their names alone, and would agree
 * on the first of that name.
 */
export function withOneProfile(sdp: string, codec: StreamCodec): string {
  const payloadType = offeredCodecs(sdp).get(codec)?.payloadType;
  if (payloadType === undefined) return sdp;
  return sdp.replace(videoSection, (section) => {
    const isOther = (name: string, type: string) =>
      namesInSdp[name.toUpperCase()] === codecOf(codec) && type !== payloadType;
    const others = [...section.matchAll(rtpMaps)].flatMap(([, type = "", name = ""]) =>
      isOther(name, type) ? [type] : [],
    );
    if (others.length === 0) return section;
    const line = new RegExp(`^a=(?:rtpmap|fmtp|rtcp-fb):(?:${others.join("|")}) [^\\n]*\\n?`, "gm");
    return section.replaceAll(line, "").replace(/^(m=video \d+ \S+)([ \d]*)/, (_, media: string, types: string) => {
      const kept = types.split(" ").filter((type) => !others.includes(type));
      return `${media}${kept.join(" ")}`;
    });
  });
}

/** The first of `sent` that the viewer takes. Throws `StreamError` "no-common-codec". */
export function chooseCodec(offered: Pick<ReadonlySet<StreamCodec>, "has">, sent: readonly StreamCodec[]): StreamCodec {
  const choice = sent.find((codec) => offered.has(codec));
  if (choice !== undefined) return choice;
  const names = [...new Set(sent.map(codecOf))].join(", ");
  throw new StreamError("no-common-codec", `This server sends ${names}, but the viewer accepts none of these codecs.`);
}

/** Null for a profile that is never sent. */
function streamCodecOf(codec: VideoCodec | undefined, parameters: string): StreamCodec | null {
  const value = (name: string) => new RegExp(`(?:^|;)\\s*${name}=([^;\\s]*)`, "i").exec(parameters)?.[1] ?? null;
  switch (codec) {
    case "h264": {
      const profile = (value("profile-level-id") ?? "42").slice(0, 2).toLowerCase();
      if (value("packetization-mode") !== "1") return null;
      return profile === "42" ? "h264" : profile === "f4" ? "h264-444" : null;
    }
    case "vp9": {
      const profile = value("profile-id") ?? "0";
      return profile === "0" ? "vp9" : profile === "1" ? "vp9-444" : null;
    }
    case "av1":
      return (value("profile") ?? "0") === "0" ? "av1" : null;
    case "vp8":
      return "vp8";
    case undefined:
      return null;
  }
}
