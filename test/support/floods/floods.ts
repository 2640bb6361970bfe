/** Owns what floods do to a server: how soon it answers, and how many frames somebody innocent still gets. */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createStreamServer, type StreamServer } from "../../../server/index.ts";
import { SocketViewer } from "../socket-viewer.ts";

export const floodKinds = ["messages", "slow", "snapshots", "joins"] as const;
/** 10,000 messages a second of six; 500 who read nothing; 50 snapshots at once; 100 who come and go in a second. */
export type FloodKind = (typeof floodKinds)[number];

export type FloodFigures = {
  readonly kind: FloodKind;
  /** Of the innocent viewer, frames a second, before the flood and in it. */
  readonly quietFps: number;
  readonly fps: number;
  readonly longestGapMs: number;
  /** How long `/healthz` took, at most and usually. */
  readonly healthMs: { readonly max: number; readonly median: number };
};

const token = "correct-horse-battery";
const SETTLE_MS = 1_500;
const HEALTH_PAUSE_MS = 50;

/** Measures each flood for so many seconds, on a server and a scene of its own. */
export async function measureFloods(kinds: readonly FloodKind[], seconds: number): Promise<readonly FloodFigures[]> {
  const figures: FloodFigures[] = [];
  for (const kind of kinds) figures.push(await measureFlood(kind, seconds));
  return figures;
}

async function measureFlood(kind: FloodKind, seconds: number): Promise<FloodFigures> {
  await using server = await createStreamServer({
    scene: new URL("../../fixtures/scenes/animated.ts", import.meta.url),
    logLevel: "silent",
    http: { port: 0 },
    access: { token },
    control: { mode: "everyone" },
    render: { size: { width: 640, height: 360 }, maxFps: 30 },
  });
  using viewer = await SocketViewer.open(server.url, { Authorization: `Bearer ${token}` });
  await sleep(SETTLE_MS);
  const quiet = await measure(server, viewer, seconds);
  const flood = fork(
    fileURLToPath(new URL("flood-process.ts", import.meta.url)),
    [kind, server.url, await guestToken(server)],
    {
      execArgv: ["--conditions=scenecast-source", "--disable-warning=ExperimentalWarning"],
    },
  );
  try {
    await sleep(SETTLE_MS);
    const { fps, longestGapMs, healthMs } = await measure(server, viewer, seconds);
    return { kind, quietFps: quiet.fps, fps, longestGapMs, healthMs };
  } finally {
    await end(flood);
  }
}

async function measure(
  server: StreamServer,
  viewer: SocketViewer,
  seconds: number,
): Promise<Pick<FloodFigures, "fps" | "longestGapMs" | "healthMs">> {
  const from = performance.timeOrigin + performance.now();
  const took: number[] = [];
  while (performance.timeOrigin + performance.now() < from + seconds * 1000) {
    const begun = performance.now();
    await (await fetch(new URL("healthz", server.url))).text();
    took.push(performance.now() - begun);
    await sleep(HEALTH_PAUSE_MS);
  }
  const to = performance.timeOrigin + performance.now();
  const sorted = took.toSorted((a, b) => a - b);
  return {
    fps: viewer.framesPerSecond(from, to),
    longestGapMs: viewer.longestGapMs(from, to),
    healthMs: { max: sorted.at(-1) ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0 },
  };
}

async function guestToken(server: StreamServer): Promise<string> {
  const { link } = await server.createLink({ role: "controller" });
  return new URLSearchParams(new URL(link).hash.slice(1)).get("token") ?? "";
}

async function end(flood: ChildProcess): Promise<void> {
  if (flood.exitCode !== null || flood.signalCode !== null) return;
  const ended = once(flood, "exit");
  flood.kill("SIGKILL");
  await ended;
}
