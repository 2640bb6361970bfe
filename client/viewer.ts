/**
 * Owns a viewer of a scene: joins the link to the server, the streams, picture, input and figures. The parts do not know
 * each other; what one says goes to another here.
 */

import type { StreamErrorCode } from "../shared/errors.ts";
import { PROTOCOL_VERSION, type SceneState, type ServerMessage, type StreamQuality } from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import { InputCapture } from "./input/input-capture.ts";
import { InputSender } from "./input/input-sender.ts";
import { errorMeaning } from "./link/error-meaning.ts";
import { CanvasScreen } from "./picture/canvas-screen.ts";
import { ImageScreen } from "./picture/image-screen.ts";
import { Picture } from "./picture/picture.ts";
import { PointerLayer } from "./picture/pointer-layer.ts";
import { shownSize, watchShownSize } from "./picture/shown-size.ts";
import { VideoScreen } from "./picture/video-screen.ts";
import type { LiveSession } from "./streams/streams.ts";
import { TransportSwitch } from "./streams/transport-switch.ts";
import { type ViewerStats, ViewerStatsKeeper } from "./streams/viewer-stats.ts";
import { Together } from "./together.ts";
import { type ResolvedViewerOptions, resolveViewerOptions, type ViewerOptions } from "./viewer-options.ts";
import { isSameState, type Refusal, type ViewerState, viewerStateOf } from "./viewer-state.ts";

export type { ViewerEvents } from "./together.ts";

/** Shows a scene in `options.target` and sends the hand's input back, until it is closed. Throws `TypeError`. */
export function createViewer(options: ViewerOptions): Viewer {
  return new Viewer(resolveViewerOptions(options));
}

/** One viewer of a scene. Made by `createViewer`. */
export class Viewer extends Together {
  readonly #picture: Picture;
  readonly #switch: TransportSwitch;
  readonly #capture: InputCapture;
  readonly #sender: InputSender;
  readonly #pointers: PointerLayer | null;
  readonly #stats = new ViewerStatsKeeper();
  readonly #statsTimer: ReturnType<typeof setInterval>;
  readonly #stopWatching: () => void;
  #session: LiveSession | null = null;
  #scene: { readonly state: SceneState; readonly detail: string | null } | null = null;
  #refusal: Refusal | null = null;
  #wasShown = false;
  #state: ViewerState = { kind: "connecting" };
  #title = "";
  #notice: string | null = null;
  #closed = false;

  constructor(options: ResolvedViewerOptions) {
    super(options);
    const screens = { webrtc: new VideoScreen(), websocket: new CanvasScreen(), mjpeg: new ImageScreen() };
    this.#picture = new Picture(options.target, Object.values(screens));
    this.#sender = new InputSender((sequence, timeMs) => this.#stats.latency.handleInput(sequence, timeMs));
    this.#capture = new InputCapture({
      element: this.#picture.element,
      rectangle: () => this.#picture.rectangle(),
      ownKeys: options.ownKeys,
      sink: this.#sender,
    });
    this.#pointers = options.showPointers ? this.#openPointers() : null;
    this.#switch = new TransportSwitch({
      choice: options.transport,
      screens,
      picture: this.#picture,
      link: this.link,
      sender: this.#sender,
      stats: this.#stats,
    });
    this.#stopWatching = watchShownSize(this.#picture, (size) => this.view.setShown(size));
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

  /** The size of the scene's picture, however large it is sent; null before the server told it. */
  get size(): PictureSize | null {
    return this.#picture.size;
  }

  /** The element that shows the picture and takes input, for focus and labels. Owned by the viewer. */
  get element(): HTMLElement {
    return this.#picture.element;
  }

  /** The figures of this moment. */
  stats(): ViewerStats {
    return this.#stats.read(performance.now(), this.#switch.fallbackReason);
  }

  /** What the server sends, and why not more; null before it says so, and over Motion JPEG. */
  get quality(): StreamQuality | null {
    return this.#switch.quality;
  }

  /** The picture of this moment as PNG in its own size. Rejects with an `Error` when there is none yet. */
  snapshot(): Promise<Blob> {
    return this.#picture.snapshot();
  }

  /**
   * Shows the server the token of a share link, while the state is `locked`, or another one. Resolves with whether it was
   * right; then it comes in by it.
   */
  async unlock(token: string): Promise<boolean> {
    if (!(await this.link.unlock(token))) return false;
    this.#refusal = null;
    this.#updateState();
    return true;
  }

  /** Ends the connection and takes the picture out of the page. */
  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    clearInterval(this.#statsTimer);
    this.#stopWatching();
    this.#switch.close();
    this.#capture.close();
    this.#pointers?.close();
    this.pauses.close();
    this.link.close();
    this.#picture.close();
    this.#updateState();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #listen(): void {
    this.link.on("stateChanged", () => this.#handleLinkState());
    this.link.on("messageReceived", ({ message }) => this.#handleMessage(message));
    this.link.on("frameReceived", ({ frame }) => this.#switch.handleFrame(frame));
    this.link.on("feedbackReceived", ({ feedback }) => this.#switch.handleLinkFeedback(feedback));
    this.#switch.on("shownChanged", () => this.#updateState());
    this.#switch.on("qualityChanged", () => this.emit("qualityChanged", { quality: this.quality }));
    this.#switch.on("pointersMoved", (event) => {
      this.#pointers?.handlePointers(event.pointers);
      this.emit("pointersMoved", event);
    });
    this.on("peopleChanged", () => this.#pointers?.handlePeople());
    this.on("queueChanged", () => this.#updateState());
    this.pauses.on("changed", ({ isPaused }) => this.#handlePause(isPaused));
    this.#switch.setPaused(this.isPaused);
  }

  #openPointers(): PointerLayer {
    return new PointerLayer({
      element: this.#picture.element,
      rectangle: () => this.#picture.rectangle(),
      personOf: (number) => (number === this.me?.number ? null : this.company.find(number)),
    });
  }

  #handlePause(isPaused: boolean): void {
    if (this.#session !== null) this.link.send({ kind: "pause", paused: isPaused });
    this.#switch.setPaused(isPaused);
    this.emit("pausedChanged", { isPaused });
  }

  #handleMessage(message: ServerMessage): void {
    if (this.handleTogether(message)) return;
    switch (message.kind) {
      case "welcome":
        return this.#handleWelcome(message);
      case "status":
        return this.#handleStatus(message.state, message.detail);
      case "answer":
      case "candidate":
      case "streaming":
      case "sent":
      case "resting":
      case "rest":
      case "quality":
        this.#switch.handleMessage(message);
        return;
      case "title":
        return this.#setTitle(message.title);
      case "notice":
        return this.#setNotice(message.text);
      case "console":
        return this.emit("consolePrinted", { level: message.level, text: message.text });
      case "error":
        return this.#handleError(message.code, message.message);
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
    this.welcomeTogether(welcome);
    this.#refusal = null;
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
    else if (this.#session !== null) {
      this.view.setShown(shownSize(this.#picture));
      this.view.begin();
      this.#switch.start(this.#session);
    }
    this.#updateState();
  }

  /** The streams are over, and what is held belongs to nobody. */
  #leaveSession(): void {
    this.view.end();
    this.#switch.stop();
    this.#sender.restart();
    this.#stats.latency.restart();
    this.#capture.reset();
    this.#pointers?.clear();
  }

  #handleError(code: StreamErrorCode, sentence: string): void {
    const meaning = errorMeaning(code);
    if (meaning === "omission") {
      if (code === "control-refused") this.emit("controlRefused", { sentence });
      this.emit("refused", { code, sentence });
      return;
    }
    if (meaning === "report" || (meaning === "stream" && this.#switch.handleRefusal())) {
      console.warn(`The server reported an error (${code}): ${sentence}`);
      return;
    }
    this.#refusal = { code, sentence };
    if (meaning !== "stream") this.#leaveSession();
    if (meaning === "parting") this.link.halt();
    this.#updateState();
  }

  #handleLinkState(): void {
    if (this.link.state !== "open") {
      this.#scene = null;
      this.setQueue(null);
    }
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
      link: this.link.state,
      scene: this.#scene,
      isShown,
      isPaused: this.isPaused,
      wasShown: this.#wasShown,
      refusal: this.#refusal,
      queue: this.queue,
    });
    if (isSameState(state, this.#state)) return;
    this.#state = state;
    this.emit("stateChanged", { state });
  }
}
