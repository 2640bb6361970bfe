/** Owns the decision on each request, by the rules of access.ts. Who was refused is told with a status and a sentence. */

import type { IncomingMessage } from "node:http";
import { roles } from "../../shared/people.ts";
import { KEY_PROTOCOL } from "../../shared/signaling.ts";
import { isLoopback } from "../platform/loopback.ts";
import { isAllowedHost, isAllowedOrigin } from "./access-rules.ts";
import { type Authenticate, identityBy } from "./authentication.ts";
import { FailureLimit } from "./failure-limit.ts";
import type { Identity } from "./identity.ts";
import type { Links } from "./links.ts";
import { isRefusal, otherSite, type Refusal, refusals, unidentified } from "./refusal.ts";
import { namesHost, type RequestSource, sourceOf, type Trust, trustOf } from "./request-source.ts";
import { leadsTo } from "./room-name.ts";
import { type Claimed, COOKIE_LIFE_SECONDS, fullRights, type IssuedKey } from "./signed-links.ts";

export { isRefusal, type Refusal } from "./refusal.ts";

/** What is asked of everybody: nothing, a token, the server's or that of a link, or what the application wants. */
export type Entry =
  | { readonly kind: "open" }
  | { readonly kind: "token"; readonly links: Links }
  | { readonly kind: "application"; readonly authenticate: Authenticate };

export type AccessGateOptions = {
  /** What the server listens on; null for a program's server, of which each connection tells where it came in. */
  readonly host: string | null;
  readonly entry: Entry;
  readonly trustProxy: number | readonly string[] | null;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Who may show our page in a frame: then the cookie must work in frames of other sites. */
  readonly frameAncestors: readonly string[];
  /** Whose pages may drive it there. */
  readonly frameDrivers: readonly string[];
};

/** A browser has one for each room that it was in; each that is looked at costs a signature. */
const MAX_COOKIES = 16;

export class AccessGate {
  readonly #options: AccessGateOptions;
  readonly #trust: Trust;
  readonly #failures: FailureLimit;
  readonly #clock: () => number;
  #shareHost: string | null = null;

  /** `clock` gives milliseconds since the epoch. */
  constructor(options: AccessGateOptions, failures: FailureLimit = new FailureLimit(), clock: () => number = Date.now) {
    this.#options = options;
    this.#trust = trustOf(options.trustProxy);
    this.#failures = failures;
    this.#clock = clock;
  }

  /** The host name of the share link, while there is one. Its tunnel ends on this machine and is a trusted proxy. */
  setShareHost(host: string | null): void {
    this.#shareHost = host?.toLowerCase() ?? null;
  }

  /** AC1. */
  refuseHost({ headers, socket }: IncomingMessage): Refusal | null {
    const { host: bound, allowedHosts, entry } = this.#options;
    // What came by a socket of the file system has no address, and comes from no browser.
    const host = bound ?? socket.localAddress ?? "";
    const names = this.#shareHost === null ? allowedHosts : [...allowedHosts, this.#shareHost];
    return entry.kind === "token" || isAllowedHost(headers.host, host, names) ? null : refusals.otherHost;
  }

  /** AC2; for WebSockets and requests that change something. */
  refuseOrigin(request: IncomingMessage): Refusal | null {
    const { origin, host } = request.headers;
    // The page of the share link is ours, whatever host its tunnel names to us.
    const hosts = new Set([host, this.sourceOf(request).host, ...(this.#shareHost === null ? [] : [this.#shareHost])]);
    const isAllowed = [...hosts].some((name) => isAllowedOrigin(origin, name, this.#options.allowedOrigins));
    return isAllowed ? null : otherSite(origin ?? "");
  }

  /** AC2, for pictures. Who goes to one sees that; in a frame they are shown to those who may show our page. */
  refuseShowing(request: IncomingMessage): Refusal | null {
    const { "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest, origin, referer } = request.headers;
    if (site === undefined || site === "same-origin" || site === "none") return null;
    if (mode === "navigate" && (dest === "document" || this.#options.frameAncestors.length > 0)) return null;
    return this.allowedSiteOf(request) === null ? otherSite(origin ?? referer ?? "") : null;
  }

  /** The other site that was allowed (AC9) and of whose pages one asks, or, for its images, shows what is asked for. */
  allowedSiteOf({ headers }: IncomingMessage): string | null {
    const { origin = URL.parse(headers.referer ?? "")?.origin } = headers;
    return this.#options.allowedOrigins.find((allowed) => allowed === origin) ?? null;
  }

  /** AC10. */
  isFrameDriver(origin: string): boolean {
    return this.#options.frameDrivers.includes(origin);
  }

  /** Who asks to enter `room`, or, where that is null, none in particular; or why not: AC3 to AC7. */
  async identify(request: IncomingMessage, room: string | null): Promise<Identity | Refusal> {
    const { entry } = this.#options;
    if (entry.kind === "open") return fullRights;
    if (entry.kind === "application") return this.#identifyByApplication(entry.authenticate, request, room);
    const known = await this.#identifyByCookie(entry.links, request, room);
    if (known !== null && !isRefusal(known)) return known;
    const shown = shownIn(request);
    return shown === undefined ? (known ?? refusals.wantsToken) : this.identifyToken(request, shown, room);
  }

  /** The same for a token that was shown otherwise than in a header. */
  async identifyToken(request: IncomingMessage, shown: string, room: string | null): Promise<Identity | Refusal> {
    const { entry } = this.#options;
    if (entry.kind !== "token") return this.identify(request, room);
    const claimed = await entry.links.identityOf(shown);
    // Only now: of a thousand that come at once, each would find the limit untouched before.
    const { address } = this.sourceOf(request);
    if (!this.#failures.allows(address)) return refusals.tooOften;
    if (claimed !== null) return entering(claimed, room);
    this.#failures.note(address);
    return refusals.wrongToken;
  }

  /**
   * A cookie for who showed the right token, as a header's value; null where nobody needs one. Without `Path` it counts for
   * the folder that the browser sees, under whatever prefix a proxy put it.
   */
  async cookieFor(request: IncomingMessage, identity: Identity): Promise<string | null> {
    const { entry, frameAncestors } = this.#options;
    if (entry.kind !== "token") return null;
    const { cookieName } = entry.links.signed;
    const cookie = await entry.links.signed.issueCookie(identity);
    const untilMs = (identity.expiresAt ?? Number.POSITIVE_INFINITY) - this.#clock();
    const maxAge = Math.max(0, Math.min(COOKIE_LIFE_SECONDS, Math.floor(untilMs / 1000)));
    const { isSecure } = this.sourceOf(request);
    const isFramed = isSecure && frameAncestors.length > 0;
    // Partitioned: other sites' pages get it only in the frame in which the token was given.
    const scope = isFramed ? "SameSite=None; Partitioned" : "SameSite=Lax";
    // Else it would be gone with the browser's window.
    return `${cookieName}=${cookie}; Max-Age=${maxAge}; HttpOnly; ${scope}${isSecure ? "; Secure" : ""}`;
  }

  /** A key for who was let in, to be shown in place of a cookie; null where nobody needs one. */
  async keyFor(identity: Identity): Promise<IssuedKey | null> {
    const { entry } = this.#options;
    return entry.kind === "token" ? await entry.links.signed.issueKey(identity) : null;
  }

  /** Who asks. The proxies of `trustProxy` are believed, and the tunnel for what comes to the name of the share link. */
  sourceOf(request: IncomingMessage): RequestSource {
    const isTunnelled = this.#shareHost !== null && namesHost(request, this.#shareHost);
    const isShared = this.#shareHost !== null && request.headers.host?.toLowerCase() === this.#shareHost;
    if (!isShared) return { ...sourceOf(request, this.#trust), isTunnelled };
    const trust: Trust = (address, hop) => (hop === 0 && isLoopback(address)) || this.#trust(address, hop);
    return { ...sourceOf(request, trust), isTunnelled };
  }

  /** AC6. Null without a cookie of ours. */
  async #identifyByCookie(
    links: Links,
    { headers }: IncomingMessage,
    room: string | null,
  ): Promise<Identity | Refusal | null> {
    const prefix = `${links.signed.cookieName}=`;
    const cookies = (headers.cookie?.split(";") ?? []).map((pair) => pair.trim());
    const ours = cookies.filter((pair) => pair.startsWith(prefix)).slice(0, MAX_COOKIES);
    const claims = await Promise.all(ours.map((pair) => links.identityOfCookie(pair.slice(prefix.length))));
    const answers = claims.filter((claimed) => claimed !== null).map((claimed) => entering(claimed, room));
    return answers.sort((one, other) => worth(other) - worth(one))[0] ?? null;
  }

  /** AC7. */
  async #identifyByApplication(
    authenticate: Authenticate,
    request: IncomingMessage,
    room: string | null,
  ): Promise<Identity | Refusal> {
    try {
      const identity = await identityBy(authenticate, request);
      const isOver = identity?.expiresAt != null && identity.expiresAt <= this.#clock();
      return identity === null || isOver ? refusals.turnedAway : entering(identity, room);
    } catch (error) {
      return unidentified(error);
    }
  }
}

/** A token or a key in a header. Scripts in browsers can set no other for a WebSocket than that of its protocols. */
function shownIn({ headers }: IncomingMessage): string | undefined {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1];
  const protocols = headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
  return bearer ?? protocols.find((name) => name.startsWith(KEY_PROTOCOL))?.slice(KEY_PROTOCOL.length);
}

/** AC5. */
function entering(claimed: Exclude<Claimed, null>, room: string | null): Identity | Refusal {
  if (claimed === "ended") return refusals.linkEnded;
  return room === null || leadsTo(claimed.room, room) ? claimed : refusals.otherRoom;
}

/** The more it allows the higher; refusals are below all, and one that tells of a working link is above the other. */
function worth(answer: Identity | Refusal): number {
  if (!isRefusal(answer)) return roles.length - roles.indexOf(answer.role) + (answer.data === true ? 0.5 : 0);
  return answer === refusals.otherRoom ? 0 : -1;
}
