/**
 * Owns what people do with the jobs of a queue whose owner is elsewhere (job-queue.ts): all by its HTTP. Inputs are brought there when a job is
 * added, so whoever added it may go away.
 */

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "../../../shared/custom-message.ts";
import {
  type JobInfo,
  MAX_TASKS,
  parseJobList,
  parseJobView,
  type TaskFile,
  type TaskInfo,
} from "../../../shared/jobs.ts";
import { boolean, fields, text } from "../../../shared/schema.ts";
import { makeKeptFolder } from "../../platform/kept-folder.ts";
import type { JobStore, NewJob, TaskInput, TaskRange } from "../job-queue.ts";
import { checkJob } from "../new-job.ts";
import { fetchFiles, sendFiles, usual } from "./moved-files.ts";
import { type OwnerAsk, type OwnerLink, OwnerRefusal } from "./owner-link.ts";
import { readJobId, readSentFiles, type SentFile } from "./owner-messages.ts";
import { bundleOfFile, bundleOfModule, type FoundBundle } from "./travelling-files.ts";

const token = text(64);

export class RemoteStore implements JobStore {
  readonly #owner: OwnerLink;
  #folder: string | null = null;
  /** Of the task whose files were listed last; they stay what they are. */
  #listed: { readonly task: string; readonly files: readonly TaskFile[] } | null = null;

  constructor(owner: OwnerLink) {
    this.#owner = owner;
  }

  async add(job: NewJob): Promise<string> {
    checkJob(job);
    const adding = token("answer", await this.#owner.call("/adding", null));
    const files: SentFile[] = [];
    const send = async (bundle: FoundBundle, place: string): Promise<string> => {
      const as = (path: string): string => `${place}/${path}`;
      await sendFiles(this.#owner, adding, bundle.root, bundle.files, as);
      files.push(...bundle.files.map(({ path, bytes }) => ({ path: as(path), bytes })));
      return as(bundle.main);
    };
    const { work } = job;
    const sent =
      work.kind === "script"
        ? { kind: work.kind, script: await send(bundleOfModule(fileURLToPath(work.script)), "script") }
        : work;
    const inputs: TaskInput[] = [];
    for (const [index, input] of job.inputs.entries()) {
      if (input.kind === "value") inputs.push(input);
      else {
        // A scene names others, as a script does.
        const bundle = work.kind === "render" ? bundleOfModule(input.path) : bundleOfFile(input.path);
        inputs.push({ kind: "file", path: await send(bundle, `input/${index}`) });
      }
    }
    const added = { job: { ...job, work: sent, inputs }, files };
    return readJobId("answer", await this.#owner.call("/add", added, { token: adding }));
  }

  async list({ archived }: { readonly archived: boolean }): Promise<readonly JobInfo[]> {
    return parseJobList({ jobs: await this.#owner.call("/store/list", { archived }) });
  }

  async job(id: string): Promise<JobInfo | null> {
    const job = await this.#owner.call("/store/job", { job: id });
    return job === null ? null : parseJobView({ job, tasks: [] }).job;
  }

  async tasks(id: string, { first, count }: TaskRange = { first: 0, count: MAX_TASKS }): Promise<readonly TaskInfo[]> {
    const job = await this.job(id);
    if (job === null) return [];
    return parseJobView({ job, tasks: await this.#owner.call("/store/tasks", { job: id, first, count }) }).tasks;
  }

  cancel(id: string): Promise<boolean> {
    return this.#is("/store/cancel", { job: id });
  }

  archive(id: string, isArchived: boolean): Promise<boolean> {
    return this.#is("/store/archive", { job: id, archived: isArchived });
  }

  retry(id: string): Promise<boolean> {
    this.#listed = null;
    return this.#is("/store/retry", { job: id });
  }

  remove(id: string): Promise<boolean> {
    return this.#is("/store/remove", { job: id });
  }

  async files(id: string, index: number): Promise<readonly TaskFile[]> {
    const files = readSentFiles("answer", await this.#owner.call("/store/files", { job: id, index }));
    this.#listed = { task: `${id} ${index}`, files };
    return files;
  }

  /** It is fetched, and goes with this process. */
  async fileAt(id: string, index: number, path: string): Promise<string | null> {
    const listed = this.#listed?.task === `${id} ${index}` ? this.#listed.files : await this.files(id, index);
    const file = listed.find((one) => one.path === path);
    if (file === undefined) return null;
    this.#folder ??= makeKeptFolder(tmpdir());
    const folder = join(this.#folder, randomBytes(8).toString("hex"));
    const named = { path: basename(path), bytes: file.bytes };
    try {
      await fetchFiles(this.#owner, folder, [named], () => askForFile(id, index, path));
    } catch (error) {
      if (error instanceof OwnerRefusal && error.status === 404) return null;
      throw error;
    }
    return join(folder, named.path);
  }

  async fetch(id: string, index: number, files: readonly TaskFile[], folder: string): Promise<void> {
    await fetchFiles(this.#owner, folder, files, (path) => askForFile(id, index, path), usual);
  }

  async result(id: string, index: number): Promise<Json | undefined> {
    const { result } = fields("answer", await this.#owner.call("/store/result", { job: id, index }));
    return result as Json | undefined;
  }

  /** Idempotent. */
  close(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
    this.#folder = null;
  }

  async #is(path: string, body: object): Promise<boolean> {
    return boolean("answer", await this.#owner.call(path, body));
  }
}

function askForFile(job: string, index: number, path: string): OwnerAsk {
  return { method: "GET", path: "/file", query: { job, index: String(index), path } };
}
