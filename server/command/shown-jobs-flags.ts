/** Owns the flag of the command line about jobs that a server shows, and what it means as an option. Pure. */

import type { JobsOptions } from "../options/job-options.ts";
import type { FlagValues, OptionNames } from "./flag-values.ts";

export const shownJobsFlags = { jobs: { type: "string" } } as const;

export const shownJobsHelp = `Jobs:
  --jobs <folder>           show hosts the jobs in this folder, at /jobs; "default" is that of scenecast jobs
`;

/** The name on the command line of this option. */
export const shownJobsOptionNames: OptionNames = [["options.jobs.folder", "--jobs"]];

export function readShownJobsFlags({ jobs }: FlagValues<typeof shownJobsFlags>): { readonly jobs?: JobsOptions } {
  if (jobs === undefined) return {};
  return { jobs: jobs === "default" ? {} : { folder: jobs } };
}
