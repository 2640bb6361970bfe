/** Finds what is wrong with a trace, as a viewer of the Trace Event Format would stumble over it. */

import type { Trace, TraceEvent } from "../../server/index.ts";

/** The clock of a trace tells tenths of microseconds. */
const GRAIN = 0.11;

/** A sentence for each fault. */
export function traceProblems({ traceEvents }: Trace): string[] {
  const timed = traceEvents.filter(({ ph }) => ph !== "M");
  const tracks = Map.groupBy(timed, ({ pid, tid }) => `${pid}/${tid}`);
  return [
    ...badNumbers(timed),
    ...unsorted(timed),
    ...unnamed(traceEvents),
    ...[...tracks].flatMap(([track, events]) => crossing(track, events)),
    ...[...Map.groupBy(timed.filter(isArrow), ({ id }) => id)].flatMap(([id, events]) =>
      brokenArrow(id, events, tracks),
    ),
  ];
}

/** The spans that the arrow with this id goes through, in its order. */
export function arrowSpans({ traceEvents }: Trace, id: number): TraceEvent[] {
  return traceEvents
    .filter((event) => isArrow(event) && event.id === id)
    .map((point) => {
      const around = traceEvents.filter((span) => holds(span, point));
      // Where one span ends and another begins, the latter counts.
      const innermost = around.sort((one, other) => other.ts - one.ts || (one.dur ?? 0) - (other.dur ?? 0))[0];
      if (innermost === undefined) throw new Error(`Arrow ${id} has a point in no span.`);
      return innermost;
    });
}

function isArrow({ ph }: TraceEvent): boolean {
  return ph === "s" || ph === "t" || ph === "f";
}

function holds(span: TraceEvent, point: TraceEvent): boolean {
  if (span.ph !== "X" || span.pid !== point.pid || span.tid !== point.tid) return false;
  return span.ts <= point.ts + GRAIN && span.ts + (span.dur ?? 0) >= point.ts - GRAIN;
}

function badNumbers(events: readonly TraceEvent[]): string[] {
  const isGood = ({ ph, ts, dur }: TraceEvent) =>
    Number.isFinite(ts) && ts >= 0 && (ph === "X" ? dur !== undefined && dur >= 0 : dur === undefined);
  return events.filter((event) => !isGood(event)).map((event) => `A bad time: ${JSON.stringify(event)}`);
}

function unsorted(events: readonly TraceEvent[]): string[] {
  const before = events.slice(1).filter(({ ts }, at) => ts < (events[at]?.ts ?? 0));
  return before.map((event) => `Not in the order of time: ${JSON.stringify(event)}`);
}

function unnamed(events: readonly TraceEvent[]): string[] {
  const named = new Set(events.filter(({ ph }) => ph === "M").map(({ pid, tid }) => `${pid}/${tid}`));
  const used = new Set(events.filter(({ ph }) => ph !== "M").flatMap(({ pid, tid }) => [`${pid}/${tid}`, `${pid}/0`]));
  return [...used].filter((track) => !named.has(track)).map((track) => `The track ${track} has no name.`);
}

/** Of two spans on a track one holds the other, or they do not meet. */
function crossing(track: string, events: readonly TraceEvent[]): string[] {
  const ends: number[] = [];
  return events
    .filter(({ ph }) => ph === "X")
    .flatMap(({ name, ts, dur = 0 }) => {
      while ((ends.at(-1) ?? Number.POSITIVE_INFINITY) <= ts + GRAIN) ends.pop();
      const around = ends.at(-1) ?? Number.POSITIVE_INFINITY;
      ends.push(ts + dur);
      return ts + dur > around + GRAIN ? [`${name} at ${ts} on ${track} crosses another span.`] : [];
    });
}

function brokenArrow(
  id: number | undefined,
  points: readonly TraceEvent[],
  tracks: Map<string, TraceEvent[]>,
): string[] {
  const order = points.map(({ ph }) => ph).join("");
  const isClosed = /^st*f$/.test(order);
  const astray = points.filter(
    (point) => tracks.get(`${point.pid}/${point.tid}`)?.some((span) => holds(span, point)) !== true,
  );
  return [
    ...(isClosed ? [] : [`Arrow ${id} is not begun and ended once each: ${order}`]),
    ...astray.map(({ ts }) => `Arrow ${id} has a point in no span, at ${ts}.`),
  ];
}
