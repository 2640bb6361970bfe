/** Owns what WebCodecs is told about the streams of the server, and what it can decode of them. */

import { codecOf, type StreamCodec, streamCodecs } from "../../shared/video.ts";

/** What stands for each codec when the browser is asked (codec strings of the WebCodecs registry). */
const codecStrings: Readonly<Record<StreamCodec, string>> = {
  h264: "avc1.42E01F",
  vp8: "vp8",
  vp9: "vp09.00.10.08",
  av1: "av01.0.08M.08",
  "h264-444": "avc1.F4001F",
  "vp9-444": "vp09.01.10.08.03.01.01.06.00",
};

/** A browser that does not even say by then whether it decodes does not. */
const ANSWER_TIMEOUT_MS = 2000;

/**
 * A key frame of 16 x 16 pixels, as Base64, of each codec that browsers say to decode and then may not: 4:4:4 is for decoders in
 * software, and few pages play it.
 */
const samples: Partial<Readonly<Record<StreamCodec, string>>> = {
  "h264-444": "AAAAAWf0AAyRlp6agICDIAAAAwAgAAAPEeKFVAAAAAFo7gXNIAAAAAFliIQ6/vBvzLFyMeZW1EPMscB0gQ==",
  "vp9-444": "okmDQmAAHgAewMcEg4MJgAAEQAAim//+QZUfPUmPMClXzm8tv44I7pMj1dJhOVaF4Df///+Fxf////9poAAA",
};

/** A decoder that has not decoded a sample by then is taken for one that will not. */
const SAMPLE_TIMEOUT_MS = 1500;

/** The codecs that this browser decodes, in the order of the server; none without WebCodecs or a canvas for threads. */
export async function supportedCodecs(): Promise<StreamCodec[]> {
  if (typeof VideoDecoder !== "function" || typeof EncodedVideoChunk !== "function") return [];
  const late = silence();
  const answers = await Promise.all(streamCodecs.map((codec) => Promise.race([isSupported(codec), late])));
  return streamCodecs.filter((_codec, index) => answers[index]);
}

function silence(): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ANSWER_TIMEOUT_MS));
}

async function isSupported(codec: StreamCodec): Promise<boolean> {
  const sample = samples[codec];
  try {
    const { supported } = await VideoDecoder.isConfigSupported(configOf(codecStrings[codec]));
    return supported === true && (sample === undefined || (await decodes(codec, sample)));
  } catch {
    return false;
  }
}

/** Whether a picture comes of a key frame. */
async function decodes(codec: StreamCodec, sample: string): Promise<boolean> {
  const data = Uint8Array.from(atob(sample), (character) => character.charCodeAt(0));
  let pictures = 0;
  const decoder = new VideoDecoder({
    output: (picture) => {
      pictures += 1;
      picture.close();
    },
    error: () => undefined,
  });
  try {
    decoder.configure(decoderConfig(codec, data));
    decoder.decode(new EncodedVideoChunk({ type: "key", timestamp: 0, data }));
    const late = new Promise((resolve) => setTimeout(resolve, SAMPLE_TIMEOUT_MS));
    await Promise.race([decoder.flush(), late]);
    return pictures > 0;
  } finally {
    // What failed is closed already.
    if (decoder.state !== "closed") decoder.close();
  }
}

/** How to decode the stream that begins with this key frame. */
export function decoderConfig(codec: StreamCodec, keyFrame: Uint8Array): VideoDecoderConfig {
  return configOf((codecOf(codec) === "h264" ? avcString(keyFrame) : null) ?? codecStrings[codec]);
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
