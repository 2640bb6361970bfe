/**
 * Owns asking the owner of a queue by HTTP: where it is by now, patience while it is gone, and its refusals. In the process of a worker, or of
 * who has jobs.
 */

import { setTimeout as delay } from "node:timers/promises";
import { StreamError } from "../../../shared/errors.ts";
import { findOwner, type OwnerRecord } from "./owner-record.ts";
import type { RedisLink } from "./redis-link.ts";

/** An answer that is no, and would be again. */
export class OwnerRefusal extends StreamError {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super("input-failed", sentence);
    this.status = status;
  }
}

export type OwnerAsk = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Default the key of the owner. */
  readonly token?: string;
  readonly body?: Uint8Array<ArrayBuffer> | string;
  readonly from?: number;
  /** How long an owner that is gone is waited for. Default as long as the link is there to. */
  readonly patienceMs?: number;
};

const ANSWER_MS = 60_000;
const REDIS_MS = 2_000;
const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;

export class OwnerLink {
  readonly #link: RedisLink;
  readonly #patienceMs: number;
  readonly #said: (sentence: string) => void;
  readonly #closing = new AbortController();
  #owner: OwnerRecord | null = null;
  #isAway = false;

  /** `said` hears once when the owner is gone, and once when it is back. */
  constructor(link: RedisLink, patienceMs: number, said: (sentence: string) => void) {
    this.#link = link;
    this.#patienceMs = patienceMs;
    this.#said = said;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Gives JSON for JSON. Rejects as `ask`. */
  async call(path: string, body: unknown, options: Pick<OwnerAsk, "token" | "patienceMs"> = {}): Promise<unknown> {
    const response = await this.ask({ method: "POST", path, body: JSON.stringify(body), ...options });
    return await response.json();
  }

  /** Rejects with `OwnerRefusal`; with `StreamError` "output-failed" where its disk is full, "input-failed" where it is gone, or "closed". */
  async ask(ask: OwnerAsk): Promise<Response> {
    const until = performance.now() + (ask.patienceMs ?? this.#patienceMs);
    for (let pause = MIN_PAUSE_MS; ; pause = Math.min(MAX_PAUSE_MS, 2 * pause)) {
      if (this.isClosed) throw new StreamError("closed", "The queue was closed.");
      const answered = await this.#try(ask);
      if (typeof answered !== "string") {
        if (this.#isAway) this.#said("The owner of the queue is back.");
        this.#isAway = false;
        return answered;
      }
      if (performance.now() > until) throw new StreamError("input-failed", answered);
      if (!this.#isAway) this.#said(answered);
      this.#isAway = true;
      await delay(pause, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  /** Idempotent. What is being asked rejects with "closed". */
  close(): void {
    this.#closing.abort();
  }

  /** Why it cannot be asked now. */
  async #try(ask: OwnerAsk): Promise<Response | string> {
    const { where } = this.#link;
    this.#owner ??= await this.#find();
    const owner = this.#owner;
    if (owner === null) {
      return this.#link.isThere
        ? `Nobody serves the queue at ${where}. Start scenecast jobs serve --queue … on the machine that is to keep its jobs.`
        : `Redis at ${where} cannot be reached.`;
    }
    const response = await this.#fetch(owner, ask).catch(() => null);
    if (response?.ok === true) return response;
    const { host, url } = owner;
    if (response === null) {
      this.#owner = null;
      return `The owner of the queue, on ${host} at ${url}, cannot be reached.`;
    }
    const sentence = await errorIn(response);
    // Another one has another key.
    if (response.status === 401) this.#owner = null;
    if ([401, 502, 503, 504].includes(response.status))
      return `The owner of the queue, on ${host} at ${url}: ${sentence}`;
    if (response.status === 507) throw new StreamError("output-failed", `At the owner of the queue: ${sentence}`);
    throw new OwnerRefusal(response.status, sentence);
  }

  async #fetch({ url, key }: OwnerRecord, ask: OwnerAsk): Promise<Response> {
    const { method, path, query = {}, token = key, body, from } = ask;
    const address = new URL(`${url}${path}`);
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    const headers = new Headers({ Authorization: `Bearer ${token}` });
    if (from !== undefined) headers.set("Range", `bytes=${from}-`);
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(ANSWER_MS)]);
    return await fetch(address, { method, headers, signal, redirect: "error", body: body ?? null });
  }

  async #find(): Promise<OwnerRecord | null> {
    if (!this.#link.isThere) return null;
    const late = delay(REDIS_MS, null, { ref: false });
    return await Promise.race([findOwner(this.#link).catch(() => null), late]);
  }
}

async function errorIn(response: Response): Promise<string> {
  try {
    const { error } = (await response.json()) as { readonly error?: unknown };
    return typeof error === "string" ? error : `It answered ${response.status}.`;
  } catch {
    return `It answered ${response.status}.`;
  }
}
