/**
 * Owns the server of a soak, in a process of its own so that nothing else is counted to it: `soak-server-process.ts <scene>`.
 * Answers each message with what the process holds, after a collection of garbage. Started by soaked-server.ts.
 */

import { resolveOptions } from "../../server/options/options.ts";
import { forkedProcesses } from "../../server/session/forked-processes.ts";
import { StreamServer } from "../../server/stream-server.ts";
import { openFilesOf, residentBytesOf, threadsOf } from "../support/process-stats.ts";
import type { Held, SceneHeaps, SoakReport, ToSoakServer } from "./soaked-server.ts";

/** Shorter than by default, so that there are more of them in a run. */
const HANG_SECONDS = 5;

const processes = forkedProcesses({ url: new URL("./soak-scene-process.ts", import.meta.url) });
const options = resolveOptions({
  scene: process.argv[2] ?? "",
  watch: true,
  logLevel: "silent",
  http: { port: 0 },
  control: { mode: "everyone" },
  rooms: { hangSeconds: HANG_SECONDS },
  render: { size: { width: 480, height: 272 }, maxFps: 15 },
});
const server = await StreamServer.start(options, { session: { processes } });

let heaps = new Map<string, SceneHeaps>();
let shares: number[] = [];
server.on("reported", ({ room, report }) => {
  heaps.set(room, report as SoakReport);
  shares.push(...report.queueShares);
});

process.on("message", (message: ToSoakServer) => {
  if (message === "close") return void server.close().then(() => process.exit(0));
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const scenes = server.rooms().flatMap((room) => {
    const pid = room.pid;
    return pid === null ? [] : [{ room: room.name, pid, heaps: heaps.get(room.name) ?? null }];
  });
  const held: Held = {
    kind: "held",
    main: {
      rssBytes: residentBytesOf(process.pid),
      heapBytes: heapUsed + arrayBuffers,
      files: openFilesOf(process.pid),
      threads: threadsOf(process.pid),
      timers: process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length,
    },
    scenes,
    viewers: server.viewers().length,
    queueShares: shares,
  };
  heaps = new Map();
  shares = [];
  process.send?.(held);
});
process.on("disconnect", () => process.exit(0));
process.send?.({ kind: "started", url: server.url });
