/** Owns what a viewer's offer says it can decode. Pure. */

import { StreamError } from "../../shared/errors.ts";
import { type VideoCodec, videoCodecs } from "../../shared/video.ts";

/** The format parameters (`a=fmtp`) that the offer gives for a codec; null where it gives none. */
export type OfferedCodecs = ReadonlyMap<VideoCodec, string | null>;

const namesInSdp: Readonly<Record<string, VideoCodec>> = {
  H264: "h264",
  VP8: "vp8",
  VP9: "vp9",
  AV1: "av1",
  AV1X: "av1",
};

/**
 * The codecs of ours that the first video section of an offer accepts. H.264 counts in Baseline with packetization mode
 * 1 only (RFC 6184 section 8.1), VP9 and AV1 in profile 0, which are 8-bit 4:2:0. Throws `StreamError` "bad-sdp".
 */
export function offeredCodecs(sdp: string): OfferedCodecs {
  const section = /^m=video \d+ \S+ \d[^\n]*(?:\n(?!m=)[^\n]*)*/m.exec(sdp)?.[0];
  if (section === undefined) throw new StreamError("bad-sdp", "The offer has no video section (m=video).");
  const offered = new Map<VideoCodec, string | null>();
  for (const [, payloadType, name] of section.matchAll(/^a=rtpmap:(\d+) ([\w-]+)\/90000/gm)) {
    const codec = namesInSdp[name?.toUpperCase() ?? ""];
    const parameters = new RegExp(`^a=fmtp:${payloadType} ([^\r\n]*)`, "m").exec(section)?.[1] ?? null;
    if (codec !== undefined && !offered.has(codec) && isAccepted(codec, parameters ?? ""))
      offered.set(codec, parameters);
  }
  return offered;
}

/** The codec to send: `wanted`, or else the first of the server's order that the offer has. Throws "no-common-codec". */
export function chooseCodec(offered: Pick<ReadonlySet<VideoCodec>, "has">, wanted: VideoCodec | null): VideoCodec {
  const choice = videoCodecs.find((codec) => offered.has(codec) && (wanted === null || codec === wanted));
  if (choice !== undefined) return choice;
  const sent = wanted === null ? videoCodecs.join(", ") : wanted;
  throw new StreamError("no-common-codec", `This server sends ${sent}, but the viewer accepts none of these codecs.`);
}

function isAccepted(codec: VideoCodec, parameters: string): boolean {
  const value = (name: string) => new RegExp(`(?:^|;)\\s*${name}=([^;\\s]*)`, "i").exec(parameters)?.[1] ?? null;
  switch (codec) {
    case "h264":
      return value("packetization-mode") === "1" && (value("profile-level-id") ?? "42").startsWith("42");
    case "vp9":
      return (value("profile-id") ?? "0") === "0";
    case "av1":
      return (value("profile") ?? "0") === "0";
    case "vp8":
      return true;
  }
}
