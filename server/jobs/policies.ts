/**
 * Owns in which order the tasks of several jobs are done. Pure.
 *
 * Jobs that are as long as each other, on as many workers as they have tasks at once, are over on average first by `focused` and last by
 * `fair`, where each moves on all the time.
 */

/**
 * `focused`: all workers do the oldest job until no task of it waits. `fair`: the workers are shared out among all jobs, in turns.
 * `fifo`: each worker does a job from its first task to its last, the oldest first; one that is left without helps with the oldest.
 */
export type Policy = "focused" | "fair" | "fifo";
export const policies: readonly Policy[] = ["focused", "fair", "fifo"];

/** A job of which a task waits. */
export type WaitingJob = {
  readonly id: string;
  /** Tasks that are being done. */
  readonly running: number;
  /** When a task of it was taken last, by a count of all that were; 0 for never. */
  readonly takenAt: number;
};

/** Whose task comes next, of jobs in the order in which they were added; null where there are none. */
export function nextJob(jobs: readonly WaitingJob[], policy: Policy): string | null {
  const [oldest] = jobs;
  if (oldest === undefined) return null;
  switch (policy) {
    case "focused":
      return oldest.id;
    case "fifo":
      return (jobs.find(({ running }) => running === 0) ?? oldest).id;
    case "fair":
      return jobs.reduce((best, job) => (comesSooner(job, best) ? job : best)).id;
  }
}

/** The one with fewer hands, then the one that has waited longer for a turn; the older of two alike. */
function comesSooner(one: WaitingJob, other: WaitingJob): boolean {
  return one.running === other.running ? one.takenAt < other.takenAt : one.running < other.running;
}
