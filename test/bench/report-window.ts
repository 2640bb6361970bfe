/** Owns the figures of a server over a span of time, from the reports that fall into it. Pure. */

import type { SessionReport } from "../../server/session/session-report.ts";
import { type Spread, type StageName, spreadOf, stageNames, sum } from "./figures.ts";
import type { MeasuredReport } from "./measured-report.ts";

export type ServerFigures = {
  readonly renderedFps: number;
  readonly encodedFps: number;
  readonly mbitPerSecond: number;
  readonly packetsPerFrame: number;
  readonly stages: Readonly<Record<StageName, Spread | null>>;
  readonly handOver: Spread | null;
  readonly socket: Spread | null;
  readonly overhead: Spread | null;
  /** Processor time a frame, in milliseconds. */
  readonly cpu: Readonly<Record<"render" | "encode" | "transport" | "process", number>>;
};

/** The server between the first and the last of these reports; null where there are fewer than two. */
export function figuresOf(reports: readonly MeasuredReport[]): ServerFigures | null {
  const [first, ...later] = reports;
  const last = later.at(-1);
  if (first === undefined || last === undefined) return null;
  const seconds = (last.measured.at - first.measured.at) / 1000;
  const frames = last.measured.frame - first.measured.frame;
  const total = (field: "rendered" | "encoded" | "sentBytes" | "sentPackets") => sum(later.map((one) => one[field]));
  const cpu = (thread: keyof SessionReport["cpuMs"]) => sum(later.map((one) => one.cpuMs[thread]));
  return {
    renderedFps: frames / seconds,
    encodedFps: total("encoded") / seconds,
    mbitPerSecond: (total("sentBytes") * 8) / 1e6 / seconds,
    packetsPerFrame: total("sentPackets") / total("encoded"),
    stages: stagesOf(later),
    handOver: spreadOf(later.flatMap(({ measured }) => measured.handOverMs)),
    socket: spreadOf(later.flatMap(({ measured }) => measured.socketMs)),
    overhead: spreadOf(later.flatMap(({ measured }) => measured.overheadMs)),
    cpu: {
      render: cpu("render") / total("rendered"),
      encode: cpu("encode") / total("encoded"),
      transport: cpu("transport") / total("encoded"),
      process: (last.measured.processCpuMs - first.measured.processCpuMs) / frames,
    },
  };
}

function stagesOf(reports: readonly MeasuredReport[]): ServerFigures["stages"] {
  // The session's own time of sending ends before the system has the packets.
  const times = (name: StageName) =>
    reports.flatMap(({ stageMs, measured }) => (name === "send" ? measured.sendMs : stageMs[name]));
  const entries = stageNames.map((name) => [name, spreadOf(times(name))] as const);
  return Object.fromEntries(entries) as Record<StageName, Spread | null>;
}
