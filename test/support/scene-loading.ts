/** Owns a test's project of a scene in a folder of its own, and the thread that loads it. */

import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

export type LoadedScene = {
  /** What setup() returned. */
  readonly value: unknown;
  readonly error: string | null;
  /** The files of the scene's own. */
  readonly files: readonly string[];
};

/** Files by their path in the folder. */
export type ProjectFiles = Readonly<Record<string, string>>;

/** A folder with these files, deleted at the end. */
export class SceneProject implements Disposable {
  readonly folder: string = mkdtempSync(join(tmpdir(), "scenecast-project-"));

  constructor(files: ProjectFiles) {
    this.write(files);
  }

  write(files: ProjectFiles): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  url(name: string): string {
    return pathToFileURL(this.path(name)).href;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A thread that loads a scene of a project as often as it is asked to. */
export class SceneLoading implements AsyncDisposable {
  readonly #worker: Worker;

  constructor(sceneUrl: string) {
    const url = new URL("../fixtures/scene-loading.worker.ts", import.meta.url);
    this.#worker = new Worker(url, { workerData: sceneUrl, execArgv: ["--conditions=scenecast-source"] });
  }

  load(): Promise<LoadedScene> {
    return this.#ask(null);
  }

  /** What the thread's own file gets where it imports `specifier`. */
  import(specifier: string): Promise<LoadedScene> {
    return this.#ask(specifier);
  }

  async #ask(specifier: string | null): Promise<LoadedScene> {
    const answer = once(this.#worker, "message");
    this.#worker.postMessage(specifier);
    const [loaded] = await answer;
    return loaded as LoadedScene;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker.terminate();
  }
}

/** Loads the scene of a project once; the folder is gone afterwards. */
export async function loadProject(files: ProjectFiles, scene: string = "scene.ts"): Promise<LoadedScene> {
  using project = new SceneProject(files);
  await using loading = new SceneLoading(project.url(scene));
  return await loading.load();
}
