/**
 * Owns showing the server the token of a share link. It is exchanged once, for a cookie that scripts cannot read; or, where
 * the browser keeps no cookie of the server (the page is of another site, or cookies are blocked), for a key that lives in
 * the memory of the page, goes along with each request, and is exchanged for another before it is over.
 */

import { Emitter } from "../../shared/emitter.ts";
import { KEY_PROTOCOL, SOCKET_PROTOCOL } from "../../shared/signaling.ts";
import { type AccessAnswer, answerOf, keyIn } from "./access-answer.ts";
import { tunnelHeaders } from "./tunnel-header.ts";

/** As `fetch`, with what lets the page in, and through a tunnel. */
export type ServerFetch = (url: URL | string, init?: RequestInit) => Promise<Response>;

export type AccessEvents = {
  /** The browser kept no cookie of our own server, so that a reload asks for the token again. */
  readonly cookieRefused: Record<never, never>;
};

const RENEW_RETRY_MS = 30_000;
const MIN_RENEW_MS = 10_000;

export class Access extends Emitter<AccessEvents> {
  readonly #url: () => URL;
  #token: string | null;
  #key: string | null = null;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  /** `url` gives where `access` is now. */
  constructor(url: () => URL, token: string | null) {
    super();
    this.#url = url;
    this.#token = token;
  }

  /** Whether there is a token that the server has not seen yet. */
  get hasToken(): boolean {
    return this.#token !== null;
  }

  /** What a WebSocket is opened with; none where a cookie does. */
  get protocols(): string[] {
    return this.#key === null ? [] : [SOCKET_PROTOCOL, `${KEY_PROTOCOL}${this.#key}`];
  }

  readonly fetch: ServerFetch = (url, init = {}) => {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.headersFor(url))) headers.set(name, value);
    return fetch(url, { ...init, headers });
  };

  /** What goes along with a request that somebody else sends; nothing where a cookie does. */
  headersFor(url: URL | string): Readonly<Record<string, string>> {
    return { ...tunnelHeaders(url), ...(this.#key === null ? {} : { Authorization: `Bearer ${this.#key}` }) };
  }

  /** Shows the server the token of the options, or asks whether it wants one. */
  async enter(): Promise<AccessAnswer> {
    return this.#token === null ? await this.#look() : await this.show(this.#token);
  }

  /** Shows the server a token. */
  async show(token: string): Promise<AccessAnswer> {
    this.#token = token;
    this.#dropKey();
    const answer = this.#isOfOtherSite ? await this.#askForKey({ token }) : await this.#askForCookie(token);
    if (answer.kind !== "unreachable") this.#token = null;
    // A browser does not say why it let nothing through.
    return answer.kind === "unreachable" ? await this.#whetherRefused() : answer;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#renewal);
  }

  /** Of another site, or of our own in the eyes of a browser that does not say where the page is. */
  get #isOfOtherSite(): boolean {
    const origin = globalThis.location?.origin;
    return origin !== undefined && this.#url().origin !== origin;
  }

  async #askForCookie(token: string): Promise<AccessAnswer> {
    const answer = await answerOf(() => this.#post({ token }));
    if (answer.kind !== "open" || (await this.#look()).kind !== "locked") return answer;
    const byKey = await this.#askForKey({ token });
    if (byKey.kind === "open") this.emit("cookieRefused", {});
    return byKey;
  }

  async #askForKey(wish: { readonly token?: string }): Promise<AccessAnswer> {
    return await answerOf(async () => {
      const response = await this.#post({ ...wish, wantsKey: true });
      if (response.status === 200) this.#takeKey(await keyIn(response));
      return response;
    });
  }

  #look(): Promise<AccessAnswer> {
    return answerOf(() => this.fetch(this.#url(), { cache: "no-store" }));
  }

  async #whetherRefused(): Promise<AccessAnswer> {
    const answer = await this.#look();
    return answer.kind === "refused" ? answer : { kind: "unreachable" };
  }

  #post(body: object): Promise<Response> {
    const headers = { "Content-Type": "application/json" };
    return this.fetch(this.#url(), { method: "POST", headers, body: JSON.stringify(body), cache: "no-store" });
  }

  #takeKey(issued: { readonly key: string; readonly expiresSeconds: number } | null): void {
    if (issued === null || this.#closed) return;
    this.#key = issued.key;
    this.#renewIn(Math.max(MIN_RENEW_MS, (issued.expiresSeconds * 1000) / 2));
  }

  #dropKey(): void {
    this.#key = null;
    clearTimeout(this.#renewal);
  }

  #renewIn(ms: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(() => void this.#renew(), ms);
  }

  async #renew(): Promise<void> {
    const key = this.#key;
    const answer = await this.#askForKey({});
    if (this.#closed || (this.#key !== key && answer.kind === "open")) return;
    if (answer.kind === "locked") this.#dropKey();
    else this.#renewIn(RENEW_RETRY_MS);
  }
}
