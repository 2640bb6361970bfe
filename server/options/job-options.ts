/** Owns the options about jobs: whether hosts see them, and where they are. */

import { resolve } from "node:path";
import { fieldsOf, isPath, optionalText } from "../platform/option-checks.ts";

/** Jobs that hosts see on the page `/jobs`, with their bars, and can end and download. The server does none of them itself. */
export type JobsOptions = {
  /** The folder that they are kept in. Default that of `scenecast jobs`. */
  readonly folder?: string;
};

/** The folder; `""` for the usual one; null where hosts see no jobs. Throws `TypeError` naming the option and its rule. */
export function resolveJobs(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const { folder } = fieldsOf("options.jobs", value, ["folder"]);
  const path = optionalText("options.jobs.folder", folder, "a path", isPath);
  return path === null ? "" : resolve(path);
}
