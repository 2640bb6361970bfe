/** The process of a scene as it is, which adds the heap of its main thread to its reports. Started by URL only. */

import "../../server/pipeline/scene-process.ts";
import type { FromSession } from "../../server/session/session-protocol.ts";
import type { SoakReport } from "./soaked-server.ts";

/** Collecting garbage takes some milliseconds. */
const REPORTS_A_COLLECTION = 10;

let reports = 0;
let heapBytes = 0;

const tell = process.send?.bind(process) as ((message: FromSession, ...rest: unknown[]) => boolean) | undefined;
process.send = (message: FromSession, ...rest: unknown[]) => {
  if (message.kind !== "report") return tell?.(message, ...rest) ?? false;
  if (reports % REPORTS_A_COLLECTION === 0) {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    heapBytes = heapUsed + arrayBuffers;
  }
  reports += 1;
  const report: SoakReport = { ...message.report, heapBytes };
  return tell?.({ kind: "report", report }, ...rest) ?? false;
};
