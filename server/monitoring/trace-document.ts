/**
 * Owns the form of a trace: one time line over processes and pages, in the Trace Event Format that Perfetto and Chrome open, in
 * which each input can be followed from the press to its picture. Pure.
 */

import { followInputs } from "./trace-flows.ts";
import type { PagePart, ProcessPart } from "./trace-parts.ts";
import { type FrameWays, laidOut } from "./trace-stages.ts";
import { type PlacedSpan, TraceTracks } from "./trace-tracks.ts";

/** An event of the format. Times are microseconds from the beginning of the trace. */
export type TraceEvent = {
  readonly name: string;
  /** `M` names a process or track, `X` is a span; `s`, `t` and `f` begin, carry on and end an arrow from span to span. */
  readonly ph: "M" | "X" | "s" | "t" | "f";
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly cat?: string;
  readonly id?: number;
  readonly bp?: "e";
  readonly args?: Readonly<Record<string, string | number>>;
};

/** A trace; as JSON text it is what ui.perfetto.dev opens. */
export type Trace = {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: "ms";
  /** When it began, in ISO 8601, and how many inputs can be followed to their picture. */
  readonly otherData: { readonly began: string; readonly followedInputs: number };
};

/** Joins what was told. */
export function traceOf(processes: readonly ProcessPart[], pages: readonly PagePart[]): Trace {
  const tracks = new TraceTracks();
  const ways: FrameWays = laidOut(tracks, processes, pages);
  const flows = followInputs(tracks, ways);
  tracks.place();
  const startMs = tracks.spans.reduce((least, { begunMs }) => Math.min(least, begunMs), Number.POSITIVE_INFINITY);
  const start = Number.isFinite(startMs) ? startMs : 0;
  const timed = [
    ...tracks.spans.map((span) => spanEvent(span, start)),
    ...flows.flatMap((steps, index) => arrowEvents(steps, index + 1, start)),
  ].sort((one, other) => one.ts - other.ts || (other.dur ?? 0) - (one.dur ?? 0));
  return {
    traceEvents: [...nameEvents(tracks), ...timed],
    displayTimeUnit: "ms",
    otherData: { began: new Date(start).toISOString(), followedInputs: flows.length },
  };
}

function spanEvent({ name, process, track, begunMs, endedMs, args }: PlacedSpan, startMs: number): TraceEvent {
  const ts = microseconds(begunMs, startMs);
  return { name, ph: "X", pid: process, tid: track, ts, dur: microseconds(endedMs, startMs) - ts, args };
}

/** One arrow through spans in the order of time. Each point lies in its span, and none before the one before it. */
function arrowEvents(steps: readonly PlacedSpan[], id: number, startMs: number): TraceEvent[] {
  let ts = 0;
  return steps.map((step, at) => {
    ts = Math.max(ts, microseconds(step.begunMs, startMs));
    const ph = at === 0 ? "s" : at === steps.length - 1 ? "f" : "t";
    const place = { pid: step.process, tid: step.track, ts };
    return { name: "input", cat: "input", ph, id, ...place, ...(ph === "f" ? { bp: "e" as const } : {}) };
  });
}

function nameEvents({ processes }: TraceTracks): TraceEvent[] {
  const named = (name: string, pid: number, tid: number, text: string): TraceEvent => ({
    name,
    ph: "M",
    pid,
    tid,
    ts: 0,
    args: { name: text },
  });
  return processes.flatMap(({ id, name, tracks }) => [
    named("process_name", id, 0, name),
    ...tracks.map((track, at) => named("thread_name", id, at + 1, track)),
  ]);
}

/** Whole tenths: the clock tells no more. */
function microseconds(ms: number, startMs: number): number {
  return Math.round((ms - startMs) * 10_000) / 10;
}
