/** Owns the options of a pool: what they mean, their defaults and every check. Pure. */

import { availableParallelism } from "node:os";
import { fieldsOf, oneOf, optionalText, wholeNumber } from "../platform/option-checks.ts";
import { isQueueAddress } from "./queue-address.ts";
import { type WorkerKind, workerKinds } from "./worker-kind.ts";

/** What `createPool` takes. */
export type PoolOptions = {
  /** Items at once, 1 to 256. Default the number of cores. With `queue` its workers decide. */
  readonly workers?: number;
  /** In what items are done. A process has memory of its own, a thread is there sooner. Default `"processes"`. */
  readonly kind?: WorkerKind;
  /** A queue that several machines share, `redis://host:6379`, in place of workers here. Default none. */
  readonly queue?: string;
  /** How often an item is begun at most where its worker is lost by a crash or a kill, 1 to 100. Default 3. */
  readonly maxAttempts?: number;
  /** Called with each line that work prints here. Default nobody hears it. */
  readonly onMessage?: (line: string) => void;
};

export type ResolvedPool = {
  readonly workers: number;
  readonly kind: WorkerKind;
  readonly queue: string | null;
  readonly maxAttempts: number;
  readonly onMessage: (line: string) => void;
};

const names: readonly (keyof PoolOptions)[] = ["workers", "kind", "queue", "maxAttempts", "onMessage"];
const MAX_WORKERS = 256;

/** Throws `TypeError` naming the option and its rule. */
export function resolvePool(options: PoolOptions): ResolvedPool {
  fieldsOf("options", options, names);
  const {
    workers = availableParallelism(),
    kind = "processes",
    maxAttempts = 3,
    onMessage = () => undefined,
  } = options;
  return {
    workers: wholeNumber("options.workers", workers, 1, MAX_WORKERS),
    kind: oneOf("options.kind", kind, workerKinds),
    queue: optionalText("options.queue", options.queue, "an address like redis://host:6379", isQueueAddress),
    maxAttempts: wholeNumber("options.maxAttempts", maxAttempts, 1, 100),
    onMessage,
  };
}
