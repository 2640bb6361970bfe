/**
 * Owns a scene being streamed as the main process sees it: its process is started, started again when it falls, and
 * ended. The viewers that joined, who of them has control and the state of the scene stay across restarts; connections and
 * the WHEP resources do not.
 *
 * SS1 the state goes from starting to live or failed, from live to restarting, from there to live or failed; failed and
 *     closed are the end, and closed is reached from each.
 * SS2 a viewer's messages reach the process only while the state is live, after its `viewer-joined`.
 * SS3 a fall of the first start is an answer to whoever started; a fall of a later one is tried again (RestartPolicy).
 */

import { setTimeout as delay } from "node:timers/promises";
import type { MessageBody } from "../../shared/custom-message.ts";
import { Emitter } from "../../shared/emitter.ts";
import { fromPlainError, StreamError, toPlainError } from "../../shared/errors.ts";
import { siblingUrl } from "../platform/threads.ts";
import { ExactStill } from "./exact-still.ts";
import { type GlBackend, glBackends } from "./gl-backend.ts";
import { KeptScene } from "./kept-scene.ts";
import { PictureRequests } from "./picture-requests.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { SavedFiles } from "./saved-files.ts";
import type { SessionEvents, SessionOptions, SessionState } from "./session-events.ts";
import { SessionLauncher } from "./session-launcher.ts";
import {
  type ConnectionMessage,
  exactForm,
  type FromSession,
  type MessageSender,
  type MessagesFrom,
  type ToSession,
} from "./session-protocol.ts";
import type { SessionReady, SessionRun } from "./session-run.ts";
import { type JoiningViewer, SessionViewers } from "./session-viewers.ts";
import { WhepOffers } from "./whep-offers.ts";

export type { SessionEvents, SessionOptions, SessionState };

export class Session {
  /** Resolves at the first `live`; rejects with a `StreamError` when the first start failed or was closed. */
  readonly ready: Promise<SessionReady>;
  /** What is wanted of the scene besides video. */
  readonly pictures: PictureRequests = new PictureRequests((message) => this.#sendLive(message));
  /** The picture of the scene at rest. */
  readonly exactStill: ExactStill;
  readonly #emitter = new Emitter<SessionEvents>();
  readonly #launcher: SessionLauncher;
  readonly #viewers = new SessionViewers((message) => this.#sendLive(message));
  readonly #scene: KeptScene;
  readonly #whepOffers: WhepOffers;
  readonly #closing = new AbortController();
  readonly #restarts = new RestartPolicy();
  readonly #saved: SavedFiles;
  readonly #life: Promise<void>;
  #state: SessionState = { kind: "starting" };

  /** Starts the process of a scene. Returns at once; wait for `ready`. The caller closes it, also when that rejects. */
  static start(options: SessionOptions): Session {
    return new Session(options);
  }

  private constructor(options: SessionOptions) {
    this.exactStill = new ExactStill({
      size: options.config.size,
      take: (format) => this.pictures.takeStill(exactForm(format), []),
    });
    this.#scene = new KeptScene(options.state ?? null, (message) => this.#sendLive(message));
    this.#launcher = new SessionLauncher({
      processUrl: options.processUrl ?? siblingUrl(import.meta.url, "../pipeline/scene-process"),
      config: options.config,
      state: () => this.#scene.begin(),
      received: (message) => this.#handleMessage(message),
      printed: (line) => this.#log("debug", line),
      logged: (level, text) => this.#log(level, text),
    });
    this.#whepOffers = new WhepOffers((message) => this.#sendLive(message), options.whepDeadlineMs ?? 10_000);
    const { sceneUrl, watch } = options.config;
    this.#saved = new SavedFiles(sceneUrl, watch, () => this.#launcher.run?.kill());
    const first = this.#saved.keepTrying(
      () => this.#launcher.launchFirst(options.backends ?? glBackends()),
      (sentence) => this.#emitter.emit("startProgressed", { sentence, isLate: true, isBusy: false }),
    );
    this.ready = first.then(({ ready }) => ready);
    this.ready.catch(() => undefined);
    this.#life = this.#live(first);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The number of the process, null while there is none. */
  get pid(): number | null {
    return this.#launcher.run?.pid ?? null;
  }

  /** The newest state of the scene as JSON text; null where it gives none. */
  get sceneState(): string | null {
    return this.#scene.state;
  }

  /** Whose messages the scene takes. */
  get messagesFrom(): MessagesFrom {
    return this.#scene.messagesFrom;
  }

  on<Name extends keyof SessionEvents>(name: Name, listener: (event: SessionEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Lets a viewer in, now or as soon as the state is live. `viewerId` must never have been used. */
  join(viewerId: string, viewer: JoiningViewer): void {
    this.#viewers.join(viewerId, viewer);
  }

  leave(viewerId: string): void {
    this.#whepOffers.handleLeft(viewerId);
    this.#viewers.leave(viewerId);
  }

  /** Input of these viewers reaches the scene from now on, and that of no others. */
  setControllers(viewerIds: readonly string[]): void {
    this.#viewers.setControllers(viewerIds);
  }

  /** Passes on a binary message of a viewer, at the same times as `say`. */
  send(viewerId: string, bytes: Uint8Array): void {
    this.#sendLive({ kind: "viewer-sent", viewerId, bytes });
  }

  /**
   * Passes on what a viewer said. Said at another time than while live it is about a connection that is over (SS2), but for
   * its pauses, which count for the next process too.
   */
  say(viewerId: string, message: ConnectionMessage): void {
    this.#viewers.say(viewerId, message);
  }

  /** Gives a viewer's message to the scene. Returns false when it does not get there, as while it is not live. */
  sendMessage(from: MessageSender, body: MessageBody): boolean {
    return this.#sendLive({ kind: "message-sent", from, body });
  }

  /** Has the scene take a state, JSON text, now or as soon as it is live. */
  setState(state: string): void {
    this.#scene.want(state);
  }

  /** Answers a WHEP offer; `leave` ends its connection. Rejects with a `StreamError`. */
  async whep(viewerId: string, person: number, sdp: string): Promise<string> {
    try {
      return await this.#whepOffers.offer(viewerId, person, sdp);
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
      this.#saved.close();
      await this.#launcher.close();
    }
    await this.#life;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The whole life of the session, one process after another. */
  async #live(first: ReturnType<SessionLauncher["launchFirst"]>): Promise<void> {
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
      this.#launcher.forget();
    }
  }

  async #restart(backend: GlBackend, fall: StreamError): Promise<SessionRun | null> {
    let error = fall;
    let begun = performance.now();
    for (;;) {
      this.#refuseQuestions(error);
      if (this.#isClosing) return null;
      const wait = this.#restarts.fell(performance.now());
      const told = wait === null ? this.#saved.lastWords(error) : error;
      this.#setState({ kind: "restarting", attempt: this.#restarts.attempt, error: told });
      if (wait === null) await this.#saved.next(begun).then(() => this.#restarts.reset());
      begun = performance.now();
      await delay(wait ?? 0, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      const run = this.#isClosing ? null : await this.#launcher.launch(backend);
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
      case "rest-begun":
        return this.exactStill.handleBegun(message.picture);
      case "rest-changed":
        return this.exactStill.handleRest(message.picture);
      case "viewer-closed":
        return this.#emitter.emit("viewerClosed", { viewerId: message.viewerId, reason: message.reason });
      case "start-progressed":
        this.#saved.isBusy = message.isBusy;
        return this.#emitter.emit("startProgressed", message);
      case "files-found":
        return this.#saved.follow(message.files);
      case "console-printed":
        return this.#emitter.emit("consolePrinted", { level: message.level, text: message.text });
      case "notice":
        return this.#emitter.emit("noticed", { text: message.text });
      case "scene-reloaded":
        this.#scene.messagesFrom = message.messagesFrom;
        return this.#emitter.emit("titleChanged", { title: message.title });
      case "viewers-active":
        return this.#emitter.emit("viewersActive", { viewerIds: message.viewerIds });
      case "message-told":
        return this.#emitter.emit("messageTold", { to: message.to, body: message.body });
      case "state-changed":
        if (this.#scene.handle(message)) this.#emitter.emit("sceneStateChanged", { state: message.state });
        return;
      case "report":
        return this.#emitter.emit("reported", { report: message.report });
      case "log":
        return this.#log(message.level, message.text);
    }
  }

  #goLive(ready: SessionReady): void {
    this.#scene.messagesFrom = ready.messagesFrom;
    this.#saved.isBusy = false;
    const live: SessionState = { kind: "live", ready };
    if (!this.#enter(live)) return;
    // Before anybody who hears of it sends anything (SS2).
    this.#viewers.handleLive();
    this.#scene.handleLive();
    this.#emitter.emit("stateChanged", { state: live });
    this.pictures.handleLive();
  }

  /** Returns false, and sends nothing, while the state is not live (SS2). */
  #sendLive(message: ToSession): boolean {
    return this.#state.kind === "live" && this.#launcher.run?.send(message) === true;
  }

  #log(level: SessionEvents["logged"]["level"], text: string): void {
    this.#emitter.emit("logged", { level, text });
  }

  #refuseQuestions(error: StreamError): void {
    this.#whepOffers.refuse(error);
    this.pictures.refuse(error);
    this.exactStill.handleRest(null);
  }

  get #isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  #setState(state: SessionState): void {
    if (this.#enter(state)) this.#emitter.emit("stateChanged", { state });
  }

  /** SS1: from the end there is no way back. */
  #enter(state: SessionState): boolean {
    const isOver = this.#state.kind === "closed" || this.#state.kind === "failed";
    if (isOver && state.kind !== "closed") return false;
    this.#state = state;
    return true;
  }
}

function asStreamError(error: unknown): StreamError {
  return error instanceof StreamError ? error : fromPlainError(toPlainError(error), "session-lost");
}
