/** The encoders of a scene: one that cannot be had is refused to who asked, and the others go on. */

import { afterEach, expect, it } from "vitest";
import { allocateFrameRing, FrameRingWriter } from "../../server/frames/frame-ring.ts";
import { EncoderSet } from "../../server/session/encoder-set.ts";
import { now } from "../../shared/time.ts";
import { type VideoCodec, videoCodecs } from "../../shared/video.ts";

/** SVT-AV1 takes no picture this small; the others do. */
const size = { width: 32, height: 32 };

let encoders: EncoderSet;
afterEach(() => encoders.close());

it("a codec that no encoder works for is refused, and the codec of the others goes on", async () => {
  const ring = allocateFrameRing(size, videoCodecs.length);
  const writer = new FrameRingWriter(ring);
  writer.begin().fill(128);
  writer.publish({ number: 1, renderedAt: now(), renderMs: 0, readbackMs: 0, settled: false });
  encoders = new EncoderSet(ring, 60, 1_000_000);
  const refused: string[] = [];
  const failed: unknown[] = [];
  const encoded: VideoCodec[] = [];
  encoders.on("refused", ({ codec, error }) => void refused.push(`${codec}: ${error.code}`));
  encoders.on("failed", (error) => void failed.push(error));
  encoders.on("packetEncoded", ({ codec }) => void encoded.push(codec));
  encoders.setWanted(new Set(["h264", "av1"]));
  await expect.poll(() => [refused, encoded], { timeout: 10_000 }).toEqual([["av1: no-encoder"], ["h264"]]);
  encoders.requestKeyFrame("h264", "loss");
  await expect.poll(() => encoded, { timeout: 5000 }).toEqual(["h264", "h264"]);
  expect(failed).toEqual([]);
});
