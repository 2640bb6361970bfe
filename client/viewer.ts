/**
 * Owns a viewer of a scene: joins the link to the server, the streams, picture, input and figures. The parts do not know
 * each other; what one says goes to another here.
 */

import { Emitter } from "../shared/emitter.ts";
import type { StreamErrorCode } from "../shared/errors.ts";
import { PROTOCOL_VERSION, type SceneState, type ServerMessage } from "../shared/signaling.ts";
import { CanvasScreen } from "./canvas-screen.ts";
import { ImageScreen } from "./image-screen.ts";
import { InputCapture } from "./input-capture.ts";
import { InputSender } from "./input-sender.ts";
import { Picture } from "./picture.ts";
import { ServerLink } from "./server-link.ts";
import type { LiveSession } from "./streams.ts";
import { TransportSwitch } from "./transport-switch.ts";
import { VideoScreen } from "./video-screen.ts";
import { type ResolvedViewerOptions, resolveViewerOptions, type ViewerOptions } from "./viewer-options.ts";
import { isSameState, type Refusal, type ViewerState, viewerStateOf } from "./viewer-state.ts";
import { type ViewerStats, ViewerStatsKeeper } from "./viewer-stats.ts";

export type ViewerEvents = {
  readonly stateChanged: { readonly state: ViewerState };
  /** Once a second. */
  readonly statsUpdated: { readonly stats: ViewerStats };
  /** The scene threw and goes on; a sentence for people. Null takes it back. */
  readonly noticeChanged: { readonly text: string | null };
  readonly titleChanged: { readonly title: string };
};

/** Refusals of the server that asking again at once would not change. */
const refusals: ReadonlySet<StreamErrorCode> = new Set<StreamErrorCode>(["protocol-version", "too-many-viewers"]);

/** Refusals of one way to send pictures; another may still do. */
const streamRefusals: ReadonlySet<StreamErrorCode> = new Set<StreamErrorCode>([
  "no-common-codec",
  "bad-sdp",
  "no-encoder",
]);

/** Shows a scene in `options.target` and sends the hand's input back, until it is closed. Throws `TypeError`. */
export function createViewer(options: ViewerOptions): Viewer {
  return new Viewer(resolveViewerOptions(options));
}

/** One viewer of a scene. Made by `createViewer`. */
export class Viewer extends Emitter<ViewerEvents> {
  readonly #link: ServerLink;
  readonly #picture: Picture;
  readonly #switch: TransportSwitch;
  readonly #capture: InputCapture;
  readonly #sender: InputSender;
  readonly #stats = new ViewerStatsKeeper();
  readonly #statsTimer: ReturnType<typeof setInterval>;
  #session: LiveSession | null = null;
  #scene: { readonly state: SceneState; readonly detail: string | null } | null = null;
  #refusal: Refusal | null = null;
  #wasShown = false;
  #state: ViewerState = { kind: "connecting" };
  #title = "";
  #notice: string | null = null;
  #closed = false;

  constructor(options: ResolvedViewerOptions) {
    super();
    const screens = { webrtc: new VideoScreen(), websocket: new CanvasScreen(), mjpeg: new ImageScreen() };
    this.#picture = new Picture(options.target, Object.values(screens));
    this.#sender = new InputSender((sequence, timeMs) => this.#stats.latency.handleInput(sequence, timeMs));
    this.#capture = new InputCapture({
      element: this.#picture.element,
      rectangle: () => this.#picture.rectangle(),
      ownKeys: options.ownKeys,
      sink: this.#sender,
    });
    this.#link = new ServerLink(options);
    this.#switch = new TransportSwitch({
      choice: options.transport,
      screens,
      picture: this.#picture,
      link: this.#link,
      sender: this.#sender,
      stats: this.#stats,
    });
    this.#listen();
    this.#statsTimer = setInterval(() => this.emit("statsUpdated", { stats: this.stats() }), 1000);
  }

  get state(): ViewerState {
    return this.#state;
  }

  /** The title of the scene; empty before the server told it. */
  get title(): string {
    return this.#title;
  }

  /** What the scene threw last and has not taken back. */
  get notice(): string | null {
    return this.#notice;
  }

  /** The element that shows the picture and takes input, for focus and labels. Owned by the viewer. */
  get element(): HTMLElement {
    return this.#picture.element;
  }

  /** The figures of this moment. */
  stats(): ViewerStats {
    return this.#stats.read(performance.now(), this.#switch.fallbackReason);
  }

  /** The picture of this moment as PNG in its own size. Rejects with an `Error` when there is none yet. */
  snapshot(): Promise<Blob> {
    return this.#picture.snapshot();
  }

  /** Shows the server the token of a share link, while the state is `locked`. Resolves with whether it was right. */
  unlock(token: string): Promise<boolean> {
    return this.#link.unlock(token);
  }

  /** Ends the connection and takes the picture out of the page. */
  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    clearInterval(this.#statsTimer);
    this.#switch.close();
    this.#capture.close();
    this.#link.close();
    this.#picture.close();
    this.#updateState();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #listen(): void {
    this.#link.on("stateChanged", () => this.#handleLinkState());
    this.#link.on("messageReceived", ({ message }) => this.#handleMessage(message));
    this.#link.on("frameReceived", ({ frame }) => this.#switch.handleFrame(frame));
    this.#link.on("feedbackReceived", ({ feedback }) => this.#switch.handleLinkFeedback(feedback));
    this.#switch.on("shownChanged", () => this.#updateState());
  }

  #handleMessage(message: ServerMessage): void {
    switch (message.kind) {
      case "welcome":
        this.#handleWelcome(message);
        return;
      case "status":
        this.#handleStatus(message.state, message.detail);
        return;
      case "answer":
      case "candidate":
      case "streaming":
      case "sent":
        this.#switch.handleMessage(message);
        return;
      case "title":
        this.#setTitle(message.title);
        return;
      case "notice":
        this.#setNotice(message.text);
        return;
      case "error":
        this.#handleError(message.code, message.message);
        return;
    }
  }

  #handleWelcome(welcome: Extract<ServerMessage, { readonly kind: "welcome" }>): void {
    if (welcome.protocol !== PROTOCOL_VERSION) {
      this.#handleError(
        "protocol-version",
        "The page and the server speak different protocol versions. Reload the page.",
      );
      return;
    }
    // To the server we are a new viewer: what ran before belongs to another.
    this.#leaveSession();
    this.#session = { viewerId: welcome.viewerId, iceServers: welcome.iceServers };
    this.#scene = null;
    this.#picture.announceSize(welcome.size);
    this.#setNotice(null);
    this.#setTitle(welcome.title);
    this.#updateState();
  }

  #handleStatus(state: SceneState, detail: string | null): void {
    this.#scene = { state, detail };
    this.#refusal = null;
    if (state !== "live") this.#leaveSession();
    else if (this.#session !== null) this.#switch.start(this.#session);
    this.#updateState();
  }

  /** The streams are over, and what is held belongs to nobody. */
  #leaveSession(): void {
    this.#switch.stop();
    this.#sender.restart();
    this.#stats.latency.restart();
    this.#capture.reset();
  }

  #handleError(code: StreamErrorCode, sentence: string): void {
    const isRefused = refusals.has(code) || (streamRefusals.has(code) && !this.#switch.handleRefusal());
    if (!isRefused) {
      console.warn(`The server reported an error (${code}): ${sentence}`);
      return;
    }
    this.#refusal = { code, sentence };
    if (refusals.has(code)) this.#leaveSession();
    // Nothing that this page could say would be understood.
    if (code === "protocol-version") this.#link.close();
    this.#updateState();
  }

  #handleLinkState(): void {
    if (this.#link.state !== "open") this.#scene = null;
    this.#updateState();
  }

  #setTitle(title: string): void {
    if (this.#title === title) return;
    this.#title = title;
    this.emit("titleChanged", { title });
  }

  #setNotice(text: string | null): void {
    if (this.#notice === text) return;
    this.#notice = text;
    this.emit("noticeChanged", { text });
  }

  #updateState(): void {
    const { isShown } = this.#switch;
    this.#wasShown ||= isShown;
    const state = viewerStateOf({
      link: this.#link.state,
      scene: this.#scene,
      isShown,
      wasShown: this.#wasShown,
      refusal: this.#refusal,
    });
    if (isSameState(state, this.#state)) return;
    this.#state = state;
    this.emit("stateChanged", { state });
  }
}
