/**
 * Owns the streams that run: one by WebRTC, one by WebSocket, one of Motion JPEG at most. Begins and ends them, gives them
 * what the server says, and tells how they do. Which are to run is decided elsewhere (transport-ladder.ts).
 */

import { Emitter } from "../../shared/emitter.ts";
import type { Feedback } from "../../shared/feedback.ts";
import type { IceServer, ServerMessage, StreamQuality } from "../../shared/signaling.ts";
import type { StreamCodec } from "../../shared/video.ts";
import type { InputWay } from "../input/input-sender.ts";
import type { ReceivedFrame, ServerLink } from "../link/server-link.ts";
import type { CanvasScreen } from "../picture/canvas-screen.ts";
import type { ImageScreen } from "../picture/image-screen.ts";
import type { Screen } from "../picture/screen.ts";
import type { VideoScreen } from "../picture/video-screen.ts";
import { MjpegReceiver } from "./mjpeg-receiver.ts";
import type { Transport } from "./transport.ts";
import type { FallbackFacts, WebRtcFacts } from "./transport-ladder.ts";
import type { ReceiverDigest } from "./viewer-stats.ts";
import { WebRtcReceiver } from "./webrtc-receiver.ts";
import { WebSocketReceiver } from "./websocket-receiver.ts";

export type Screens = {
  readonly webrtc: VideoScreen;
  readonly websocket: CanvasScreen;
  readonly mjpeg: ImageScreen;
};

/** Who we are to the server for as long as the scene is live. */
export type LiveSession = { readonly viewerId: string; readonly iceServers: readonly IceServer[] };

/** The messages that concern a stream. */
export type StreamMessage = Extract<ServerMessage, { readonly connection: number }>;

export type StreamsEvents = {
  /** A stream has its first picture, lost its way or ended by itself. */
  readonly changed: Record<never, never>;
  readonly statsMeasured: { readonly transport: Transport; readonly digest: ReceiverDigest };
  /** What came over WebRTC's own channels. */
  readonly feedbackReceived: { readonly feedback: Feedback };
  /** The scene may be about to rest, with this picture. */
  readonly restBegun: { readonly transport: Transport; readonly picture: string };
  /** The scene rests: this frame of a stream, and no earlier one, shows the picture. */
  readonly rested: { readonly transport: Transport; readonly frame: number; readonly picture: string };
  readonly qualityTold: { readonly transport: Transport; readonly quality: StreamQuality };
  /** A frame of the WebSocket came and is not decoded yet. */
  readonly frameArrived: { readonly frame: number };
  /** A connection is over; another may follow by the same way, with its own names for frames. */
  readonly connectionEnded: { readonly transport: Transport };
};

/** Without a receiver where the browser has WebRTC and throws when it is asked for a connection. */
type WebRtcRun = { readonly connection: number; readonly receiver: WebRtcReceiver | null; hasDied: boolean };
type WebSocketRun = { readonly receiver: WebSocketReceiver; hasDied: boolean };
type MjpegRun = { readonly receiver: MjpegReceiver; hasDied: boolean };

export class Streams extends Emitter<StreamsEvents> {
  readonly #screens: Screens;
  readonly #link: ServerLink;
  #connection = 0;
  #webrtc: WebRtcRun | null = null;
  #websocket: WebSocketRun | null = null;
  #mjpeg: MjpegRun | null = null;
  #isPaused = false;
  #isWebRtcBlocked = false;

  constructor(screens: Screens, link: ServerLink) {
    super();
    this.#screens = screens;
    this.#link = link;
    const all: readonly Screen[] = Object.values(screens);
    for (const screen of all) screen.on("firstShown", () => this.emit("changed", {}));
    screens.webrtc.on("frameShown", () => this.#webrtc?.receiver?.noteLife());
  }

  isRunning(transport: Transport): boolean {
    return { webrtc: this.#webrtc, websocket: this.#websocket, mjpeg: this.#mjpeg }[transport] !== null;
  }

  /** Whether WebRTC died for want of a way, although both ends agreed on it. */
  get isWebRtcBlocked(): boolean {
    return this.#isWebRtcBlocked;
  }

  /** Input by WebRTC's channels; null while they are not open. */
  get webRtcInput(): InputWay | null {
    return this.#webrtc?.receiver?.input ?? null;
  }

  /** `inputWaitMs` is how long input on its channels has been waiting for the server. */
  webRtcFacts(inputWaitMs: number): WebRtcFacts | null {
    if (this.#webrtc === null) return null;
    const { receiver, hasDied } = this.#webrtc;
    return {
      hasDied,
      hasPicture: this.#screens.webrtc.hasPicture,
      interruptedMs: receiver?.interruptedMs ?? 0,
      missingMs: receiver?.missingMs ?? 0,
      inputWaitMs,
      canCarryInput: receiver !== null && receiver.input !== null,
      lastLifeMs: receiver?.lastLifeMs ?? Number.NEGATIVE_INFINITY,
    };
  }

  fallbackFacts(transport: "websocket" | "mjpeg"): FallbackFacts | null {
    const run = transport === "websocket" ? this.#websocket : this.#mjpeg;
    return run && { hasPicture: this.#screens[transport].hasPicture, hasDied: run.hasDied };
  }

  startWebRtc({ iceServers }: LiveSession): void {
    const connection = this.#nextConnection();
    const receiver = openWebRtc(iceServers);
    const run: WebRtcRun = { connection, receiver, hasDied: receiver === null };
    this.#webrtc = run;
    if (receiver === null) return;
    receiver.on("offerMade", ({ sdp }) => this.#link.send({ kind: "offer", connection, sdp }));
    receiver.on("candidateFound", ({ candidate }) => this.#link.send({ kind: "candidate", connection, candidate }));
    receiver.on("streamArrived", ({ stream, lastPlayed }) => this.#screens.webrtc.play(stream, lastPlayed));
    receiver.on("feedbackReceived", ({ feedback }) => this.emit("feedbackReceived", { feedback }));
    receiver.on("statsMeasured", ({ digest }) => this.emit("statsMeasured", { transport: "webrtc", digest }));
    receiver.on("died", ({ reason }) => {
      run.hasDied = true;
      if (reason === "blocked") this.#isWebRtcBlocked = true;
      // While another stream waits for its answer too, or none runs, it is the socket that is dead.
      if (reason === "unanswered" && this.#websocket?.receiver.isAnswered !== true) this.#restartLink();
      this.emit("changed", {});
    });
    void receiver.start();
  }

  startWebSocket(codecs: readonly StreamCodec[]): void {
    const receiver = new WebSocketReceiver({
      screen: this.#screens.websocket,
      codecs,
      nextConnection: () => this.#nextConnection(),
      send: (message) => this.#link.send(message),
      acknowledge: (frame) => this.#link.acknowledge(frame),
    });
    const run: WebSocketRun = { receiver, hasDied: false };
    this.#websocket = run;
    receiver.on("statsMeasured", ({ digest }) => this.emit("statsMeasured", { transport: "websocket", digest }));
    receiver.on("unanswered", () => this.#restartLink());
    receiver.on("died", () => {
      run.hasDied = true;
      this.emit("changed", {});
    });
  }

  startMjpeg({ viewerId }: LiveSession): void {
    const receiver = new MjpegReceiver(this.#screens.mjpeg, this.#link.mjpegUrl(viewerId), this.#link.fetch);
    const run: MjpegRun = { receiver, hasDied: false };
    this.#mjpeg = run;
    receiver.on("statsMeasured", ({ digest }) => this.emit("statsMeasured", { transport: "mjpeg", digest }));
    receiver.on("died", ({ sentence }) => {
      console.warn(`Motion JPEG ended: ${sentence}`);
      run.hasDied = true;
      this.emit("changed", {});
    });
  }

  /** Ends a stream, and with it the picture on its screen. */
  stop(transport: Transport): void {
    this.emit("connectionEnded", { transport });
    switch (transport) {
      case "webrtc": {
        const run = this.#webrtc;
        this.#webrtc = null;
        if (run === null) return;
        run.receiver?.close();
        this.#link.send({ kind: "disconnect", connection: run.connection });
        this.#screens.webrtc.stop();
        return;
      }
      case "websocket":
        this.#websocket?.receiver.close();
        this.#websocket = null;
        return;
      case "mjpeg":
        this.#mjpeg?.receiver.close();
        this.#mjpeg = null;
        return;
    }
  }

  /** The viewer looks away, or looks again: silence in between says nothing. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    if (isPaused) return;
    this.#webrtc?.receiver?.forgiveMissing();
    // It may have been waiting for its answer in vain; the ladder begins another.
    if (this.#websocket?.receiver.isAnswered === false) this.stop("websocket");
  }

  handleMessage(message: StreamMessage): void {
    const webrtc = this.#webrtc?.connection === message.connection ? this.#webrtc.receiver : null;
    switch (message.kind) {
      case "answer":
        void webrtc?.handleAnswer(message.sdp);
        return;
      case "candidate":
        void webrtc?.handleCandidate(message.candidate);
        return;
      case "sent":
        void webrtc?.handleSent(message.frames).then(() => this.emit("changed", {}));
        return;
      case "resting":
      case "rest":
      case "quality":
        return this.#tell(message);
      case "streaming":
        if (this.#websocket !== null) this.emit("connectionEnded", { transport: "websocket" });
        this.#websocket?.receiver.handleStreaming(message.connection, message.codec);
        return;
    }
  }

  handleFrame(frame: ReceivedFrame): void {
    this.emit("frameArrived", { frame: frame.frame });
    this.#websocket?.receiver.handleFrame(frame);
  }

  /** The receipt of an input by the link came this long after the input left, in milliseconds. */
  noteReceipt(ms: number): void {
    this.#websocket?.receiver.noteReceipt(ms);
  }

  /** The server refused one of the streams that wait for an answer. Gives whether another may still come. */
  handleRefusal(): boolean {
    if (this.#webrtc?.receiver?.isUnanswered === true) this.#webrtc.hasDied = true;
    else if (this.#websocket?.receiver.isAnswered === false) this.#websocket.hasDied = true;
    this.emit("changed", {});
    return this.#webrtc?.hasDied === false || this.#websocket?.hasDied === false;
  }

  #tell(message: Extract<StreamMessage, { readonly kind: "resting" | "rest" | "quality" }>): void {
    const isWebRtc = this.#webrtc?.connection === message.connection;
    if (!isWebRtc && this.#websocket?.receiver.connection !== message.connection) return;
    const transport = isWebRtc ? "webrtc" : "websocket";
    if (message.kind === "resting") return this.emit("restBegun", { transport, picture: message.picture });
    if (message.kind === "rest") {
      return this.emit("rested", { transport, frame: message.frame, picture: message.picture });
    }
    const { kind: _kind, connection: _connection, ...quality } = message;
    this.emit("qualityTold", { transport, quality });
  }

  #restartLink(): void {
    if (!this.#isPaused) this.#link.restart();
  }

  #nextConnection(): number {
    this.#connection += 1;
    return this.#connection;
  }
}

function openWebRtc(iceServers: readonly IceServer[]): WebRtcReceiver | null {
  try {
    return new WebRtcReceiver(iceServers);
  } catch (error) {
    console.warn("The browser refused a connection by WebRTC.", error);
    return null;
  }
}
