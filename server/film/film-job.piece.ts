/** Owns making a movie ready for HLS as a task of a job, downloading it before where that is to be. Imported by its URL alone (jobs/piece-server.ts). */

import { rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import type { PieceContext, PieceWork } from "../jobs/piece-protocol.ts";
import type { TaskPiece, TaskProgress } from "../jobs/task-piece.ts";
import { downloadMovie } from "./download-movie.ts";
import { encodeMovie } from "./encode-movie.ts";
import { FILES, type FilmJobSettings, parseFarMovie, parseSettings } from "./film-job.ts";

export const work: PieceWork<TaskPiece, TaskProgress, Json> = async ({ work: what, input, output }, context) => {
  if (what.kind !== "film") throw new TypeError("This is no work of a film.");
  const settings = parseSettings(what.settings);
  // Beside what is kept.
  const download = join(output, "..", "movie");
  const folder = join(output, basename(FILES));
  try {
    const { path, title } =
      input.kind === "file"
        ? { path: input.path, title: basename(input.path, extname(input.path)) }
        : { path: download, title: await fetched(input.value, download, settings, context) };
    const { sizes, segmentSeconds } = settings;
    const progressed = ({
      seconds,
      ofSeconds,
    }: {
      readonly seconds: number;
      readonly ofSeconds: number | null;
    }): void => context.progressed({ part: partOf(seconds, ofSeconds), note: `${seconds.toFixed(0)} s encoded` });
    return await encodeMovie({ path, title, folder, sizes, segmentSeconds }, { progressed, signal: context.signal });
  } catch (error) {
    // What is half done is of no use to anybody, and would be sent.
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    for (const path of [download, `${download}.part`, `${download}.json`]) await rm(path, { force: true });
  }
};

/** Resolves with its title when it is there. */
async function fetched(
  value: Json,
  path: string,
  { maxDownloadBytes: maxBytes }: FilmJobSettings,
  { progressed, signal }: PieceContext<TaskProgress>,
): Promise<string> {
  const { title, address, reach } = parseFarMovie(value);
  await downloadMovie(
    { address, path, maxBytes, reach },
    {
      progressed: ({ bytes }) => progressed({ part: 0, note: `${(bytes / 1e6).toFixed(0)} MB downloaded` }),
      failed: (sentence) => console.error(sentence),
      signal,
    },
  );
  return title;
}

function partOf(done: number, all: number | null): number {
  return all === null || all <= 0 ? 0 : Math.min(1, done / all);
}
