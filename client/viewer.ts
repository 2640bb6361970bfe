/**
 * Owns a viewer of a scene: joins signalling, WebRTC, picture, input and figures. The parts do not know each other; what
 * one says goes to another here.
 */

import { Emitter } from "../shared/emitter.ts";
import type { StreamErrorCode } from "../shared/errors.ts";
import type { Feedback } from "../shared/feedback.ts";
import { type IceServer, PROTOCOL_VERSION, type SceneState, type ServerMessage } from "../shared/signaling.ts";
import { BackOff } from "./back-off.ts";
import { InputCapture } from "./input-capture.ts";
import { InputSender } from "./input-sender.ts";
import { Picture } from "./picture.ts";
import { SignalingClient } from "./signaling-client.ts";
import { type ResolvedViewerOptions, resolveViewerOptions, type ViewerOptions } from "./viewer-options.ts";
import { isSameState, type Refusal, type ViewerState, viewerStateOf } from "./viewer-state.ts";
import { type ViewerStats, ViewerStatsKeeper } from "./viewer-stats.ts";
import { WebRtcReceiver } from "./webrtc-receiver.ts";

export type ViewerEvents = {
  readonly stateChanged: { readonly state: ViewerState };
  /** Once a second. */
  readonly statsUpdated: { readonly stats: ViewerStats };
  /** The scene threw and goes on; a sentence for people. Null takes it back. */
  readonly noticeChanged: { readonly text: string | null };
  readonly titleChanged: { readonly title: string };
};

/** Refusals of the server that asking again at once would not change. */
const refusals: ReadonlySet<StreamErrorCode> = new Set<StreamErrorCode>([
  "protocol-version",
  "no-common-codec",
  "bad-sdp",
  "too-many-viewers",
  "no-encoder",
]);

/** Shows a scene in `options.target` and sends the hand's input back, until it is closed. Throws `TypeError`. */
export function createViewer(options: ViewerOptions): Viewer {
  return new Viewer(resolveViewerOptions(options));
}

/** One viewer of a scene. Made by `createViewer`. */
export class Viewer extends Emitter<ViewerEvents> {
  readonly #signaling: SignalingClient;
  readonly #picture: Picture;
  readonly #capture: InputCapture;
  readonly #sender: InputSender;
  readonly #stats = new ViewerStatsKeeper();
  readonly #statsTimer: ReturnType<typeof setInterval>;
  readonly #backOff = new BackOff({ startMs: 100, maxMs: 2000 });
  #retryTimer: ReturnType<typeof setTimeout> | null = null;
  #receiver: WebRtcReceiver | null = null;
  #connection = 0;
  #iceServers: readonly IceServer[] = [];
  #scene: { readonly state: SceneState; readonly detail: string | null } | null = null;
  #refusal: Refusal | null = null;
  #isShown = false;
  #wasShown = false;
  #state: ViewerState = { kind: "connecting" };
  #title = "";
  #notice: string | null = null;
  #closed = false;

  constructor(options: ResolvedViewerOptions) {
    super();
    this.#picture = new Picture(options.target);
    this.#picture.on("streamShown", () => this.#handleShown());
    this.#picture.on("frameShown", (frame) => this.#stats.handleFrame(frame, performance.now()));
    this.#sender = new InputSender((sequence, timeMs) => this.#stats.latency.handleInput(sequence, timeMs));
    this.#capture = new InputCapture({
      element: this.#picture.element,
      rectangle: () => this.#picture.rectangle(),
      ownKeys: options.ownKeys,
      sink: this.#sender,
    });
    this.#signaling = new SignalingClient(options.url);
    this.#signaling.on("stateChanged", () => this.#handleSignalingState());
    this.#signaling.on("messageReceived", ({ message }) => this.#handleMessage(message));
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
    return this.#stats.read(performance.now());
  }

  /** The picture of this moment as PNG in its own size. Rejects with an `Error` when there is none yet. */
  snapshot(): Promise<Blob> {
    return this.#picture.snapshot();
  }

  /** Ends the connection and takes the picture out of the page. */
  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    clearInterval(this.#statsTimer);
    this.#dropReceiver();
    this.#capture.close();
    this.#signaling.close();
    this.#picture.close();
    this.#updateState();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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
        if (message.connection === this.#connection) void this.#receiver?.handleAnswer(message.sdp);
        return;
      case "candidate":
        if (message.connection === this.#connection) void this.#receiver?.handleCandidate(message.candidate);
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
    this.#dropReceiver();
    this.#scene = null;
    this.#iceServers = welcome.iceServers;
    this.#picture.announceSize(welcome.size);
    this.#setNotice(null);
    this.#setTitle(welcome.title);
    this.#updateState();
  }

  #handleStatus(state: SceneState, detail: string | null): void {
    this.#scene = { state, detail };
    this.#refusal = null;
    if (state !== "live") this.#dropReceiver();
    else if (this.#receiver === null) this.#connect();
    this.#updateState();
  }

  #handleError(code: StreamErrorCode, sentence: string): void {
    if (!refusals.has(code)) {
      console.warn(`The server reported an error (${code}): ${sentence}`);
      return;
    }
    this.#refusal = { code, sentence };
    this.#dropReceiver();
    // Nothing that this page could say would be understood.
    if (code === "protocol-version") this.#signaling.close();
    this.#updateState();
  }

  #handleSignalingState(): void {
    if (this.#signaling.state !== "open") this.#scene = null;
    this.#updateState();
  }

  #connect(): void {
    this.#stopRetrying();
    this.#connection += 1;
    const connection = this.#connection;
    const receiver = new WebRtcReceiver(this.#iceServers);
    this.#receiver = receiver;
    this.#stats.restart();
    receiver.on("offerMade", ({ sdp }) => this.#signaling.send({ kind: "offer", connection, sdp }));
    receiver.on("candidateFound", ({ candidate }) =>
      this.#signaling.send({ kind: "candidate", connection, candidate }),
    );
    receiver.on("streamArrived", ({ stream }) => this.#picture.show(stream));
    receiver.on("channelsOpened", ({ channels }) => this.#sender.setChannels(channels));
    receiver.on("feedbackReceived", ({ feedback }) => this.#handleFeedback(feedback));
    receiver.on("statsMeasured", ({ digest }) => this.#stats.handleReceiver(digest));
    receiver.on("died", ({ reason }) => this.#handleDeath(reason));
    void receiver.start();
  }

  #handleFeedback(feedback: Feedback): void {
    if (feedback.kind === "echo") this.#stats.latency.handleEcho(feedback);
    else this.#stats.handlePulse(feedback, performance.now());
  }

  #handleShown(): void {
    if (this.#receiver === null) return;
    this.#isShown = true;
    this.#wasShown = true;
    this.#backOff.reset();
    this.#updateState();
  }

  #handleDeath(reason: "failed" | "unanswered"): void {
    this.#dropReceiver();
    if (reason === "unanswered") this.#signaling.restart();
    else if (this.#scene?.state === "live") this.#retryTimer = setTimeout(() => this.#retry(), this.#backOff.next());
    this.#updateState();
  }

  #retry(): void {
    this.#retryTimer = null;
    if (this.#scene?.state === "live" && this.#receiver === null) this.#connect();
  }

  #dropReceiver(): void {
    this.#stopRetrying();
    if (this.#receiver === null) return;
    this.#picture.freeze();
    this.#sender.setChannels(null);
    this.#capture.reset();
    this.#receiver.close();
    this.#receiver = null;
    this.#isShown = false;
    this.#signaling.send({ kind: "disconnect", connection: this.#connection });
  }

  #stopRetrying(): void {
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
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
    const state = viewerStateOf({
      signaling: this.#signaling.state,
      scene: this.#scene,
      isShown: this.#isShown,
      wasShown: this.#wasShown,
      refusal: this.#refusal,
    });
    if (isSameState(state, this.#state)) return;
    this.#state = state;
    this.emit("stateChanged", { state });
  }
}
