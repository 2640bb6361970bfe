/**
 * Owns a viewer of a room: joins the link to the server, the display, the people, control, links and the scene. The
 * parts do not know each other; what one says goes to another here.
 */

import { Emitter } from "../shared/emitter.ts";
import type { Role } from "../shared/people.ts";
import {
  type ClientMessage,
  MIN_PROTOCOL_VERSION,
  type Preference,
  type ServerMessage,
  type StreamQuality,
} from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import type { Display, DisplayOptions } from "./display.ts";
import { Greeting } from "./greeting.ts";
import { handOn } from "./handed-on.ts";
import { ServerLink } from "./link/server-link.ts";
import { fetchSnapshot } from "./link/server-snapshot.ts";
import { Control } from "./people/control.ts";
import { Links } from "./people/links.ts";
import { Outputs } from "./people/outputs.ts";
import { Pause } from "./people/pause.ts";
import { People } from "./people/people.ts";
import { Recordings } from "./people/recordings.ts";
import { Refusals } from "./refusals.ts";
import { RemotePanels } from "./scene/remote-panels.ts";
import { RemoteScene } from "./scene/remote-scene.ts";
import type { LiveSession } from "./streams/streams.ts";
import type { ViewerStats } from "./streams/viewer-stats.ts";
import type { Viewer, ViewerEvents } from "./viewer.ts";
import type { ResolvedViewerOptions } from "./viewer-options.ts";
import type { ViewerState } from "./viewer-state.ts";
import { type Refusal, ViewerStateKeeper } from "./viewer-state-keeper.ts";

/** What a viewer needs of its display. */
export type DisplayPort = Pick<Display, keyof Display>;

export class RoomViewer implements Viewer {
  readonly people: People;
  readonly control: Control;
  readonly links: Links;
  readonly recordings: Recordings;
  readonly outputs: Outputs;
  readonly scene: RemoteScene;
  readonly panels: RemotePanels;
  readonly #emitter = new Emitter<ViewerEvents>();
  readonly #link: ServerLink;
  readonly #display: DisplayPort;
  readonly #greeting: Greeting;
  readonly #refusals: Refusals;
  readonly #pause: Pause;
  readonly #state: ViewerStateKeeper;
  readonly #statsTimer: ReturnType<typeof setInterval>;
  #role: Role | null = null;
  #session: LiveSession | null = null;
  #closed = false;

  constructor(options: ResolvedViewerOptions, makeDisplay: (options: DisplayOptions) => DisplayPort) {
    const link = new ServerLink({ url: options.url, token: options.token, hello: () => this.#greeting.hello() });
    const send = (message: ClientMessage): void => link.send(message);
    this.#link = link;
    this.people = new People({ name: options.name, send });
    this.#greeting = new Greeting(this.people, send);
    this.control = new Control(this.people, (request) => send({ kind: "control", request }));
    this.links = new Links(() => link.addressOf("links"), link.fetch);
    this.recordings = new Recordings((path) => link.addressOf(path), link.fetch);
    this.outputs = new Outputs((path) => link.addressOf(path), link.fetch);
    this.scene = new RemoteScene(send);
    this.panels = new RemotePanels((change) => send({ kind: "panel", ...change }));
    this.#pause = new Pause(options.pauseWhenHidden ? document : null);
    this.#display = makeDisplay({
      viewer: options,
      link,
      personOf: (number) => (number === this.people.me?.number ? null : this.people.find(number)),
    });
    this.#state = new ViewerStateKeeper(
      () => {
        const { isShown, trouble } = this.#display;
        return { link: link.state, isShown, trouble, isPaused: this.isPaused };
      },
      (state) => this.#emitter.emit("stateChanged", { state }),
    );
    this.#refusals = new Refusals({
      display: this.#display,
      link,
      ended: (refusal) => this.#state.update({ refusal }),
      omitted: (refusal) => this.#handleOmission(refusal),
    });
    this.#listenToServer();
    this.#listenToParts();
    this.#display.setPaused(this.isPaused);
    this.#statsTimer = setInterval(() => this.#emitter.emit("statsUpdated", { stats: this.stats() }), 1000);
  }

  on<Name extends keyof ViewerEvents>(name: Name, listener: (event: ViewerEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  get state(): ViewerState {
    return this.#state.state;
  }

  get role(): Role | null {
    return this.#role;
  }

  get element(): HTMLElement {
    return this.#display.element;
  }

  get isPaused(): boolean {
    return this.#pause.isPaused;
  }

  get quality(): StreamQuality | null {
    return this.#display.quality;
  }

  get preference(): Preference {
    return this.#display.preference;
  }

  get maxBitrateBps(): number | null {
    return this.#display.maxBitrateBps;
  }

  stats(): ViewerStats {
    return this.#display.stats();
  }

  snapshot(from: "screen" | "server" = "screen"): Promise<Blob> {
    return from === "server"
      ? fetchSnapshot(this.#link.addressOf("snapshot.png"), this.#link.fetch)
      : this.#display.snapshot();
  }

  draw(canvas: HTMLCanvasElement): boolean {
    return this.#display.draw(canvas);
  }

  pause(): void {
    this.#pause.ask(true);
  }

  resume(): void {
    this.#pause.ask(false);
  }

  setPreference(preference: Preference): void {
    this.#display.setPreference(preference);
  }

  setMaxBitrate(maxBitrateBps: number | null): void {
    this.#display.setMaxBitrate(maxBitrateBps);
  }

  async unlock(token: string): Promise<boolean> {
    if (!(await this.#link.unlock(token))) return false;
    this.#state.update({ refusal: null });
    return true;
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    clearInterval(this.#statsTimer);
    this.#pause.close();
    this.panels.close();
    this.#link.close();
    this.#display.close();
    this.#state.update();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #listenToServer(): void {
    const link = this.#link;
    link.on("stateChanged", () => this.#handleLinkState());
    link.on("messageReceived", ({ message }) => this.#handleMessage(message));
    link.on("frameReceived", ({ frame }) => this.#display.handleFrame(frame));
    link.on("feedbackReceived", ({ feedback }) => this.#display.handleFeedback(feedback));
    link.on("ended", () => this.#refusals.handleEnd());
    link.on("cookieRefused", (event) => this.#emitter.emit("cookieRefused", event));
  }

  #listenToParts(): void {
    const { scene } = this;
    const emitter = this.#emitter;
    scene.on("titleChanged", (event) => emitter.emit("titleChanged", event));
    scene.on("noticeChanged", (event) => emitter.emit("noticeChanged", event));
    scene.on("stateChanged", (event) => emitter.emit("sceneStateChanged", event));
    scene.on("messageReceived", (event) => emitter.emit("messageReceived", event));
    this.panels.on("changed", (event) => emitter.emit("panelsChanged", event));
    this.#display.on("shownChanged", () => this.#state.update());
    this.#display.on("qualityChanged", () => emitter.emit("qualityChanged", { quality: this.quality }));
    this.#display.on("pointersMoved", (event) => emitter.emit("pointersMoved", event));
    this.#pause.on("changed", ({ isPaused }) => this.#handlePause(isPaused));
  }

  #handlePause(isPaused: boolean): void {
    if (this.#session !== null) this.#link.send({ kind: "pause", paused: isPaused });
    this.#display.setPaused(isPaused);
    this.#emitter.emit("pausedChanged", { isPaused });
  }

  #handleMessage(message: ServerMessage): void {
    switch (message.kind) {
      case "welcome":
        return this.#handleWelcome(message);
      case "queued":
        return this.#state.update({ queue: { position: message.position, waiting: message.waiting } });
      case "people":
        return this.#handlePeople(message);
      case "status":
        return this.#handleStatus(message);
      case "size":
        return this.#handleSize(message.size);
      case "title":
        return this.scene.handleTitle(message.title);
      case "notice":
        return this.scene.handleNotice(message.text);
      case "recording":
      case "console":
      case "tunnel":
        return handOn(message, this.#emitter, this.recordings);
      case "cursor":
        return this.#display.setCursor(message);
      case "trace":
        return this.#display.handleTrace(message);
      case "message":
        return this.scene.handleMessage(message);
      case "scene-state":
        return this.scene.handleState(message.state);
      case "panels":
        return this.panels.handlePanels(message);
      case "panel-changes":
        return this.panels.handleChanges(message);
      case "error":
        return this.#refusals.handle(message.code, message.message);
      default:
        return this.#display.handleMessage(message);
    }
  }

  #handleWelcome(welcome: Extract<ServerMessage, { readonly kind: "welcome" }>): void {
    if (welcome.protocol < MIN_PROTOCOL_VERSION) {
      return this.#refusals.handle("protocol-version", "The server is too old for this page. It has to be updated.");
    }
    this.#display.setCursor({});
    // To the server we are a new viewer: what ran before belongs to another.
    this.#display.stop();
    this.#link.enterRoom(welcome.room);
    this.#role = welcome.role;
    this.people.handleWelcome(welcome);
    this.links.handleWelcome(welcome);
    this.recordings.handleWelcome(welcome);
    this.#greeting.sayName(this.#link.kind);
    if (this.isPaused) this.#link.send({ kind: "pause", paused: true });
    this.#session = { viewerId: welcome.viewerId, iceServers: welcome.iceServers };
    this.#handleSize(welcome.size);
    this.scene.handleNotice(null);
    this.scene.handleWelcome(welcome, (path) => this.#link.addressOf(path).href);
    this.#state.update({ refusal: null, queue: null, scene: null });
  }

  #handleSize(size: PictureSize): void {
    this.#display.handleSize(size);
    this.scene.handleSize(size);
  }

  #handlePeople(message: Extract<ServerMessage, { readonly kind: "people" }>): void {
    this.people.handlePeople(message);
    const isOtherControl = this.control.handlePeople(message);
    this.#display.handlePeople();
    this.#emitter.emit("peopleChanged", { people: this.people.all });
    if (isOtherControl) this.#emitter.emit("controlChanged", { control: this.control.state });
  }

  #handleStatus({ status, detail }: Extract<ServerMessage, { readonly kind: "status" }>): void {
    this.#state.update({ scene: { status, detail }, refusal: null });
    if (status !== "live") this.#display.stop();
    else if (this.#session !== null) this.#display.start(this.#session);
  }

  #handleOmission(refusal: Refusal): void {
    if (refusal.code === "control-refused") this.#emitter.emit("controlRefused", { sentence: refusal.sentence });
    this.#emitter.emit("refused", refusal);
  }

  #handleLinkState(): void {
    const isOpen = this.#link.state === "open";
    if (isOpen) this.#refusals.handleOpen();
    this.#state.update(isOpen ? {} : { scene: null, queue: null });
  }
}
