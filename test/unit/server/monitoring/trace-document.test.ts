import { describe, expect, test } from "vitest";
import { type Trace, type TraceEvent, traceOf } from "../../../../server/monitoring/trace-document.ts";
import { PageTelling, type ProcessPart } from "../../../../server/monitoring/trace-parts.ts";
import type { Span, SpanKind } from "../../../../server/platform/trace.ts";
import { type PageSpan, type PageSpanKind, pageSpanKinds, viewerNumber } from "../../../../shared/trace.ts";
import { arrowSpans, traceProblems } from "../../../support/trace-problems.ts";

const VIEWER = "0b7c";
const T = 1_700_000_000_000;
/** The page's clock is ahead by a minute. */
const AHEAD = 60_000;
const NAME = 90_000;

const span = (kind: SpanKind, begun: number, ended: number, more: Partial<Span> = {}): Span => ({
  kind,
  begunMs: T + begun,
  endedMs: T + ended,
  frame: 5,
  viewer: 0,
  number: 0,
  ...more,
});
const ofViewer = (number: number) => ({ viewer: viewerNumber(VIEWER), number });

const scene: ProcessPart = {
  pid: 42,
  name: "scene",
  threads: [
    {
      name: "main thread",
      lost: 0,
      spans: [
        span("input", 4, 5, { frame: 0, ...ofViewer(9) }),
        span("packetize", 31, 32),
        span("send", 32, 33),
        span("sent", 32, 35, ofViewer(NAME)),
      ],
    },
    {
      name: "render thread",
      lost: 0,
      spans: [span("update", 6, 7), span("shown", 7, 7, ofViewer(9)), span("render", 7, 17), span("read", 17, 18)],
    },
    { name: "encode thread h264 0", lost: 0, spans: [span("convert", 20, 22), span("encode", 22, 30)] },
  ],
};

function pageOf(spans: readonly (readonly [PageSpanKind, number, number, number, number?])[]) {
  const page = new PageTelling(VIEWER);
  const told = spans.map(([kind, begun, ended, number, other = 0]): PageSpan => {
    return [pageSpanKinds.indexOf(kind), T + AHEAD + begun, T + AHEAD + ended, number, other];
  });
  // One on a slow way first, which knows the clock less well.
  page.handle([], { asked: T, received: T + AHEAD + 90, sent: T + AHEAD + 90, came: T + 100 });
  page.handle(told, { asked: T, received: T + AHEAD + 1, sent: T + AHEAD + 1, came: T + 2 });
  return page.take();
}

const page = pageOf([
  ["press", 1, 2, 9],
  ["receive", 38, 38, NAME],
  ["decode", 40, 44, NAME],
  ["present", 44, 51, NAME],
  ["press-to-picture", 1, 51, 9, NAME],
]);

const milliseconds = ({ ts, dur = 0 }: TraceEvent) => [ts / 1000, (ts + dur) / 1000];
const named = ({ traceEvents }: Trace, name: string) => traceEvents.filter((event) => event.name === name);

describe("a trace", () => {
  test("an input is followed from the press to its picture, with the waits in between, on one clock", () => {
    const trace = traceOf([scene], [page]);
    expect(traceProblems(trace)).toEqual([]);
    expect(trace.otherData).toEqual({ began: new Date(T + 1).toISOString(), followedInputs: 1 });
    const steps = arrowSpans(trace, 1);
    expect(steps.map((step) => [step.name, ...milliseconds(step)])).toEqual([
      ["press", 0, 1],
      ["way of the input", 1, 3],
      ["input", 3, 4],
      ["until update", 4, 5],
      ["update", 5, 6],
      ["render", 6, 16],
      ["read", 16, 17],
      ["wait", 17, 19],
      ["convert", 19, 21],
      ["encode", 21, 29],
      ["until packetize", 29, 30],
      ["packetize", 30, 31],
      ["send", 31, 32],
      ["pacing", 31, 34],
      ["network", 34, 37],
      ["until decode", 37, 39],
      ["decode", 39, 43],
      ["present", 43, 50],
    ]);
    const [measured] = named(trace, "press to picture");
    // Sending and pacing overlap by the millisecond of the former.
    expect(measured).toMatchObject({ dur: 50_000, args: { sequence: 9, "sum of stages ms": 51, "render ms": 10 } });
  });

  test("the page's clock is that of the question which came back soonest", () => {
    expect(page.aheadMs).toBe(AHEAD);
    expect(page.uncertainMs).toBe(1);
  });

  test("an input of which no picture came has no arrow", () => {
    const silent = pageOf([["press", 1, 2, 9]]);
    const trace = traceOf([scene], [silent]);
    expect(traceProblems(trace)).toEqual([]);
    expect(trace.otherData.followedInputs).toBe(0);
    expect(named(trace, "input").filter(({ ph }) => ph !== "X")).toEqual([]);
  });

  test("a frame that was left out for a viewer is followed by the next that it got", () => {
    const [main, render, encode] = scene.threads;
    if (main === undefined || render === undefined || encode === undefined) throw new Error("three threads");
    const later = main.spans.map((each) => (each.kind === "input" ? each : { ...each, frame: 6 }));
    const drawn = [...render.spans, span("render", 18, 19, { frame: 6 }), span("read", 19, 19.5, { frame: 6 })];
    const encoded = encode.spans.map((each) => ({ ...each, frame: 6 }));
    const threads = [
      { ...main, spans: later },
      { ...render, spans: drawn },
      { ...encode, spans: encoded },
    ];
    const trace = traceOf([{ ...scene, threads }], [page]);
    expect(traceProblems(trace)).toEqual([]);
    const rendered = arrowSpans(trace, 1).find(({ name }) => name === "render");
    expect(rendered?.args).toEqual({ frame: 6 });
  });

  test("waits that cross lie beside each other", () => {
    const spans = [1, 2, 3].map((frame) => span("sent", frame, 10 * frame, { frame, ...ofViewer(frame) }));
    const trace = traceOf([{ ...scene, threads: [{ name: "main thread", lost: 0, spans }] }], []);
    expect(traceProblems(trace)).toEqual([]);
    expect(new Set(named(trace, "pacing").map(({ tid }) => tid)).size).toBe(3);
  });

  test("of nothing it is empty", () => {
    expect(traceOf([], [])).toMatchObject({ traceEvents: [], otherData: { followedInputs: 0 } });
  });
});

describe("the finder of faults in traces", () => {
  const trace = traceOf([scene], [page]);
  const changed = (change: (event: TraceEvent) => TraceEvent | null) =>
    traceProblems({ ...trace, traceEvents: trace.traceEvents.flatMap((event) => change(event) ?? []) });

  test.each<[string, (event: TraceEvent) => TraceEvent | null]>([
    ["is not begun and ended", (event) => (event.ph === "f" ? null : event)],
    ["crosses another span", (event) => (event.name === "render" ? { ...event, dur: 10_500 } : event)],
    ["a point in no span", (event) => (event.name === "present" ? null : event)],
    ["has no name", (event) => (event.ph === "M" ? null : event)],
    ["A bad time", (event) => (event.name === "read" ? { ...event, ts: Number.NaN } : event)],
    ["Not in the order", (event) => (event.name === "read" ? { ...event, ts: 1 } : event)],
  ])("knows one that %s", (sentence, change) => {
    expect(changed(change).join("\n")).toContain(sentence);
  });
});
