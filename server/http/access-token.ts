/** Owns the token of a server: whether one that is shown is right, and the cookies that stand for it. */

import { createHash, createHmac, randomBytes, scryptSync, timingSafeEqual } from "node:crypto";

/** How long a cookie works, in seconds: a week. */
const COOKIE_LIFE_SECONDS = 7 * 24 * 3600;

/**
 * A cookie is the time of its end, a random number, and an HMAC of both. The key is made from the token, so cookies outlive
 * the server as long as the token stays; slowly, so that who has a cookie cannot guess a short token from it.
 */
export class AccessToken {
  /** Named after the token: servers on several ports of a machine share their cookies' scope. */
  readonly cookieName: string;
  readonly #digest: Buffer;
  readonly #key: Buffer;
  readonly #clock: () => number;

  /** `clock` gives the time since 1970 in milliseconds. */
  constructor(token: string, clock: () => number = Date.now) {
    this.#digest = digestOf(token);
    this.#key = scryptSync(token, "scenecast cookie", 32);
    this.#clock = clock;
    this.cookieName = `scenecast-${createHmac("sha256", this.#key).update("name").digest("hex").slice(0, 8)}`;
  }

  /** Whether `candidate` is the token, in a time that does not depend on where they differ. */
  matches(candidate: string): boolean {
    return timingSafeEqual(digestOf(candidate), this.#digest);
  }

  /** The value of a new cookie. */
  issue(): string {
    const claim = `${Math.floor(this.#clock() / 1000) + COOKIE_LIFE_SECONDS}.${randomBytes(12).toString("base64url")}`;
    return `${claim}.${this.#sign(claim).toString("base64url")}`;
  }

  /** Whether a cookie's value came from `issue` with this token, within the last week. */
  isIssued(value: string): boolean {
    const [, claim, end, signature] = /^((\d{1,12})\.[\w-]{16})\.([\w-]{43})$/.exec(value) ?? [];
    if (claim === undefined || signature === undefined) return false;
    const isOurs = timingSafeEqual(this.#sign(claim), Buffer.from(signature, "base64url"));
    return isOurs && Number(end) > this.#clock() / 1000;
  }

  #sign(claim: string): Buffer {
    return createHmac("sha256", this.#key).update(claim).digest();
  }
}

function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
