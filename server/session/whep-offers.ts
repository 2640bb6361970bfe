/** Owns the WHEP offers that wait for the answer of the scene's process, in the main process. */

import { fromPlainError, StreamError } from "../../shared/errors.ts";
import { PendingAnswers } from "./pending-answers.ts";
import type { FromSession, ToSession } from "./session-protocol.ts";

type WhepMessage = Extract<FromSession, { readonly kind: "whep-answered" } | { readonly kind: "whep-refused" }>;

const MAX_WAITING = 32;

export class WhepOffers {
  readonly #send: (message: ToSession) => boolean;
  readonly #answers: PendingAnswers<string>;

  /** `send` returns false, and sends nothing, while the scene is not live. */
  constructor(send: (message: ToSession) => boolean, deadlineMs: number) {
    this.#send = send;
    const tooMany = "Too many players are joining at once. Try again in a second.";
    this.#answers = new PendingAnswers({ max: MAX_WAITING, tooMany, deadlineMs });
  }

  /** Resolves with the answer. Rejects with a `StreamError`. */
  async offer(viewerId: string, person: number, sdp: string): Promise<string> {
    return await this.#answers.wait(viewerId, () => {
      if (this.#send({ kind: "whep-offered", viewerId, person, sdp })) return;
      throw new StreamError("room-lost", "The scene is not running right now.");
    });
  }

  handle(message: WhepMessage): void {
    if (message.kind === "whep-answered") this.#answers.resolve(message.viewerId, message.sdp);
    else this.#answers.reject(message.viewerId, fromPlainError(message.error, "bad-sdp"));
  }

  /** A viewer leaves before it has its answer. */
  handleLeft(viewerId: string): void {
    this.#answers.reject(viewerId, new StreamError("closed"));
  }

  /** The process fell, or it is over. */
  refuse(error: StreamError): void {
    this.#answers.rejectAll(error);
  }
}
