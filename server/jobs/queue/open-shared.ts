/** Owns opening a queue that several machines share: jobs are with its owner, offers of tasks in Redis. */

import { tmpdir } from "node:os";
import type { JobQueue } from "../job-queue.ts";
import { OwnerLink } from "./owner-link.ts";
import { connectRedis } from "./redis-link.ts";
import { RemoteSource } from "./remote-source.ts";
import { RemoteStore } from "./remote-store.ts";

export type SharedQueueOptions = {
  /** How long an owner that is gone is waited for. Default five seconds; a worker waits for ever. */
  readonly patienceMs?: number;
  /** Where what is fetched and made lies for the time. Default the system's folder for that. */
  readonly place?: string;
  /** Hears, in a sentence, of what went wrong and was mended. */
  readonly said?: (sentence: string) => void;
};

const PATIENCE_MS = 5_000;

/** Rejects with `StreamError` where Redis cannot be used. */
export async function openShared(url: string, options: SharedQueueOptions = {}): Promise<JobQueue> {
  const { patienceMs = PATIENCE_MS, place = tmpdir(), said = () => undefined } = options;
  const link = await connectRedis(url);
  const owner = new OwnerLink(link, patienceMs, said);
  const store = new RemoteStore(owner);
  // Whoever only looks at jobs takes no offers.
  let source: RemoteSource | null = null;
  return {
    store,
    get source() {
      source ??= new RemoteSource(link, owner, place);
      return source;
    },
    close: async () => {
      owner.close();
      await source?.close();
      store.close();
      link.close();
    },
  };
}
