/**
 * Owns one viewer of a scene in the scene's process: its connections, one by WebRTC and one by WebSocket at most, and its
 * input, whichever way it comes. While it is paused its connections stay and carry no frames. It knows nothing of the other
 * viewers, nor whether its input may reach the scene.
 */

import { Emitter } from "../../../shared/emitter.ts";
import { type StreamErrorCode, toPlainError } from "../../../shared/errors.ts";
import { type InputEvent, type InputMessage, parseInput } from "../../../shared/input.ts";
import type { ServerMessage, ViewWish } from "../../../shared/signaling.ts";
import { encodeSocketFeedback, parseClientSocketMessage } from "../../../shared/socket-message.ts";
import { type Milliseconds, now } from "../../../shared/time.ts";
import type { VideoCodec } from "../../../shared/video.ts";
import type { ConnectionMessage } from "../../session/session-protocol.ts";
import { chooseCodec } from "../../transport/offered-codecs.ts";
import { OutgoingFeedback } from "../../transport/outgoing-feedback.ts";
import { SocketTransport } from "../../transport/socket/socket-transport.ts";
import {
  type FeedbackChannel,
  noCounts,
  type OutgoingFrame,
  type SentCounts,
  type Transport,
} from "../../transport/transport.ts";
import { type WebRtcOptions, WebRtcTransport } from "../../transport/webrtc-transport.ts";
import { InputGate } from "../input/input-gate.ts";
import { type StreamWay, VideoStream } from "./video-stream.ts";

export type ViewerEvents = {
  readonly told: ServerMessage;
  /** Bytes for its WebSocket. */
  readonly socketSent: { readonly bytes: Uint8Array };
  /** One of its streams began or ended. */
  readonly streamsChanged: Record<never, never>;
  /** It wishes to see the picture otherwise. */
  readonly wishChanged: Record<never, never>;
  /** What is known of the way of one of its streams changed. */
  readonly estimateChanged: { readonly stream: VideoStream };
  /** It began to look away, or looks again. */
  readonly pauseChanged: { readonly paused: boolean };
  /** It can be told of pointers from now on. */
  readonly pointersReady: Record<never, never>;
  readonly keyFrameRequested: { readonly stream: VideoStream };
  readonly inputAccepted: { readonly sequence: number; readonly event: InputEvent; readonly receivedAt: Milliseconds };
  readonly inputRejected: { readonly reason: string };
  /** A connection ended by itself. */
  readonly lost: { readonly reason: string; readonly way: StreamWay };
};

/** Ordered events are acknowledged together when they come close after one another. */
const RECEIPT_DELAY_MS = 10;
const OVERDUE_CHECK_MS = 100;

export class Viewer extends Emitter<ViewerEvents> {
  readonly id: string;
  readonly #options: WebRtcOptions;
  readonly #streams = new Map<StreamWay, VideoStream>();
  readonly #gate = new InputGate({ clock: now });
  #wish: ViewWish = { shown: null, preference: "auto", maxBitrateBps: null };
  #paused: boolean;
  #startedStreams = 0;
  #receiptTimer: NodeJS.Timeout | undefined;
  #overdueTimer: NodeJS.Timeout | undefined;

  constructor(id: string, options: WebRtcOptions, paused: boolean) {
    super();
    this.id = id;
    this.#options = options;
    this.#paused = paused;
  }

  /** Whether it has a stream or one on the way, and looks. */
  get isWatching(): boolean {
    return this.#streams.size > 0 && !this.#paused;
  }

  /** The streams on which it takes frames now. */
  get streams(): VideoStream[] {
    return this.#paused ? [] : [...this.#streams.values()].filter(({ isLive }) => isLive);
  }

  /** Takes what the viewer's page said. Never throws: what is wrong is told to the viewer. */
  handleMessage(message: ConnectionMessage): void {
    switch (message.kind) {
      case "offer":
        void this.#offer(message.connection, message.sdp);
        break;
      case "candidate": {
        const transport = this.#streams.get("webrtc")?.transport;
        if (!(transport instanceof WebRtcTransport) || this.#wayOf(message.connection) !== "webrtc") break;
        transport.addCandidate(message.candidate);
        break;
      }
      case "stream":
        this.#startSocketStream(message.connection, message.codecs);
        break;
      case "disconnect": {
        const way = this.#wayOf(message.connection);
        if (way !== null) void this.#end(way);
        break;
      }
      case "pause":
        this.#setPaused(message.paused);
        break;
      case "view": {
        const { shown, preference, maxBitrateBps } = message;
        this.#wish = { shown, preference, maxBitrateBps };
        this.emit("wishChanged", {});
      }
    }
  }

  /** Takes a binary message of the viewer's WebSocket, or of its input by HTTP. */
  handleBytes(bytes: Uint8Array): void {
    this.#attempt(() => {
      const message = parseClientSocketMessage(bytes);
      if (message.kind === "input") return this.#handleInput(message.input);
      const transport = this.#streams.get("socket")?.transport;
      if (transport instanceof SocketTransport) transport.acknowledge(message.frame);
    });
  }

  /** Answers an offer with all candidates in the answer, as WHEP wants it. Throws `StreamError`. */
  async answerWhole(offer: string): Promise<string> {
    const transport = new WebRtcTransport(offer, this.#options);
    this.#start("webrtc", null, transport);
    return await transport.answer(offer, false);
  }

  /** Sends a frame on every stream that can use it. Returns on how many it went and on how many it was left out. */
  send(frame: OutgoingFrame, sent: (name: number, way: StreamWay) => void): { sent: number; dropped: number } {
    const counts = { sent: 0, dropped: 0 };
    if (this.#paused) return counts;
    for (const [way, stream] of this.#streams) {
      const isSent = stream.send(frame, (name) => sent(name, way));
      if (isSent !== null) counts[isSent ? "sent" : "dropped"] += 1;
    }
    return counts;
  }

  /** Tells which picture of a stream is the first to show an input. */
  sendEcho(way: StreamWay, name: number, sequence: number, serverMs: number): void {
    this.#feedback(way, "pointer", new OutgoingFeedback({ kind: "echo", rtpTimestamp: name, sequence, serverMs }));
  }

  /** Tells that a picture is being drawn with which the scene may come to rest. */
  tellRestBegun(picture: string): void {
    for (const { connection } of this.streams) {
      if (connection !== null) this.emit("told", { kind: "resting", connection, picture });
    }
  }

  /** Tells which frame of a stream shows the picture of the scene at rest. */
  tellRest(way: StreamWay, frame: number, picture: string): void {
    const connection = this.#streams.get(way)?.connection ?? null;
    if (connection !== null) this.emit("told", { kind: "rest", connection, frame, picture });
  }

  /** Sends what is told to many, by its better stream. One that looks away is told nothing. */
  sendFeedback(channel: FeedbackChannel, feedback: OutgoingFeedback): void {
    this.#feedback(this.#streams.get("webrtc")?.isLive === true ? "webrtc" : "socket", channel, feedback);
  }

  takeCounts(): SentCounts {
    const total = { ...noCounts };
    for (const { transport } of this.#streams.values()) {
      const { packets, bytes, retransmitted, parity } = transport.takeCounts();
      total.packets += packets;
      total.bytes += bytes;
      total.retransmitted += retransmitted;
      total.parity += parity;
    }
    return total;
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    clearTimeout(this.#receiptTimer);
    clearTimeout(this.#overdueTimer);
    await Promise.all([this.#end("webrtc"), this.#end("socket")]);
  }

  #wayOf(connection: number): StreamWay | null {
    for (const [way, stream] of this.#streams) if (stream.connection === connection) return way;
    return null;
  }

  #feedback(way: StreamWay, channel: FeedbackChannel, feedback: OutgoingFeedback): void {
    const stream = this.#streams.get(way);
    if (stream?.isLive === true && !this.#paused) stream.transport.sendFeedback(channel, feedback);
  }

  #setPaused(paused: boolean): void {
    if (this.#paused === paused) return;
    this.#paused = paused;
    for (const { transport } of this.#streams.values()) transport.setPaused(paused);
    this.emit("pauseChanged", { paused });
    this.emit("streamsChanged", {});
  }

  async #offer(connection: number, sdp: string): Promise<void> {
    try {
      const transport = new WebRtcTransport(sdp, this.#options);
      this.#start("webrtc", connection, transport);
      transport.on("candidateGathered", (candidate) => this.emit("told", { kind: "candidate", connection, candidate }));
      const answer = await transport.answer(sdp, true);
      this.emit("told", { kind: "answer", connection, sdp: answer, codec: transport.codec });
    } catch (error) {
      this.#tellError(error, "bad-sdp");
    }
  }

  #startSocketStream(connection: number, offered: readonly VideoCodec[]): void {
    try {
      const codec = chooseCodec(new Set(offered), this.#options.codec);
      this.emit("told", { kind: "streaming", connection, codec });
      const transport = new SocketTransport(codec, (bytes) => this.emit("socketSent", { bytes }));
      this.#start("socket", connection, transport).isLive = true;
      this.emit("streamsChanged", {});
      this.emit("pointersReady", {});
    } catch (error) {
      this.#tellError(error, "no-common-codec");
    }
  }

  #tellError(error: unknown, fallback: StreamErrorCode): void {
    const { code, message } = toPlainError(error);
    this.emit("told", { kind: "error", code: code ?? fallback, message });
  }

  #start(way: StreamWay, connection: number | null, transport: Transport): VideoStream {
    void this.#end(way);
    this.#startedStreams += 1;
    const names = { id: `${this.id} ${this.#startedStreams}`, viewerId: this.id, way, connection };
    const stream = new VideoStream(names, transport, () => this.#wish);
    this.#streams.set(way, stream);
    transport.setPaused(this.#paused);
    const isCurrent = () => this.#streams.get(way) === stream;
    transport.on("connected", () => {
      if (!isCurrent()) return;
      stream.isLive = true;
      this.emit("streamsChanged", {});
    });
    transport.on("inputReceived", ({ bytes }) => this.#attempt(() => this.#handleInput(parseInput(bytes))));
    transport.on("channelOpened", ({ channel }) => channel === "pointer" && this.emit("pointersReady", {}));
    transport.on("keyFrameRequested", () => {
      if (!this.#paused) this.emit("keyFrameRequested", { stream });
    });
    transport.on("estimateChanged", () => isCurrent() && this.emit("estimateChanged", { stream }));
    transport.on("lost", ({ reason }) => {
      if (!isCurrent()) return;
      void this.#end(way);
      this.emit("lost", { reason, way });
    });
    this.emit("streamsChanged", {});
    return stream;
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.emit("inputRejected", { reason: (error as Error).message });
    }
  }

  #handleInput(message: InputMessage): void {
    const before = this.#gate.received;
    this.#accept(this.#gate.accept(message));
    // A repeated event is acknowledged again: the first receipt may have been lost.
    if (this.#gate.received !== before || message.ordered < before) {
      this.#receiptTimer ??= setTimeout(() => this.#sendReceipt(), RECEIPT_DELAY_MS);
    }
    if (this.#gate.isWaiting) this.#overdueTimer ??= setTimeout(() => this.#passOverdue(), OVERDUE_CHECK_MS);
  }

  #accept(inputs: readonly { readonly sequence: number; readonly event: InputEvent }[]): void {
    const receivedAt = now();
    for (const input of inputs) this.emit("inputAccepted", { ...input, receivedAt });
  }

  #passOverdue(): void {
    this.#overdueTimer = undefined;
    this.#accept(this.#gate.passOverdue());
    if (this.#gate.isWaiting) this.#overdueTimer = setTimeout(() => this.#passOverdue(), OVERDUE_CHECK_MS);
  }

  #sendReceipt(): void {
    this.#receiptTimer = undefined;
    this.emit("socketSent", { bytes: encodeSocketFeedback({ kind: "received", ordered: this.#gate.received }) });
  }

  async #end(way: StreamWay): Promise<void> {
    const stream = this.#streams.get(way);
    if (stream === undefined) return;
    this.#streams.delete(way);
    this.emit("streamsChanged", {});
    await stream.transport.close();
  }
}
