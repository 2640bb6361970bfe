/** Owns one viewer's video over its WebSocket, in the scene's process; the main process only passes the bytes on. */

import { Emitter } from "../../shared/emitter.ts";
import { now } from "../../shared/time.ts";
import type { VideoCodec } from "../../shared/video.ts";
import type { OutgoingFeedback } from "./outgoing-feedback.ts";
import { SocketFlow } from "./socket-flow.ts";
import type { OutgoingFrame, SentCounts, Transport, TransportEvents } from "./transport.ts";

const WATCH_MS = 250;

/** Where the bytes go: to this viewer's WebSocket. The same array may be given for several viewers. */
export type SocketSink = (bytes: Uint8Array) => void;

export class SocketTransport extends Emitter<TransportEvents> implements Transport {
  readonly codec: VideoCodec;
  readonly #sink: SocketSink;
  readonly #flow = new SocketFlow();
  readonly #watch: NodeJS.Timeout;
  #counts = { packets: 0, bytes: 0, retransmitted: 0 };
  #paused = false;
  #closed = false;

  constructor(codec: VideoCodec, sink: SocketSink) {
    super();
    this.codec = codec;
    this.#sink = sink;
    this.#watch = setInterval(() => this.#look(), WATCH_MS);
  }

  get needsKeyFrame(): boolean {
    return this.#flow.needsKeyFrame;
  }

  send(frame: OutgoingFrame, sent: (name: number) => void): boolean {
    const decision = this.#flow.decide(frame.count, frame.isKeyFrame, now());
    if (decision === "ask") this.emit("keyFrameRequested", {});
    if (decision !== "send") return false;
    const bytes = frame.socketForm();
    this.#sink(bytes);
    this.#counts.packets += 1;
    this.#counts.bytes += bytes.byteLength;
    sent(frame.count);
    return true;
  }

  /** Takes an acknowledgement of the viewer. */
  acknowledge(frame: number): void {
    if (this.#flow.acknowledge(frame, now()) && !this.#paused) this.emit("keyFrameRequested", {});
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
    this.#counts = { packets: 0, bytes: 0, retransmitted: 0 };
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
      this.emit("lost", { reason: "The viewer takes no more video." });
    } else if (!this.#closed && this.#flow.askIfDue(at)) this.emit("keyFrameRequested", {});
  }
}
