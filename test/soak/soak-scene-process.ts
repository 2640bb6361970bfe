/** The process of a scene as it is, which adds the heap of its main thread to its reports. Started by URL only. */

import "../../server/pipeline/scene-process.ts";
import type { FromSession } from "../../server/session/session-protocol.ts";
import type { SoakReport } from "./soaked-server.ts";

const tell = process.send?.bind(process) as ((message: FromSession, ...rest: unknown[]) => boolean) | undefined;
process.send = (message: FromSession, ...rest: unknown[]) => {
  if (message.kind !== "report") return tell?.(message, ...rest) ?? false;
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const report: SoakReport = { ...message.report, heapBytes: heapUsed + arrayBuffers };
  return tell?.({ kind: "report", report }, ...rest) ?? false;
};
