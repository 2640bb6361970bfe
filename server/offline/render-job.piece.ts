/** Owns rendering a scene as a task of a job. Imported by its URL alone (jobs/piece-server.ts). */

import { basename } from "node:path";
import type { Json } from "../../shared/custom-message.ts";
import type { PieceWork } from "../jobs/piece-protocol.ts";
import type { TaskPiece, TaskProgress } from "../jobs/task-piece.ts";
import { type RenderJobSettings, renderJobOptions } from "./render-job.ts";
import { renderWithTexts } from "./render-scene.ts";

export const work: PieceWork<TaskPiece, TaskProgress, Json> = async ({ work: what, input, output }, context) => {
  if (what.kind !== "render" || input.kind !== "file") throw new TypeError("A render is of a file.");
  const {
    output: path,
    frames,
    seconds,
    renderer,
  } = await renderWithTexts(
    {
      ...renderJobOptions(what.settings, input.path, output),
      onProgress: ({ stage, frames }) => {
        const note = stage === "join" ? "joining" : `frame ${frames.done} of ${frames.total}`;
        // Joining is short.
        const part = (stage === "join" ? 0.95 : 0) + (frames.done / frames.total) * (stage === "join" ? 0.05 : 0.95);
        context.progressed({ part, note });
      },
      onMessage: (line) => console.log(line),
      signal: context.signal,
    },
    (what.settings as unknown as RenderJobSettings).parameters,
  );
  return { output: basename(path), frames: frames.total, seconds, renderer: renderer?.name ?? null };
};
