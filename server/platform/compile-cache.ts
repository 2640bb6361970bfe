/**
 * Owns where Node keeps our modules as they were compiled, so that a room starts in two thirds of the time from the
 * second start on (https://nodejs.org/api/module.html#module-compile-cache). A folder of the user's own: whoever could
 * write there could have us run anything, which rules out Node's default in the folder for temporary files.
 */

import { enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { makeFolderSync } from "./made-folder.ts";
import { cacheFolder } from "./state-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment of a process needs for it, threads included; nothing where the user decided or has no folder. */
export function compileCacheEnvironment(environment: Environment = process.env): { NODE_COMPILE_CACHE?: string } {
  const { NODE_COMPILE_CACHE: wanted, NODE_DISABLE_COMPILE_CACHE: unwanted } = environment;
  if (wanted !== undefined || unwanted !== undefined) return {};
  const cache = cacheFolder({ environment });
  if (cache === null) return {};
  const folder = join(cache, "compiled");
  try {
    makeFolderSync(folder, 0o700);
    return { NODE_COMPILE_CACHE: folder };
  } catch {
    // Without a home that can be written to, every start compiles anew.
    return {};
  }
}

/** The same for this process, as of now. */
export function keepCompiledModules(): void {
  const { NODE_COMPILE_CACHE: folder } = compileCacheEnvironment();
  if (folder !== undefined) enableCompileCache(folder);
}

let isFlushed = false;

/**
 * Keeps now what this thread has compiled, once. Node does so when a thread or a process ends by itself, and those that are killed when
 * they have nothing left to do would compile anew at each start.
 */
export function flushCompiledModules(): void {
  if (isFlushed) return;
  isFlushed = true;
  flushCompileCache();
}
