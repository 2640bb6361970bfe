/** Owns `scenecast jobs serve` and `scenecast worker`: what they print, how they end, and with which exit code. */

import { availableParallelism, tmpdir } from "node:os";
import { resolve } from "node:path";
import { JobRunner } from "../jobs/job-runner.ts";
import { usualJobsFolder } from "../jobs/open-queue.ts";
import { openShared } from "../jobs/queue/open-shared.ts";
import { QueueOwner } from "../jobs/queue/queue-owner.ts";
import { sweepKeptFolders } from "../platform/kept-folder.ts";
import { visible } from "../platform/visible-text.ts";
import { exitCodes } from "./exit-codes.ts";
import type { QueueCommand } from "./queue-flags.ts";
import { stopOnSignals } from "./stop-on-signals.ts";

/** Works until it is stopped. Resolves with the exit code; rejects with `StreamError`. */
export async function workForQueue(command: QueueCommand): Promise<number> {
  const { signal } = stopOnSignals();
  if (command.kind === "worker") await work(command, signal);
  else await serve(command, signal);
  return exitCodes.stopped;
}

async function serve(
  { queue, folder, ...place }: Extract<QueueCommand, { readonly kind: "serve-queue" }>,
  signal: AbortSignal,
): Promise<void> {
  const owner = await QueueOwner.start({
    ...{ url: queue, folder: resolve(folder ?? usualJobsFolder()), ...place },
    said: say,
  });
  process.stdout.write(`Serving the queue at ${owner.record.url}\n`);
  const stopped = new Promise<void>((done) => signal.addEventListener("abort", () => done(), { once: true }));
  try {
    await Promise.race([owner.ended, stopped]);
  } finally {
    await owner.close();
  }
}

async function work(
  { queue: url, folder, work: wish }: Extract<QueueCommand, { readonly kind: "worker" }>,
  signal: AbortSignal,
): Promise<void> {
  const place = resolve(folder ?? tmpdir());
  await sweepKeptFolders([place]);
  const queue = await openShared(url, { patienceMs: Number.POSITIVE_INFINITY, place, said: say });
  const workers = wish.workers ?? availableParallelism();
  process.stdout.write(`Working for the queue, ${workers} tasks at once\n`);
  try {
    const runner = new JobRunner({
      ...{ source: queue.source, workers, kind: wish.kind, policy: wish.policy, jobs: null, signal },
      isOver: () => Promise.resolve(false),
      ended: ({ job, index }, end) => {
        say(`Job ${job.id}, task ${index}: ${end.kind === "done" ? "done" : `${end.kind}: ${end.error}`}`);
      },
      said: say,
    });
    await runner.run();
  } finally {
    await queue.close();
  }
}

function say(sentence: string): void {
  process.stderr.write(`${visible(sentence.replaceAll(/\s+/g, " "))}\n`);
}
