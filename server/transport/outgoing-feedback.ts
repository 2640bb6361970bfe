/** Owns feedback on its way to any number of viewers: each of its binary forms is made once, when the first one needs it. */

import { encodeFeedback, type Feedback } from "../../shared/feedback.ts";
import { encodeSocketFeedback } from "../../shared/socket-message.ts";

export class OutgoingFeedback {
  readonly #feedback: Feedback;
  #channelForm: Buffer | null = null;
  #socketForm: Uint8Array | null = null;

  constructor(feedback: Feedback) {
    this.#feedback = feedback;
  }

  /** Its message on a data channel. */
  channelForm(): Buffer {
    this.#channelForm ??= Buffer.from(encodeFeedback(this.#feedback));
    return this.#channelForm;
  }

  /** Its message on a WebSocket; the same array at each call. */
  socketForm(): Uint8Array {
    this.#socketForm ??= encodeSocketFeedback(this.#feedback);
    return this.#socketForm;
  }
}
