/** Owns the responses that go on for as long as somebody watches, so that they end when the right to watch does. */

import type { Response } from "express";
import type { Identity } from "../access/identity.ts";

export class LastingResponses {
  readonly #responses = new Map<Response, Identity>();

  /** Keeps a response in sight until it ends. */
  add(response: Response, identity: Identity): void {
    this.#responses.set(response, identity);
    response.once("close", () => this.#responses.delete(response));
  }

  /** Cuts those whose asker `isDue`. */
  end(isDue: (identity: Identity) => boolean): void {
    for (const [response, identity] of this.#responses) if (isDue(identity)) response.destroy();
  }
}
