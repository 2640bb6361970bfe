/**
 * A process that encodes some pictures with each encoder that may be on this system, from the place in the list that its
 * argument says, tells of each what came of it, and ends. Started by URL only; an encoder that crashes ends it and nothing else.
 */

import { videoCodecs } from "../../../shared/video.ts";
import { medianOf } from "../../platform/median.ts";
import { AvEncoder } from "./av-encoder.ts";
import type { FromEncodeProbe, TriedEncoder } from "./encode-probe-protocol.ts";
import { encoderThreads } from "./encoder-threads.ts";
import { type EncoderChoice, encoderChoices } from "./video-codec.ts";

const size = { width: 1280, height: 720 };
const PICTURES = 15;
const config = { size, maxFps: 60, bitrateBps: 8_000_000, threads: encoderThreads(size) };
const rgba: Buffer = Buffer.alloc(size.width * size.height * 4, 255);

const encoders = videoCodecs.flatMap((codec) =>
  encoderChoices[codec]
    .filter(({ platforms }) => platforms === null || platforms.includes(process.platform))
    .map((choice) => ({ codec, choice })),
);

/** Median milliseconds of a picture. Throws where no picture comes out. */
function timePictures(encoder: AvEncoder): number {
  const times: number[] = [];
  let [packets, hasKeyFrame] = [0, false];
  for (let picture = 0; picture < PICTURES; picture += 1) {
    paint(picture);
    const begun = performance.now();
    const encoded = encoder.encode({ rgba, i420: null }, picture === 0);
    times.push(performance.now() - begun);
    packets += encoded.length;
    hasKeyFrame ||= encoded.some(({ isKeyFrame, data }) => isKeyFrame && data.length > 0);
  }
  if (!hasKeyFrame || packets < PICTURES / 2) throw new Error(`${PICTURES} pictures gave ${packets} coded ones`);
  return medianOf(times);
}

/** A grey bar that moves over a gradient. */
function paint(picture: number): void {
  const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, size.width * size.height);
  for (let y = 0; y < size.height; y += 1) {
    const shade = (y * 255) / size.height;
    pixels.fill(0xff000000 | (shade << 16) | 0x4080, y * size.width, (y + 1) * size.width);
    pixels.fill(0xff808080, y * size.width + picture * 40, y * size.width + picture * 40 + 200);
  }
}

function attempt(codec: TriedEncoder["codec"], choice: EncoderChoice): TriedEncoder {
  const { name, isHardware } = choice;
  let encoder: AvEncoder | null = null;
  try {
    encoder = new AvEncoder(choice, { ...config, codec });
    return { codec, name, isHardware, pictureMs: timePictures(encoder), refusal: null };
  } catch (error) {
    const refusal = error instanceof Error ? error.message : String(error);
    return { codec, name, isHardware, pictureMs: null, refusal };
  } finally {
    encoder?.close();
  }
}

/** Resolves when it is on its way, so that a crash right after it does not swallow it. */
function send(message: FromEncodeProbe): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

for (const [at, { codec, choice }] of encoders.entries()) {
  if (at < Number(process.argv[2] ?? 0)) continue;
  const { name, isHardware } = choice;
  await send({ kind: "trying", at, encoder: { codec, name, isHardware } });
  await send({ kind: "tried", at, encoder: attempt(codec, choice) });
}
await send({ kind: "finished" });
process.exit(0);
