/** Sinks of a real scene: what they get can be decoded, in the size that they want, at rest too. */

import { afterEach, expect, test } from "vitest";
import { resolveOptions } from "../../server/options/options.ts";
import type { Sink, SinkPacket } from "../../server/pipeline/outputs/sink.ts";
import { Pipeline } from "../../server/pipeline/pipeline.ts";
import { noParameters } from "../../server/platform/given-parameters.ts";
import { sceneFixture } from "../support/render-probe.ts";
import { decodePictures } from "../support/video-decoder.ts";

// As the main process sets it for a scene's process, before gl is loaded.
process.env["ANGLE_DEFAULT_PLATFORM"] = "vulkan";

let pipeline: Pipeline | null = null;
afterEach(async () => {
  await pipeline?.close();
});

async function start(scene: string): Promise<Pipeline> {
  const { sceneUrl, render, encode, quality, ice } = resolveOptions({
    scene: sceneFixture(scene),
    render: { size: { width: 320, height: 192 }, maxFps: 30 },
  });
  const kept = {
    backend: "vulkan",
    maxPixels: 320 * 192,
    watch: false,
    iceHost: "127.0.0.1",
    ice,
    presence: true,
  } as const;
  const config = { sceneUrl: sceneUrl.href, ...render, ...encode, quality, ...kept };
  const started = await Pipeline.start(
    config,
    { sceneState: null, parameters: noParameters },
    () => undefined,
    (error) => console.error(error),
  );
  pipeline = started;
  return started;
}

function sinkInto(packets: SinkPacket[], wishes: Partial<Sink> = {}): Sink {
  const take = (packet: SinkPacket) => void packets.push(packet);
  return { codec: "h264", target: null, maxKeyFrameGapMs: null, take, handleEnd: () => undefined, ...wishes };
}

test("a scene at rest that nobody watches gives each sink pictures in its size, with key frames in time", async () => {
  const scene = await start("quadrants");
  const [plain, small]: SinkPacket[][] = [[], []];
  const target = { size: { width: 160, height: 96 }, maxFps: 30, bitrateBps: 300_000 };
  const handles = [
    scene.addSink(sinkInto(plain ?? [])),
    scene.addSink(sinkInto(small ?? [], { target, maxKeyFrameGapMs: 500 })),
  ];
  const keyFramesOf = (packets: readonly SinkPacket[] = []) => packets.filter(({ isKeyFrame }) => isKeyFrame).length;
  await expect.poll(() => keyFramesOf(small), { timeout: 20_000 }).toBeGreaterThanOrEqual(4);
  for (const handle of handles) handle.close();
  for (const [packets = [], size] of [
    [plain, "320x192"],
    [small, "160x96"],
  ] as const) {
    const pictures = decodePictures(
      "h264",
      packets.map(({ data }) => data),
    );
    expect(pictures).toHaveLength(packets.length);
    expect(new Set(pictures.map(({ width, height }) => `${width}x${height}`))).toEqual(new Set([size]));
    const times = packets.map(({ time }) => time);
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0))).toBe(true);
  }
  expect(keyFramesOf(plain)).toBe(1);
});
