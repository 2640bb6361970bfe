/** Owns where jobs are kept: in a folder of this machine, or by a queue that several machines share. */

import { join, resolve } from "node:path";
import { stateFolder } from "../platform/state-folder.ts";
import type { JobQueue } from "./job-queue.ts";
import { isQueueAddress } from "./queue-address.ts";

/** Where jobs are. `queue` is the address of a server of Redis, `redis://…`, for work across machines. */
export type JobPlace =
  | { readonly kind: "folder"; readonly folder: string }
  | { readonly kind: "queue"; readonly url: string };

/**
 * Opens what keeps the jobs. Rejects with `StreamError` "output-failed" or "input-failed" where that cannot be. Who waits for nobody, as a
 * server, gives a `busyMs` of its own.
 */
export async function openQueue(place: JobPlace, busyMs?: number): Promise<JobQueue> {
  // Every command and every program loads this file, and few of them open a queue.
  if (place.kind === "folder") {
    const { openFolder } = await import("./open-folder.ts");
    return openFolder(place.folder, busyMs);
  }
  // Its libraries are there for those alone who have one.
  const { openShared } = await import("./queue/open-shared.ts");
  return await openShared(place.url);
}

/** Where jobs are by what was asked for: by default in the user's own folder. Throws `TypeError` where that is no such place. */
export function placeOf({
  folder,
  queue,
}: {
  readonly folder: string | null;
  readonly queue: string | null;
}): JobPlace {
  if (queue === null) return { kind: "folder", folder: resolve(folder ?? usualJobsFolder()) };
  return { kind: "queue", url: queueAddress(queue) };
}

/** Throws `TypeError` for what is no address of a queue; it may have a password in it, so it is not repeated. */
export function queueAddress(text: string): string {
  if (!isQueueAddress(text)) {
    throw new TypeError("A queue must be an address like redis://host:6379.");
  }
  return text;
}

/** The user's own. Throws `TypeError` for a user without a folder. */
export function usualJobsFolder(): string {
  const state = stateFolder();
  if (state === null) throw new TypeError("This user has no folder for what is kept. Name one for jobs.");
  return join(state, "jobs");
}
