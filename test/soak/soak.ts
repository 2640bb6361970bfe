/** Owns a soak: a server for a long time, with all that can happen to it, and what it holds meanwhile. Linux only. */

import { setTimeout as sleep } from "node:timers/promises";
import { Laboratory } from "../support/lab/laboratory.ts";
import { randomOf } from "../support/lab/random.ts";
import { openFilesOf, residentBytesOf, threadsOf } from "../support/process-stats.ts";
import { Disturbances, VICTIM } from "./disturbances.ts";
import type { Moment, SystemFigures } from "./measures.ts";
import { PressProbe } from "./press-probe.ts";
import { SoakedServer } from "./soaked-server.ts";
import { Visitors, type Way } from "./visitors.ts";

export type SoakOptions = {
  readonly minutes: number;
  readonly sampleSeconds: number;
  /** A whole number; the same for the same order of things. */
  readonly seed: number;
  /** How many watch at once. */
  readonly visitors: number;
  /** How they come. */
  readonly ways: readonly Way[];
  readonly longestStaySeconds: number;
  /** Whether they all come to the common room, in which nothing else happens. */
  readonly isCalm: boolean;
  told(line: string): void;
};

export type Soak = {
  readonly moments: readonly Moment[];
  readonly came: Visitors["came"];
  readonly failed: Visitors["failed"];
  readonly disturbed: Disturbances["counts"];
};

const COMMON = "";
const rooms = [COMMON, "guests", VICTIM] as const;

/** Rejects where the server ends or does not answer. */
export async function soak(options: SoakOptions): Promise<Soak> {
  await using server = await SoakedServer.start();
  await using laboratory = await Laboratory.start({ to: server.url });
  using probe = new PressProbe(server.url);
  const random = randomOf(options.seed);
  const urlOf = (room: string, overLab: boolean): string => {
    const url = new URL(server.roomUrl(room));
    return overLab ? new URL(url.pathname, laboratory.url).href : url.href;
  };
  const { visitors: count, ways, longestStaySeconds, isCalm } = options;
  const visitors = new Visitors({ count, ways, longestStaySeconds, rooms: isCalm ? [COMMON] : rooms, urlOf, random });
  const disturbances = new Disturbances(server, laboratory, random);
  if (isCalm) disturbances.close();
  const moments: Moment[] = [];
  try {
    const begun = performance.now();
    const minutesNow = (): number => (performance.now() - begun) / 60_000;
    while (minutesNow() < options.minutes) {
      await sleep(options.sampleSeconds * 1000);
      const moment = await lookAt(server, probe, minutesNow());
      disturbances.noteScenes(moment.scenes);
      moments.push(moment);
      options.told(lineOf(moment));
    }
  } finally {
    disturbances.close();
    await visitors.close();
  }
  return { moments, came: visitors.came, failed: visitors.failed, disturbed: disturbances.counts };
}

async function lookAt(server: SoakedServer, probe: PressProbe, minutes: number): Promise<Moment> {
  const held = await server.held();
  const scenes = held.scenes.flatMap((scene) => {
    const figures = systemFiguresOf(scene.pid);
    return figures === null ? [] : [{ ...scene, ...figures }];
  });
  return { minutes, held, scenes, felt: probe.take() };
}

/** Null where the process ended just now. */
function systemFiguresOf(pid: number): SystemFigures | null {
  try {
    const rssBytes = residentBytesOf(pid);
    // One that ended and was not looked after yet has no memory.
    return rssBytes === 0 ? null : { rssBytes, files: openFilesOf(pid), threads: threadsOf(pid) };
  } catch {
    return null;
  }
}

function lineOf({ minutes, held, scenes }: Moment): string {
  const mib = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
  const { main, viewers } = held;
  const its = scenes
    .map(({ room, rssBytes, files }) => `${room || "scene"} ${mib(rssBytes)} MiB ${files} fds`)
    .join(", ");
  const own = `main ${mib(main.rssBytes)} MiB (heap ${(main.heapBytes / 2 ** 20).toFixed(1)}) ${main.files} fds`;
  return `${minutes.toFixed(1)} min: ${own}; ${its}; ${viewers} viewers`;
}
