/** Owns what WebCodecs is told about the streams of the server, and what it says that it can decode. */

import { type VideoCodec, videoCodecs } from "../../shared/video.ts";

/** What stands for each codec when the browser is asked (codec strings of the WebCodecs registry). */
const codecStrings: Readonly<Record<VideoCodec, string>> = {
  h264: "avc1.42E01F",
  vp8: "vp8",
  vp9: "vp09.00.10.08",
  av1: "av01.0.08M.08",
};

const ANSWER_TIMEOUT_MS = 2000;

/** The codecs that this browser decodes, in the order of the server; none without WebCodecs or a canvas for threads. */
export async function supportedCodecs(): Promise<VideoCodec[]> {
  if (typeof VideoDecoder !== "function" || typeof EncodedVideoChunk !== "function") return [];
  const answers = await Promise.all(videoCodecs.map((codec) => Promise.race([isSupported(codec), silence()])));
  return videoCodecs.filter((_codec, index) => answers[index]);
}

/** A browser that does not even say whether it decodes does not. */
function silence(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ANSWER_TIMEOUT_MS));
}

async function isSupported(codec: VideoCodec): Promise<boolean> {
  try {
    return (await VideoDecoder.isConfigSupported(configOf(codecStrings[codec]))).supported === true;
  } catch {
    return false;
  }
}

/** How to decode the stream that begins with this key frame. */
export function decoderConfig(codec: VideoCodec, keyFrame: Uint8Array): VideoDecoderConfig {
  return configOf((codec === "h264" ? avcString(keyFrame) : null) ?? codecStrings[codec]);
}

function configOf(codec: string): VideoDecoderConfig {
  return {
    codec,
    optimizeForLatency: true,
    hardwareAcceleration: "no-preference",
    // What the server converts to. VP8 cannot say so itself, and a decoder would guess from the size.
    colorSpace: { primaries: "bt709", transfer: "bt709", matrix: "smpte170m", fullRange: false },
  };
}

/** The codec string of an H.264 key frame in Annex B: profile, constraints and level of its SPS; null without one. */
export function avcString(annexB: Uint8Array): string | null {
  for (let at = 0; at + 6 < annexB.length; at += 1) {
    const isStartCode = annexB[at] === 0 && annexB[at + 1] === 0 && annexB[at + 2] === 1;
    // ITU-T H.264 section 7.3.1: the type of a unit is the lower five bits of its first byte; 7 is an SPS.
    if (!isStartCode || ((annexB[at + 3] ?? 0) & 31) !== 7) continue;
    const bytes = annexB.subarray(at + 4, at + 7);
    return `avc1.${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
  return null;
}
