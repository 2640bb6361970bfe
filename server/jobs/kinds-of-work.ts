/** Owns which module does which kind of work of a job. */

import { siblingUrl } from "../platform/threads.ts";
import type { JobWork } from "./job-queue.ts";

const modules: Readonly<Record<JobWork["kind"], string>> = {
  script: "./script.piece",
  render: "../offline/render-job.piece",
  encode: "../offline/encode-job.piece",
  film: "../film/film-job.piece",
};

/** Its `work` takes a `TaskPiece`. */
export function moduleOf(kind: JobWork["kind"]): URL {
  return siblingUrl(import.meta.url, modules[kind]);
}
