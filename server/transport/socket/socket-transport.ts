/** Owns one viewer's video over its WebSocket, in the scene's process; the main process only passes the bytes on. */

import { Emitter } from "../../../shared/emitter.ts";
import { renamedSocketFrame } from "../../../shared/socket-message.ts";
import { now } from "../../../shared/time.ts";
import type { StreamCodec } from "../../../shared/video.ts";
import { EstimateNews } from "../estimate-news.ts";
import type { OutgoingFeedback } from "../outgoing-feedback.ts";
import {
  noCounts,
  type OutgoingFrame,
  type SentCounts,
  type Transport,
  type TransportEvents,
  unknownWay,
  type WayEstimate,
} from "../transport.ts";
import { SocketFlow } from "./socket-flow.ts";

const WATCH_MS = 250;

/** Where the bytes go: to this viewer's WebSocket. The same array may be given for several viewers. */
export type SocketSink = (bytes: Uint8Array) => void;

export class SocketTransport extends Emitter<TransportEvents> implements Transport {
  readonly codec: StreamCodec;
  readonly #sink: SocketSink;
  readonly #flow = new SocketFlow();
  readonly #watch: NodeJS.Timeout;
  #counts = { ...noCounts };
  #shift = 0;
  #lastName = 0;
  readonly #news = new EstimateNews();
  #paused = false;
  #closed = false;

  constructor(codec: StreamCodec, sink: SocketSink) {
    super();
    this.codec = codec;
    this.#sink = sink;
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  get needsKeyFrame(): boolean {
    return this.#flow.needsKeyFrame;
  }

  send(frame: OutgoingFrame, sent: (name: number) => void): boolean {
    const bytes = frame.socketForm();
    const name = Math.max(frame.count + this.#shift, this.#lastName + 1);
    const decision = this.#flow.decide(name, frame.isKeyFrame, now(), bytes.byteLength);
    if (decision === "ask") this.emit("keyFrameRequested", {});
    if (decision !== "send") return false;
    // Another encoder's frames are counted from another number.
    this.#shift = name - frame.count;
    this.#lastName = name;
    this.#sink(this.#shift === 0 ? bytes : renamedSocketFrame(bytes, name));
    this.#counts.packets += 1;
    this.#counts.bytes += bytes.byteLength;
    sent(name);
    return true;
  }

  /** Takes an acknowledgement of the viewer's page. */
  handleAcknowledgement(frame: number): void {
    if (this.#flow.acknowledge(frame, now()) && !this.#paused) this.emit("keyFrameRequested", {});
    this.#tellNews();
  }

  /** The viewer's machine has a frame, whatever its page is doing. */
  handleReceipt(frame: number): void {
    this.#flow.receive(frame, now());
    this.#tellNews();
  }

  #tellNews(): void {
    const { estimate } = this;
    if (this.#news.isNews(estimate, now())) this.emit("estimateChanged", { estimate });
  }

  get estimate(): WayEstimate {
    const { bitrateBps, roundTripMs, queueMs, pageShare } = this.#flow;
    const carried = bitrateBps === null ? null : Math.round(bitrateBps);
    return { ...unknownWay, bitrateBps: carried, roundTripMs, queueMs, pageShare };
  }

  setMaxBitrate(bitrateBps: number | null): void {
    this.#flow.setMaxBitrate(bitrateBps);
  }

  sendFeedback(_channel: "pointer" | "control", feedback: OutgoingFeedback): void {
    this.#sink(feedback.socketForm());
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#flow.interrupt(now());
  }

  takeCounts(): SentCounts {
    const counts = this.#counts;
    this.#counts = { ...noCounts };
    return counts;
  }

  close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#watch);
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #look(): void {
    // A page that nobody looks at may be stopped by its browser, and then acknowledges nothing.
    if (this.#paused) return;
    const at = now();
    if (this.#flow.isStuck(at)) {
      void this.close();
      this.emit("lost", { reason: "The viewer stopped receiving video." });
    } else if (!this.#closed && this.#flow.askIfDue(at)) this.emit("keyFrameRequested", {});
  }
}
