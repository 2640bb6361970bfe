/** Owns the messages between a scene's Worker and the thread that it is. */

export type PageWorkerData = {
  /** The name that the scene gave it. */
  readonly name: string;
  /** The address of the scene's file, from which relative addresses count. */
  readonly base: string;
  /** The address of the script. */
  readonly address: string;
};

/** What the thread runs: a script by its text, or a module by an address that Node can import. */
export type WorkerProgram =
  | { readonly kind: "script"; readonly source: string; readonly address: string }
  | { readonly kind: "module"; readonly address: string };

/** The scene's thread is the only sender. The program comes first. */
export type ToPageWorker = WorkerProgram | { readonly kind: "message"; readonly data: unknown };

/** The worker is the only sender. */
export type FromPageWorker =
  | { readonly kind: "message"; readonly data: unknown }
  | { readonly kind: "error"; readonly name: string; readonly message: string; readonly stack: string };
