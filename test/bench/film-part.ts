/** Owns the measurement of a film: movies from a slow server, downloaded and encoded in turn, and one while the other. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filmToHls } from "../../server/index.ts";
import { makeMovie } from "../support/made-movie.ts";
import { MovieServer } from "../support/movie-server.ts";
import { numberText } from "./figures.ts";
import type { Table } from "./table.ts";

const MOVIES = 5;
const MOVIE_SECONDS = 10;
/** So long each download takes. */
const DOWNLOAD_SECONDS = [2, 6] as const;
const AHEAD = [0, 2] as const;

/** Measures films of 720p. */
export async function measureFilm(): Promise<Table> {
  const folder = mkdtempSync(join(tmpdir(), "scenecast-bench-"));
  const rows: string[][] = [];
  try {
    const path = join(folder, "movie.mp4");
    makeMovie(path, { size: "1280x720", seconds: MOVIE_SECONDS, more: ["-b:v", "5M"] });
    const bytes = readFileSync(path);
    for (const seconds of DOWNLOAD_SECONDS) {
      const all: number[] = [];
      for (const ahead of AHEAD) {
        all.push(await filmBy(bytes, bytes.length / seconds, ahead, join(folder, `${seconds}-${ahead}`)));
      }
      const [inTurn = 0, beside = 0] = all;
      rows.push([`${seconds} s`, ...all.map(numberText), `${((1 - beside / inTurn) * 100).toFixed(0)} %`]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    title: `A film of ${MOVIES} movies, 1280x720, ${MOVIE_SECONDS} s each, into 640x360 and 1280x720`,
    note: "Seconds from the start until all are there, from a server on this machine that sends each in the time of the first column: one download after one encoding, and up to two movies downloaded while one is encoded.",
    head: ["a download takes", "in turn, s", "beside, s", "saved"],
    rows,
  };
}

async function filmBy(bytes: Buffer, bytesPerSecond: number, ahead: number, to: string): Promise<number> {
  const names = Array.from({ length: MOVIES }, (_, at) => `/${at}.mp4`);
  await using server = await MovieServer.start(
    Object.fromEntries(names.map((name) => [name, { bytes, bytesPerSecond }])),
  );
  const { movies, seconds } = await filmToHls({ sources: names.map((name) => server.origin + name), to, ahead });
  const failed = movies.find(({ error }) => error !== null);
  if (failed !== undefined) throw new Error(failed.error ?? "");
  return seconds;
}
