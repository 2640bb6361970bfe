/**
 * Owns the tunnel that gives the server a public address: ngrok's, through its SDK. The only file that imports it, and it
 * does so when a tunnel is wanted, as the package is optional. What ngrok says is translated here.
 *
 * The SDK connects again by itself when its session breaks, and gives up at times; `join()` tells when. Then, and when it
 * cannot begin, a new session is opened after 1 s, 2 s … 60 s, unless ngrok refused for a reason that stays.
 */

import { Emitter } from "../../shared/emitter.ts";
import { MAX_RETRY_MS, type PublicTunnel, type TunnelEvents } from "./public-tunnel.ts";
import { explainTunnelError, NoPackageError, NoTokenError } from "./tunnel-errors.ts";

/** What is used of the SDK. That the real one fits is checked where it is loaded. */
export type NgrokSdk = { readonly SessionBuilder: new () => NgrokSessionBuilder };

type NgrokSessionBuilder = {
  authtoken(token: string): unknown;
  clientInfo(name: string, version: string): unknown;
  handleDisconnection(handler: (address: string, error: string) => boolean): unknown;
  handleHeartbeat(handler: (latencyMs: number) => void): unknown;
  connect(): Promise<NgrokSession>;
};
type NgrokSession = { httpEndpoint(): NgrokEndpoint; close(): Promise<void> };
type NgrokEndpoint = {
  domain(name: string): unknown;
  verifyUpstreamTls(verify: boolean): unknown;
  listenAndForward(url: string): Promise<NgrokListener>;
};
type NgrokListener = { url(): string | null; join(): Promise<void>; close(): Promise<void> };

export type TunnelOptions = {
  /** The address of the server on this machine, without a path. */
  readonly target: string;
  readonly ngrokToken: string | null;
  readonly ngrokDomain: string | null;
  /** The first wait before it is opened again, in milliseconds. Default 1000. */
  readonly retryMs?: number;
  /** Loads the SDK; tests give a stand-in. */
  readonly load?: () => Promise<NgrokSdk>;
};

type State =
  | { readonly kind: "opening" }
  | {
      readonly kind: "open" | "broken";
      readonly session: NgrokSession;
      readonly listener: NgrokListener;
      readonly url: string;
    }
  | { readonly kind: "waiting"; readonly timer: NodeJS.Timeout }
  | { readonly kind: "closed" };

/** ngrok is asked to close; without a network it would not answer. */
const CLOSE_DEADLINE_MS = 1_000;

export class Tunnel extends Emitter<TunnelEvents> implements PublicTunnel {
  readonly #options: TunnelOptions;
  #state: State = { kind: "closed" };
  #tries = 0;

  /** Opens nothing yet, so that nobody misses an event: call `open`. */
  constructor(options: TunnelOptions) {
    super();
    this.#options = options;
  }

  /** The public address, while it works. */
  get url(): string | null {
    return this.#state.kind === "open" ? this.#state.url : null;
  }

  /** Opens the tunnel. What comes of it are events; never rejects. */
  async open(): Promise<void> {
    const opening: State = { kind: "opening" };
    this.#state = opening;
    try {
      const { session, listener } = await this.#connect();
      const url = listener.url();
      if (this.#state !== opening || url === null) return await end(session, listener);
      this.#state = { kind: "open", session, listener, url };
      this.#tries = 0;
      listener.join().then(
        () => this.#handleEnd(listener, null),
        (error: unknown) => this.#handleEnd(listener, error),
      );
      this.emit("opened", { url });
    } catch (error) {
      if (this.#state === opening) this.#fail(error);
    }
  }

  /** Closes the tunnel. Idempotent; resolves within a second or two. */
  async close(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: "closed" };
    if (state.kind === "waiting") clearTimeout(state.timer);
    if (state.kind === "open" || state.kind === "broken") await end(state.session, state.listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #connect(): Promise<{ session: NgrokSession; listener: NgrokListener }> {
    const { target, ngrokToken, ngrokDomain, load = loadSdk } = this.#options;
    if (ngrokToken === null) throw new NoTokenError();
    const { SessionBuilder } = await load().catch((cause: unknown) => {
      throw new NoPackageError("no SDK", { cause });
    });
    const builder = new SessionBuilder();
    builder.authtoken(ngrokToken);
    builder.clientInfo("scenecast", "1");
    builder.handleDisconnection((_address, error) => this.#handleBreak(error));
    builder.handleHeartbeat(() => this.#handleHeartbeat());
    const session = await builder.connect();
    try {
      const endpoint = session.httpEndpoint();
      if (ngrokDomain !== null) endpoint.domain(ngrokDomain);
      // Our own certificate is for our own name, not for the loopback address that the tunnel ends at.
      if (target.startsWith("https:")) endpoint.verifyUpstreamTls(false);
      return { session, listener: await endpoint.listenAndForward(target) };
    } catch (error) {
      await within(session.close());
      throw error;
    }
  }

  /** The session broke. True lets the SDK connect again. */
  #handleBreak(error: string): boolean {
    if (this.#state.kind === "open") {
      const { listener } = this.#state;
      this.#state = { ...this.#state, kind: "broken" };
      setTimeout(() => this.#handleSilence(listener), MAX_RETRY_MS).unref();
      this.emit("failed", { sentence: `The tunnel lost its connection: ${error}.`, retryMs: 0 });
    }
    return this.#state.kind !== "closed";
  }

  #handleHeartbeat(): void {
    if (this.#state.kind !== "broken") return;
    this.#state = { ...this.#state, kind: "open" };
    this.emit("opened", { url: this.#state.url });
  }

  /** The SDK neither connected again nor gave up. */
  #handleSilence(listener: NgrokListener): void {
    if (this.#state.kind === "broken") this.#handleEnd(listener, new Error("the tunnel lost its connection"));
  }

  /** The SDK gave the tunnel up. */
  #handleEnd(listener: NgrokListener, error: unknown): void {
    const state = this.#state;
    if ((state.kind !== "open" && state.kind !== "broken") || state.listener !== listener) return;
    void end(state.session, listener);
    this.#fail(error ?? new Error("the tunnel was closed"));
  }

  #fail(error: unknown): void {
    const { sentence, isFinal } = explainTunnelError(error);
    if (isFinal) {
      this.#state = { kind: "closed" };
      return this.emit("failed", { sentence, retryMs: null });
    }
    const retryMs = Math.min(MAX_RETRY_MS, (this.#options.retryMs ?? 1_000) * 2 ** this.#tries);
    this.#tries += 1;
    this.#state = { kind: "waiting", timer: setTimeout(() => void this.open(), retryMs) };
    this.emit("failed", { sentence, retryMs });
  }
}

async function loadSdk(): Promise<NgrokSdk> {
  return await import("@ngrok/ngrok");
}

async function end(session: NgrokSession, listener: NgrokListener): Promise<void> {
  await within(listener.close());
  await within(session.close());
}

/** Waits for something that may fail or never come. */
async function within(done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_DEADLINE_MS / 2);
  });
  await Promise.race([done.catch(() => undefined), deadline]);
  clearTimeout(timer);
}
