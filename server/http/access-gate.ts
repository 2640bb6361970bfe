/** Owns the decision on each request, by the rules of access.ts. Who was refused is told with a status and a sentence. */

import type { IncomingMessage } from "node:http";
import { isAllowedHost, isAllowedOrigin, isLoopback } from "./access.ts";
import { AccessToken } from "./access-token.ts";
import { type Caller, callerOf, type Trust, trustOf } from "./caller.ts";
import { FailureLimit } from "./failure-limit.ts";

export type AccessGateOptions = {
  /** What the server listens on. */
  readonly host: string;
  /** Null asks nobody for a token. */
  readonly token: string | null;
  readonly trustProxy: number | readonly string[] | null;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Who may show our page in a frame: then the cookie must work in frames of other sites. */
  readonly frameAncestors: readonly string[];
};

/** Why a request is not answered. `reason` is for the log and names nothing secret. */
export type Refusal = {
  readonly status: 401 | 403 | 429;
  readonly sentence: string;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
};

const wantsToken: Refusal = {
  status: 401,
  sentence: "This needs the token of the server.",
  reason: "a request without the token",
  headers: { "WWW-Authenticate": 'Bearer realm="scenecast"', "Cache-Control": "no-store" },
};
const wrongToken: Refusal = { ...wantsToken, sentence: "The token is wrong.", reason: "a wrong token" };
const tooOften: Refusal = {
  status: 429,
  sentence: "Too many wrong tokens came from this address. Try again in a second.",
  reason: "a token after too many wrong ones",
  headers: { "Retry-After": "1", "Cache-Control": "no-store" },
};

export class AccessGate {
  readonly #options: AccessGateOptions;
  readonly #token: AccessToken | null;
  readonly #trust: Trust;
  readonly #failures: FailureLimit;
  #shareHost: string | null = null;

  constructor(options: AccessGateOptions, failures: FailureLimit = new FailureLimit()) {
    this.#options = options;
    this.#token = options.token === null ? null : new AccessToken(options.token);
    this.#trust = trustOf(options.trustProxy);
    this.#failures = failures;
  }

  /** The host name of the share link, while there is one. Its tunnel ends on this machine and is a trusted proxy. */
  setShareHost(host: string | null): void {
    this.#shareHost = host?.toLowerCase() ?? null;
  }

  /** AC1. */
  refuseHost({ headers }: IncomingMessage): Refusal | null {
    const { host, allowedHosts } = this.#options;
    const names = this.#shareHost === null ? allowedHosts : [...allowedHosts, this.#shareHost];
    if (this.#token !== null || isAllowedHost(headers.host, host, names)) return null;
    const sentence = "This server does not answer to that host name.";
    return { status: 403, sentence, reason: "a request for another host", headers: {} };
  }

  /** AC2; for WebSockets and requests that change something. */
  refuseOrigin(request: IncomingMessage): Refusal | null {
    const { origin, host } = request.headers;
    const hosts = new Set([host, this.callerOf(request).host]);
    if ([...hosts].some((name) => isAllowedOrigin(origin, name, this.#options.allowedOrigins))) return null;
    const sentence = "Another web site's page may not use this.";
    return { status: 403, sentence, reason: "a request of another web site", headers: {} };
  }

  /** AC3 and AC4. */
  refuseStranger(request: IncomingMessage): Refusal | null {
    if (this.#token === null || this.#hasCookie(request, this.#token)) return null;
    const shown = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
    return shown === undefined ? wantsToken : this.refuseToken(request, shown);
  }

  /** AC4; for a token that was shown otherwise than in a header. */
  refuseToken(request: IncomingMessage, shown: string): Refusal | null {
    if (this.#token === null) return null;
    const { address } = this.callerOf(request);
    if (!this.#failures.allows(address)) return tooOften;
    if (this.#token.matches(shown)) return null;
    this.#failures.note(address);
    return wrongToken;
  }

  /**
   * A cookie for who showed the right token, as a header's value; null where nobody needs one. Without `Path` it counts for
   * the folder that the browser sees, under whatever prefix a proxy put it.
   */
  cookieFor(request: IncomingMessage): string | null {
    if (this.#token === null) return null;
    const { isSecure } = this.callerOf(request);
    const isFramed = isSecure && this.#options.frameAncestors.length > 0;
    // Partitioned: other sites' pages get it only in the frame in which the token was given.
    const scope = isFramed ? "SameSite=None; Partitioned" : "SameSite=Lax";
    return `${this.#token.cookieName}=${this.#token.issue()}; HttpOnly; ${scope}${isSecure ? "; Secure" : ""}`;
  }

  /** Who asks. The proxies of `trustProxy` are believed, and the tunnel for what comes to the name of the share link. */
  callerOf(request: IncomingMessage): Caller {
    const isShared = this.#shareHost !== null && request.headers.host?.toLowerCase() === this.#shareHost;
    if (!isShared) return callerOf(request, this.#trust);
    return callerOf(request, (address, hop) => (hop === 0 && isLoopback(address)) || this.#trust(address, hop));
  }

  #hasCookie({ headers }: IncomingMessage, token: AccessToken): boolean {
    const cookies = headers.cookie?.split(";").map((pair) => pair.trim()) ?? [];
    const prefix = `${token.cookieName}=`;
    return cookies.some((pair) => pair.startsWith(prefix) && token.isIssued(pair.slice(prefix.length)));
  }
}
