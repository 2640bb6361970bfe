/** Owns the counting of what a session does between two reports. In the scene's process. */

import type { StreamPulse } from "../../shared/feedback.ts";
import type { PacketMessage } from "../encode/video/encode-protocol.ts";
import { medianOf } from "../platform/median.ts";
import type { FromRenderThread } from "../render/render-protocol.ts";
import { type SessionReport, type Stage, stages, type TierReport, type WayReport } from "../session/session-report.ts";
import type { SentCounts, WayEstimate } from "../transport/transport.ts";

/** At most this many times are kept of a stage between two reports. */
const MAX_TIMES = 256;

const counters = [
  "rendered",
  "encoded",
  "skipped",
  "replacedFrames",
  "sentFrames",
  "droppedFrames",
  "sentBytes",
  "sentPackets",
  "retransmittedPackets",
  "parityPackets",
  "keyFrames",
  "rejectedInputs",
  "glErrors",
] as const;
type Counter = (typeof counters)[number];
type RenderReport = Extract<FromRenderThread, { readonly kind: "report" }>;
type Thread = keyof SessionReport["cpuMs"];

export class ReportCollector {
  #counts = zeroes(counters);
  #stageMs = emptyLists();
  #queueShares: number[] = [];
  #cpuMs: Record<Thread, number> = { render: 0, encode: 0, transport: 0, mux: 0 };
  /** What the render thread reported last, for viewers: its seconds and ours do not begin together. */
  #lastSecond = { renderedFps: 0, renderMs: 0 };

  count(counter: Counter, by: number = 1): void {
    this.#counts[counter] += by;
  }

  time(stage: Stage, ...ms: readonly number[]): void {
    const times = this.#stageMs[stage];
    times.push(...ms.slice(0, MAX_TIMES - times.length));
  }

  /** An answer to an input left; `waitedMs` of `totalMs` nothing was done for it. */
  noteAnswer(waitedMs: number, totalMs: number): void {
    if (this.#queueShares.length >= MAX_TIMES || !(totalMs > 0)) return;
    this.#queueShares.push(Math.min(1, Math.max(0, waitedMs / totalMs)));
  }

  cpu(thread: Thread, ms: number): void {
    this.#cpuMs[thread] += ms;
  }

  noteRendered({ rendered, replaced = 0, renderMs, readbackMs, cpuMs }: RenderReport): void {
    this.count("rendered", rendered);
    this.count("replacedFrames", replaced);
    this.time("render", ...renderMs);
    this.time("readback", ...readbackMs);
    this.cpu("render", cpuMs);
    this.#lastSecond = { renderedFps: rendered, renderMs: medianOf(renderMs) };
  }

  noteEncoded({ skipped, isKeyFrame, convertMs, encodeMs, cpuMs }: PacketMessage): void {
    this.count("encoded");
    this.count("skipped", skipped);
    if (isKeyFrame) this.count("keyFrames");
    this.time("convert", convertMs);
    this.time("encode", encodeMs);
    this.cpu("encode", cpuMs);
  }

  /** On how many streams a frame went, and on how many it was left out. */
  noteFrames({ sent, dropped }: { readonly sent: number; readonly dropped: number }): void {
    this.count("sentFrames", sent);
    this.count("droppedFrames", dropped);
  }

  noteSent({ packets, bytes, retransmitted, parity }: SentCounts): void {
    this.count("sentPackets", packets);
    this.count("sentBytes", bytes);
    this.count("retransmittedPackets", retransmitted);
    this.count("parityPackets", parity);
  }

  /** What viewers are told of the second of `report`. */
  pulseOf(report: SessionReport): StreamPulse {
    return { kind: "pulse", ...this.#lastSecond, encodeMs: medianOf(report.stageMs.encode) };
  }

  /** The report since the last call. `estimates` are those of the ways on which viewers take frames now. */
  take(viewers: number, tiers: readonly TierReport[], estimates: readonly WayEstimate[]): SessionReport {
    const ways = this.#counts.encoded === 0 ? [] : estimates.map(wayReportOf);
    const lists = { ways, stageMs: this.#stageMs, queueShares: this.#queueShares, cpuMs: this.#cpuMs };
    const report = { ...this.#counts, viewers, encoders: tiers.length, tiers, ...lists };
    this.#queueShares = [];
    this.#counts = zeroes(counters);
    this.#stageMs = emptyLists();
    this.#cpuMs = { render: 0, encode: 0, transport: 0, mux: 0 };
    return report;
  }
}

function wayReportOf({ bitrateBps, loss, roundTripMs, queueMs }: WayEstimate): WayReport {
  return { estimateBps: bitrateBps, loss, roundTripMs, queueMs };
}

function zeroes<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function emptyLists(): Record<Stage, number[]> {
  return Object.fromEntries(stages.map((stage) => [stage, []])) as unknown as Record<Stage, number[]>;
}
