/**
 * Owns the responses that go on for as long as somebody watches, so that there are not too many of them by one link or from
 * one address, and that they end when the right to watch does. Main process.
 */

import type { Admission, Identity } from "../access/identity.ts";

const EXPIRY_CHECK_MS = 1_000;

export type ResponseLimit = {
  /** Why one more may not watch, beside others, as a sentence; null where it may. */
  refusalFor(admission: Admission, others: readonly Admission[]): string | null;
  /** Whether a place is kept for who comes so. */
  isKept(admission: Admission): boolean;
};

/** A response, or a connection. */
type Lasting = { destroy(): unknown; once(name: "close", listener: () => void): unknown };

export class LastingResponses {
  readonly #limit: Pick<ResponseLimit, "refusalFor">;
  readonly #responses = new Map<Lasting, Admission>();
  readonly #expiryChecks: NodeJS.Timeout;

  /** The owner closes it. */
  constructor(limit: Pick<ResponseLimit, "refusalFor">) {
    this.#limit = limit;
    this.#expiryChecks = setInterval(() => {
      this.end(({ expiresAt }) => expiresAt !== null && expiresAt <= Date.now());
    }, EXPIRY_CHECK_MS);
    this.#expiryChecks.unref();
  }

  /** Keeps a response in sight until it ends. Returns why there may not be one more, as a sentence, else null. */
  add(response: Lasting, admission: Admission): string | null {
    const refusal = this.#limit.refusalFor(admission, [...this.#responses.values()]);
    if (refusal !== null) return refusal;
    this.#responses.set(response, admission);
    response.once("close", () => this.#responses.delete(response));
    return null;
  }

  /** Cuts those whose asker `isDue`. */
  end(isDue: (identity: Identity) => boolean): void {
    for (const [response, { identity }] of this.#responses) if (isDue(identity)) response.destroy();
  }

  /** Cuts nothing by itself any more. */
  close(): void {
    clearInterval(this.#expiryChecks);
  }
}
