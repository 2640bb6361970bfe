/**
 * Owns what is on the screen of a viewer, and the input that leaves from it: joins the streams, picture, input capture,
 * other people's pointers, figures and wishes about quality. It knows nothing of rooms; `RoomViewer` says when a scene
 * is live.
 */

import type { PointerWish } from "../shared/cursor.ts";
import { Emitter } from "../shared/emitter.ts";
import type { Feedback, PersonPointer } from "../shared/feedback.ts";
import type { Person } from "../shared/people.ts";
import type { ClientMessage, Preference, ServerMessage, StreamQuality } from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import { InputCapture } from "./input/input-capture.ts";
import { InputSender } from "./input/input-sender.ts";
import type { ReceivedFrame, ServerLink } from "./link/server-link.ts";
import { CanvasScreen } from "./picture/canvas-screen.ts";
import { ImageScreen } from "./picture/image-screen.ts";
import { Picture } from "./picture/picture.ts";
import { PointerLayer } from "./picture/pointer-layer.ts";
import { viewOf, watchView } from "./picture/shown-size.ts";
import { VideoScreen } from "./picture/video-screen.ts";
import type { LiveSession, StreamMessage } from "./streams/streams.ts";
import { TransportSwitch } from "./streams/transport-switch.ts";
import { ViewWishes } from "./streams/view-wishes.ts";
import type { ViewerStats, WayTrouble } from "./streams/viewer-stats.ts";
import { ViewerStatsKeeper } from "./streams/viewer-stats-keeper.ts";
import type { ResolvedViewerOptions } from "./viewer-options.ts";

/** How often the server is told how it is for the viewer. */
const FELT_MS = 10_000;

export type DisplayEvents = {
  /** Whether a picture of a stream that runs is on the screen, or why none is, may have changed. */
  readonly shownChanged: Record<never, never>;
  /** `quality` changed. */
  readonly qualityChanged: Record<never, never>;
  readonly pointersMoved: { readonly pointers: readonly PersonPointer[] };
};

export type DisplayOptions = {
  readonly viewer: ResolvedViewerOptions;
  readonly link: ServerLink;
  /** Others by their number; null for who is not told of, and for ourselves. */
  readonly personOf: (number: number) => Person | null;
};

export class Display extends Emitter<DisplayEvents> {
  readonly #picture: Picture;
  readonly #switch: TransportSwitch;
  readonly #capture: InputCapture;
  readonly #sender: InputSender;
  readonly #pointers: PointerLayer | null;
  readonly #wishes: ViewWishes;
  readonly #stats = new ViewerStatsKeeper();
  readonly #stopWatching: () => void;
  readonly #feltTimer: ReturnType<typeof setInterval>;
  readonly #send: (message: ClientMessage) => void;

  constructor({ viewer, link, personOf }: DisplayOptions) {
    super();
    this.#send = (message) => link.send(message);
    const { preference, maxBitrateBps } = viewer;
    const screens = { webrtc: new VideoScreen(), websocket: new CanvasScreen(), mjpeg: new ImageScreen() };
    const picture = new Picture(viewer.target, Object.values(screens));
    const { element } = picture;
    const pointAt = (clientX: number, clientY: number) => picture.pointAt(clientX, clientY);
    this.#picture = picture;
    this.#sender = new InputSender((sequence, timeMs) => {
      this.#stats.latency.handleInput(sequence, timeMs);
      this.#stats.trace.note("press", timeMs, performance.now(), sequence);
    });
    this.#capture = new InputCapture({ element, pointAt, ownKeys: viewer.ownKeys, sink: this.#sender });
    const layout = () => picture.layout();
    this.#pointers = viewer.showPointers ? new PointerLayer({ element, layout, personOf }) : null;
    this.#wishes = new ViewWishes((message) => link.send(message), { shown: null, preference, maxBitrateBps });
    this.#switch = new TransportSwitch({
      choice: viewer.transport,
      screens,
      picture,
      link,
      sender: this.#sender,
      stats: this.#stats,
    });
    this.#stopWatching = watchView(picture, (view) => this.#wishes.setView(view));
    picture.on("reshaped", () => this.#handleShape());
    this.#feltTimer = setInterval(() => {
      const felt = this.#stats.takeFelt();
      if (felt !== null) link.send({ kind: "felt", ...felt });
    }, FELT_MS);
    this.#switch.on("shownChanged", (event) => this.emit("shownChanged", event));
    this.#switch.on("qualityChanged", (event) => this.emit("qualityChanged", event));
    this.#switch.on("pointersMoved", (event) => {
      this.#pointers?.handlePointers(event.pointers);
      this.emit("pointersMoved", event);
    });
  }

  /** Holds the picture and takes input. */
  get element(): HTMLElement {
    return this.#picture.element;
  }

  /** Whether a picture of a stream that runs is on the screen. */
  get isShown(): boolean {
    return this.#switch.isShown;
  }

  /** Why the way that was chosen brings no picture; null where that is not known, or another is tried. */
  get trouble(): WayTrouble | null {
    return this.#switch.trouble;
  }

  /** What the server sends on the shown stream; null before it says so. */
  get quality(): StreamQuality | null {
    return this.#switch.quality;
  }

  get preference(): Preference {
    return this.#wishes.preference;
  }

  get maxBitrateBps(): number | null {
    return this.#wishes.maxBitrateBps;
  }

  /** Throws `TypeError`. */
  setPreference(preference: Preference): void {
    this.#wishes.setPreference(preference);
  }

  /** Throws `TypeError`. */
  setMaxBitrate(maxBitrateBps: number | null): void {
    this.#wishes.setMaxBitrate(maxBitrateBps);
  }

  stats(): ViewerStats {
    return this.#stats.read(performance.now(), this.#switch.fallbackReason);
  }

  /** Draws the picture of this moment into a canvas, as large as it fits; false when there is none. */
  draw(canvas: HTMLCanvasElement): boolean {
    return this.#picture.draw(canvas);
  }

  /** The same as PNG. Rejects with an `Error` when there is none. */
  snapshot(): Promise<Blob> {
    return this.#picture.snapshot();
  }

  /** The scene is live. */
  start(session: LiveSession): void {
    this.#wishes.setView(viewOf(this.#picture));
    this.#wishes.begin();
    this.#switch.start(session);
  }

  /** The streams are over, and what is held belongs to nobody. The last picture stays. */
  stop(): void {
    this.#wishes.end();
    this.#switch.stop();
    this.#sender.restart();
    this.#stats.latency.restart();
    this.#capture.reset();
    this.#pointers?.clear();
  }

  /** The viewer looks away, or looks again. */
  setPaused(isPaused: boolean): void {
    this.#switch.setPaused(isPaused);
  }

  /** The cursor that the scene wants over its picture, and whether it listens to drags. */
  setCursor({ cursor, takesDrags = false }: Partial<PointerWish>): void {
    this.element.style.cursor = cursor === undefined || cursor === "default" ? "" : cursor;
    this.element.toggleAttribute("data-takes-drags", takesDrags);
  }

  handleSize(size: PictureSize): void {
    this.#picture.announceSize(size);
  }

  /** Answers a question of a trace, where there is something to say. */
  handleTrace(message: Extract<ServerMessage, { readonly kind: "trace" }>): void {
    const answer = this.#stats.trace.handle(message, performance.now());
    if (answer !== null) this.#send(answer);
  }

  /** People came, went or are called otherwise. */
  handlePeople(): void {
    this.#pointers?.handlePeople();
  }

  handleMessage(message: StreamMessage): void {
    this.#switch.handleMessage(message);
  }

  handleFrame(frame: ReceivedFrame): void {
    this.#switch.handleFrame(frame);
  }

  /** Feedback by the link to the server. */
  handleFeedback(feedback: Feedback): void {
    this.#switch.handleLinkFeedback(feedback);
  }

  /** The server refused one of the streams that wait for an answer. Gives whether another may still come. */
  handleRefusal(): boolean {
    return this.#switch.handleRefusal();
  }

  #handleShape(): void {
    this.#pointers?.placeAll();
    this.#wishes.setView(viewOf(this.#picture));
  }

  /** Takes everything out of the page. */
  close(): void {
    this.#stopWatching();
    clearInterval(this.#feltTimer);
    this.#switch.close();
    this.#capture.close();
    this.#pointers?.close();
    this.#picture.close();
  }
}
