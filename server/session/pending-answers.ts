/** Owns the questions to the scene's process that wait for an answer, in the main process. Each ends, in time. */

import { StreamError } from "../../shared/errors.ts";

type Waiting<Answer> = { resolve(answer: Answer): void; reject(error: StreamError): void };

export type PendingAnswersOptions = {
  /** How many questions may wait at once. */
  readonly max: number;
  /** What to say of one more. */
  readonly tooMany: string;
  readonly deadlineMs: number;
};

export class PendingAnswers<Answer> {
  readonly #options: PendingAnswersOptions;
  readonly #waiting = new Map<string, Waiting<Answer>>();

  constructor(options: PendingAnswersOptions) {
    this.#options = options;
  }

  /** Asks by `ask` and waits for the answer with that `id`. Rejects with a `StreamError`. */
  async wait(id: string, ask: () => void): Promise<Answer> {
    const { max, tooMany, deadlineMs } = this.#options;
    if (this.#waiting.size >= max) throw new StreamError("too-many-viewers", tooMany);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, { resolve, reject });
    const deadline = setTimeout(() => {
      reject(new StreamError("room-lost", "The scene's process did not answer in time."));
    }, deadlineMs);
    try {
      ask();
      return await promise;
    } finally {
      clearTimeout(deadline);
      this.#waiting.delete(id);
    }
  }

  /** An answer that nobody waits for any more is dropped. */
  resolve(id: string, answer: Answer): void {
    this.#waiting.get(id)?.resolve(answer);
  }

  reject(id: string, error: StreamError): void {
    this.#waiting.get(id)?.reject(error);
  }

  rejectAll(error: StreamError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}
