/**
 * Owns how a scene's module is loaded, and loaded anew after it changed. In the render thread, whose module resolution
 * it adds to (`module.registerHooks`, which works for the calling thread alone):
 *
 * - `three` and `scenecast` are always those of this package, so that a scene in any folder finds them and there is
 *   one three, as with a bundler's `dedupe`.
 * - Every module of the scene's own, outside of node_modules, gets the number of the generation as a query, so that a
 *   new generation is evaluated anew with all that it imports, and is written down as a file to watch.
 */

import { existsSync, type FSWatcher, watch } from "node:fs";
import { registerHooks } from "node:module";
import { basename, dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { StreamError } from "../../../shared/errors.ts";
import { publishedPackage } from "../page/network/published.ts";
import type { SceneDefinition } from "../scene.ts";

const OURS = /^(?:three|scenecast)(?:\/|$)/;
const GENERATION = "scenecast-generation";
const CHANGE_SETTLES_MS = 60;

export class SceneLoader {
  readonly #url: string;
  readonly #files = new Set<string>();
  #generation = 0;

  constructor(sceneUrl: string) {
    this.#url = sceneUrl;
    registerHooks({
      resolve: (specifier, context, next) => {
        if (OURS.test(specifier)) return next(specifier, { ...context, parentURL: import.meta.url });
        const published = publishedPackage(specifier);
        if (published !== null) return next(published, { ...context, parentURL: import.meta.url });
        const resolved = next(specifier, context);
        const generation = generationOf(context.parentURL) ?? generationOf(specifier);
        if (generation === null || !isOwnFile(resolved.url)) return resolved;
        const url = new URL(resolved.url);
        url.searchParams.set(GENERATION, generation);
        this.#files.add(fileURLToPath(resolved.url));
        return { ...resolved, url: url.href };
      },
    });
  }

  /** The name that is shown when the scene does not give one. */
  get defaultTitle(): string {
    const path = fileURLToPath(this.#url);
    const name = basename(path, extname(path));
    return name === "scene" || name === "index" ? basename(dirname(path)) : name;
  }

  /** Evaluates the module, anew at each call. Throws `StreamError` "scene-missing", "scene-failed" or "scene-invalid". */
  async load(): Promise<SceneDefinition> {
    const path = fileURLToPath(this.#url);
    if (!existsSync(path)) throw new StreamError("scene-missing", `There is no scene file at ${path}.`);
    this.#files.add(path);
    this.#generation += 1;
    const url = new URL(this.#url);
    url.searchParams.set(GENERATION, String(this.#generation));
    let module: { readonly default?: unknown };
    try {
      module = await import(url.href);
    } catch (error) {
      throw sceneError(`The scene file ${path} could not be loaded`, error);
    }
    return definitionOf(module.default, path);
  }

  /** Calls `changed` whenever a file of the newest generation changes, until the returned function is called. */
  watch(changed: () => void): () => void {
    let timer: NodeJS.Timeout | undefined;
    const touched = (folder: string, name: string | null) => {
      if (name !== null && ![...this.#files].some((file) => dirname(file) === folder && basename(file) === name))
        return;
      clearTimeout(timer);
      timer = setTimeout(changed, CHANGE_SETTLES_MS);
    };
    const folders = new Set([...this.#files].map((file) => dirname(file)));
    const watchers: FSWatcher[] = [...folders].map((folder) => watch(folder, (_, name) => touched(folder, name)));
    return () => {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    };
  }
}

/** Wraps what a scene threw in a sentence that names where. */
export function sceneError(what: string, error: unknown): StreamError {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new StreamError("scene-failed", `${what}: ${reason}`, { cause: error });
}

function definitionOf(value: unknown, path: string): SceneDefinition {
  const rule = "its default export must be defineScene({ setup() { ... } }).";
  if (typeof value !== "object" || value === null) {
    throw new StreamError("scene-invalid", `The scene file ${path} exports no scene: ${rule}`);
  }
  const { setup, title, animate, messagesFrom } = value as Record<string, unknown>;
  if (typeof setup !== "function") {
    throw new StreamError("scene-invalid", `The scene file ${path} exports no setup function: ${rule}`);
  }
  if (title !== undefined && typeof title !== "string") {
    throw new StreamError("scene-invalid", `The scene file ${path} exports a title that is not text.`);
  }
  if (animate !== undefined && typeof animate !== "boolean") {
    throw new StreamError("scene-invalid", `The scene file ${path} exports an animate that is not true or false.`);
  }
  if (messagesFrom !== undefined && messagesFrom !== "control" && messagesFrom !== "everyone") {
    const rule = 'a messagesFrom that is neither "control" nor "everyone".';
    throw new StreamError("scene-invalid", `The scene file ${path} exports ${rule}`);
  }
  return value as SceneDefinition;
}

function generationOf(url: string | undefined): string | null {
  if (url === undefined || !URL.canParse(url)) return null;
  return new URL(url).searchParams.get(GENERATION);
}

function isOwnFile(url: string): boolean {
  return url.startsWith("file:") && !url.includes("/node_modules/");
}
