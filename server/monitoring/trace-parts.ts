/** Owns what a trace is made of: what each process and each page told, and the clocks of the pages. Pure. */

import { type PageSpan, type PageSpanKind, pageSpanKinds, viewerNumber } from "../../shared/trace.ts";
import type { ThreadSpans } from "../platform/trace.ts";

/** What the threads of a process did. */
export type ProcessPart = { readonly pid: number; readonly name: string; readonly threads: readonly ThreadSpans[] };

/** What a page did, on this machine's clock. */
export type PagePart = {
  /** As `viewerNumber` gives it. */
  readonly viewer: number;
  readonly spans: readonly PageEvent[];
  /** How much its clock is ahead of this machine's, in milliseconds, and how much that may be off. */
  readonly aheadMs: number;
  readonly uncertainMs: number;
};

export type PageEvent = {
  readonly kind: PageSpanKind;
  readonly begunMs: number;
  readonly endedMs: number;
  readonly number: number;
  readonly other: number;
};

/** The times of a question and its answer: on this machine's clock, twice on the page's, on this machine's again. */
export type ClockTimes = {
  readonly asked: number;
  readonly received: number;
  readonly sent: number;
  readonly came: number;
};

/** A page that goes on telling for ever must not fill the memory. */
const MAX_SPANS = 20_000;

/** Gathers what a page tells while a trace runs. */
export class PageTelling {
  readonly #viewer: number;
  readonly #spans: PageSpan[] = [];
  #best: ClockTimes | null = null;

  constructor(viewerId: string) {
    this.#viewer = viewerNumber(viewerId);
  }

  /** Of the spans beyond the most that are kept, the first stay. */
  handle(spans: readonly PageSpan[], times: ClockTimes): void {
    this.#spans.push(...spans.slice(0, MAX_SPANS - this.#spans.length));
    if (this.#best === null || wayMsOf(times) < wayMsOf(this.#best)) this.#best = times;
  }

  /** The question and answer that took the least time tell the clock best: half of that time is how far it may be off. */
  take(): PagePart {
    const times = this.#best ?? { asked: 0, received: 0, sent: 0, came: 0 };
    const aheadMs = (times.received - times.asked + (times.sent - times.came)) / 2;
    const spans = this.#spans.map(([kind, begunMs, endedMs, number, other]) => ({
      kind: pageSpanKinds[kind] ?? "receive",
      begunMs: begunMs - aheadMs,
      endedMs: Math.max(begunMs, endedMs) - aheadMs,
      number,
      other,
    }));
    return { viewer: this.#viewer, spans, aheadMs, uncertainMs: wayMsOf(times) / 2 };
  }
}

/** How long question and answer were on their way. */
function wayMsOf({ asked, received, sent, came }: ClockTimes): number {
  return Math.max(0, came - asked - (sent - received));
}
