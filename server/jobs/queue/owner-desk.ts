/**
 * Owns what the owner of a queue does for workers and for people's commands: it hands out tasks of its folder, takes what is made of them,
 * and keeps the inputs of jobs that were added from afar. In the owner's process.
 *
 * OD1 Whose task is whose, and what became of it, stands in the folder alone, so neither Redis nor the owner can lose it by a fall.
 * OD2 An offer that is taken again says that its last taker is gone; its task is given up where nobody heard of that one either.
 * OD3 Who has a token reads the files of that task, and writes below its folder, and nothing else.
 */

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { diskWords } from "../../platform/disk-words.ts";
import { makeFolderSync } from "../../platform/made-folder.ts";
import type { NewJob, TaskNews } from "../job-queue.ts";
import type { FolderQueue } from "../open-folder.ts";
import { bundledFile, bundlesOf, givenTask, type HeldTask, type TaskBundles } from "./given-tasks.ts";
import { InputFolders } from "./input-folders.ts";
import type { AddedJob, BundleRole, FinishedTask, GivenTask, TakeWish } from "./owner-messages.ts";
import { confined, SentFiles, SentRefusal } from "./sent-files.ts";

export type OwnerDeskOptions = {
  /** Where the jobs are. */
  readonly folder: string;
  /** Of a task, or of what is added at once. */
  readonly maxBytes: number;
  /** Called when tasks came to wait. */
  readonly added: () => void;
};

/** Who was heard of since is not gone. */
const SILENT_MS = 3_000;
const ADDING_MS = 3_600_000;
const MAX_ADDINGS = 64;
const tokenPattern = /^[0-9a-f]{32}$/;

export class OwnerDesk {
  readonly inputs: InputFolders;
  readonly #queue: FolderQueue;
  readonly #options: OwnerDeskOptions;
  /** Offer → the attempt that was begun for it. */
  readonly #offered = new Map<string, string>();
  readonly #sent = new Map<string, SentFiles>();
  /** Files that may go with tasks, by their tokens: each is fetched by itself, and they are found by reading all modules. */
  readonly #bundles = new Map<string, TaskBundles>();
  /** What was added last, by the tokens. */
  readonly #added = new Map<string, string>();
  readonly #adding = new Map<string, { readonly files: SentFiles; usedAt: number }>();

  constructor(queue: FolderQueue, options: OwnerDeskOptions) {
    this.#queue = queue;
    this.#options = options;
    this.inputs = new InputFolders(options.folder, queue.database);
    // Nobody could be heard of while there was no owner.
    queue.source.forgiveRemote();
    this.inputs.sweep([]);
  }

  /** How many tasks wait. Forgets those that are nobody's by now. */
  waiting(): number {
    const { source } = this.#queue;
    for (const token of this.#sent.keys()) if (source.heardAt(token) === null) void this.#forget(token);
    for (const token of this.#bundles.keys()) if (source.heardAt(token) === null) this.#bundles.delete(token);
    for (const [offer, token] of this.#offered) if (source.heardAt(token) === null) this.#offered.delete(offer);
    for (const [token, { usedAt }] of this.#adding) {
      if (Date.now() - usedAt > ADDING_MS) this.#endAdding(token);
    }
    return source.waiting();
  }

  async take({ offer, worker, policy, jobs }: TakeWish): Promise<GivenTask | null> {
    const { source } = this.#queue;
    await this.#giveUpFor(offer);
    const task = await source.takeRemote({ worker, policy, jobs });
    if (task === null) return null;
    if (offer !== null) this.#offered.set(offer, task.token);
    this.#sentFor(task.token);
    try {
      return givenTask(task, this.#bundlesOf(task));
    } catch (error) {
      // A script that is gone, or names too much.
      const reason = error instanceof Error ? error.message : String(error);
      await source.finish(task.token, { kind: "failed", error: reason });
      return null;
    }
  }

  renew(news: readonly TaskNews[]): Promise<readonly string[]> {
    return this.#queue.source.renew(news);
  }

  /** Rejects with `SentRefusal` where not all has come. */
  async finish(token: string, { end, files }: FinishedTask): Promise<boolean> {
    const sent = this.#sentFor(token);
    if (sent === null) return false;
    sent.settle(end.kind === "lost" ? [] : files);
    const isOurs = await this.#queue.source.finish(token, end);
    this.#sent.delete(token);
    return isOurs;
  }

  async release(token: string): Promise<void> {
    if (this.#sentFor(token) !== null) await this.#queue.source.release(token);
  }

  /** OD3: where what was sent with this token lies. Throws `SentRefusal` for one that is nobody's. */
  filesOf(token: string): SentFiles {
    const adding = this.#adding.get(token);
    if (adding !== undefined) adding.usedAt = Date.now();
    const sent = adding?.files ?? this.#sentFor(token);
    if (sent === null) throw new SentRefusal(404, "The task is somebody else's by now, or nobody wants it.");
    return sent;
  }

  /** OD3: where a file of a bundle is; null where there is none. */
  bundleFile(token: string, role: BundleRole, path: string): string | null {
    const task = tokenPattern.test(token) ? this.#queue.source.held(token) : null;
    return task === null ? null : bundledFile(this.#bundlesOf(task)[role], path);
  }

  /** A token by which files of a new job are sent. Throws `SentRefusal`, or `StreamError` "output-failed". */
  startAdding(): string {
    if (this.#adding.size >= MAX_ADDINGS) throw new SentRefusal(409, "Too many jobs are being added. Try again later.");
    const token = randomBytes(16).toString("hex");
    const root = this.inputs.rootOf(token);
    try {
      makeFolderSync(root, 0o700);
    } catch (error) {
      throw diskWords(root, error);
    }
    this.#adding.set(token, { files: new SentFiles(root, this.#options.maxBytes), usedAt: Date.now() });
    return token;
  }

  /** Keeps the job of which the files were sent. Rejects with `SentRefusal`, `TypeError`, or `StreamError`. */
  async add(token: string, { job, files }: AddedJob): Promise<string> {
    const adding = this.#adding.get(token);
    // The answer was lost, and it is asked again.
    const known = this.#added.get(token);
    if (known !== undefined) return known;
    if (adding === undefined) throw new SentRefusal(404, "Nobody adds a job by this token.");
    adding.files.settle(files);
    const id = await this.#queue.store.add(placed(job, this.inputs.rootOf(token)));
    this.#adding.delete(token);
    this.#added.set(token, id);
    const [oldest] = this.#added.keys();
    if (this.#added.size > MAX_ADDINGS && oldest !== undefined) this.#added.delete(oldest);
    this.#options.added();
    return id;
  }

  async remove(id: string): Promise<boolean> {
    const isGone = await this.#queue.store.remove(id);
    if (isGone) this.inputs.sweep([...this.#adding.keys()]);
    return isGone;
  }

  /** What was sent for a task that is nobody's, or somebody else's by now, goes. */
  async #forget(token: string): Promise<void> {
    this.#sent.delete(token);
    await this.#queue.source.finish(token, { kind: "lost", error: "Nobody wants it." });
  }

  #endAdding(token: string): void {
    this.#adding.delete(token);
    rmSync(this.inputs.rootOf(token), { recursive: true, force: true });
  }

  #bundlesOf(task: HeldTask): TaskBundles {
    const known = this.#bundles.get(task.token);
    if (known !== undefined) return known;
    const found = bundlesOf(task, this.inputs);
    this.#bundles.set(task.token, found);
    return found;
  }

  #sentFor(token: string): SentFiles | null {
    if (!tokenPattern.test(token) || this.#queue.source.heardAt(token) === null) return null;
    const known = this.#sent.get(token);
    if (known !== undefined) return known;
    const made = new SentFiles(join(this.#options.folder, "drafts", token), this.#options.maxBytes);
    this.#sent.set(token, made);
    return made;
  }

  /** OD2 */
  async #giveUpFor(offer: string | null): Promise<void> {
    const { source } = this.#queue;
    const last = offer === null ? undefined : this.#offered.get(offer);
    const heardAt = last === undefined ? null : source.heardAt(last);
    if (last === undefined || heardAt === null || Date.now() - heardAt < SILENT_MS) return;
    await source.finish(last, { kind: "lost", error: "The worker that did it is gone." });
  }
}

/** The job as it lies here. Throws `SentRefusal` for paths of nothing that was sent. */
function placed(job: NewJob, root: string): NewJob {
  const at = (path: string): string => {
    const found = confined(root, path);
    if (found === null) throw new SentRefusal(400, "The path of an input must be that of a file that was sent.");
    return found;
  };
  const { work, inputs } = job;
  return {
    ...job,
    work: work.kind === "script" ? { kind: "script", script: pathToFileURL(at(work.script)).href } : work,
    inputs: inputs.map((input) => (input.kind === "file" ? { kind: "file", path: at(input.path) } : input)),
  };
}
