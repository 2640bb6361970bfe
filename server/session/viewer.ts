/**
 * Owns one viewer of a scene in the scene's process: its connection, what it may be sent, and its input. It forwards
 * messages and knows nothing of the other viewers.
 */

import { Emitter } from "../../shared/emitter.ts";
import { toPlainError } from "../../shared/errors.ts";
import { encodeFeedback, type StreamPulse } from "../../shared/feedback.ts";
import { type InputEvent, parseInput } from "../../shared/input.ts";
import type { ClientMessage, ServerMessage } from "../../shared/signaling.ts";
import { type Milliseconds, now } from "../../shared/time.ts";
import type { VideoCodec } from "../../shared/video.ts";
import type { InputChannel, PacketizedFrame, SentCounts } from "../transport/transport.ts";
import { type WebRtcOptions, WebRtcTransport } from "../transport/webrtc-transport.ts";
import { InputGate } from "./input-gate.ts";

export type ViewerEvents = {
  readonly told: ServerMessage;
  /** It began or stopped to take frames, or takes another codec. */
  readonly wantsChanged: Record<never, never>;
  readonly keyFrameRequested: Record<never, never>;
  readonly inputAccepted: { readonly sequence: number; readonly event: InputEvent; readonly receivedAt: Milliseconds };
  readonly inputRejected: { readonly reason: string };
  /** Its connection ended by itself. */
  readonly lost: { readonly reason: string };
};

type Stream =
  | { readonly state: "none" }
  | { readonly state: "joining"; readonly connection: number | null; readonly transport: WebRtcTransport }
  /** `needsKeyFrame`: it cannot decode anything but a key frame; other frames are not sent to it. */
  | {
      readonly state: "live";
      readonly connection: number | null;
      readonly transport: WebRtcTransport;
      readonly needsKeyFrame: boolean;
    };

/** A key frame that was asked for again within this time of the last one was not yet seen by who asked. */
const KEY_FRAME_PAUSE_MS = 250;

export class Viewer extends Emitter<ViewerEvents> {
  readonly id: string;
  readonly #options: WebRtcOptions;
  #stream: Stream = { state: "none" };
  #gate = new InputGate({ clock: now });
  #keyFrameSentAt = -Infinity;

  constructor(id: string, options: WebRtcOptions) {
    super();
    this.id = id;
    this.#options = options;
  }

  /** The codec whose frames this viewer takes or will take in a moment; null without a connection. */
  get codec(): VideoCodec | null {
    return this.#stream.state === "none" ? null : this.#stream.transport.codec;
  }

  /** Whether it is connected and takes frames. */
  get isLive(): boolean {
    return this.#stream.state === "live";
  }

  /** Whether it waits for a key frame. */
  get needsKeyFrame(): boolean {
    return this.#stream.state === "live" && this.#stream.needsKeyFrame;
  }

  /** Takes what the viewer's page said. Never throws: what is wrong is told to the viewer. */
  handleMessage(message: Exclude<ClientMessage, { readonly kind: "hello" }>): void {
    switch (message.kind) {
      case "offer":
        void this.#offer(message.connection, message.sdp);
        break;
      case "candidate":
        this.#transportOf(message.connection)?.addCandidate(message.candidate);
        break;
      case "disconnect":
        if (this.#transportOf(message.connection) !== null) void this.#end();
    }
  }

  /** Answers an offer with all candidates in the answer, as WHEP wants it. Throws `StreamError`. */
  async answerWhole(offer: string): Promise<string> {
    const transport = this.#join(null, offer);
    return await transport.answer(offer, false);
  }

  /** Sends a frame if the viewer can use it, and returns whether. `sent` gets its RTP time stamp on this stream. */
  send(frame: PacketizedFrame, sent: (rtpTimestamp: number) => void): boolean {
    const stream = this.#stream;
    if (stream.state !== "live" || stream.transport.codec !== frame.codec) return false;
    if (stream.needsKeyFrame && !frame.isKeyFrame) return false;
    if (frame.isKeyFrame) {
      this.#keyFrameSentAt = now();
      this.#stream = { ...stream, needsKeyFrame: false };
    }
    stream.transport.send(frame, sent);
    return true;
  }

  /** Tells which picture is the first to show an input. */
  sendEcho(rtpTimestamp: number, sequence: number, serverMs: number): void {
    this.#feedback("pointer", encodeFeedback({ kind: "echo", rtpTimestamp, sequence, serverMs }));
  }

  sendPulse(pulse: StreamPulse): void {
    this.#feedback("control", encodeFeedback(pulse));
  }

  takeCounts(): SentCounts {
    return this.#stream.state === "live"
      ? this.#stream.transport.takeCounts()
      : { packets: 0, bytes: 0, retransmitted: 0 };
  }

  /** Ends the connection; what it held of buttons and keys is let go. */
  async close(): Promise<void> {
    await this.#end();
  }

  #feedback(channel: InputChannel, bytes: Uint8Array): void {
    if (this.#stream.state === "live") this.#stream.transport.sendFeedback(channel, bytes);
  }

  /** The transport of a connection; null if that is over. */
  #transportOf(connection: number): WebRtcTransport | null {
    return this.#stream.state !== "none" && this.#stream.connection === connection ? this.#stream.transport : null;
  }

  async #offer(connection: number, sdp: string): Promise<void> {
    try {
      const transport = this.#join(connection, sdp);
      transport.on("candidateGathered", (candidate) => this.emit("told", { kind: "candidate", connection, candidate }));
      const answer = await transport.answer(sdp, true);
      this.emit("told", { kind: "answer", connection, sdp: answer, codec: transport.codec });
    } catch (error) {
      const { code, message } = toPlainError(error);
      this.emit("told", { kind: "error", code: code ?? "bad-sdp", message });
    }
  }

  #join(connection: number | null, offer: string): WebRtcTransport {
    const transport = new WebRtcTransport(offer, this.#options);
    void this.#end();
    this.#gate = new InputGate({ clock: now });
    this.#stream = { state: "joining", connection, transport };
    transport.on("connected", () => {
      if (!this.#carries(transport)) return;
      this.#stream = { state: "live", connection, transport, needsKeyFrame: true };
      this.emit("wantsChanged", {});
    });
    transport.on("inputReceived", ({ bytes, channel }) => this.#handleInput(bytes, channel));
    transport.on("keyFrameRequested", () => this.#requestKeyFrame());
    transport.on("lost", ({ reason }) => {
      if (!this.#carries(transport)) return;
      void this.#end();
      this.emit("lost", { reason });
    });
    this.emit("wantsChanged", {});
    return transport;
  }

  #carries(transport: WebRtcTransport): boolean {
    return this.#stream.state !== "none" && this.#stream.transport === transport;
  }

  #handleInput(bytes: Uint8Array, channel: InputChannel): void {
    const receivedAt = now();
    try {
      for (const input of this.#gate.accept(parseInput(bytes), channel)) {
        this.emit("inputAccepted", { ...input, receivedAt });
      }
    } catch (error) {
      this.emit("inputRejected", { reason: (error as Error).message });
    }
  }

  #requestKeyFrame(): void {
    const stream = this.#stream;
    if (stream.state !== "live" || stream.needsKeyFrame) return;
    if (now() - this.#keyFrameSentAt < KEY_FRAME_PAUSE_MS) return;
    this.#stream = { ...stream, needsKeyFrame: true };
    this.emit("keyFrameRequested", {});
  }

  async #end(): Promise<void> {
    const stream = this.#stream;
    if (stream.state === "none") return;
    this.#stream = { state: "none" };
    const receivedAt = now();
    for (const event of this.#gate.release()) this.emit("inputAccepted", { sequence: 0, event, receivedAt });
    this.emit("wantsChanged", {});
    await stream.transport.close();
  }
}
