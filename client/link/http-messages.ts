/**
 * Owns a viewer's messages by HTTP: in order, one request at a time, up to 32 in each. What was not reached is tried again a
 * few times, then left out.
 */

import { BackOff } from "../../shared/back-off.ts";
import { type ClientMessage, MAX_SIGNALING_BYTES } from "../../shared/signaling.ts";

export type HttpMessagesOptions = {
  /** Sends a body, JSON. Resolves with whether the server knows us; rejects when it was not reached. */
  readonly post: (body: string) => Promise<boolean>;
  /** The server does not know us any more. */
  readonly refused: () => void;
};

/** The kinds that need the WebSocket: they make connections, or come too often. */
const socketKinds: ReadonlySet<ClientMessage["kind"]> = new Set<ClientMessage["kind"]>([
  "hello",
  "offer",
  "candidate",
  "stream",
  "disconnect",
  "exact-received",
]);

const MAX_IN_A_REQUEST = 32;
const MAX_WAITING = 256;
const MAX_ATTEMPTS = 4;

export class HttpMessages {
  readonly #options: HttpMessagesOptions;
  readonly #backOff = new BackOff({ startMs: 200, maxMs: 2000 });
  #waiting: string[] = [];
  #isPosting = false;
  #closed = false;

  constructor(options: HttpMessagesOptions) {
    this.#options = options;
  }

  /** Sends a message, or drops it where it needs the WebSocket or too many wait. */
  send(message: ClientMessage): void {
    if (this.#closed || socketKinds.has(message.kind) || this.#waiting.length >= MAX_WAITING) return;
    this.#waiting.push(JSON.stringify(message));
    void this.#flush();
  }

  close(): void {
    this.#closed = true;
  }

  async #flush(): Promise<void> {
    if (this.#isPosting) return;
    this.#isPosting = true;
    // What is said in the same moment goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0 && !this.#closed) await this.#post(this.#takeBatch());
    this.#isPosting = false;
  }

  #takeBatch(): string[] {
    const batch = this.#waiting.splice(0, 1);
    let length = batch[0]?.length ?? 0;
    while (batch.length < MAX_IN_A_REQUEST) {
      const next = this.#waiting[0];
      if (next === undefined || length + next.length > MAX_SIGNALING_BYTES / 2) break;
      length += next.length;
      batch.push(next);
      this.#waiting.shift();
    }
    return batch;
  }

  async #post(batch: readonly string[]): Promise<void> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS && !this.#closed; attempt += 1) {
      try {
        if (!(await this.#options.post(`[${batch.join(",")}]`))) {
          this.close();
          this.#options.refused();
        }
        this.#backOff.reset();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, this.#backOff.next()));
      }
    }
  }
}
