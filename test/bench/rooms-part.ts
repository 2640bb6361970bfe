/**
 * Owns the measurement of several scenes at once on one machine: each has a process of its own and one viewer, who decodes
 * nothing.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import type { PictureSize } from "../../shared/video.ts";
import { cpuSecondsOf, residentBytesOf } from "../support/process-stats.ts";
import { Receivers } from "../support/receivers.ts";
import { sum } from "./figures.ts";

/** So many scenes of a size. Processor time is in cores: 1 is one of them all the time. */
export type RoomsFigures = {
  readonly count: number;
  readonly size: PictureSize;
  readonly renderer: string;
  readonly minFps: number;
  readonly medianFps: number;
  /** Of all scenes' processes together. */
  readonly scenesCpu: number;
  /** Of one scene's process. */
  readonly sceneBytes: number;
};

type Room = { readonly server: StreamServer; readonly receivers: Receivers };

const SETTLE_MS = 3000;

/** Measures as many scenes at once as each of `counts` says. Rejects where there is no /proc. */
export async function measureRooms(
  counts: readonly number[],
  size: PictureSize,
  seconds: number,
): Promise<readonly RoomsFigures[]> {
  const rooms: Room[] = [];
  const figures: RoomsFigures[] = [];
  try {
    for (const count of counts.toSorted((a, b) => a - b)) {
      process.stderr.write(`  ${count} scenes …\n`);
      while (rooms.length < count) rooms.push(await openRoom(size));
      await sleep(SETTLE_MS);
      figures.push(await measure(rooms, size, seconds));
    }
    return figures;
  } finally {
    await Promise.all(rooms.flatMap(({ server, receivers }) => [receivers.close(), server.close()]));
  }
}

async function openRoom(size: PictureSize): Promise<Room> {
  const server = await createStreamServer({
    scene: new URL("./scenes/turning.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    render: { size },
    encode: { codec: "h264" },
  });
  const receivers = new Receivers(server.url);
  await receivers.setCount(1);
  return { server, receivers };
}

async function measure(rooms: readonly Room[], size: PictureSize, seconds: number): Promise<RoomsFigures> {
  const pids = rooms.flatMap(({ server }) => server.room().pid ?? []);
  if (pids.length < rooms.length) throw new Error("The process of a scene is gone.");
  const look = async () => ({
    frames: await Promise.all(rooms.map(async ({ receivers }) => sum((await receivers.take()).counts.map(framesOf)))),
    cpu: sum(pids.map(cpuSecondsOf)),
    at: performance.now(),
  });
  const before = await look();
  await sleep(seconds * 1000);
  const after = await look();
  const elapsed = (after.at - before.at) / 1000;
  const fps = after.frames.map((frames) => frames / elapsed).toSorted((a, b) => a - b);
  return {
    count: rooms.length,
    size,
    renderer: rooms[0]?.server.renderer?.name ?? "unknown",
    minFps: fps[0] ?? 0,
    medianFps: fps[fps.length >> 1] ?? 0,
    scenesCpu: (after.cpu - before.cpu) / elapsed,
    sceneBytes: residentBytesOf(pids[0] ?? process.pid),
  };
}

function framesOf({ frames }: { readonly frames: number }): number {
  return frames;
}
