/**
 * Owns one viewer of a scene in the scene's process: its connections, one by WebRTC and one by WebSocket at most, and its
 * input, whichever way it comes. While it is paused its connections stay and carry no frames. It knows nothing of the other
 * viewers, nor whether its input may reach the scene.
 */

import { Emitter } from "../../../shared/emitter.ts";
import { type StreamErrorCode, toPlainError } from "../../../shared/errors.ts";
import type { ViewWindow, ViewWish } from "../../../shared/signaling.ts";
import { encodeSocketFeedback, parseClientSocketMessage } from "../../../shared/socket-message.ts";
import { codecOf, type StreamCodec } from "../../../shared/video.ts";
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
import { type StreamWay, VideoStream } from "./video-stream.ts";
import type { ViewerEvents, ViewerOptions, WebRtcWay } from "./viewer-events.ts";
import { ViewerInput } from "./viewer-input.ts";

export class Viewer extends Emitter<ViewerEvents> {
  readonly id: string;
  readonly #options: ViewerOptions;
  readonly #streams = new Map<StreamWay, VideoStream>();
  /** The newest connection by WebRTC; of use while its stream is there. */
  #webRtc: WebRtcWay | null = null;
  readonly #input: ViewerInput;
  #wish: ViewWish = { shown: null, window: null, preference: "auto", maxBitrateBps: null };
  #paused: boolean;
  #startedStreams = 0;

  constructor(id: string, options: ViewerOptions) {
    super();
    this.id = id;
    this.#options = options;
    this.#paused = options.paused;
    this.#input = new ViewerInput({
      accepted: (input) => this.emit("inputAccepted", input),
      sendReceipt: (ordered) => options.sendBytes(encodeSocketFeedback({ kind: "received", ordered })),
    });
  }

  /** Whether it has a stream or one on the way, and looks. */
  get isWatching(): boolean {
    return this.#streams.size > 0 && !this.#paused;
  }

  /** The room that it has for the picture; null where it does not say. */
  get window(): ViewWindow | null {
    return this.#wish.window ?? null;
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
      case "candidate":
        if (this.#wayOf(message.connection) === "webrtc") this.#webRtc?.addCandidate(message.candidate);
        break;
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
        const { kind: _kind, ...wish } = message;
        this.#wish = wish;
        this.emit("wishChanged", {});
      }
    }
  }

  /** Takes a binary message of the viewer's WebSocket, or of its input by HTTP. */
  handleBytes(bytes: Uint8Array): void {
    this.#attempt(() => {
      const message = parseClientSocketMessage(bytes);
      if (message.kind === "input") return this.#input.handleMessage(message.input);
      const transport = this.#streams.get("socket")?.transport;
      if (!(transport instanceof SocketTransport)) return;
      if (message.kind === "ack") transport.handleAcknowledgement(message.frame);
      else transport.handleReceipt(message.frame);
    });
  }

  /** Answers an offer with all candidates in the answer, as WHEP wants it. Throws `StreamError`. */
  async answerWhole(offer: string): Promise<string> {
    const transport = this.#startWebRtc(offer, null);
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
    this.#sendFeedback(way, "pointer", new OutgoingFeedback({ kind: "echo", rtpTimestamp: name, sequence, serverMs }));
  }

  /** Tells that a picture is being drawn with which the scene may come to rest. */
  sendRestBegun(picture: string): void {
    for (const { connection } of this.streams) {
      if (connection !== null) this.#options.sendMessage({ kind: "resting", connection, picture });
    }
  }

  /** Tells which frame of a stream shows the picture of the scene at rest. */
  sendRest(way: StreamWay, frame: number, picture: string): void {
    const connection = this.#streams.get(way)?.connection ?? null;
    if (connection !== null) this.#options.sendMessage({ kind: "rest", connection, frame, picture });
  }

  /** Sends what is told to many, by its better stream. One that looks away is told nothing. */
  sendFeedback(channel: FeedbackChannel, feedback: OutgoingFeedback): void {
    this.#sendFeedback(this.#streams.get("webrtc")?.isLive === true ? "webrtc" : "socket", channel, feedback);
  }

  /** How long what is sent waits in queues on a way of its; 0 where that is not known. */
  queueMs(way: StreamWay): number {
    return this.#streams.get(way)?.transport.estimate.queueMs ?? 0;
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
    this.#input.close();
    await Promise.all([this.#end("webrtc"), this.#end("socket")]);
  }

  #wayOf(connection: number): StreamWay | null {
    for (const [way, stream] of this.#streams) if (stream.connection === connection) return way;
    return null;
  }

  #sendFeedback(way: StreamWay, channel: FeedbackChannel, feedback: OutgoingFeedback): void {
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
      const transport = this.#startWebRtc(sdp, connection);
      const { sendMessage } = this.#options;
      transport.on("candidateGathered", (candidate) => sendMessage({ kind: "candidate", connection, candidate }));
      const answer = await transport.answer(sdp, true);
      sendMessage({ kind: "answer", connection, sdp: answer, codec: codecOf(transport.codec) });
    } catch (error) {
      this.#sendError(error, "bad-sdp");
    }
  }

  #startWebRtc(offer: string, connection: number | null): WebRtcWay {
    const transport = this.#options.openWebRtc(offer, this.#options.codecs());
    this.#start("webrtc", connection, transport);
    this.#webRtc = transport;
    return transport;
  }

  #startSocketStream(connection: number, offered: readonly StreamCodec[]): void {
    try {
      const codec = chooseCodec(new Set(offered), this.#options.codecs());
      this.#options.sendMessage({ kind: "streaming", connection, codec });
      const transport = new SocketTransport(codec, (bytes) => this.#options.sendBytes(bytes));
      this.#start("socket", connection, transport).isLive = true;
      this.emit("streamsChanged", {});
      this.emit("pointersReady", {});
    } catch (error) {
      this.#sendError(error, "no-common-codec");
    }
  }

  #sendError(error: unknown, fallback: StreamErrorCode): void {
    const { code, message } = toPlainError(error);
    this.#options.sendMessage({ kind: "error", code: code ?? fallback, message });
  }

  #start(way: StreamWay, connection: number | null, transport: Transport): VideoStream {
    void this.#end(way);
    this.#startedStreams += 1;
    const names = { id: `${this.id} ${this.#startedStreams}`, viewerId: this.id, way, connection };
    const stream = new VideoStream(names, transport, () => this.#wishFor(way));
    this.#streams.set(way, stream);
    transport.setPaused(this.#paused);
    const isCurrent = () => this.#streams.get(way) === stream;
    transport.on("connected", () => {
      if (!isCurrent()) return;
      stream.isLive = true;
      this.emit("streamsChanged", {});
    });
    transport.on("inputReceived", ({ bytes }) => this.#attempt(() => this.#input.handleBytes(bytes)));
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

  /** What it wishes, and by its WebSocket no more than that may carry. */
  #wishFor(way: StreamWay): ViewWish {
    const { socketMaxBps } = this.#options;
    if (way !== "socket" || socketMaxBps === undefined) return this.#wish;
    return { ...this.#wish, maxBitrateBps: Math.min(this.#wish.maxBitrateBps ?? socketMaxBps, socketMaxBps) };
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.emit("inputRejected", { reason: (error as Error).message });
    }
  }

  async #end(way: StreamWay): Promise<void> {
    const stream = this.#streams.get(way);
    if (stream === undefined) return;
    this.#streams.delete(way);
    this.emit("streamsChanged", {});
    await stream.transport.close();
  }
}
