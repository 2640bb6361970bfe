/**
 * Owns the measurement of one scene before many viewers: what each further one costs, and how many get their frames. The
 * viewers connect as any do, then count packets without decrypting or decoding them, in a process of their own.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { createStreamServer, type StreamServer } from "../../server/index.ts";
import type { SessionReport } from "../../server/session/session-report.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { LightCounts } from "../support/light-counts.ts";
import { cpuSecondsOf, residentBytesOf } from "../support/process-stats.ts";
import { type LightWay, Receivers } from "../support/receivers.ts";
import { slopeOf, sum } from "./figures.ts";

/** One scene, so many viewers. Processor time is in cores: 1 is one of them all the time. */
export type CrowdFigures = {
  readonly way: LightWay;
  readonly count: number;
  readonly minFps: number;
  readonly medianFps: number;
  readonly lost: number;
  /** For each viewer. */
  readonly mbitPerSecond: number;
  /** The scene's process, of it the thread that sends, and the main process with the benchmark. */
  readonly sceneCpu: number;
  readonly sendCpu: number;
  readonly mainCpu: number;
  /** The process of the viewers, on the same machine. */
  readonly viewersCpu: number;
  readonly sceneBytes: number;
  readonly mainBytes: number;
};

/** What each further viewer costs the server, by a straight line through the figures. */
export type FurtherViewer = {
  readonly cpu: number;
  readonly sendCpu: number;
  readonly viewersCpu: number;
  readonly bytes: number;
};

const counts: Readonly<Record<LightWay, readonly number[]>> = {
  webrtc: [1, 2, 4, 8, 16, 32, 48, 64, 80, 96],
  websocket: [1, 8, 32],
};
export const ENOUGH_FPS = 30;
const SIZE: PictureSize = { width: 1280, height: 720 };
const BITRATE_BPS = 4_000_000;
const SETTLE_MS = 2000;

/** Measures growing crowds by each way, until somebody gets fewer than `ENOUGH_FPS`. Rejects where there is no /proc. */
export async function measureCrowds(seconds: number): Promise<readonly CrowdFigures[]> {
  const figures: CrowdFigures[] = [];
  for (const way of ["webrtc", "websocket"] as const) {
    await using server = await createStreamServer({
      scene: new URL("./scenes/noise.ts", import.meta.url),
      logLevel: "silent",
      http: { port: 0 },
      render: { size: SIZE },
      encode: { bitrateBps: BITRATE_BPS, codec: "h264" },
      viewers: { max: 256 },
    });
    await using receivers = new Receivers(server.url, way);
    for (const count of counts[way]) {
      process.stderr.write(`  ${count} by ${way} …\n`);
      await receivers.setCount(count);
      await sleep(SETTLE_MS);
      const one = await measureCrowd(server, receivers, way, seconds);
      figures.push(one);
      if (one.minFps < ENOUGH_FPS) break;
    }
  }
  return figures;
}

/** Null where there are fewer than two crowds by this way. */
export function furtherViewer(figures: readonly CrowdFigures[], way: LightWay): FurtherViewer | null {
  const crowds = figures.filter((one) => one.way === way && one.minFps >= ENOUGH_FPS);
  const slope = (of: (one: CrowdFigures) => number): number =>
    slopeOf(crowds.map((one) => [one.count, of(one)] as const));
  if (crowds.length < 2) return null;
  return {
    cpu: slope(({ sceneCpu, mainCpu }) => sceneCpu + mainCpu),
    sendCpu: slope(({ sendCpu }) => sendCpu),
    viewersCpu: slope(({ viewersCpu }) => viewersCpu),
    bytes: slope(({ sceneBytes, mainBytes }) => sceneBytes + mainBytes),
  };
}

async function measureCrowd(
  server: StreamServer,
  receivers: Receivers,
  way: LightWay,
  seconds: number,
): Promise<CrowdFigures> {
  const scenePid = server.room().pid;
  if (scenePid === null) throw new Error("The scene's process is gone.");
  const reports: SessionReport[] = [];
  const off = server.on("reported", ({ report }) => void reports.push(report));
  const look = async () => {
    const { counts, cpuMs } = await receivers.take();
    const cpu = { scene: cpuSecondsOf(scenePid), main: cpuSecondsOf(process.pid), viewers: cpuMs / 1000 };
    return { counts, cpu, at: performance.now() };
  };
  const before = await look();
  await sleep(seconds * 1000);
  const after = await look();
  off();
  const elapsed = (after.at - before.at) / 1000;
  const sendMs = sum(reports.map(({ cpuMs }) => cpuMs.transport));
  return {
    way,
    count: receivers.count,
    ...streamsOf(after.counts, elapsed),
    sceneCpu: (after.cpu.scene - before.cpu.scene) / elapsed,
    sendCpu: sendMs / 1000 / reports.length,
    mainCpu: (after.cpu.main - before.cpu.main) / elapsed,
    viewersCpu: (after.cpu.viewers - before.cpu.viewers) / elapsed,
    sceneBytes: residentBytesOf(scenePid),
    mainBytes: residentBytesOf(process.pid),
  };
}

function streamsOf(
  counts: readonly LightCounts[],
  seconds: number,
): Pick<CrowdFigures, "minFps" | "medianFps" | "lost" | "mbitPerSecond"> {
  const fps = counts.map(({ frames }) => frames / seconds).toSorted((a, b) => a - b);
  return {
    minFps: fps[0] ?? 0,
    medianFps: fps[fps.length >> 1] ?? 0,
    lost: sum(counts.map(({ lost }) => lost)),
    mbitPerSecond: (sum(counts.map(({ bytes }) => bytes)) * 8) / 1e6 / seconds / counts.length,
  };
}
