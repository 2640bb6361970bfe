/**
 * Recordings on a disk that becomes full, a small one of its own, and as ffprobe, which is not ours, reads them. As root, for the
 * disk.
 */

import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RecordingInfo, StreamServer } from "../../server/index.ts";
import { readFfprobe } from "../support/ffmpeg.ts";
import { serveSmall } from "../support/served-scene.ts";
import { SmallDisk } from "../support/small-disk.ts";
import { picturesOf, readVideoFile } from "../support/video-file.ts";

const folder = mkdtempSync(join(tmpdir(), "scenecast-disk-"));
let disk: SmallDisk;
const changes: RecordingInfo[] = [];
let server: StreamServer;

beforeAll(async () => {
  disk = new SmallDisk(join(folder, "disk"), "1m");
  server = await serveSmall({
    scene: new URL("../fixtures/scenes/noise.ts", import.meta.url),
    recordings: { folder: disk.folder },
  });
  server.on("recordingChanged", ({ recording }) => changes.push(recording));
});
afterAll(async () => {
  await server?.close();
  disk?.[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

type Probed = {
  readonly streams: readonly { readonly codec_name: string; readonly width: number; readonly nb_read_frames: string }[];
  readonly format: { readonly duration?: string };
};

/** Decodes all of it; what is wrong with it is an error. */
function probe(path: string): Probed {
  const asked = ["-count_frames", "-show_entries", "stream:format", "-of", "json", path];
  return JSON.parse(readFfprobe(asked)) as Probed;
}

test("a disk that becomes full ends a recording with a sentence, and what is there can be played", async () => {
  const elsewhere = await server.room().record({ file: join(folder, "elsewhere.mp4") });
  const recording = await server.room().record();
  const info = await recording.over;
  expect(info.state).toBe("failed");
  expect(info.error).toBe(`${info.path} cannot be written: the disk is full.`);
  expect(changes.find(({ state }) => state === "failed")?.path).toBe(info.path);
  // Less than a picture is missing of what the disk can hold.
  const { bsize, bavail } = statfsSync(disk.folder);
  expect(info.bytes).toBeGreaterThan(800_000);
  expect(bsize * bavail).toBeLessThan(200_000);
  const file = readVideoFile(info.path);
  const frames = picturesOf(file).length;
  expect(frames).toBeGreaterThan(10);
  expect(frames).toBe(file.packets.length);
  expect(probe(info.path).streams[0]).toMatchObject({ codec_name: "h264", width: 320, nb_read_frames: String(frames) });
  // The other one, on another disk, goes on.
  const before = elsewhere.info.bytes;
  await expect.poll(() => elsewhere.info.bytes).toBeGreaterThan(before);
  expect((await elsewhere.stop()).state).toBe("ended");
  const health = (await (await fetch(new URL("healthz", server.url))).json()) as {
    readonly rooms: readonly { readonly recordings: { readonly failed: number } }[];
  };
  expect(health.rooms[0]?.recordings.failed).toBe(1);
  // On the full disk the next one fails at once, too.
  const next = await server.room().record();
  expect((await next.over).state).toBe("failed");
});

test.concurrent.for(["film.mp4", "film.mkv", "film.webm"])(
  "ffprobe decodes every picture of %s",
  async (name, { expect }) => {
    const recording = await server.room().record({ file: join(folder, name), seconds: 1 });
    const { path, state } = await recording.over;
    expect(state).toBe("ended");
    const { streams, format } = probe(path);
    expect(Number(streams[0]?.nb_read_frames)).toBe(readVideoFile(path).packets.length);
    expect(Number(format.duration)).toBeGreaterThan(0.95);
    // A busy machine ends it late.
    expect(Number(format.duration)).toBeLessThan(5);
  },
);
