/**
 * Owns a scene being streamed as the main process sees it: its process is started, started again when it falls, and
 * ended. The viewers that joined stay joined across restarts; their connections and the WHEP resources do not.
 *
 * SS1 the state goes from starting to live or failed, from live to restarting, from there to live or failed; failed and
 *     closed are the end, and closed is reached from each.
 * SS2 a viewer's messages reach the process only while the state is live, after its `viewer-joined`.
 * SS3 a fall of the first start is an answer to whoever started; a fall of a later one is tried again (RestartPolicy).
 */

import { setTimeout as delay } from "node:timers/promises";
import { Emitter } from "../../shared/emitter.ts";
import { fromPlainError, StreamError, toPlainError } from "../../shared/errors.ts";
import type { ClientMessage, ServerMessage } from "../../shared/signaling.ts";
import { type GlBackend, glBackends, noGl } from "./gl-backend.ts";
import { PictureRequests } from "./picture-requests.ts";
import { RestartPolicy } from "./restart-policy.ts";
import type { FromSession, SessionConfig, SessionReport, ToSession } from "./session-protocol.ts";
import { type SessionReady, SessionRun } from "./session-run.ts";
import { WhepOffers } from "./whep-offers.ts";

export type SessionOptions = {
  readonly config: SessionConfig;
  /** The module that runs as the process. Default: session-process beside this file. */
  readonly processUrl?: URL;
  /** Default: those of this machine. */
  readonly backends?: readonly GlBackend[];
  /** How long a WHEP offer may wait for its answer. Default 10 000 ms. */
  readonly whepDeadlineMs?: number;
};

export type SessionState =
  | { readonly kind: "starting" }
  | { readonly kind: "live"; readonly ready: SessionReady }
  /** `attempt` counts the falls of the last 30 s; `error` is the last one. */
  | { readonly kind: "restarting"; readonly attempt: number; readonly error: StreamError }
  | { readonly kind: "failed"; readonly error: StreamError }
  | { readonly kind: "closed" };

export type SessionEvents = {
  stateChanged: { readonly state: SessionState };
  /** The session has something for a viewer. */
  /** Bytes for the WebSockets of viewers. */
  sent: { readonly viewerIds: readonly string[]; readonly bytes: Uint8Array };
  /** A viewer takes nothing of its video for long. */
  viewerStuck: { readonly viewerId: string };
  told: { readonly viewerId: string; readonly message: ServerMessage };
  /** A viewer's connection ended by itself. */
  viewerClosed: { readonly viewerId: string; readonly reason: string };
  /** The scene threw and goes on; null when it works again. */
  noticed: { readonly text: string | null };
  titleChanged: { readonly title: string };
  reported: { readonly report: SessionReport };
  logged: { readonly level: "debug" | "info" | "warn" | "error"; readonly text: string };
};

export class Session {
  /** Resolves at the first `live`; rejects with a `StreamError` when the first start failed or was closed. */
  readonly ready: Promise<SessionReady>;
  /** What is wanted of the scene besides video. */
  readonly pictures: PictureRequests = new PictureRequests((message) => this.#sendLive(message));
  readonly #options: SessionOptions;
  readonly #emitter = new Emitter<SessionEvents>();
  readonly #viewers = new Set<string>();
  readonly #whepOffers: WhepOffers;
  readonly #closing = new AbortController();
  readonly #restarts = new RestartPolicy();
  readonly #life: Promise<void>;
  #state: SessionState = { kind: "starting" };
  #run: SessionRun | null = null;

  /** Starts the process of a scene. Returns at once; wait for `ready`. The caller closes it, also when that rejects. */
  static start(options: SessionOptions): Session {
    return new Session(options);
  }

  private constructor(options: SessionOptions) {
    this.#options = options;
    this.#whepOffers = new WhepOffers((message) => this.#sendLive(message), options.whepDeadlineMs ?? 10_000);
    const first = this.#firstStart(options.backends ?? glBackends());
    this.ready = first.then(({ ready }) => ready);
    this.ready.catch(() => undefined);
    this.#life = this.#live(first);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The number of the process, null while there is none. */
  get pid(): number | null {
    return this.#run?.pid ?? null;
  }

  on<Name extends keyof SessionEvents>(name: Name, listener: (event: SessionEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Lets a viewer in, now or as soon as the state is live. `viewerId` must never have been used. */
  join(viewerId: string): void {
    this.#viewers.add(viewerId);
    this.#sendLive({ kind: "viewer-joined", viewerId });
  }

  leave(viewerId: string): void {
    this.#viewers.delete(viewerId);
    this.#whepOffers.handleLeft(viewerId);
    this.#sendLive({ kind: "viewer-left", viewerId });
  }

  /** Passes on a binary message of a viewer, at the same times as `say`. */
  send(viewerId: string, bytes: Uint8Array): void {
    this.#sendLive({ kind: "viewer-sent", viewerId, bytes });
  }

  /** Passes on what a viewer said. Said at another time than while live it is about a connection that is over (SS2). */
  say(viewerId: string, message: Exclude<ClientMessage, { readonly kind: "hello" }>): void {
    this.#sendLive({ kind: "viewer-said", viewerId, message });
  }

  /** Answers a WHEP offer; `leave` ends its connection. Rejects with a `StreamError`. */
  async whep(viewerId: string, sdp: string): Promise<string> {
    try {
      return await this.#whepOffers.offer(viewerId, sdp);
    } catch (error) {
      this.leave(viewerId);
      throw error;
    }
  }

  /** Ends the process, by force after a second. Resolves when it is gone. */
  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort();
      this.#setState({ kind: "closed" });
      this.#refuseQuestions(new StreamError("closed"));
      await this.#run?.stop();
    }
    await this.#life;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The whole life of the session, one process after another. */
  async #live(first: Promise<{ run: SessionRun; ready: SessionReady; backend: GlBackend }>): Promise<void> {
    try {
      const { run, ready, backend } = await first;
      let current = run;
      this.#goLive(ready);
      while (!this.#isClosing) {
        const error = await current.ended;
        const next = await this.#restart(backend, error);
        if (next === null) return;
        current = next;
      }
    } catch (error) {
      this.#setState({ kind: "failed", error: asStreamError(error) });
    } finally {
      this.#run = null;
    }
  }

  /** Tries one way to OpenGL after the other. A driver that crashes counts as one that is not there. */
  async #firstStart(
    backends: readonly GlBackend[],
  ): Promise<{ run: SessionRun; ready: SessionReady; backend: GlBackend }> {
    const tried: string[] = [];
    let last: unknown = null;
    for (const backend of backends) {
      const run = await this.#launch(backend);
      if (run === null) continue;
      tried.push(backend.name);
      try {
        return { run, ready: await run.started, backend };
      } catch (error) {
        await run.stop();
        if (this.#isClosing) throw new StreamError("closed");
        if (!(error instanceof StreamError) || (error.code !== "no-gl" && !run.wasKilled)) throw error;
        this.#emitter.emit("logged", { level: "info", text: `${backend.name} does not work: ${error.message}` });
        last = error;
      }
    }
    throw noGl(tried, last);
  }

  async #restart(backend: GlBackend, fall: StreamError): Promise<SessionRun | null> {
    let error = fall;
    for (;;) {
      this.#refuseQuestions(error);
      if (this.#isClosing) return null;
      const wait = this.#restarts.fell(performance.now());
      if (wait === null) {
        throw new StreamError("session-lost", `${error.message} It fell again and again, so it stays down.`, {
          cause: error,
        });
      }
      this.#setState({ kind: "restarting", attempt: this.#restarts.attempt, error });
      await delay(wait, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      const run = this.#isClosing ? null : await this.#launch(backend);
      if (this.#isClosing) return null;
      try {
        if (run === null) throw new StreamError("no-gl", `${backend.name} cannot be reached any more.`);
        this.#goLive(await run.started);
        return run;
      } catch (thrown) {
        await run?.stop();
        error = asStreamError(thrown);
      }
    }
  }

  /** Starts a process; null when this machine does not have `backend`. */
  async #launch(backend: GlBackend): Promise<SessionRun | null> {
    const opened = await backend.open();
    if (opened === null) return null;
    if (this.#isClosing) {
      opened.close();
      throw new StreamError("closed");
    }
    const source = import.meta.url.endsWith(".ts") ? "./session-process.ts" : "./session-process.js";
    const run = SessionRun.start({
      processUrl: this.#options.processUrl ?? new URL(source, import.meta.url),
      config: this.#options.config,
      env: opened.env,
      received: (message) => this.#handleMessage(message),
      printed: (line) => this.#emitter.emit("logged", { level: "debug", text: line }),
    });
    this.#run = run;
    void run.ended.then(() => opened.close());
    this.#emitter.emit("logged", {
      level: "debug",
      text: `process ${run.pid} of the scene started on ${backend.name}`,
    });
    return run;
  }

  #handleMessage(message: Exclude<FromSession, { readonly kind: "ready" | "failed" }>): void {
    switch (message.kind) {
      case "viewer-told":
        return this.#emitter.emit("told", { viewerId: message.viewerId, message: message.message });
      case "viewers-sent":
        return this.#emitter.emit("sent", { viewerIds: message.viewerIds, bytes: message.bytes });
      case "viewer-stuck":
        return this.#emitter.emit("viewerStuck", { viewerId: message.viewerId });
      case "whep-answered":
      case "whep-refused":
        return this.#whepOffers.handle(message);
      case "jpeg-encoded":
      case "still-taken":
      case "still-refused":
        return this.pictures.handle(message);
      case "viewer-closed":
        return this.#emitter.emit("viewerClosed", { viewerId: message.viewerId, reason: message.reason });
      case "notice":
        return this.#emitter.emit("noticed", { text: message.text });
      case "scene-reloaded":
        return this.#emitter.emit("titleChanged", { title: message.title });
      case "report":
        return this.#emitter.emit("reported", { report: message.report });
      case "log":
        return this.#emitter.emit("logged", { level: message.level, text: message.text });
    }
  }

  #goLive(ready: SessionReady): void {
    for (const viewerId of this.#viewers) this.#run?.send({ kind: "viewer-joined", viewerId });
    this.#setState({ kind: "live", ready });
    this.pictures.handleLive();
  }

  /** Returns false, and sends nothing, while the state is not live (SS2). */
  #sendLive(message: ToSession): boolean {
    if (this.#state.kind !== "live") return false;
    this.#run?.send(message);
    return true;
  }

  #refuseQuestions(error: StreamError): void {
    this.#whepOffers.refuse(error);
    this.pictures.refuse(error);
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #setState(state: SessionState): void {
    if (this.#state.kind === "closed" || this.#state.kind === "failed") {
      if (state.kind !== "closed") return;
    }
    this.#state = state;
    this.#emitter.emit("stateChanged", { state });
  }
}

function asStreamError(error: unknown): StreamError {
  return error instanceof StreamError ? error : fromPlainError(toPlainError(error), "session-lost");
}
