/** Asks the thread that finds faces. */

import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { FaceAnswer, FoundFaces, Picture } from "./find-faces.worker.ts";

export class FaceFinder {
  readonly #thread: Worker;

  /** Throws where what it needs is not installed. */
  constructor() {
    try {
      createRequire(import.meta.url).resolve("@vladmandic/human");
    } catch {
      throw new Error(
        "Faces are found by a library that is not installed: run `npm install` in examples/glasses/faces.",
      );
    }
    const ending = import.meta.url.split("?")[0]?.endsWith(".ts") === true ? "ts" : "js";
    this.#thread = new Worker(new URL(`./find-faces.worker.${ending}`, import.meta.url));
    this.#thread.unref();
  }

  /** To be called again when this one has resolved. */
  async find({ width, height, pixels }: Picture): Promise<FoundFaces> {
    const { promise, resolve, reject } = Promise.withResolvers<FaceAnswer>();
    this.#thread.once("message", resolve).once("error", reject);
    this.#thread.postMessage({ width, height, pixels } satisfies Picture);
    const answer = await promise.finally(() => this.#thread.removeAllListeners());
    if ("failed" in answer) throw new Error(answer.failed);
    return answer.found;
  }

  close(): void {
    void this.#thread.terminate();
  }
}
