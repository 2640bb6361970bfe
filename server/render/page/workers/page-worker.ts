/**
 * Owns Worker of a page: a thread that runs a script or a module of a file, of a blob or of a data address, with the web's
 * API on both ends. Draco, KTX2 and troika decode in such ones. Render thread.
 *
 * WK1 A page that is closed releases its workers: they end when nothing in the process refers to them any more. Libraries
 *     keep some for good, and outlive the scene that was the first to use them.
 */

import { resolveObjectURL } from "node:buffer";
import { readFile } from "node:fs/promises";
import { Worker as Thread, type Transferable } from "node:worker_threads";
import { siblingUrl } from "../../../platform/threads.ts";
import { makeErrorEvent, makeEvent } from "../events/input-events.ts";
import { PageEventTarget } from "../events/page-event-target.ts";
import { type Addresses, addressOf } from "../network/addresses.ts";
import type { FromPageWorker, PageWorkerData, ToPageWorker, WorkerProgram } from "./page-worker-protocol.ts";

export type PageWorkerOptions = {
  readonly addresses: Addresses;
  /** Told what a worker threw that has no listener for it. */
  readonly onError: (error: unknown) => void;
  /** The workers that run. */
  readonly workers: Set<{ release(): void }>;
};
/** Ends the threads of workers that nobody refers to. */
const collected = new FinalizationRegistry<Thread>((thread) => void thread.terminate());

type WorkerOptions = { readonly type?: "classic" | "module"; readonly name?: string };
type TransferOptions = readonly Transferable[] | { readonly transfer?: readonly Transferable[] };

/** The class Worker of a page. */
export function pageWorkerOf(page: PageWorkerOptions): new (address: string | URL, options?: WorkerOptions) => object {
  return class Worker extends PageWorker {
    constructor(address: string | URL, options: WorkerOptions = {}) {
      super(page, String(address), options);
    }
  };
}

class PageWorker extends PageEventTarget {
  readonly #page: PageWorkerOptions;
  readonly #thread: Thread;
  /** What was posted before the program was there. */
  #waiting: ToPageWorker[] | null = [];

  constructor(page: PageWorkerOptions, address: string, { type = "classic", name = "" }: WorkerOptions) {
    super(null, page.onError);
    this.#page = page;
    const url = page.addresses.resolve(address);
    const workerData: PageWorkerData = { name, base: page.addresses.base, address: url.href };
    this.#thread = new Thread(siblingUrl(import.meta.url, "page-worker.worker"), {
      workerData,
      name: name || "worker",
    });
    // A worker alone keeps no process running.
    this.#thread.unref();
    follow(this.#thread, new WeakRef(this));
    page.workers.add(this);
    collected.register(this, this.#thread);
    programOf(url, type, page.addresses).then(
      (program) => this.#begin(program),
      (error: unknown) => this.handleError(error),
    );
  }

  postMessage(data: unknown, options: TransferOptions = []): void {
    const transfer = "transfer" in options ? (options.transfer ?? []) : (options as readonly Transferable[]);
    const message: ToPageWorker = { kind: "message", data };
    if (this.#waiting === null) this.#thread.postMessage(message, [...transfer]);
    else this.#waiting.push(cloned(message, transfer));
  }

  /** Lets the worker end when nobody refers to it (WK1). */
  release(): void {
    this.#page.workers.delete(this);
  }

  terminate(): void {
    this.release();
    this.#waiting = [];
    void this.#thread.terminate();
  }

  #begin(program: WorkerProgram): void {
    this.#thread.postMessage(program);
    for (const message of this.#waiting ?? []) this.#thread.postMessage(message);
    this.#waiting = null;
  }

  handleMessage(message: FromPageWorker): void {
    if (message.kind === "message") {
      this.deliver(makeEvent("message", { data: message.data, origin: "", ports: [], source: null }));
      return;
    }
    const error = new Error(message.message);
    error.name = message.name;
    error.stack = message.stack;
    this.handleError(error);
  }

  handleError(error: unknown): void {
    if (this.deliver(makeErrorEvent(error)) === 0) this.#page.onError(error);
  }
}

/** The thread, which runs, must not be what keeps its worker from being collected; so no closure here knows that (WK1). */
function follow(thread: Thread, worker: WeakRef<PageWorker>): void {
  thread.on("message", (message: FromPageWorker) => worker.deref()?.handleMessage(message));
  thread.on("messageerror", () => worker.deref()?.deliver(makeEvent("messageerror")));
  thread.on("error", (error) => worker.deref()?.handleError(error));
  thread.on("exit", () => worker.deref()?.release());
}

/** A copy as of now, with what is transferred moved into it, since the scene may change the original before it is sent. */
function cloned(message: ToPageWorker, transfer: readonly Transferable[]): ToPageWorker {
  return structuredClone(message, { transfer: [...transfer] as never });
}

async function programOf(url: URL, type: "classic" | "module", addresses: Addresses): Promise<WorkerProgram> {
  // At once, since the scene may revoke the address as soon as it has made the worker.
  const blob = url.protocol === "blob:" ? resolveObjectURL(url.href) : undefined;
  const file = addresses.fileOf(url);
  if (type === "module" && file !== null) return { kind: "module", address: addressOf(file) };
  const source = await sourceOf(url, blob, file);
  if (type === "classic") return { kind: "script", source, address: url.href };
  return { kind: "module", address: `data:text/javascript;base64,${Buffer.from(source).toString("base64")}` };
}

async function sourceOf(url: URL, blob: { text(): Promise<string> } | undefined, file: string | null): Promise<string> {
  if (blob !== undefined) return await blob.text();
  if (url.protocol === "blob:") throw new Error(`The script ${url.href} of the worker is there no more.`);
  if (file !== null) return await readFile(file, "utf8");
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The script ${url.href} of the worker gave status ${response.status}.`);
  return await response.text();
}
