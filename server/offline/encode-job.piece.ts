/** Owns encoding a movie as a task of a job; its sound is copied as it is. Imported by its URL alone (jobs/piece-server.ts). */

import { rm } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import { joinMovies } from "../encode/mux/join-movies.ts";
import { MovieFile } from "../encode/mux/movie-file.ts";
import { MoviePictures } from "../encode/mux/movie-pictures.ts";
import type { PieceWork } from "../jobs/piece-protocol.ts";
import type { TaskPiece, TaskProgress } from "../jobs/task-piece.ts";
import { type EncodeJobSettings, resolveEncode } from "./encode-job.ts";

export const work: PieceWork<TaskPiece, TaskProgress, Json> = async ({ work: what, input, output }, context) => {
  if (what.kind !== "encode" || input.kind !== "file") throw new TypeError("What is encoded is a file.");
  const { format, coding, size: box, fps: wanted } = resolveEncode(what.settings);
  const { as } = what.settings as unknown as EncodeJobSettings;
  const name = `${basename(input.path, extname(input.path))}.${as}`;
  // Beside what is kept: the pictures alone, before the sound is put to them.
  const draft = join(output, "..", "pictures.mkv");
  const pictures = await MoviePictures.open(input.path, { box, fps: wanted, chroma: coding.chroma });
  const { size, fps, hasSound } = pictures;
  let frames = 0;
  try {
    const file = new MovieFile(draft, { ...coding, size, fps });
    try {
      for await (const rgba of pictures.pictures()) {
        context.signal.throwIfAborted();
        file.add(rgba);
        frames += 1;
        const part = pictures.frames === null ? 0 : Math.min(1, frames / pictures.frames);
        context.progressed({ part: part * 0.95, note: `frame ${frames}` });
      }
      file.finish();
    } finally {
      file.close();
    }
    const whole = { isFromBeginning: true, hasStart: true, hasEnd: true };
    const sound = hasSound ? { path: input.path, fromSeconds: 0, ...whole } : null;
    const pieces = [{ path: draft, frames }];
    joinMovies({ pieces, path: join(output, name), format, fps, times: null, sound }, () => undefined);
  } finally {
    await pictures.close();
    await rm(draft, { force: true });
  }
  return { output: name, frames, width: size.width, height: size.height };
};
