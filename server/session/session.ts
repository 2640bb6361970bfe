/**
 * Owns a scene being streamed as the main process sees it: its process is started, started again when it falls, and
 * ended. The viewers that joined, who of them has control and the state of the scene stay across restarts; connections and
 * the WHEP resources do not.
 *
 * SS1 the status goes from starting to live or failed, from live to restarting or down, from there to live; failed and closed
 *     are the end, and closed is reached from each.
 * SS2 what a viewer sends reaches the process only while the status is live, after its `viewer-joined`.
 * SS3 a fall of the first start is an answer to whoever started; a fall of a later one is tried again (RestartPolicy).
 */

import type { MessageBody } from "../../shared/custom-message.ts";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { PanelBoard } from "../../shared/panel-board.ts";
import type { PanelChange } from "../../shared/panels.ts";
import type { PictureSize } from "../../shared/video.ts";
import { ExactPicture } from "./exact-picture.ts";
import { forkedProcesses } from "./forked-processes.ts";
import type { GlBackend } from "./gl-backend.ts";
import { HangWatch } from "./hang-watch.ts";
import { KeptScene } from "./kept-scene.ts";
import { PictureRequests } from "./picture-requests.ts";
import { RestartPolicy } from "./restart-policy.ts";
import { SavedFiles } from "./saved-files.ts";
import type { SessionEvents, SessionOptions, SessionStatus } from "./session-events.ts";
import { SessionLauncher } from "./session-launcher.ts";
import {
  exactForm,
  type FromSession,
  type MessageSender,
  type MessagesFrom,
  type PlayedMessage,
  type ToSession,
} from "./session-protocol.ts";
import { asStreamError, type SessionReady, type SessionRun } from "./session-run.ts";
import { SessionViewers } from "./session-viewers.ts";

export type { SessionEvents, SessionOptions, SessionStatus };

export class Session {
  /** Resolves at the first `live`; rejects with a `StreamError` when the first start failed or was closed. */
  readonly ready: Promise<SessionReady>;
  /** What is wanted of the scene besides video. */
  readonly pictures: PictureRequests = new PictureRequests((message) => this.#sendLive(message));
  /** Who watches, and what they send to the scene's process. */
  readonly viewers: SessionViewers;
  /** The panels of the scene; while it is not live, as they were last. */
  readonly panels: PanelBoard = new PanelBoard();
  /** The picture of the scene at rest. */
  readonly exactPicture: ExactPicture;
  readonly #emitter = new Emitter<SessionEvents>();
  readonly #launcher: SessionLauncher;
  readonly #scene: KeptScene;
  readonly #restarts = new RestartPolicy();
  readonly #saved: SavedFiles;
  readonly #hangs: HangWatch;
  readonly #life: Promise<void>;
  #status: SessionStatus = { kind: "starting" };
  #isClosing = false;
  #isTraced = false;

  /** Starts the process of a scene. Returns at once; wait for `ready`. The caller closes it, also when that rejects. */
  static start(options: SessionOptions): Session {
    return new Session(options);
  }

  private constructor(options: SessionOptions) {
    this.exactPicture = new ExactPicture({
      size: options.config.size,
      take: (format) => this.pictures.takeSnapshot(exactForm(format), []),
    });
    this.#scene = new KeptScene(options.sceneState ?? null, (message) => this.#sendLive(message));
    this.#launcher = new SessionLauncher({
      processes: options.processes ?? forkedProcesses(),
      config: options.config,
      sceneState: () => {
        this.#hangs.reset();
        return this.#scene.begin();
      },
      received: (message) => this.#handleMessage(message),
      printed: (line) => this.#log("debug", line),
      logged: (level, text) => this.#log(level, text),
    });
    this.viewers = new SessionViewers(
      (message, taken) => this.#sendLive(message, taken),
      options.whepDeadlineMs ?? 10_000,
    );
    const { sceneUrl, watch } = options.config;
    this.#saved = new SavedFiles(sceneUrl, watch, () => this.#end("A file was saved, so the scene is started again."));
    this.#hangs = new HangWatch({
      hangMs: options.hangMs ?? 10_000,
      told: (text) => {
        this.#saved.isBusy = text !== null;
        this.#emitter.emit("hung", { text });
      },
      end: (error) => this.#launcher.run?.kill(error),
    });
    const first = this.#saved.keepTrying(
      () => this.#launcher.launchFirst(),
      (sentence) => this.#emitter.emit("startProgressed", { sentence, isLate: true, isBusy: false }),
    );
    this.ready = first.then(({ ready }) => ready);
    this.ready.catch(() => undefined);
    this.#life = this.#live(first);
  }

  get status(): SessionStatus {
    return this.#status;
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

  /** Gives a viewer's message to the scene. Returns false when it does not get there, as while it is not live. */
  handleSceneMessage(from: MessageSender, body: MessageBody): boolean {
    return this.#sendLive({ kind: "scene-message-received", from, body });
  }

  /** Has the scene take a state, JSON text, now or as soon as it is live. */
  setSceneState(state: string): void {
    this.#scene.want(state);
  }

  /**
   * Starts the scene again, with its state: what runs is ended, and what waits for its next try is tried now. Does nothing
   * before it was live, and after its end.
   */
  restart(): void {
    const { kind } = this.#status;
    if (kind === "starting" || kind === "failed" || kind === "closed") return;
    this.#restarts.reset();
    this.#end("A host has the scene started again.");
    this.#saved.ask();
  }

  /** Plays into a scene whose input is played (`inputs`). Returns false when it does not get there. */
  play(message: PlayedMessage): boolean {
    return this.#sendLive(message);
  }

  /** Has a control of the scene's panels take a value. Returns false when it does not get there. */
  handlePanelChange(change: PanelChange): boolean {
    return this.#sendLive({ kind: "panel-changed", change });
  }

  /** Begins a trace, which goes on in the next process where this one falls, or ends it: then `traceTaken` follows. */
  setTraced(on: boolean): void {
    this.#isTraced = on;
    this.#sendLive({ kind: "trace-wanted", on });
  }

  /** Ends the process, by force after a second. Resolves when it is gone. */
  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#setStatus({ kind: "closed" });
      this.#refuseQuestions(new StreamError("closed"));
      this.#saved.close();
      this.#hangs.close();
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
        const begun = performance.now();
        const error = await current.ended;
        const wellMs = performance.now() - begun - this.#hangs.hungMs;
        this.#hangs.reset();
        const next = await this.#restart(backend, error, wellMs);
        if (next === null) return;
        current = next;
      }
    } catch (error) {
      this.#setStatus({ kind: "failed", error: asStreamError(error) });
    } finally {
      this.#launcher.forget();
    }
  }

  /** `wellMs` is how long the process that fell had worked. */
  async #restart(backend: GlBackend, fall: StreamError, wellMs: number): Promise<SessionRun | null> {
    let error = fall;
    let begun = performance.now();
    let { waitMs, isDown } = this.#restarts.fell(wellMs);
    for (;;) {
      this.#refuseQuestions(error);
      if (this.#isClosing) return null;
      if (isDown) this.#setStatus({ kind: "down", error: this.#saved.downWords(error, waitMs) });
      else this.#setStatus({ kind: "restarting", attempt: this.#restarts.attempt, error });
      if (await this.#saved.next(begun, waitMs)) this.#restarts.reset();
      begun = performance.now();
      const run = this.#isClosing ? null : await this.#launcher.launch(backend);
      if (this.#isClosing) return null;
      try {
        if (run === null) throw new StreamError("no-gl", `${backend.name} is no longer available.`);
        this.#goLive(await run.started);
        return run;
      } catch (thrown) {
        await run?.stop();
        error = asStreamError(thrown);
        ({ waitMs, isDown } = this.#restarts.fell(0));
      }
    }
  }

  #handleMessage(message: Exclude<FromSession, { readonly kind: "ready" | "failed" }>): void {
    switch (message.kind) {
      case "send-viewer-message":
        return this.#emitter.emit("viewerMessageSent", { viewerId: message.viewerId, message: message.message });
      case "send-viewer-bytes":
        return this.#emitter.emit("viewerBytesSent", { viewerIds: message.viewerIds, bytes: message.bytes });
      case "viewer-stuck":
        return this.#emitter.emit("viewerStuck", { viewerId: message.viewerId });
      case "whep-answered":
      case "whep-refused":
        return this.viewers.handleWhep(message);
      case "jpeg-encoded":
      case "snapshot-taken":
      case "snapshot-refused":
        return this.pictures.handle(message);
      case "rest-begun":
        return this.exactPicture.handleBegun(message.picture);
      case "rest-changed":
        return this.exactPicture.handleRest(message.picture);
      case "picture-resized":
        return this.#handleResize(message.size);
      case "viewer-closed":
        return this.#emitter.emit("viewerClosed", { viewerId: message.viewerId, reason: message.reason });
      case "pulse":
        return this.#hangs.handlePulse(message);
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
      case "inputs-played":
        return this.#emitter.emit("inputsPlayed", {});
      case "inputs-told":
        return this.#emitter.emit("inputsTold", { inputs: message.inputs });
      case "send-scene-message":
        return this.#emitter.emit("sceneMessageSent", { to: message.to, body: message.body });
      case "scene-state-changed":
        if (this.#scene.handle(message)) this.#emitter.emit("sceneStateChanged", { state: message.state });
        return;
      case "cursor-changed":
        return this.#emitter.emit("cursorChanged", { cursor: message.cursor });
      case "panels-told":
        if (this.panels.take(message.news)) this.#emitter.emit("panelsTold", message.news);
        return;
      case "panel-changes-told":
        return this.#emitter.emit("panelsChanged", {
          news: message.news,
          changed: this.panels.takeChanges(message.news),
        });
      case "report":
        return this.#emitter.emit("reported", { report: message.report });
      case "trace-taken":
        return this.#emitter.emit("traceTaken", { threads: message.threads });
      case "log":
        return this.#log(message.level, message.text);
    }
  }

  /** A process that is started again begins with it. */
  #handleResize(size: PictureSize): void {
    this.#launcher.setSize(size);
    this.exactPicture.setSize(size);
    this.#emitter.emit("resized", { size });
  }

  #end(why: string): void {
    this.#launcher.run?.kill(new StreamError("room-lost", why));
  }

  #goLive(ready: SessionReady): void {
    this.#scene.messagesFrom = ready.messagesFrom;
    this.#saved.isBusy = false;
    this.#hangs.handleLive();
    const live: SessionStatus = { kind: "live", ready };
    if (!this.#enter(live)) return;
    // Before anybody who hears of it sends anything (SS2).
    this.viewers.handleLive();
    this.#scene.handleLive();
    if (this.#isTraced) this.#sendLive({ kind: "trace-wanted", on: true });
    this.#emitter.emit("statusChanged", { status: live });
    this.pictures.handleLive();
  }

  /** Returns false, and sends nothing, while the status is not live (SS2). */
  #sendLive(message: ToSession, taken?: () => void): boolean {
    return this.#status.kind === "live" && this.#launcher.run?.send(message, taken) === true;
  }

  #log(level: SessionEvents["logged"]["level"], text: string): void {
    this.#emitter.emit("logged", { level, text });
  }

  #refuseQuestions(error: StreamError): void {
    this.viewers.refuse(error);
    this.pictures.refuse(error);
    this.exactPicture.handleRest(null);
  }

  #setStatus(status: SessionStatus): void {
    if (this.#enter(status)) this.#emitter.emit("statusChanged", { status });
  }

  /** SS1: from the end there is no way back. */
  #enter(status: SessionStatus): boolean {
    const isOver = this.#status.kind === "closed" || this.#status.kind === "failed";
    if (isOver && status.kind !== "closed") return false;
    this.#status = status;
    return true;
  }
}
