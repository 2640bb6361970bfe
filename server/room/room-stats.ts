/** Owns what a program is told of how a room does, from the report of its last second. Pure. */

import type { PictureSize } from "../../shared/video.ts";
import { medianOf } from "../platform/median.ts";
import { type SessionReport, type Stage, stages, type TierReport, type WayReport } from "../session/session-report.ts";

/** How a room did in its last second; in the first after a start all is 0. */
export type RoomStats = {
  /** Of the picture, in pixels. */
  readonly size: PictureSize;
  /** Those who take video. */
  readonly viewers: number;
  /** Frames that were drawn; 0 at rest. */
  readonly drawnFps: number;
  /** Frames that came out of all encoders. */
  readonly encodedFps: number;
  /** What was sent to all viewers, in bits a second. */
  readonly sentBps: number;
  /** The encoders that give frames: one for all viewers whose ways carry much the same. */
  readonly tiers: readonly TierReport[];
  /** The ways on which viewers take frames; none at rest. */
  readonly ways: readonly WayReport[];
  /** What a frame took in each stage, in milliseconds; 0 where there was none. */
  readonly stageMs: Readonly<Record<Stage, { readonly median: number; readonly longest: number }>>;
  /** What the room's process used of a processor core: 1 is one core. */
  readonly cores: number;
};

/** `report` is null before the first. */
export function statsOf(report: SessionReport | null, size: PictureSize): RoomStats {
  const { rendered = 0, encoded = 0, sentBytes = 0, viewers = 0, tiers = [], ways = [] } = report ?? {};
  const timesOf = (stage: Stage) => {
    const times = report?.stageMs[stage] ?? [];
    return [stage, { median: medianOf(times), longest: Math.max(0, ...times) }];
  };
  const cpuMs = Object.values(report?.cpuMs ?? {}).reduce((sum, ms) => sum + ms, 0);
  return {
    size,
    viewers,
    drawnFps: rendered,
    encodedFps: encoded,
    sentBps: sentBytes * 8,
    tiers,
    ways,
    stageMs: Object.fromEntries(stages.map(timesOf)) as RoomStats["stageMs"],
    cores: cpuMs / 1000,
  };
}
