/**
 * Owns what a worker keeps on its own disk: modules that came from elsewhere, once each, and a folder for each attempt. It goes with the
 * process.
 */

import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { diskWords } from "../../platform/disk-words.ts";
import { makeKeptFolder, removeKeptFolder } from "../../platform/kept-folder.ts";
import { makeFolderSync } from "../../platform/made-folder.ts";
import type { GivenBundle } from "./owner-messages.ts";

export class WorkerFolder {
  readonly #place: string;
  #root: string | null = null;
  readonly #bundles = new Map<string, Promise<string>>();

  /** `place` is where it is made. */
  constructor(place: string) {
    this.#place = place;
  }

  /** The folder of an attempt, with `output/` in it, and one for its input. Throws `StreamError` "output-failed". */
  makeAttempt(token: string): { readonly folder: string; readonly input: string } {
    const attempt = this.#attemptOf(token);
    const [folder, input] = [join(attempt, "task"), join(attempt, "input")];
    try {
      makeFolderSync(join(folder, "output"), 0o700);
      makeFolderSync(input, 0o700);
    } catch (error) {
      throw diskWords(attempt, error);
    }
    return { folder, input };
  }

  taskOf(token: string): string {
    return join(this.#attemptOf(token), "task");
  }

  removeAttempt(token: string): void {
    rmSync(this.#attemptOf(token), { recursive: true, force: true });
  }

  /** Where a bundle is; it is fetched once. */
  async bundle({ name, moduleType, files }: GivenBundle, fetch: (folder: string) => Promise<void>): Promise<string> {
    if (!/^[0-9a-f]{64}$/.test(name)) throw new TypeError("A bundle must be named by its digest.");
    const made =
      this.#bundles.get(name) ??
      this.#make(name, fetch, files.some(({ path }) => path === "package.json") ? null : moduleType);
    this.#bundles.set(name, made);
    try {
      return await made;
    } catch (error) {
      this.#bundles.delete(name);
      throw error;
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#root !== null) removeKeptFolder(this.#root);
    this.#root = null;
  }

  async #make(
    name: string,
    fetch: (folder: string) => Promise<void>,
    type: GivenBundle["moduleType"],
  ): Promise<string> {
    const folder = join(this.#opened(), "modules", name);
    const draft = `${folder}.${randomBytes(4).toString("hex")}`;
    makeFolderSync(draft, 0o700);
    try {
      await fetch(draft);
      if (type !== null) writeFileSync(join(draft, "package.json"), JSON.stringify({ type }));
      renameSync(draft, folder);
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
    return folder;
  }

  #attemptOf(token: string): string {
    if (!/^[0-9a-f]{32}$/.test(token)) throw new TypeError("An attempt must be named by its token.");
    return join(this.#opened(), "attempts", token);
  }

  #opened(): string {
    if (this.#root !== null) return this.#root;
    let root: string;
    try {
      root = makeKeptFolder(this.#place);
      mkdirSync(join(root, "modules"));
      // Packages that modules import are those of the folder in which the worker was started.
      const packages = packagesFrom(process.cwd());
      if (packages !== null) symlinkSync(packages, join(root, "modules", "node_modules"), "junction");
    } catch (error) {
      throw diskWords(this.#place, error);
    }
    this.#root = root;
    return root;
  }
}

function packagesFrom(folder: string): string | null {
  const packages = join(folder, "node_modules");
  if (existsSync(packages)) return packages;
  return dirname(folder) === folder ? null : packagesFrom(dirname(folder));
}
