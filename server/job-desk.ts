/**
 * Owns what a server tells hosts of the jobs in a folder. It does no tasks, and adds none. The list is opened when it is first asked for. In
 * the main process.
 */

import type { JobInfo } from "../shared/jobs.ts";
import type { JobsHandler, JobView } from "./http/routes/job-routes.ts";
import type { JobQueue } from "./jobs/job-queue.ts";
import { zipJob } from "./jobs/job-zip.ts";
import { openQueue, usualJobsFolder } from "./jobs/open-queue.ts";

/** Everybody waits meanwhile, so not for long. */
const BUSY_MS = 250;
/** However many look, the list is read so often. */
const LIST_MS = 500;

export class JobDesk implements JobsHandler {
  readonly #folder: string;
  #queue: Promise<JobQueue> | null = null;
  #listed: { readonly at: number; readonly jobs: Promise<readonly JobInfo[]> } | null = null;

  /** Null for the folder of `scenecast jobs`. Throws `TypeError` for a user who has none. */
  constructor(folder: string | null) {
    this.#folder = folder ?? usualJobsFolder();
  }

  async list(): Promise<readonly JobInfo[]> {
    const now = performance.now();
    if (this.#listed !== null && now - this.#listed.at < LIST_MS) return await this.#listed.jobs;
    const jobs = this.#open().then(({ store }) => store.list({ archived: false }));
    this.#listed = { at: now, jobs };
    return await jobs;
  }

  async view(id: string, first: number, count: number): Promise<JobView | null> {
    const { store } = await this.#open();
    const job = await store.job(id);
    return job === null ? null : { job, tasks: await store.tasks(id, { first, count }) };
  }

  async cancel(id: string): Promise<boolean | null> {
    const { store } = await this.#open();
    this.#listed = null;
    return (await store.job(id)) === null ? null : await store.cancel(id);
  }

  async zip(id: string): ReturnType<JobsHandler["zip"]> {
    const { store } = await this.#open();
    return await zipJob(store, id);
  }

  async close(): Promise<void> {
    const queue = await this.#queue?.catch(() => null);
    await queue?.close();
  }

  #open(): Promise<JobQueue> {
    const opening = this.#queue ?? openQueue({ kind: "folder", folder: this.#folder }, BUSY_MS);
    this.#queue = opening;
    // What was wrong with it may be mended.
    opening.catch(() => {
      if (this.#queue === opening) this.#queue = null;
    });
    return opening;
  }
}
