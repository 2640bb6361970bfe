import { describe, expect, test } from "vitest";
import { PageTrace } from "../../../../client/streams/page-trace.ts";
import { parseClientMessage } from "../../../../shared/signaling.ts";
import { MAX_PAGE_SPANS, pageSpanKinds, readPageSpans } from "../../../../shared/trace.ts";

const { timeOrigin } = performance;
const frame = { name: 7, presentedFrames: 1, timeMs: 30, decodedMs: 20, decodeMs: 4, receivedMs: 12 };

/** What the page tells, as kinds with begin and end on the clock of `performance.now()`. */
function told(trace: PageTrace, on = true) {
  const answer = trace.handle({ kind: "trace", on, at: 1 }, performance.now());
  if (answer?.kind !== "traced") return null;
  expect(parseClientMessage(JSON.stringify(answer))).toEqual(answer);
  return answer.spans.map(([kind, begun, ended, number, other]) => [
    pageSpanKinds[kind],
    Math.round(begun - timeOrigin),
    Math.round(ended - timeOrigin),
    number,
    other,
  ]);
}

describe("what a page keeps for a trace", () => {
  test("is nothing before it is asked, and nothing after the last answer", () => {
    const trace = new PageTrace();
    trace.note("press", 1, 2, 3);
    expect(told(trace, false)).toBeNull();
    expect(told(trace)).toEqual([]);
    trace.note("press", 1, 2, 3);
    expect(told(trace, false)).toEqual([["press", 1, 2, 3, 0]]);
    trace.note("press", 4, 5, 6);
    expect(told(trace, false)).toBeNull();
  });

  test("is told once: inputs, and of each frame when it came, was decoded and is on the screen", () => {
    const trace = new PageTrace();
    told(trace);
    trace.noteFrame(frame);
    trace.noteFrame({ ...frame, name: null });
    trace.note("press-to-picture", 5, 30, 9, 7);
    expect(told(trace)).toEqual([
      ["receive", 12, 12, 7, 0],
      ["decode", 16, 20, 7, 0],
      ["present", 20, 30, 7, 0],
      ["press-to-picture", 5, 30, 9, 7],
    ]);
    expect(told(trace)).toEqual([]);
  });

  test("is bounded where the server does not ask again", () => {
    const trace = new PageTrace();
    told(trace);
    for (let at = 0; at < MAX_PAGE_SPANS + 10; at += 1) trace.note("press", at, at, at);
    expect(told(trace)).toHaveLength(MAX_PAGE_SPANS);
  });

  test.each([
    [[[0, 1, 2, 3]]],
    [[[99, 1, 2, 3, 0]]],
    [[[0.5, 1, 2, 3, 0]]],
    [[[0, -1, 2, 3, 0]]],
    [[[0, 1, "2", 3, 0]]],
    ["text"],
    [Array.from({ length: MAX_PAGE_SPANS + 1 }, () => [0, 1, 2, 3, 0])],
  ])("%j is refused", (spans) => {
    expect(() => readPageSpans("message.spans", spans)).toThrow(/^message\.spans must be/);
  });
});
