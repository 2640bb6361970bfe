/**
 * Owns being a viewer by plain HTTP, where something on the way lets no WebSocket through: the server's messages come by
 * long polls, input and messages leave by requests. It comes back by itself until it is closed.
 */

import { BackOff } from "../../shared/back-off.ts";
import { Emitter } from "../../shared/emitter.ts";
import {
  type ClientMessage,
  PROTOCOL_VERSION,
  parseServerMessage,
  type ServerMessage,
} from "../../shared/signaling.ts";
import type { ServerFetch } from "./access.ts";
import { HttpInput } from "./http-input.ts";
import { HttpMessages } from "./http-messages.ts";

export type HttpSignalingEvents = {
  /** The server welcomed us, or is lost. */
  readonly openChanged: { readonly isOpen: boolean };
  readonly messageReceived: { readonly message: ServerMessage };
  /** The server has this many ordered events. */
  readonly inputReceived: { readonly ordered: number };
  /** The server will not have us, without a token perhaps. */
  readonly refused: Record<never, never>;
};

/** The server answers a poll after 20 s at the latest. */
const POLL_TIMEOUT_MS = 30_000;
const REQUEST_TIMEOUT_MS = 10_000;
const MAX_FAILED_POLLS = 3;

/** The server no longer knows this viewer. */
class Forgotten extends Error {}

type Answer = { readonly messages: readonly unknown[]; readonly next: number };

export class HttpSignaling extends Emitter<HttpSignalingEvents> {
  readonly #base: () => URL;
  readonly #ask: ServerFetch;
  readonly #backOff = new BackOff({ startMs: 500, maxMs: 5000 });
  readonly #ending = new AbortController();
  /** Where the server made this viewer, and knows it. */
  #viewers: URL;
  #viewerId: string | null = null;
  #input: HttpInput | null = null;
  #messages: HttpMessages | null = null;

  /** `base` gives the address of `viewer`, at each attempt; `ask` is the fetch to use. Begins at once. */
  constructor(base: () => URL, ask: ServerFetch) {
    super();
    this.#ask = ask;
    this.#base = base;
    this.#viewers = base();
    // A page that goes must not leave a viewer behind; from the browser's history it comes back as another.
    window.addEventListener("pagehide", () => this.#leave(), { signal: this.#ending.signal });
    void this.#run();
  }

  /** Who we are to the server; null while it does not know us. */
  get viewerId(): string | null {
    return this.#viewerId;
  }

  /** The way of input; null while the server does not know us. */
  get input(): HttpInput | null {
    return this.#input;
  }

  /** Sends a message, or drops it where it needs the WebSocket or the server does not know us. */
  send(message: ClientMessage): void {
    this.#messages?.send(message);
  }

  close(): void {
    if (this.#ending.signal.aborted) return;
    this.#leave();
    this.#ending.abort();
  }

  /** The server has done with this viewer: there is nobody to say farewell to. */
  abandon(): void {
    this.#ending.abort();
    this.#drop();
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        await this.#live();
      } catch {
        // Whatever it was, trying again is all that can be done about it.
      }
      this.#drop();
      await new Promise((resolve) => setTimeout(resolve, this.#backOff.next()));
    }
  }

  /** From a greeting to the end of that viewer. */
  async #live(): Promise<void> {
    this.#viewers = this.#base();
    const url = new URL(this.#viewers);
    url.searchParams.set("protocol", String(PROTOCOL_VERSION));
    const response = await this.#request(url, { method: "POST" }, REQUEST_TIMEOUT_MS);
    // The only thing that can be wrong about this request is the protocol (PV2 in shared/signaling.ts).
    if (response.status === 400) return this.#handleProtocolRefusal(await response.text());
    if (!response.ok) return this.emit("refused", {});
    const greeting = await response.json();
    const { viewerId } = greeting as { readonly viewerId: unknown };
    if (typeof viewerId !== "string" || this.#ending.signal.aborted) return;
    this.#viewerId = viewerId;
    this.#input = this.#openInput(viewerId);
    this.#messages = this.#openMessages(viewerId);
    this.#backOff.reset();
    this.emit("openChanged", { isOpen: true });
    await this.#follow(viewerId, this.#deliver(greeting));
  }

  #handleProtocolRefusal(sentence: string): void {
    this.emit("messageReceived", { message: { kind: "error", code: "protocol-version", message: sentence.trim() } });
  }

  async #follow(viewerId: string, first: number): Promise<void> {
    let after = first;
    for (let failures = 0; this.#viewerId === viewerId && failures < MAX_FAILED_POLLS; ) {
      try {
        const url = new URL(`viewer/${viewerId}?after=${after}`, this.#viewers);
        const response = await this.#request(url, { method: "GET" }, POLL_TIMEOUT_MS);
        if (response.status === 404) throw new Forgotten();
        if (!response.ok) throw new Error(`The server answered ${response.status}.`);
        after = this.#deliver(await response.json());
        failures = 0;
      } catch (error) {
        if (error instanceof Forgotten) return;
        failures += 1;
        await new Promise((resolve) => setTimeout(resolve, this.#backOff.next()));
      }
    }
  }

  /** Hands the messages on. Gives the number to ask from next. */
  #deliver(answer: unknown): number {
    const { messages, next } = answerOf(answer);
    for (const message of messages) {
      try {
        const parsed = parseServerMessage(JSON.stringify(message));
        if (parsed !== null) this.emit("messageReceived", { message: parsed });
      } catch (error) {
        console.warn("A message from the server was ignored because it could not be understood.", error);
      }
    }
    return next;
  }

  #openInput(viewerId: string): HttpInput {
    const url = new URL(`viewer/${viewerId}/input`, this.#viewers);
    const headers = { "Content-Type": "application/octet-stream" };
    return new HttpInput({
      post: async (body) => (await this.#post(url, { headers, body })).ok,
      received: (ordered) => this.emit("inputReceived", { ordered }),
      refused: () => this.#drop(),
    });
  }

  #openMessages(viewerId: string): HttpMessages {
    const url = new URL(`viewer/${viewerId}/messages`, this.#viewers);
    const headers = { "Content-Type": "application/json" };
    return new HttpMessages({
      post: async (body) => {
        const { ok, status } = await this.#post(url, { headers, body });
        if (!ok && status !== 404) console.warn(`The server did not accept messages from this page (${status}).`);
        return status !== 404;
      },
      refused: () => this.#drop(),
    });
  }

  async #post(url: URL, request: RequestInit): Promise<Response> {
    const response = await this.#request(url, { ...request, method: "POST" }, REQUEST_TIMEOUT_MS);
    // 429: too much at once, which the server has not taken.
    if (response.status >= 500 || response.status === 429) throw new Error(`The server answered ${response.status}.`);
    return response;
  }

  #request(url: URL, init: RequestInit, timeoutMs: number): Promise<Response> {
    const signal = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(timeoutMs)]);
    return this.#ask(url, { ...init, signal, cache: "no-store" });
  }

  /** Tells the server that this viewer goes. */
  #leave(): void {
    if (this.#viewerId === null) return;
    const url = new URL(`viewer/${this.#viewerId}`, this.#viewers);
    this.#ask(url, { method: "DELETE", keepalive: true }).catch(() => {
      // The server finds out by itself that nobody asks any more.
    });
    this.#drop();
  }

  #drop(): void {
    if (this.#viewerId === null) return;
    this.#viewerId = null;
    this.#input?.close();
    this.#input = null;
    this.#messages?.close();
    this.#messages = null;
    this.emit("openChanged", { isOpen: false });
  }
}

function answerOf(value: unknown): Answer {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const { messages, next } = fields;
  if (!Array.isArray(messages)) throw new TypeError("answer.messages must be a list.");
  return { messages, next: typeof next === "number" ? next : messages.length };
}
