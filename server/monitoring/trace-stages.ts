/** Owns how what threads and pages told becomes spans on tracks: their work, and the waits and ways in between. Pure. */

import type { Span, ThreadSpans } from "../platform/trace.ts";
import type { PageEvent, PagePart, ProcessPart } from "./trace-parts.ts";
import type { PlacedSpan, TracedSpan, TraceTracks } from "./trace-tracks.ts";

/** What of a scene's process a frame or an input meets, to be looked up. */
export type SceneWay = {
  /** By frame, in the order of time. */
  readonly byFrame: ReadonlyMap<string, readonly PlacedSpan[]>;
  /** By viewer and sequence of an input. */
  readonly inputs: ReadonlyMap<string, PlacedSpan>;
  /** Inputs, and the frame that shows each first. */
  readonly shown: readonly Span[];
  /** By viewer, in the order of time. */
  readonly sent: ReadonlyMap<number, readonly SentFrame[]>;
};
export type SentFrame = { readonly span: Span; readonly pacing: PlacedSpan };

/** What of a page an input or a frame meets, by its sequence or its name. */
export type PageWay = {
  readonly viewer: number;
  readonly process: number;
  readonly byNumber: ReadonlyMap<string, PlacedSpan>;
  readonly measured: readonly PageEvent[];
};

export type FrameWays = { readonly scenes: readonly SceneWay[]; readonly pages: readonly PageWay[] };

/** Far from the numbers of processes. */
const FIRST_PAGE = 10_000_000;

export function laidOut(tracks: TraceTracks, processes: readonly ProcessPart[], pages: readonly PagePart[]): FrameWays {
  const scenes = processes.map((part) => layOutProcess(tracks, part));
  return { scenes, pages: pages.map((page, index) => layOutPage(tracks, page, FIRST_PAGE + index)) };
}

/** What a stage did with a frame. */
export function frameKey(stage: string, frame: number): string {
  return `${stage} ${frame}`;
}

export function inputKey(viewer: number, sequence: number): string {
  return `${viewer} ${sequence}`;
}

function layOutProcess(tracks: TraceTracks, { pid, name, threads }: ProcessPart): SceneWay {
  tracks.addProcess(pid, name);
  const byFrame = new Map<string, PlacedSpan[]>();
  const inputs = new Map<string, PlacedSpan>();
  for (const thread of threads) layOutThread(tracks, pid, thread, { byFrame, inputs });
  addWaits(tracks, pid, byFrame);
  const spans = threads.flatMap((thread) => thread.spans);
  const sent = spans
    .filter(({ kind }) => kind === "sent")
    .sort((one, other) => one.begunMs - other.begunMs)
    .map((span) => ({ span, pacing: tracks.addLine(pid, "pacing", pacingOf(span)) }));
  return {
    byFrame,
    inputs,
    shown: spans.filter(({ kind }) => kind === "shown"),
    sent: Map.groupBy(sent, ({ span }) => span.viewer),
  };
}

function layOutThread(
  tracks: TraceTracks,
  pid: number,
  { name, spans }: ThreadSpans,
  into: { readonly byFrame: Map<string, PlacedSpan[]>; readonly inputs: Map<string, PlacedSpan> },
): void {
  const works = spans.filter(({ kind }) => kind !== "sent" && kind !== "shown");
  const placed = tracks.addThread(pid, name, works.map(workOf));
  for (const [at, { kind, frame, viewer, number }] of works.entries()) {
    const span = placed[at];
    if (span === undefined) continue;
    if (kind === "input") into.inputs.set(inputKey(viewer, number), span);
    else if (frame !== 0)
      into.byFrame.set(frameKey(kind, frame), [...(into.byFrame.get(frameKey(kind, frame)) ?? []), span]);
  }
}

/** From a frame's being read until an encoder takes it. */
function addWaits(tracks: TraceTracks, pid: number, byFrame: Map<string, PlacedSpan[]>): void {
  for (const [key, converted] of [...byFrame]) {
    const [stage, frame] = key.split(" ");
    const read = byFrame.get(frameKey("read", Number(frame)))?.at(-1);
    if (stage !== "convert" || read === undefined) continue;
    // The same frame again, for a viewer that joins, has not waited.
    const [first] = converted;
    if (first === undefined || first.begunMs < read.endedMs) continue;
    const wait = { name: "wait", begunMs: read.endedMs, endedMs: first.begunMs, args: { frame: Number(frame) } };
    byFrame.set(frameKey("wait", Number(frame)), [tracks.addLine(pid, "waiting for an encoder", wait)]);
  }
}

function workOf({ kind, begunMs, endedMs, frame, number }: Span): TracedSpan {
  return {
    name: kind,
    begunMs,
    endedMs,
    args: { ...(frame === 0 ? {} : { frame }), ...(number === 0 ? {} : { number }) },
  };
}

function pacingOf({ begunMs, endedMs, frame, viewer, number }: Span): TracedSpan {
  return { name: "pacing", begunMs, endedMs, args: { frame, viewer: viewerName(viewer), name: number } };
}

function layOutPage(tracks: TraceTracks, page: PagePart, process: number): PageWay {
  const clock = `clock set by ${page.aheadMs.toFixed(1)} ms, to within ${page.uncertainMs.toFixed(1)} ms`;
  tracks.addProcess(process, `page of viewer ${viewerName(page.viewer)} (${clock})`);
  const byNumber = new Map<string, PlacedSpan>();
  const lines = [
    ["press", "input"],
    ["decode", "decode"],
    ["present", "present"],
  ] as const;
  for (const [kind, track] of lines) {
    for (const event of page.spans.filter((span) => span.kind === kind)) {
      const { begunMs, endedMs, number } = event;
      const args = kind === "press" ? { sequence: number } : { name: number };
      byNumber.set(frameKey(kind, number), tracks.addLine(process, track, { name: kind, begunMs, endedMs, args }));
    }
  }
  for (const { kind, begunMs, endedMs, number } of page.spans) {
    // An instant: when the last packet came. It is the end of the way, which is drawn with the frame that it ends.
    if (kind !== "receive") continue;
    byNumber.set(frameKey(kind, number), { name: kind, begunMs, endedMs, args: {}, process, track: 0 });
  }
  const measured = page.spans.filter(({ kind }) => kind === "press-to-picture");
  return { viewer: page.viewer, process, byNumber, measured };
}

function viewerName(viewer: number): string {
  return viewer.toString(16).padStart(8, "0");
}
