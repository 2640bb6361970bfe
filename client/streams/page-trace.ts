/**
 * Owns what the page keeps for a trace of the server, and the answer to each of its questions. While no trace runs it keeps
 * nothing. Times are on the clock of `performance.now()` until they are told.
 */

import type { ClientMessage, ServerMessage } from "../../shared/signaling.ts";
import { MAX_PAGE_SPANS, type PageSpan, type PageSpanKind, pageSpanKinds } from "../../shared/trace.ts";
import type { ShownFrame } from "../picture/screen.ts";

type Question = Extract<ServerMessage, { readonly kind: "trace" }>;

export class PageTrace {
  /** Null while no trace runs. */
  #spans: PageSpan[] | null = null;

  note(kind: PageSpanKind, begunMs: number, endedMs: number, number: number, other: number = 0): void {
    const spans = this.#spans;
    // The server asks again long before that.
    if (spans === null || spans.length >= MAX_PAGE_SPANS) return;
    const { timeOrigin } = performance;
    const ended = Math.max(begunMs, endedMs);
    spans.push([pageSpanKinds.indexOf(kind), timeOrigin + begunMs, timeOrigin + ended, number, other]);
  }

  /** A picture is on the screen, or will be at a moment that the browser knows. */
  noteFrame({ name, timeMs, decodedMs, decodeMs, receivedMs }: ShownFrame): void {
    if (this.#spans === null || name === null) return;
    if (receivedMs !== null) this.note("receive", receivedMs, receivedMs, name);
    this.note("decode", decodedMs - (decodeMs ?? 0), decodedMs, name);
    this.note("present", decodedMs, timeMs, name);
  }

  /** Gives the answer to a question of the server; null where there is nothing to say. */
  handle({ on, at }: Question, receivedMs: number): ClientMessage | null {
    const spans = this.#spans;
    this.#spans = on ? [] : null;
    if (spans === null && !on) return null;
    const { timeOrigin } = performance;
    const times = { asked: at, received: timeOrigin + receivedMs, sent: timeOrigin + performance.now() };
    return { kind: "traced", ...times, spans: spans ?? [] };
  }
}
