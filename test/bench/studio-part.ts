/**
 * Owns the measurement of a studio: views of 1920x1080 at 30 frames a second that are recorded, what composing takes, and what each process
 * does; beside it the same pictures put onto planes of a scene.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createStreamServer, type SessionReport, type StreamServer } from "../../server/index.ts";
import { cpuSecondsOf } from "../support/process-stats.ts";
import { descendantsOf } from "../support/processes.ts";
import { writeMovie } from "../support/studio.ts";
import { numberText, type Spread, spreadOf, spreadText, sum } from "./figures.ts";
import type { Table } from "./table.ts";

const SIZE = { width: 1920, height: 1080 } as const;
const SETTLE_MS = 4000;
const scenes = { turning: new URL("./scenes/turning.ts", import.meta.url) };
const textured = new URL("./scenes/textured.ts", import.meta.url);

const clock = { name: "clock", kind: "clock", x: 1500, y: 40, width: 380, height: 100 };
const corner = { x: 960, y: 540, width: 960, height: 540 };
const whole = { x: 0, y: 0, ...SIZE };

const views: Readonly<Record<string, readonly object[]>> = {
  "a scene of 640x360, a movie of 960x540, a clock": [
    { name: "scene", kind: "room", room: "turning/", ...whole },
    { name: "movie", kind: "movie", file: "half.mp4", ...corner },
    clock,
  ],
  "a movie of 1920x1080, one of 960x540 over it, a clock": [
    { name: "movie", kind: "movie", file: "whole.mp4", ...whole },
    { name: "half", kind: "movie", file: "half.mp4", ...corner },
    clock,
  ],
  "the same, the small one half transparent": [
    { name: "movie", kind: "movie", file: "whole.mp4", ...whole },
    { name: "half", kind: "movie", file: "half.mp4", ...corner, opacity: 0.5 },
    clock,
  ],
};

export type StudioFigures = {
  readonly name: string;
  readonly composedFps: number;
  readonly encodedFps: number;
  readonly compose: Spread | null;
  readonly copy: Spread | null;
  /** Per cent of one core: the process of the room, and all others together. */
  readonly room: number;
  readonly others: number;
};

export async function measureStudio(seconds: number): Promise<readonly StudioFigures[]> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  try {
    writeMovie(join(folder, "whole.mp4"), "testsrc2", { size: "1920x1080", seconds: 5, rate: 30, crf: 23 });
    writeMovie(join(folder, "half.mp4"), "testsrc2", { size: "960x540", seconds: 5, rate: 30, crf: 23 });
    const figures: StudioFigures[] = [];
    for (const [name, items] of Object.entries(views)) {
      process.stderr.write(`  ${name} …\n`);
      const layout = join(folder, "view.json");
      writeFileSync(layout, JSON.stringify({ version: 1, ...SIZE, fps: 30, items }));
      figures.push(await measure(name, { scenes: { studio: `studio:${layout}`, ...scenes } }, folder, seconds));
    }
    process.stderr.write("  on planes of a scene …\n");
    const name = "three pictures on planes of a scene, as much as it can";
    figures.push(await measure(name, { scene: textured }, folder, seconds));
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(
  name: string,
  what: { readonly scene: URL } | { readonly scenes: Readonly<Record<string, string | URL>> },
  folder: string,
  seconds: number,
): Promise<StudioFigures> {
  const isStudio = "scenes" in what;
  const file = join(folder, "film.mp4");
  await using server = await createStreamServer({
    ...what,
    logLevel: "silent",
    http: { port: 0 },
    recordings: { file },
    // Of a studio its scene has this size.
    render: isStudio ? { size: { width: 640, height: 360 }, maxFps: 30 } : { size: SIZE, maxFps: 30 },
  });
  const room = isStudio ? "studio/" : "";
  await sleep(SETTLE_MS);
  const reports: SessionReport[] = [];
  server.on("reported", (reported) => void (reported.room === room && reports.push(reported.report)));
  const before = cpuOf(server, room);
  const begun = performance.now();
  await sleep(seconds * 1000);
  const after = cpuOf(server, room);
  const span = (performance.now() - begun) / 1000;
  const rate = (of: (report: SessionReport) => number) => sum(reports.map(of)) / reports.length;
  return {
    name,
    composedFps: rate(({ rendered }) => rendered),
    encodedFps: rate(({ encoded }) => encoded),
    compose: spreadOf(reports.flatMap(({ stageMs }) => stageMs.render)),
    copy: spreadOf(reports.flatMap(({ stageMs }) => stageMs.readback)),
    room: (100 * (after.room - before.room)) / span,
    others: (100 * (after.others - before.others)) / span,
  };
}

/** Seconds of processor time of a room's process, and of all others of the server but its main process. */
function cpuOf(server: StreamServer, room: string): { readonly room: number; readonly others: number } {
  const pid = server.room(room).pid ?? 0;
  const others = descendantsOf(process.pid).filter((one) => one !== pid);
  return { room: cpuSecondsOf(pid), others: sum(others.map((one) => cpuOfLiving(one))) };
}

function cpuOfLiving(pid: number): number {
  try {
    return cpuSecondsOf(pid);
  } catch {
    return 0;
  }
}

export function studioTable(figures: readonly StudioFigures[]): Table {
  return {
    title: "A studio of 1920x1080 at 30 frames a second, recorded as H.264",
    note: "Frames a second that were composed and encoded; milliseconds to compose one and to copy it to where it is encoded, median / 95th percentile; per cent of one core that the room's process takes, encoding included, and that of all sources and their rooms. The last row draws the pictures by OpenGL instead.",
    head: ["sources", "composed/s", "encoded/s", "compose", "copy", "room's process", "sources"],
    rows: figures.map(({ name, composedFps, encodedFps, compose, copy, room, others }) => [
      name,
      numberText(composedFps),
      numberText(encodedFps),
      spreadText(compose),
      spreadText(copy),
      numberText(room),
      numberText(others),
    ]),
  };
}
