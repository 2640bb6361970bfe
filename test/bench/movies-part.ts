/**
 * Owns the measurement of frames of movies: a hundred at random of eight movies, by so many processes, directly, over HTTP and over
 * HTTP once they are held; beside programs of others, which have one process each.
 */

import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { MovieFolder } from "../../server/movies/movie-folder.ts";
import { MoviePool } from "../../server/movies/movie-pool.ts";
import { startFakeServer } from "../support/fake-scene.ts";
import { runFfmpeg } from "../support/ffmpeg.ts";
import type { Table } from "./table.ts";

const run = promisify(execFile);

const MOVIES = 8;
const FRAMES = 100;
const SECONDS = 10;
const RATE = 25;
const DECODERS = [1, 2, 4, 8];
/** So many are asked for at the same time. */
const AT_ONCE = 16;
const KINDS = {
  ProRes: ["mov", "-c:v prores_ks -profile:v 2"],
  "H.264, key frame every 10 s": ["mp4", "-c:v libx264 -preset fast -pix_fmt yuv420p -g 250"],
} as const;

type Pick = { readonly movie: string; readonly frame: number };

/** Measures movies of 1280x720: so many frames, by so many processes. */
export async function measureMovies(frames: number = FRAMES, counts: readonly number[] = DECODERS): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  const all: string[][] = [];
  try {
    for (const [kind, [ending, coding]] of Object.entries(KINDS)) {
      makeMovies(folder, ending, coding);
      const picks = picksOf(ending, frames);
      const rows = { direct: [] as string[], fresh: [] as string[], held: [] as string[] };
      for (const decoders of counts) {
        const by = `${kind}, ${decoders} processes`;
        rows.direct.push(await measured(`${by}, direct`, frames, () => measureDirect(folder, picks, decoders)));
        let held: number | null = null;
        const measureFresh = async (): Promise<number> => {
          const times = await measureHttp(folder, picks, decoders);
          held = times.held;
          return times.fresh;
        };
        rows.fresh.push(await measured(`${by}, HTTP`, frames, measureFresh));
        rows.held.push(held === null ? "–" : perFrame(held, frames));
      }
      all.push([kind, "direct, pixels", ...rows.direct], [kind, "HTTP, JPEG", ...rows.fresh]);
      all.push([kind, "HTTP, JPEG, held", ...rows.held]);
      all.push([
        kind,
        "ffmpeg -ss, pixels",
        await measured(`${kind}, ffmpeg -ss`, frames, () => measureFfmpeg(folder, picks)),
      ]);
      for (const library of ["PyAV", "OpenCV"] as const) {
        const ms = await measured(`${kind}, ${library}`, frames, () => measurePython(library, folder, picks));
        all.push([kind, `${library}, pixels`, ms]);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `${frames} random frames of ${MOVIES} movies, milliseconds a frame`,
    note: `1280x720, ${SECONDS} s each; ${AT_ONCE} asked for at the same time. Movies were opened before, by all but ffmpeg -ss. The others do one frame after another.`,
    head: ["movies", "way", ...counts.map((decoders) => (decoders === 1 ? "1 process" : `${decoders} processes`))],
    rows: all,
  };
}

/** What fails is left out, and the others go on. */
async function measured(what: string, frames: number, measure: () => Promise<number>): Promise<string> {
  const began = performance.now();
  const text = await measure().then(
    (ms) => perFrame(ms, frames),
    (error: unknown) => {
      process.stderr.write(`  ${what} failed: ${error instanceof Error ? error.message : String(error)}\n`);
      return "–";
    },
  );
  process.stderr.write(`  ${what}: ${text} ms (${((performance.now() - began) / 1000).toFixed(0)} s)\n`);
  return text;
}

function perFrame(milliseconds: number, frames: number): string {
  return (milliseconds / frames).toFixed(1);
}

function makeMovies(folder: string, ending: string, coding: string): void {
  const first = join(folder, `0.${ending}`);
  const source = ["-f", "lavfi", "-i", `testsrc2=size=1280x720:rate=${RATE}:duration=${SECONDS}`];
  runFfmpeg([...source, ...coding.split(" "), first]);
  for (let movie = 1; movie < MOVIES; movie += 1) copyFileSync(first, join(folder, `${movie}.${ending}`));
}

/** The same in every run. */
function picksOf(ending: string, frames: number): Pick[] {
  let state = 1;
  const next = (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  return Array.from({ length: frames }, () => ({ movie: `${next(MOVIES)}.${ending}`, frame: next(SECONDS * RATE) }));
}

/** Does so many at the same time; resolves with how long all took. */
async function timed(picks: readonly Pick[], ask: (pick: Pick) => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  const waiting = [...picks];
  const asker = async (): Promise<void> => {
    for (let pick = waiting.shift(); pick !== undefined; pick = waiting.shift()) await ask(pick);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, asker));
  return performance.now() - begun;
}

async function measureDirect(folder: string, picks: readonly Pick[], decoders: number): Promise<number> {
  const files = new MovieFolder(folder);
  const limits = { maxJobMs: 600_000, maxDecoderBytes: 2 ** 31, idleMs: 60_000, warned: () => undefined };
  const pool = new MoviePool({ maxDecoders: decoders, ...limits });
  const form = { format: "raw", size: null, quality: 90 } as const;
  const { signal } = new AbortController();
  const ask = async ({ movie: name, frame }: Pick): Promise<unknown> => {
    const movie = await files.find([name]);
    if (movie === null) throw new Error(`There is no ${name}.`);
    return await pool.frame({ movie, frame, form, asker: "bench", signal });
  };
  try {
    await timed(warmUps(picks, decoders), ask);
    return await timed(picks, ask);
  } finally {
    await pool.close();
  }
}

async function measureHttp(
  folder: string,
  picks: readonly Pick[],
  maxDecoders: number,
): Promise<{ readonly fresh: number; readonly held: number }> {
  const cache = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  process.env["XDG_CACHE_HOME"] = cache;
  const server = await startFakeServer({ more: { movies: { folder, maxDecoders, maxDecodeMs: 600_000 } } });
  const ask = async ({ movie, frame }: Pick): Promise<unknown> => {
    const response = await fetch(new URL(`movies/${movie}/frames/${frame}.jpg`, server.url));
    if (!response.ok) throw new Error(await response.text());
    return await response.arrayBuffer();
  };
  try {
    await timed(warmUps(picks, maxDecoders), ask);
    return { fresh: await timed(picks, ask), held: await timed(picks, ask) };
  } finally {
    await server.close();
    delete process.env["XDG_CACHE_HOME"];
    rmSync(cache, { recursive: true, force: true });
  }
}

/** Other frames, so many that probably every process has every movie open. */
function warmUps(picks: readonly Pick[], decoders: number): Pick[] {
  const movies = [...new Set(picks.map(({ movie }) => movie))];
  return Array.from({ length: 2 * decoders }, (_, frame) => movies.map((movie) => ({ movie, frame }))).flat();
}

async function measureFfmpeg(folder: string, picks: readonly Pick[]): Promise<number> {
  const begun = performance.now();
  for (const { movie, frame } of picks) {
    const args = ["-v", "error", "-ss", String(frame / RATE), "-i", join(folder, movie), "-frames:v", "1"];
    await run("ffmpeg", [...args, "-pix_fmt", "rgba", "-f", "rawvideo", "-"], {
      encoding: "buffer",
      maxBuffer: 2 ** 27,
    });
  }
  return performance.now() - begun;
}

/** What Debian's Python does with the same frames, of movies that it has open. Rejects where it lacks the library. */
async function measurePython(library: "PyAV" | "OpenCV", folder: string, picks: readonly Pick[]): Promise<number> {
  const script = fileURLToPath(new URL("./movies-python.py", import.meta.url));
  const list = picks.map(({ movie, frame }) => `${join(folder, movie)}:${frame}`);
  const { stdout } = await run("/usr/bin/python3", [script, library, String(RATE), ...list]);
  return Number(stdout);
}
