/**
 * Owns where the files of tasks lie: `drafts/<token>` of each attempt, `files/<job>/<number>` of each task that is over. Whose attempt
 * counts, the queue says.
 *
 * TF1 No path leads out of the folder of its task, and no link is followed.
 */

import { lstatSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, sep } from "node:path";
import type { TaskFile } from "../../shared/jobs.ts";
import { diskWords } from "../platform/disk-words.ts";
import { makeFolderSync } from "../platform/made-folder.ts";

const MAX_FILES = 10_000;

export class TaskFolders {
  readonly #drafts: string;
  readonly #files: string;

  constructor(folder: string) {
    this.#drafts = join(folder, "drafts");
    this.#files = join(folder, "files");
  }

  draftOf(token: string): string {
    return join(this.#drafts, token);
  }

  placeOf(job: string, index: number): string {
    return join(this.#files, job, String(index));
  }

  /** Makes the folder of an attempt. Throws `StreamError` "output-failed". */
  makeDraft(token: string): string {
    const draft = this.draftOf(token);
    inWords(draft, () => makeFolderSync(join(draft, "output"), 0o700));
    return draft;
  }

  /** Gives what an attempt wrote its place. Throws `StreamError` "output-failed". */
  settle(token: string, job: string, index: number): void {
    const place = this.placeOf(job, index);
    inWords(place, () => {
      makeFolderSync(join(this.#files, job), 0o700);
      // There is one where a process was killed between this and writing it down.
      rmSync(place, { recursive: true, force: true });
      renameSync(this.draftOf(token), place);
    });
  }

  removeDraft(token: string): void {
    remove(this.draftOf(token));
  }

  removeJob(job: string): void {
    remove(join(this.#files, job));
  }

  removeTask(job: string, index: number): void {
    remove(this.placeOf(job, index));
  }

  /** Removes the drafts that nobody knows any more. */
  sweep(isKnown: (token: string) => boolean): void {
    for (const token of namesIn(this.#drafts)) if (!isKnown(token)) this.removeDraft(token);
  }

  /** TF1: in the order of their paths, at most 10000. */
  list(job: string, index: number): readonly TaskFile[] {
    const found: TaskFile[] = [];
    const root = this.placeOf(job, index);
    const walk = (folder: string): void => {
      for (const name of namesIn(join(root, folder)).sort()) {
        const path = folder === "" ? name : `${folder}/${name}`;
        const stat = lstatSync(join(root, path), { throwIfNoEntry: false });
        if (found.length >= MAX_FILES) return;
        if (stat?.isDirectory() === true) walk(path);
        else if (stat?.isFile() === true) found.push({ path, bytes: stat.size });
      }
    };
    walk("");
    return found;
  }

  /** TF1: where a file of a task is; null where there is none of that path. */
  find(job: string, index: number, path: string): string | null {
    const parts = path.split("/");
    if (
      parts.some((part) => part === "" || part === "." || part === ".." || part.includes("\0") || part.includes(sep))
    ) {
      return null;
    }
    let at = this.placeOf(job, index);
    for (const [depth, part] of parts.entries()) {
      at = join(at, part);
      const stat = lstatSync(at, { throwIfNoEntry: false });
      const isRight = depth === parts.length - 1 ? stat?.isFile() : stat?.isDirectory();
      if (isRight !== true) return null;
    }
    return at;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was written yet, or it was just removed.
    return [];
  }
}

/** What cannot be removed now is in nobody's way. */
function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A process that is being ended may still write there; the next sweep finds it.
  }
}

function inWords(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw diskWords(path, error);
  }
}
