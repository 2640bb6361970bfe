/** Owns in what pieces of work are done: processes of their own, or threads. Pure. */

/** A process has memory of its own, and what crashes in it ends nothing else; a thread is there sooner. */
export type WorkerKind = "processes" | "threads";
export const workerKinds: readonly WorkerKind[] = ["processes", "threads"];
