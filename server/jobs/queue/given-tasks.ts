/** Owns what of a task goes to a worker of another machine: words, and which files it may fetch. In the owner's process. */

import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { StreamError } from "../../../shared/errors.ts";
import type { TakenTask } from "../job-queue.ts";
import type { InputFolders } from "./input-folders.ts";
import type { BundleRole, GivenBundle, GivenTask } from "./owner-messages.ts";
import { bundleOfFile, bundleOfModule, type FoundBundle } from "./travelling-files.ts";

export type HeldTask = Omit<TakenTask, "folder">;

/** The files that may go with a task, by what they are of it; null where there are none. */
export type TaskBundles = Readonly<Record<BundleRole, FoundBundle | null>>;

/** Reads the modules that name others. Throws `TypeError` where they name too much. */
export function bundlesOf(task: HeldTask, inputs: InputFolders): TaskBundles {
  return { script: scriptOf(task, inputs), input: inputOf(task, inputs) };
}

/** Throws `StreamError` where its files cannot go. */
export function givenTask(task: HeldTask, bundles: TaskBundles): GivenTask {
  const { token, job, index, attempt, work, input, timeLimitSeconds } = task;
  return {
    ...{ token, job, index, attempt, timeLimitSeconds },
    kind: work.kind,
    settings: work.kind === "script" ? null : work.settings,
    value: input.kind === "value" ? input.value : undefined,
    script: given(bundles.script),
    input: given(bundles.input),
  };
}

/** Where a file of a bundle is; null where it has none of that path. */
export function bundledFile(bundle: FoundBundle | null, path: string): string | null {
  return bundle?.files.some((file) => file.path === path) === true ? join(bundle.root, path) : null;
}

function scriptOf({ work }: HeldTask, inputs: InputFolders): FoundBundle | null {
  if (work.kind !== "script") return null;
  const path = fileURLToPath(work.script);
  return bundleOfModule(path, inputs.boundsOf(path));
}

/** A scene names others as a script does; any other input is a file alone. */
function inputOf({ work, input }: HeldTask, inputs: InputFolders): FoundBundle | null {
  if (input.kind !== "file") return null;
  return work.kind === "render" ? bundleOfModule(input.path, inputs.boundsOf(input.path)) : bundleOfFile(input.path);
}

function given(bundle: FoundBundle | null): GivenBundle | null {
  if (bundle === null) return null;
  const { main, files, moduleType, root } = bundle;
  const hash = createHash("sha256").update(JSON.stringify([root, main, moduleType]));
  for (const { path } of files) {
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat === undefined) throw new StreamError("input-failed", `There is no file ${path} any more.`);
    hash.update(JSON.stringify([path, stat.size, stat.mtimeMs]));
  }
  if (files.length === 0) throw new StreamError("input-failed", `There is no file ${main} any more.`);
  return { main, files, moduleType, name: hash.digest("hex") };
}
