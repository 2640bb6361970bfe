/** Owns the measurement of colour conversion and encoding by themselves, on ready-made pictures in one thread. */

import { openEncoder } from "../../server/encode/video/av-encoder.ts";
import { encoderThreads } from "../../server/encode/video/encoder-threads.ts";
import type { FramePixels } from "../../server/frames/frame-ring.ts";
import { cpuMeter } from "../../server/platform/threads.ts";
import type { EncodedPacket, PictureSize } from "../../shared/video.ts";
import { type Spread, spreadOf } from "./figures.ts";

export type BareEncode = {
  readonly encoder: string;
  readonly convert: Spread | null;
  readonly encode: Spread | null;
  /** Processor time a frame for both, in milliseconds. */
  readonly cpuMs: number;
  readonly packets: readonly EncodedPacket[];
};

const WARM_UP_FRAMES = 30;
const FRAMES = 150;

/** Encodes `pictures` to H.264, forwards and backwards so that the motion has no break, as fast as it goes. */
export function measureBareEncode(size: PictureSize, pictures: readonly FramePixels[]): BareEncode {
  const threads = encoderThreads(size);
  const encoder = openEncoder({ codec: "h264", size, maxFps: 60, bitrateBps: 8_000_000, threads });
  const [convertMs, encodeMs]: [number[], number[]] = [[], []];
  const packets: EncodedPacket[] = [];
  const there = pictures.map((_, index) => index);
  const round = [...there, ...there.slice(1, -1).reverse()];
  const cpuMs = cpuMeter();
  try {
    for (let frame = 1; frame <= WARM_UP_FRAMES + FRAMES; frame += 1) {
      const picture = pictures[round[frame % round.length] ?? 0];
      if (picture === undefined) throw new Error("There are no pictures to encode.");
      if (frame === WARM_UP_FRAMES + 1) cpuMs();
      const coded = encoder.encode(picture, frame === 1);
      for (const { data, isKeyFrame } of coded) packets.push({ codec: "h264", data, isKeyFrame, frame });
      if (frame <= WARM_UP_FRAMES) continue;
      convertMs.push(encoder.times.convertMs);
      encodeMs.push(encoder.times.encodeMs);
    }
    const cpu = cpuMs() / FRAMES;
    return { encoder: encoder.name, convert: spreadOf(convertMs), encode: spreadOf(encodeMs), cpuMs: cpu, packets };
  } finally {
    encoder.close();
  }
}
