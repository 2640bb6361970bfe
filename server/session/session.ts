/**
 * Owns a scene being streamed as the main process sees it: how it does, what it says, and what it is asked. The viewers that
 * joined, who of them has control and the state of the scene stay when its process is started again (SessionLife); connections
 * and the WHEP resources do not.
 *
 * SS1 the status goes from starting to live or failed, from live to restarting or down, from there to live; failed and closed
 *     are the end, and closed is reached from each.
 * SS2 what a viewer sends reaches the process only while the status is live, after its `viewer-joined`.
 * SS3 a fall of the first start is an answer to whoever started; a fall of a later one is tried again (RestartPolicy).
 */

import type { MessageBody } from "../../shared/custom-message.ts";
import { MAX_DATA_BYTES } from "../../shared/data.ts";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { PanelBoard } from "../../shared/panel-board.ts";
import type { PanelChange } from "../../shared/panels.ts";
import type { PictureSize } from "../../shared/video.ts";
import { RoomData } from "../data/room-data.ts";
import { noParameters } from "../platform/given-parameters.ts";
import type { ParameterTexts } from "../platform/parameters.ts";
import { ExactPicture } from "./exact-picture.ts";
import { FrameFeed } from "./frame-feed.ts";
import { handOn } from "./hand-on.ts";
import { handToPart } from "./hand-to-part.ts";
import { KeptParameters } from "./kept-parameters.ts";
import { KeptScene } from "./kept-scene.ts";
import { PictureRequests } from "./picture-requests.ts";
import type { SessionEvents, SessionOptions, SessionStatus } from "./session-events.ts";
import { maxPixelsOf } from "./session-launcher.ts";
import { SessionLife } from "./session-life.ts";
import { SessionMirrors } from "./session-mirrors.ts";
import { SessionOutputs } from "./session-outputs.ts";
import {
  exactForm,
  type FromSession,
  type MessageSender,
  type MessagesFrom,
  type PlayedMessage,
  type ToSession,
} from "./session-protocol.ts";
import type { SessionReady } from "./session-run.ts";
import { SessionViewers } from "./session-viewers.ts";
import { WantedSize } from "./wanted-size.ts";

export type { SessionEvents, SessionOptions, SessionStatus };

export class Session {
  /** Resolves at the first `live`; rejects with a `StreamError` when the first start failed or was closed. */
  readonly ready: Promise<SessionReady>;
  /** What is wanted of the scene besides video. */
  readonly pictures: PictureRequests = new PictureRequests((message) => this.#sendLive(message));
  /** What is wanted of its packets besides viewers. */
  readonly outputs: SessionOutputs = new SessionOutputs((message) => this.#sendLive(message));
  /** Which studios on this machine want its pictures. */
  readonly mirrors: SessionMirrors = new SessionMirrors((message) => this.#sendLive(message));
  /** Who watches, and what they send to the scene's process. */
  readonly viewers: SessionViewers;
  /** The panels of the scene; while it is not live, as they were last. */
  readonly panels: PanelBoard = new PanelBoard();
  /** The values of the scene's parameters. */
  readonly parameters: KeptParameters;
  /** The data that programs give the scene. */
  readonly data: RoomData;
  /** The picture of the scene at rest. */
  readonly exactPicture: ExactPicture;
  /** The size that a program wants of the picture. */
  readonly wantedSize: WantedSize = new WantedSize((message) => this.#sendLive(message));
  /** The most pixels that it may have. */
  readonly maxPixels: number;
  /** The frames of another program, where one makes the pictures. */
  readonly frames: FrameFeed;
  readonly #emitter = new Emitter<SessionEvents>();
  readonly #scene: KeptScene;
  readonly #life: SessionLife;
  #status: SessionStatus = { kind: "starting" };
  #isTraced = false;

  /** Starts the process of a scene. Returns at once; wait for `ready`. The caller closes it, also when that rejects. */
  static start(options: SessionOptions): Session {
    return new Session(options);
  }

  private constructor(options: SessionOptions) {
    this.maxPixels = maxPixelsOf(options.config);
    this.frames = new FrameFeed(this.maxPixels, (message) => this.#sendLive(message), this.#emitter);
    this.exactPicture = new ExactPicture({
      size: options.config.size,
      take: (format) => this.pictures.takeSnapshot(exactForm(format), []),
    });
    this.#scene = new KeptScene(options.sceneState ?? null, (message) => this.#sendLive(message));
    this.viewers = new SessionViewers(
      (message, taken) => this.#sendLive(message, taken),
      options.whepDeadlineMs ?? 10_000,
    );
    const live = Promise.withResolvers<SessionReady>();
    this.ready = live.promise;
    this.ready.catch(() => undefined);
    const given = options.parameters ?? noParameters;
    this.parameters = new KeptParameters(given, this.ready, (message) => this.#sendLive(message));
    this.data = new RoomData({
      ...(options.data ?? { maxBytes: MAX_DATA_BYTES }),
      ready: this.ready,
      send: (message) => this.#life.run?.send({ kind: "data-sent", message }) === true,
      warn: (sentence) => this.#log("warn", sentence),
    });
    this.#life = new SessionLife({
      ...options,
      beginning: () => ({
        sceneState: this.#scene.begin(),
        parameters: this.parameters.begin(),
        data: this.data.beginProcess(),
      }),
      received: (message) => this.#handleMessage(message),
      live: (ready) => this.#goLive(ready),
      statusChanged: (status) => this.#setStatus(status),
      fell: (error) => {
        this.#refuseQuestions(error);
        this.outputs.handleFall(error);
      },
      hung: (text) => this.#emitter.emit("hung", { text }),
      progressed: (report) => this.#emitter.emit("startProgressed", report),
      logged: (level, text) => this.#log(level, text),
    });
    live.resolve(this.#life.ready);
  }

  get status(): SessionStatus {
    return this.#status;
  }

  /** The number of the process, null while there is none. */
  get pid(): number | null {
    return this.#life.run?.pid ?? null;
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

  /** Somebody came by a link to this scene, which runs. What it says of parameters changes nothing, as the log is told once. */
  passOver(link: ParameterTexts): void {
    const sentence = this.parameters.passOver(link);
    if (sentence !== null) this.#log("info", sentence);
  }

  /**
   * Starts the scene again, with its state: what runs is ended, and what waits for its next try is tried now. Does nothing
   * before it was live, and after its end.
   */
  restart(): void {
    const { kind } = this.#status;
    if (kind === "starting" || kind === "failed" || kind === "closed") return;
    this.#life.restart();
  }

  /** Plays into a scene whose input is played (`inputs`). Returns false when it does not get there. */
  play(message: PlayedMessage): boolean {
    return this.#sendLive(message);
  }

  /** Has a control of the scene's panels take a value, which a viewer gave it. Returns false when it does not get there. */
  handlePanelChange(change: PanelChange, viewerId: string | null = null): boolean {
    return this.#sendLive({ kind: "panel-changed", change, viewerId });
  }

  /** Begins a trace, which goes on in the next process where this one falls, or ends it: then `traceTaken` follows. */
  setTraced(on: boolean): void {
    this.#isTraced = on;
    this.#sendLive({ kind: "trace-wanted", on });
  }

  /** Ends the process, by force after a second. Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#status.kind !== "closed") {
      this.#setStatus({ kind: "closed" });
      this.#refuseQuestions(new StreamError("closed"));
      for (const part of [this.parameters, this.frames, this.data]) part.close();
    }
    await this.#life.close();
    // They were ended in order by the process.
    this.outputs.close(null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #handleMessage(received: Exclude<FromSession, { readonly kind: "ready" | "failed" }>): void {
    const message = handToPart(received, this);
    if (message === null) return;
    switch (message.kind) {
      case "picture-resized":
        return this.#handleResize(message.size);
      case "pulse":
        return this.#life.handlePulse(message);
      case "start-progressed":
        return this.#life.handleProgress(message);
      case "files-found":
        return this.#life.handleFiles(message.files);
      case "scene-reloaded":
        this.#scene.messagesFrom = message.messagesFrom;
        return this.#emitter.emit("titleChanged", { title: message.title });
      case "title-changed":
        return this.#emitter.emit("titleChanged", { title: message.title });
      case "scene-state-changed":
        if (this.#scene.handle(message)) this.#emitter.emit("sceneStateChanged", { state: message.state });
        return;
      case "parameters-told":
        if (this.parameters.handleTold(message)) {
          this.#emitter.emit("parametersChanged", { values: this.parameters.values });
        }
        return;
      case "parameters-set":
        return this.parameters.handleSet(message);
      case "panels-told":
        if (this.panels.take(message.news)) this.#emitter.emit("panelsTold", message.news);
        return;
      case "panel-changes-told":
        return this.#emitter.emit("panelsChanged", {
          news: message.news,
          changed: this.panels.takeChanges(message.news),
        });
      default:
        handOn(message, this.#emitter);
    }
  }

  /** A process that is started again begins with it. */
  #handleResize(size: PictureSize): void {
    this.#life.setSize(size);
    this.exactPicture.setSize(size);
    this.#emitter.emit("resized", { size });
  }

  #goLive(ready: SessionReady): void {
    this.#scene.messagesFrom = ready.messagesFrom;
    const live: SessionStatus = { kind: "live", ready };
    if (!this.#enter(live)) return;
    // Before there are windows that it would follow.
    this.wantedSize.handleLive();
    // Before anybody who hears of it sends anything (SS2).
    this.viewers.handleLive();
    this.#scene.handleLive();
    this.parameters.handleLive();
    if (this.#isTraced) this.#sendLive({ kind: "trace-wanted", on: true });
    this.#emitter.emit("statusChanged", { status: live });
    for (const part of [this.pictures, this.frames, this.outputs, this.mirrors]) part.handleLive();
  }

  /** Returns false, and sends nothing, while the status is not live (SS2). */
  #sendLive(message: ToSession, taken?: () => void): boolean {
    return this.#status.kind === "live" && this.#life.run?.send(message, taken) === true;
  }

  #log(level: SessionEvents["logged"]["level"], text: string): void {
    this.#emitter.emit("logged", { level, text });
  }

  #refuseQuestions(error: StreamError): void {
    this.viewers.refuse(error);
    this.pictures.refuse(error);
    this.parameters.refuse(error);
    this.data.endProcess();
    this.exactPicture.handleRest(null);
    this.frames.handleFall();
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
