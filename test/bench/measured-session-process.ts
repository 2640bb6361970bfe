/**
 * The process of a scene as it is, with a clock at the joints between its stages. Started by URL only, in place of
 * session-process. It changes nothing: it notes when a packet came from the encode thread and when the system got the last
 * RTP packet of a frame, and adds that to the reports.
 */

import "../../server/pipeline/scene-process.ts";
import type { PacketMessage } from "../../server/encode/video/encode-protocol.ts";
import { Encoder } from "../../server/encode/video/encoder.ts";
import { Viewer } from "../../server/pipeline/viewers/viewer.ts";
import type { FromRenderThread } from "../../server/render/render-protocol.ts";
import { Renderer } from "../../server/render/renderer.ts";
import type { FromSession } from "../../server/session/session-protocol.ts";
import { RtpVideoSender } from "../../server/transport/rtp/rtp-video-sender.ts";
import { now } from "../../shared/time.ts";
import type { MeasuredReport } from "./measured-report.ts";

type RenderReport = Extract<FromRenderThread, { readonly kind: "report" }>;
type Passed = {
  readonly packet: PacketMessage;
  readonly arrivedAt: number;
  encryptedAt: number;
  sentAt: number | null;
};

/** More frames than a report may be late. */
const MOST_FRAMES = 1024;

class JointClock {
  /** By the number of the frame: how long rendering and reading back took, told once a second. */
  readonly #rendered = new Map<number, number>();
  readonly #passed = new Map<number, Passed>();
  #countedFrames = 0;
  #frame = 0;
  #handOverMs: number[] = [];
  #sendMs: number[] = [];
  #socketMs: number[] = [];
  #overheadMs: number[] = [];
  #inputMs: number[] = [];

  noteRendered({ rendered, renderMs, readbackMs }: RenderReport): void {
    const first = this.#countedFrames + 1;
    this.#countedFrames += rendered;
    // A finer picture of a scene at rest has no times; then it is not known which frame has which.
    if (renderMs.length !== rendered) return;
    for (const [index, ms] of renderMs.entries()) this.#rendered.set(first + index, ms + (readbackMs[index] ?? 0));
    forgetOldest(this.#rendered);
  }

  notePacket(packet: PacketMessage): void {
    // A picture that is encoded again for somebody who joins is not on its way from the renderer.
    if (packet.frame <= this.#frame) return;
    this.#frame = packet.frame;
    this.#passed.set(packet.frame, { packet, arrivedAt: now(), encryptedAt: 0, sentAt: null });
    forgetOldest(this.#passed);
  }

  noteEncrypted(frame: number): void {
    const passed = this.#passed.get(frame);
    if (passed === undefined || passed.encryptedAt > 0) return;
    passed.encryptedAt = now();
    // Node hands a datagram to the system in a tick of its own; this one comes after those of the frame's packets.
    process.nextTick(() => {
      passed.sentAt = now();
    });
  }

  noteInputShown(serverMs: number): void {
    this.#inputMs.push(serverMs);
  }

  take(): MeasuredReport["measured"] {
    this.#join();
    const { user, system } = process.cpuUsage();
    const lists = {
      handOverMs: this.#handOverMs,
      sendMs: this.#sendMs,
      socketMs: this.#socketMs,
      overheadMs: this.#overheadMs,
      inputMs: this.#inputMs,
    };
    this.#handOverMs = [];
    this.#sendMs = [];
    this.#socketMs = [];
    this.#overheadMs = [];
    this.#inputMs = [];
    return { at: now(), frame: this.#frame, processCpuMs: (user + system) / 1000, ...lists };
  }

  #join(): void {
    for (const [frame, { packet, arrivedAt, encryptedAt, sentAt }] of this.#passed) {
      const drawnMs = this.#rendered.get(frame);
      if (drawnMs === undefined || sentAt === null) continue;
      const known = packet.renderedAt + drawnMs + packet.convertMs + packet.encodeMs;
      this.#handOverMs.push(arrivedAt - known);
      this.#sendMs.push(sentAt - arrivedAt);
      this.#socketMs.push(sentAt - encryptedAt);
      this.#overheadMs.push(sentAt - known);
      this.#passed.delete(frame);
      this.#rendered.delete(frame);
    }
  }
}

function forgetOldest(frames: Map<number, unknown>): void {
  for (const frame of frames.keys()) {
    if (frames.size <= MOST_FRAMES) return;
    frames.delete(frame);
  }
}

const clock = new JointClock();

const { emit: emitFromRenderer } = Renderer.prototype;
Renderer.prototype.emit = function (this: Renderer, name, payload) {
  const message = payload as { readonly kind?: string };
  if (name === "messageReceived" && message.kind === "report") clock.noteRendered(payload as RenderReport);
  emitFromRenderer.call(this, name, payload);
};

const { emit: emitFromEncoder } = Encoder.prototype;
Encoder.prototype.emit = function (this: Encoder, name, payload) {
  if (name === "packetEncoded") clock.notePacket(payload as PacketMessage);
  emitFromEncoder.call(this, name, payload);
};

const { send: sendFrame } = RtpVideoSender.prototype;
RtpVideoSender.prototype.send = function (this: RtpVideoSender, frame, sent) {
  return sendFrame.call(this, frame, (rtpTimestamp) => {
    clock.noteEncrypted(frame.number);
    sent(rtpTimestamp);
  });
};

const { sendEcho } = Viewer.prototype;
Viewer.prototype.sendEcho = function (this: Viewer, way, name, sequence, serverMs) {
  clock.noteInputShown(serverMs);
  sendEcho.call(this, way, name, sequence, serverMs);
};

const tell = process.send?.bind(process) as ((message: FromSession, ...rest: unknown[]) => boolean) | undefined;
process.send = (message: FromSession, ...rest: unknown[]) => {
  if (message.kind !== "report") return tell?.(message, ...rest) ?? false;
  const report: MeasuredReport = { ...message.report, measured: clock.take() };
  return tell?.({ kind: "report", report }, ...rest) ?? false;
};
