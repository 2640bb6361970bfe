/**
 * Owns what links, cookies and keys carry: signed claims (JWT, RFC 7519), so that the server believes them without keeping them.
 * The only file that imports jose.
 *
 * SL1 signed with HS256, and verified with nothing else whatever the header says.
 * SL2 links, cookies and keys are told apart by `aud`: none is taken for another.
 * SL3 a right signature is not enough: every claim is checked, and one too few is as bad as a wrong one.
 *     Only `data` may be missing, which allows nothing then: links are older than it.
 * SL4 a cookie ends with the link that it was given for, and after a week in any case.
 * SL5 a key stands in for a cookie where browsers keep none. It ends after an hour; one that is given for another ends for good
 *     when that would, so that whoever got hold of one is out after a week, too.
 */

import { createHmac, scryptSync, timingSafeEqual } from "node:crypto";
import { errors, type JWTPayload, jwtVerify, SignJWT } from "jose";
import { type Role, roles } from "../../shared/people.ts";
import { randomWord } from "../platform/random-word.ts";
import type { Identity } from "./identity.ts";
import { isLinkedRoom } from "./room-name.ts";

export const COOKIE_LIFE_SECONDS: number = 7 * 24 * 3600;
const KEY_LIFE_SECONDS = 3600;
const ISSUER = "scenecast";

/** What a link says. */
export type LinkClaims = {
  readonly id: string;
  readonly role: Role;
  readonly room: string | null;
  /** Default false. */
  readonly data?: boolean;
  /** In milliseconds since the epoch; its fraction of a second is dropped. */
  readonly expiresAt: number;
};

/** A key, and how long it works. */
export type IssuedKey = { readonly key: string; readonly expiresSeconds: number };

/** Who somebody is by what it showed; `ended` for what was ours and is no more; null for what never was. */
export type Claimed = Identity | "ended" | null;

/** Who shows the server's own token, or comes where none is asked for. */
export const fullRights: Identity = { role: "host", room: null, expiresAt: null, linkId: null, name: null };

export class SignedLinks {
  /** Named after the key: servers on several ports of a machine share their cookies' scope. */
  readonly cookieName: string;
  /** Stands for the key in names of files; tells nothing of it. */
  readonly fingerprint: string;
  readonly #key: Uint8Array;
  readonly #tokenDigest: Buffer;
  readonly #clock: () => number;

  /**
   * The key is made from the server's token, so that links and cookies outlive the server as long as the token stays;
   * slowly, so that who has one cannot guess a short token from it. `clock` gives milliseconds since the epoch.
   */
  constructor(token: string, clock: () => number = Date.now) {
    this.#key = new Uint8Array(scryptSync(token, "scenecast links", 32));
    this.#tokenDigest = this.#digestOf(token);
    this.#clock = clock;
    this.cookieName = `scenecast-${this.#nameFor("cookie").slice(0, 8)}`;
    this.fingerprint = this.#nameFor("file").slice(0, 16);
  }

  /** The token of a link. The same claims give the same token. */
  issueLink({ id, role, room, data, expiresAt }: LinkClaims): Promise<string> {
    return this.#sign({ aud: "link", jti: id, exp: secondsOf(expiresAt), role, room, ...dataClaim(data) });
  }

  /** Whether `shown` is the server's token itself, in a time that does not depend on where they differ. */
  isOwnToken(shown: string): boolean {
    return timingSafeEqual(this.#digestOf(shown), this.#tokenDigest);
  }

  async readLink(token: string): Promise<Claimed> {
    const claims = await this.#verify(token, "link");
    if (claims === null) return null;
    const { exp, jti, role, room, data } = claims;
    if (!isEnd(exp) || !isLinkId(jti) || !isRole(role) || !(room === null || isLinkedRoom(room))) return null;
    if (!isDataClaim(data)) return null;
    if (this.#isOver(exp)) return "ended";
    return { role, room, expiresAt: exp * 1000, linkId: jti, name: null, ...dataClaim(data) };
  }

  /** The value of a cookie that stands for `identity` (SL4). */
  issueCookie({ role, room, expiresAt, linkId, data }: Identity): Promise<string> {
    const until = expiresAt === null ? null : secondsOf(expiresAt);
    const week = secondsOf(this.#clock()) + COOKIE_LIFE_SECONDS;
    const exp = until === null ? week : Math.min(until, week);
    return this.#sign({ aud: "cookie", jti: newLinkId(), exp, role, room, link: linkId, until, ...dataClaim(data) });
  }

  async readCookie(value: string): Promise<Claimed> {
    // Its week is over, and that of its link is not: the link works once more.
    return this.#identityIn(await this.#verify(value, "cookie"), null);
  }

  /** `over` is what one is that is over, though what it was given for is not. */
  #identityIn(claims: JWTPayload | null, over: "ended" | null): Claimed {
    if (claims === null) return null;
    const { exp, jti, role, room, link, until, data } = claims;
    if (!isEnd(exp) || !isLinkId(jti) || !isRole(role) || !(room === null || isLinkedRoom(room))) return null;
    if (!(link === null || isLinkId(link)) || !(until === null || isEnd(until)) || !isDataClaim(data)) return null;
    if (until !== null && this.#isOver(until)) return "ended";
    if (this.#isOver(exp)) return over;
    const expiresAt = until === null ? null : until * 1000;
    return { role, room, expiresAt, linkId: link, name: null, ...dataClaim(data) };
  }

  /** A key that stands for `identity` (SL5). */
  async issueKey({ role, room, expiresAt, linkId, data }: Identity): Promise<IssuedKey> {
    const at = secondsOf(this.#clock());
    const week = at + COOKIE_LIFE_SECONDS;
    const until = expiresAt === null ? week : Math.min(secondsOf(expiresAt), week);
    const exp = Math.min(until, at + KEY_LIFE_SECONDS);
    const claims = { exp, role, room, link: linkId, until, ...dataClaim(data) };
    const key = await this.#sign({ aud: "key", jti: newLinkId(), ...claims });
    return { key, expiresSeconds: Math.max(0, exp - at) };
  }

  async readKey(key: string): Promise<Claimed> {
    return this.#identityIn(await this.#verify(key, "key"), "ended");
  }

  #sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).setIssuer(ISSUER).sign(this.#key);
  }

  /** The claims of what is signed by us; its end is looked at by the caller. */
  async #verify(token: string, audience: "link" | "cookie" | "key"): Promise<JWTPayload | null> {
    try {
      const requiredClaims = ["exp", "jti", "role", "room"];
      const rules = { algorithms: ["HS256"], issuer: ISSUER, requiredClaims, currentDate: new Date(0) };
      const { payload } = await jwtVerify(token, this.#key, { ...rules, audience });
      // A list of audiences is none that we write.
      return payload.aud === audience ? payload : null;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }

  #isOver(end: number): boolean {
    return end * 1000 <= this.#clock();
  }

  #digestOf(token: string): Buffer {
    return createHmac("sha256", this.#key).update(`token ${token}`).digest();
  }

  #nameFor(purpose: string): string {
    return createHmac("sha256", this.#key).update(purpose).digest("hex");
  }
}

export function newLinkId(): string {
  return randomWord(12);
}

export function isLinkId(value: unknown): value is string {
  return typeof value === "string" && /^[\w-]{16}$/.test(value);
}

export function isRole(value: unknown): value is Role {
  return roles.some((role) => role === value);
}

/** Said only where it allows something, so that all other links stay as they were. */
function dataClaim(data: unknown): { readonly data?: true } {
  return data === true ? { data } : {};
}

function isDataClaim(value: unknown): boolean {
  return value === undefined || value === true;
}

function isEnd(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function secondsOf(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
