/** Owns the responses that go on for as long as somebody watches, so that they end when the right to watch does. Main process. */

import type { Response } from "express";
import type { Identity } from "../access/identity.ts";

const EXPIRY_CHECK_MS = 1_000;

export class LastingResponses {
  readonly #responses = new Map<Response, Identity>();
  readonly #expiryChecks: NodeJS.Timeout;

  /** The owner closes it. */
  constructor() {
    this.#expiryChecks = setInterval(() => {
      this.end(({ expiresAt }) => expiresAt !== null && expiresAt <= Date.now());
    }, EXPIRY_CHECK_MS);
    this.#expiryChecks.unref();
  }

  /** Keeps a response in sight until it ends. */
  add(response: Response, identity: Identity): void {
    this.#responses.set(response, identity);
    response.once("close", () => this.#responses.delete(response));
  }

  /** Cuts those whose asker `isDue`. */
  end(isDue: (identity: Identity) => boolean): void {
    for (const [response, identity] of this.#responses) if (isDue(identity)) response.destroy();
  }

  /** Cuts nothing by itself any more. */
  close(): void {
    clearInterval(this.#expiryChecks);
  }
}
