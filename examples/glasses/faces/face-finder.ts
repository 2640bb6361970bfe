/** Asks the thread that finds faces. */

import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { FaceAnswer, FoundFaces, Picture } from "./found-faces.ts";

export class FaceFinder {
  readonly #thread: Worker;
  #answered: (answer: FaceAnswer) => void = () => undefined;

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
    this.#thread.on("message", (answer: FaceAnswer) => this.#answered(answer));
    this.#thread.on("error", (error) => this.#answered({ failed: error.message }));
    this.#thread.unref();
  }

  /** To be called again when this one has resolved. */
  async find({ width, height, pixels }: Picture): Promise<FoundFaces> {
    const { promise, resolve } = Promise.withResolvers<FaceAnswer>();
    this.#answered = resolve;
    this.#thread.postMessage({ width, height, pixels } satisfies Picture);
    const answer = await promise;
    if ("failed" in answer) throw new Error(answer.failed);
    return answer.found;
  }

  close(): void {
    void this.#thread.terminate();
  }
}
