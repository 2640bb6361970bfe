/**
 * Owns which stream is seen and which way input takes: tells the ladder the facts, does what it wishes, and joins what the
 * shown stream says to picture and figures.
 */

import { Emitter } from "../../shared/emitter.ts";
import type { Feedback, PersonPointer } from "../../shared/feedback.ts";
import type { StreamQuality } from "../../shared/signaling.ts";
import type { InputSender } from "../input/input-sender.ts";
import type { ReceivedFrame, ServerLink } from "../link/server-link.ts";
import type { Picture } from "../picture/picture.ts";
import type { Screen } from "../picture/screen.ts";
import { fetchExactPicture } from "./exact-fetch.ts";
import { ExactPicture } from "./exact-picture.ts";
import { fallbackReasonOf, wayTroubleOf } from "./fallback-reason.ts";
import { type LiveSession, type Screens, type StreamMessage, Streams } from "./streams.ts";
import { type Transport, type TransportChoice, transports } from "./transport.ts";
import { type LadderWishes, TransportLadder } from "./transport-ladder.ts";
import type { FallbackReason, WayTrouble } from "./viewer-stats.ts";
import type { ViewerStatsKeeper } from "./viewer-stats-keeper.ts";
import { WayFacts } from "./way-facts.ts";

export type TransportSwitchEvents = {
  /** Whether a picture of a stream that runs is on the screen, or why none is, may have changed. */
  readonly shownChanged: Record<never, never>;
  /** `quality` changed. */
  readonly qualityChanged: Record<never, never>;
  readonly pointersMoved: { readonly pointers: readonly PersonPointer[] };
};

export type TransportSwitchOptions = {
  readonly choice: TransportChoice;
  readonly screens: Screens;
  readonly picture: Picture;
  readonly link: ServerLink;
  readonly sender: InputSender;
  readonly stats: ViewerStatsKeeper;
};

const TICK_MS = 100;

/** A WebSocket that keeps an input for so long is dead, whatever it says; TCP comes through shorter stalls. */
const DEAD_LINK_MS = 8000;

export class TransportSwitch extends Emitter<TransportSwitchEvents> {
  readonly #options: TransportSwitchOptions;
  readonly #streams: Streams;
  readonly #ladder: TransportLadder;
  readonly #facts: WayFacts;
  readonly #exact: ExactPicture;
  readonly #qualities = new Map<Transport, StreamQuality>();
  readonly #pageListeners = new AbortController();
  #session: LiveSession | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #shown: Transport | null = null;
  #input: LadderWishes["input"] = null;
  /** How many exact pictures were asked for. */
  #requests = 0;
  #isDeciding = false;
  #trouble: WayTrouble | null = null;
  #isPaused = false;

  constructor(options: TransportSwitchOptions) {
    super();
    this.#options = options;
    this.#ladder = new TransportLadder(options.choice);
    this.#streams = new Streams(options.screens, options.link);
    this.#facts = new WayFacts({ ...options, streams: this.#streams, ladder: this.#ladder });
    this.#exact = new ExactPicture({
      layer: options.picture.exact,
      fetch: (picture, signal) => this.#fetchExact(picture, signal),
    });
    this.#streams.on("changed", () => {
      this.#decide();
      this.emit("shownChanged", {});
    });
    this.#streams.on("feedbackReceived", ({ feedback }) => this.#handleFeedback("webrtc", feedback));
    this.#streams.on("statsMeasured", ({ transport, digest }) => {
      if (transport === this.#shown) options.stats.handleReceiver(digest, performance.now());
    });
    this.#followExact();
    for (const transport of transports) {
      const screen: Screen = options.screens[transport];
      screen.on("frameShown", (frame) => {
        this.#exact.handleFrame(transport, frame.name);
        if (transport === this.#shown) options.stats.handleFrame(frame, performance.now());
      });
    }
    window.addEventListener("online", () => this.#ladder.hurry(), { signal: this.#pageListeners.signal });
    void this.#findCodecs();
  }

  /** Whether a picture of a stream that runs is on the screen. */
  get isShown(): boolean {
    return this.#shown !== null && this.#options.screens[this.#shown].hasPicture;
  }

  /** What the server says of the shown stream; null before it does. */
  get quality(): StreamQuality | null {
    return this.#shown === null ? null : (this.#qualities.get(this.#shown) ?? null);
  }

  /** Why the pictures do not come by WebRTC; null where they do or may still. */
  get fallbackReason(): FallbackReason | null {
    return fallbackReasonOf(this.#facts.forPeople(this.#shown));
  }

  /** Why no picture comes by the one way that the page is kept to; null where that is not known, or another is tried. */
  get trouble(): WayTrouble | null {
    return this.#trouble;
  }

  /** The scene is live. */
  start(session: LiveSession): void {
    if (this.#session !== null) return;
    this.#session = session;
    this.#timer = setInterval(() => this.#decide(), TICK_MS);
    this.#decide();
  }

  /** The scene is not live any more, or we are another viewer. The last picture stays. */
  stop(): void {
    if (this.#session === null) return;
    this.#session = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#options.picture.freeze();
    this.#exact.clear();
    for (const transport of transports) this.#streams.stop(transport);
    this.#ladder.restart();
    this.#input = null;
    this.#options.sender.setWay(null);
    this.emit("shownChanged", {});
  }

  close(): void {
    this.stop();
    this.#pageListeners.abort();
    this.#options.screens.websocket.close();
  }

  /** The viewer looks away, or looks again. */
  setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#streams.setPaused(isPaused);
    this.#options.stats.setPaused(isPaused, performance.now());
    this.#decide();
    this.emit("shownChanged", {});
  }

  handleMessage(message: StreamMessage): void {
    this.#streams.handleMessage(message);
  }

  handleFrame(frame: ReceivedFrame): void {
    this.#streams.handleFrame(frame);
  }

  /** Feedback by the link to the server: its echoes name frames of the WebSocket. */
  handleLinkFeedback(feedback: Feedback): void {
    this.#handleFeedback("websocket", feedback);
  }

  /** The server refused one of the streams that wait for an answer. Gives whether another may still come. */
  handleRefusal(): boolean {
    return this.#streams.handleRefusal();
  }

  #fetchExact(picture: string, signal: AbortSignal): Promise<ImageBitmap | null> {
    const { link } = this.#options;
    this.#requests += 1;
    const request = this.#requests;
    return fetchExactPicture({
      url: link.exactUrl(picture, this.#session?.viewerId ?? "", this.quality?.estimateBps ?? null, request),
      ask: link.fetch,
      signal,
      received: (bytes) => link.send({ kind: "exact-received", request, bytes }),
    });
  }

  #followExact(): void {
    const streams = this.#streams;
    streams.on("restBegun", ({ transport, picture }) => {
      if (transport === this.#shown) this.#exact.handleBegun(picture);
    });
    streams.on("rested", ({ transport, frame, picture }) => this.#exact.handleRest(transport, frame, picture));
    streams.on("frameArrived", ({ frame }) => {
      const atMs = performance.now();
      this.#options.stats.trace.note("receive", atMs, atMs, frame);
      this.#exact.handleArrival("websocket", frame);
    });
    streams.on("qualityTold", ({ transport, quality }) => {
      this.#qualities.set(transport, quality);
      if (transport === this.#shown) this.emit("qualityChanged", {});
    });
    streams.on("connectionEnded", ({ transport }) => {
      this.#exact.forget(transport);
      if (this.#qualities.delete(transport) && transport === this.#shown) this.emit("qualityChanged", {});
    });
  }

  async #findCodecs(): Promise<void> {
    const codecs = await this.#facts.findCodecs();
    if (codecs.length > 0) this.#options.screens.websocket.prepare();
    this.#decide();
  }

  #handleFeedback(source: Transport, feedback: Feedback): void {
    const { sender, stats } = this.#options;
    switch (feedback.kind) {
      case "echo":
        if (source === this.#shown) stats.latency.handleEcho(feedback);
        return;
      case "pulse":
        stats.handlePulse(feedback, performance.now());
        return;
      case "pointers":
        this.emit("pointersMoved", { pointers: feedback.pointers });
        return;
      case "received": {
        const receiptMs = sender.handleReceived(feedback.ordered);
        if (receiptMs !== null && this.#input === "link") this.#streams.noteReceipt(receiptMs);
        return;
      }
    }
  }

  #decide(): void {
    // What begins or ends here tells of itself at once; the next tick sees it.
    if (this.#session === null || this.#isDeciding) return;
    this.#isDeciding = true;
    try {
      this.#follow(this.#ladder.decide(this.#facts.forLadder(this.#input, this.#isPaused)), this.#session);
    } finally {
      this.#isDeciding = false;
    }
    this.#noteTrouble();
    const { link, sender } = this.#options;
    if (!this.#isPaused && this.#input === "link" && sender.waitMs > DEAD_LINK_MS) link.restart();
  }

  #noteTrouble(): void {
    const trouble = this.isShown ? null : wayTroubleOf(this.#facts.forPeople(this.#shown));
    if (trouble?.reason === this.#trouble?.reason) return;
    this.#trouble = trouble;
    this.emit("shownChanged", {});
  }

  #follow(wishes: LadderWishes, session: LiveSession): void {
    const streams = this.#streams;
    this.#show(wishes.shown);
    for (const transport of transports) {
      if (wishes[transport] || !streams.isRunning(transport)) continue;
      if (transport === this.#shown) this.#options.picture.freeze();
      streams.stop(transport);
    }
    if (wishes.webrtc && !streams.isRunning("webrtc")) streams.startWebRtc(session);
    if (wishes.websocket && !streams.isRunning("websocket")) streams.startWebSocket(this.#facts.codecs);
    if (wishes.mjpeg && !streams.isRunning("mjpeg")) streams.startMjpeg(session);
    this.#input = wishes.input;
    const { sender, link } = this.#options;
    sender.setWay(wishes.input === "link" ? link.input : wishes.input === "webrtc" ? streams.webRtcInput : null);
  }

  #show(transport: Transport | null): void {
    const { screens, picture, stats } = this.#options;
    if (transport === null || !screens[transport].hasPicture) return;
    picture.show(screens[transport]);
    this.#facts.noteShown(transport);
    if (transport === this.#shown) return;
    this.#shown = transport;
    this.#exact.setShown(transport);
    picture.element.dataset["transport"] = transport;
    stats.restartStream();
    this.emit("shownChanged", {});
    this.emit("qualityChanged", {});
  }
}
