/** Owns how fast a scene, or the program that runs the server, may send messages to viewers. In the thread of who sends. */

import type { MessageBody } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import { type Milliseconds, now } from "../../shared/time.ts";
import { TokenBucket } from "./token-bucket.ts";

const MESSAGES_PER_SECOND = 200;
const MESSAGES_AT_ONCE = 400;
const BYTES_PER_SECOND: number = 1024 * 1024;

export class SendAllowance {
  readonly #who: string;
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;

  /** `who` begins the sentence about what is too much. */
  constructor(who: string, clock: () => Milliseconds = now) {
    this.#who = who;
    this.#messages = new TokenBucket({ clock, perSecond: MESSAGES_PER_SECOND, burst: MESSAGES_AT_ONCE });
    this.#bytes = new TokenBucket({ clock, perSecond: BYTES_PER_SECOND, burst: BYTES_PER_SECOND });
  }

  /** Throws `StreamError` "too-fast" where this message is too much. */
  take(body: MessageBody): void {
    const bytes = "json" in body ? Buffer.byteLength(body.json) : body.base64.length;
    if (this.#messages.take() && this.#bytes.take(bytes)) return;
    throw new StreamError(
      "too-fast",
      `${this.#who} may send ${MESSAGES_PER_SECOND} messages and ${BYTES_PER_SECOND} bytes a second; this one was left out.`,
    );
  }
}
