/** The process of a scene as it is, which adds the heaps of its threads to its reports. Started by URL only. */

import type { Worker } from "node:worker_threads";
import "../../server/pipeline/scene-process.ts";
import type { FromSession } from "../../server/session/session-protocol.ts";
import type { SoakReport } from "./soaked-server.ts";

/** Collecting garbage takes some milliseconds. */
const REPORTS_A_COLLECTION = 10;

let reports = 0;
let heapBytes = 0;
let threadHeapBytes = 0;

const threads = new Set<Worker>();
process.on("worker", (thread) => {
  threads.add(thread);
  thread.once("exit", () => threads.delete(thread));
});

const tell = process.send?.bind(process) as ((message: FromSession, ...rest: unknown[]) => boolean) | undefined;
process.send = (message: FromSession, ...rest: unknown[]) => {
  if (message.kind !== "report") return tell?.(message, ...rest) ?? false;
  if (reports % REPORTS_A_COLLECTION === 0) {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    heapBytes = heapUsed + arrayBuffers;
  }
  reports += 1;
  void heapOf(threads).then((bytes) => {
    threadHeapBytes = bytes;
  });
  const report: SoakReport = { ...message.report, heapBytes, threadHeapBytes };
  return tell?.({ kind: "report", report }, ...rest) ?? false;
};

/** What they hold now, garbage and all: theirs cannot be collected from here. */
async function heapOf(workers: ReadonlySet<Worker>): Promise<number> {
  const held = await Promise.all([...workers].map((worker) => worker.getHeapStatistics().catch(() => null)));
  return held.reduce(
    (sum, statistics) => sum + (statistics?.used_heap_size ?? 0) + (statistics?.external_memory ?? 0),
    0,
  );
}
