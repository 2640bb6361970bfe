/** In which order the tasks of jobs are taken, and when jobs are over on average. */

import { expect, test } from "vitest";
import { nextJob, type Policy, policies, type WaitingJob } from "../../../../server/jobs/policies.ts";

/** When four jobs of `pieces` tasks, a second each in all, are over, by the workers of two cores: pure arithmetic. */
function averageEnd(policy: Policy, pieces: number): number {
  const jobs = ["a", "b", "c", "d"].map((id) => ({ id, left: pieces, running: 0, takenAt: 0, end: 0 }));
  const workers: { free: number; job: (typeof jobs)[number] | null }[] = [
    { free: 0, job: null },
    { free: 0, job: null },
  ];
  let taken = 0;
  for (;;) {
    const worker = workers.reduce((one, other) => (other.free < one.free ? other : one));
    if (worker.job !== null) {
      worker.job.running -= 1;
      worker.job.end = worker.free;
      worker.job = null;
    }
    const id = nextJob(
      jobs.filter(({ left }) => left > 0),
      policy,
    );
    const job = jobs.find((candidate) => candidate.id === id);
    if (job === undefined) {
      worker.free = Number.POSITIVE_INFINITY;
      if (workers.every(({ free }) => free === Number.POSITIVE_INFINITY)) break;
      continue;
    }
    taken += 1;
    Object.assign(job, { left: job.left - 1, running: job.running + 1, takenAt: taken });
    Object.assign(worker, { job, free: worker.free + 1 / pieces });
  }
  return jobs.reduce((sum, { end }) => sum + end, 0) / jobs.length;
}

test("four jobs of a second on two cores are over after 1.5 s on average by fifo, 2 s by fair and 1.25 s by focused", () => {
  const pieces = 100;
  expect(averageEnd("fifo", pieces)).toBeCloseTo(1.5, 6);
  expect(averageEnd("focused", pieces)).toBeCloseTo(1.25, 6);
  // In turns, the last pieces of all come last.
  expect(averageEnd("fair", pieces)).toBeGreaterThan(1.97);
  expect(averageEnd("fair", pieces)).toBeLessThanOrEqual(2);
});

test("a worker that has no job of its own helps with the oldest, and where nothing waits there is nothing", () => {
  const job = (id: string, running: number): WaitingJob => ({ id, running, takenAt: 0 });
  expect(nextJob([job("a", 1), job("b", 2)], "fifo")).toBe("a");
  expect(nextJob([job("a", 1), job("b", 0)], "fifo")).toBe("b");
  expect(nextJob([job("a", 2), job("b", 1), job("c", 1)], "fair")).toBe("b");
  for (const policy of policies) expect(nextJob([], policy)).toBeNull();
});
