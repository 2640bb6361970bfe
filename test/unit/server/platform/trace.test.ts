import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTrace, startTrace, takeTrace, trace } from "../../../../server/platform/trace.ts";

let thread: Worker;
beforeAll(() => {
  // Looks before there is memory, as the main process does.
  expect(trace.isOn).toBe(false);
  openTrace();
  thread = new Worker(new URL("../../../fixtures/tracing-thread.ts", import.meta.url));
});
afterAll(() => thread.terminate());

/** Has the thread note spans. Resolves with whether a trace ran. */
async function note(count: number): Promise<boolean> {
  thread.postMessage(count);
  return ((await once(thread, "message")) as [boolean])[0];
}

describe("the trace of a process", () => {
  test("while none runs nothing is kept, and there is nothing to take", async () => {
    trace.span("render", 1, 2, 3);
    expect(await note(3)).toBe(false);
    expect(trace.begin()).toBe(0);
    expect(takeTrace()).toEqual([]);
  });

  test("each thread's spans come back under its name, those before and after it do not", async () => {
    await note(1);
    startTrace();
    expect(await note(2)).toBe(true);
    trace.span("input", 10, 20, 0, 7, 8);
    const begun = trace.begin();
    trace.end("relay", begun);
    const threads = takeTrace();
    trace.span("input", 30, 40);
    await note(1);
    expect(threads).toHaveLength(2);
    const other = threads.find(({ name }) => name === "a thread of the test");
    expect(other?.spans.map(({ kind, begunMs, endedMs, frame }) => [kind, begunMs, endedMs, frame])).toEqual([
      ["render", 1, 2, 1],
      ["render", 2, 3, 2],
    ]);
    const main = threads.find(({ name }) => name === "main thread");
    expect(main?.spans[0]).toEqual({ kind: "input", begunMs: 10, endedMs: 20, frame: 0, viewer: 7, number: 8 });
    expect(main?.spans[1]).toMatchObject({ kind: "relay", begunMs: begun });
    expect(takeTrace()).toEqual([]);
  });

  test("of more than there is place for the newest stay, and the others are counted", async () => {
    startTrace();
    await note(20_000);
    const [only] = takeTrace();
    expect(only?.spans).toHaveLength(16_384);
    expect(only?.lost).toBe(20_000 - 16_384);
    expect(only?.spans.at(0)?.frame).toBe(20_000 - 16_384 + 1);
    expect(only?.spans.at(-1)?.frame).toBe(20_000);
  });
});
