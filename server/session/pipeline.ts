/**
 * Owns the stages of a scene and how they are joined, in the scene's process. Read `#follow`, `#forward` and `#sendTo` to
 * go with a frame from the scene to the viewers, and `#addViewer` to go with an input back.
 */

import { type StreamError, toPlainError } from "../../shared/errors.ts";
import { type Milliseconds, milliseconds, now } from "../../shared/time.ts";
import { type VideoCodec, videoCodecs } from "../../shared/video.ts";
import type { PacketMessage } from "../encode/encode-protocol.ts";
import { allocateFrameRing, type FrameRingInit } from "../frames/frame-ring.ts";
import type { RendererInfo } from "../render/render-protocol.ts";
import { Renderer, type RendererEvents } from "../render/renderer.ts";
import { cpuMeter } from "../threads.ts";
import { PortPool } from "../transport/port-pool.ts";
import type { OutgoingFrame } from "../transport/transport.ts";
import { VideoPacketizer } from "../transport/video-packetizer.ts";
import { prepareCertificate, type WebRtcOptions } from "../transport/webrtc-transport.ts";
import { EncoderSet } from "./encoder-set.ts";
import { GestureArbiter } from "./gesture-arbiter.ts";
import { outletReaders, PictureOutlets } from "./picture-outlets.ts";
import type { FromSession, SessionConfig, ToSession } from "./session-protocol.ts";
import { ReportCollector } from "./session-report.ts";
import { ShownInputs } from "./shown-inputs.ts";
import { Viewer } from "./viewer.ts";

const REPORT_MS = 1000;
const TELL_SENT_MS = 500;

type Packetizing = { readonly cut: VideoPacketizer; lastFrame: number; lastTime: Milliseconds };
type ToPipeline = Exclude<ToSession, { readonly kind: "start" | "stop" }>;

export class Pipeline {
  readonly renderer: RendererInfo;
  readonly title: string;
  readonly #tell: (message: FromSession) => void;
  readonly #fail: (error: unknown) => void;
  readonly #webRtc: WebRtcOptions;
  readonly #render: Renderer;
  readonly #encoders: EncoderSet;
  readonly #outlets: PictureOutlets;
  readonly #packetizers = new Map<VideoCodec, Packetizing>();
  readonly #viewers = new Map<string, Viewer>();
  readonly #arbiter = new GestureArbiter();
  readonly #shown = new ShownInputs();
  readonly #report = new ReportCollector();
  readonly #cpuMs = cpuMeter();
  readonly #reporter: NodeJS.Timeout;
  readonly #teller: NodeJS.Timeout;
  /** What the render thread reported last, for viewers: its seconds and ours do not begin together. */
  #lastSecond = { renderedFps: 0, renderMs: 0 };
  /** The message that is being sent to several WebSockets. */
  #batch: { readonly bytes: Uint8Array; readonly viewerIds: string[] } | null = null;
  #closed = false;

  /** Starts the render thread and the encoder of the first codec. Rejects with `StreamError`, then nothing runs. */
  static async start(
    config: SessionConfig,
    tell: (message: FromSession) => void,
    fail: (error: unknown) => void,
  ): Promise<Pipeline> {
    const ring = allocateFrameRing(config.size, videoCodecs.length + outletReaders);
    const encoders = new EncoderSet(ring, config.maxFps, config.bitrateBps);
    const { sceneUrl, size, maxFps, watch } = config;
    const [render, encoder] = await Promise.allSettled([
      Renderer.start({ sceneUrl, size, maxFps, watch, ring }),
      encoders.start(config.codec ?? videoCodecs[0]),
    ]);
    if (render.status === "fulfilled" && encoder.status === "fulfilled") {
      return new Pipeline(config, tell, fail, render.value, encoders, ring);
    }
    await Promise.allSettled([render.status === "fulfilled" ? render.value.close() : null, encoders.close()]);
    throw render.status === "rejected" ? render.reason : (encoder as PromiseRejectedResult).reason;
  }

  private constructor(
    config: SessionConfig,
    tell: (message: FromSession) => void,
    fail: (error: unknown) => void,
    render: Renderer,
    encoders: EncoderSet,
    ring: FrameRingInit,
  ) {
    const { codec, iceHost, ice } = config;
    this.#webRtc = { codec, iceHost, ice, ports: ice.ports === null ? null : new PortPool(ice.ports) };
    this.#tell = tell;
    this.#fail = fail;
    this.#render = render;
    this.#encoders = encoders;
    this.#outlets = new PictureOutlets(ring, videoCodecs.length);
    this.renderer = render.ready.renderer;
    this.title = render.ready.title;
    render.on("messageReceived", (message) => this.#follow(message));
    render.on("ended", (error) => this.#end(error));
    encoders.on("packetEncoded", (packet) => this.#forward(packet));
    encoders.on("refused", ({ codec, error }) => this.#refuse(codec, error));
    encoders.on("failed", (error) => this.#end(error));
    this.#outlets.on("told", (message) => this.#tell(message));
    this.#outlets.on("wantsChanged", () => this.#updateWants());
    this.#outlets.on("worked", ({ cpuMs }) => this.#report.cpu("encode", cpuMs));
    this.#outlets.on("failed", (error) => this.#end(error));
    prepareCertificate().catch(fail);
    this.#reporter = setInterval(() => this.#reportSecond(), REPORT_MS);
    this.#teller = setInterval(() => this.#tellSentFrames(), TELL_SENT_MS);
  }

  /** Takes what the main process says about a viewer. Unknown viewers are ignored: they may have just left. */
  handle(message: ToPipeline): void {
    switch (message.kind) {
      case "viewer-joined":
        this.#addViewer(message.viewerId);
        break;
      case "viewer-said":
        this.#viewers.get(message.viewerId)?.handleMessage(message.message);
        break;
      case "viewer-sent":
        this.#viewers.get(message.viewerId)?.handleBytes(message.bytes);
        break;
      case "viewer-left":
        this.#removeViewer(message.viewerId);
        break;
      case "whep-offered":
        void this.#answerWhep(message.viewerId, message.sdp);
        break;
      case "jpeg-wanted":
      case "jpeg-unwanted":
      case "still-wanted":
        this.#outlets.handle(message);
    }
  }

  /** Ends viewers and threads. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#reporter);
    clearInterval(this.#teller);
    await Promise.allSettled([...this.#viewers.values()].map((viewer) => viewer.close()));
    await Promise.allSettled([this.#render.close(), this.#encoders.close(), this.#outlets.close()]);
  }

  /** From the render thread. */
  #follow(message: RendererEvents["messageReceived"]): void {
    switch (message.kind) {
      case "inputs-shown":
        this.#shown.add(message.frame, message.inputs);
        break;
      case "notice":
        this.#tell({ kind: "notice", text: message.text });
        break;
      case "reloaded":
        this.#tell({ kind: "scene-reloaded", title: message.title });
        break;
      case "report":
        this.#report.count("rendered", message.rendered);
        this.#report.time("render", ...message.renderMs);
        this.#report.time("readback", ...message.readbackMs);
        this.#report.cpu("render", message.cpuMs);
        this.#lastSecond = { renderedFps: message.rendered, renderMs: median(message.renderMs) };
    }
  }

  /** From an encoder to every viewer that takes its codec: packetized once, numbered and encrypted for each. */
  #forward(packet: PacketMessage): void {
    const begun = now();
    const frame = this.#packetize(packet);
    this.#report.count("encoded");
    this.#report.count("skipped", packet.skipped);
    if (packet.isKeyFrame) this.#report.count("keyFrames");
    this.#report.time("convert", packet.convertMs);
    this.#report.time("encode", packet.encodeMs);
    this.#report.cpu("encode", packet.cpuMs);
    for (const viewer of this.#viewers.values()) this.#sendTo(viewer, frame);
    this.#flushBatch();
    this.#report.time("send", now() - begun);
  }

  #packetize(packet: PacketMessage): OutgoingFrame {
    const known = this.#packetizers.get(packet.codec);
    const state = known ?? { cut: new VideoPacketizer(packet.codec), lastFrame: 0, lastTime: milliseconds(0) };
    if (known === undefined) this.#packetizers.set(packet.codec, state);
    // A picture that is encoded again, for a viewer that joins, is a new one on the clock of the stream.
    const time = packet.frame === state.lastFrame ? now() : packet.renderedAt;
    state.lastTime = milliseconds(Math.max(time, state.lastTime + 1));
    state.lastFrame = packet.frame;
    return state.cut.packetize(packet, state.lastTime);
  }

  #sendTo(viewer: Viewer, frame: OutgoingFrame): void {
    let echo: ReturnType<ShownInputs["takeNewest"]> = null;
    const { sent, dropped } = viewer.send(frame, (name, way) => {
      echo ??= this.#shown.takeNewest(viewer.id, frame.number);
      if (echo !== null) viewer.sendEcho(way, name, echo.sequence, now() - echo.receivedAt);
    });
    this.#report.count("sentFrames", sent);
    this.#report.count("droppedFrames", dropped);
  }

  /** Bytes that go to several WebSockets in a row, as those of a frame do, cross to the main process once. */
  #sendBySocket(viewerId: string, bytes: Uint8Array): void {
    if (this.#batch?.bytes === bytes) return void this.#batch.viewerIds.push(viewerId);
    this.#flushBatch();
    this.#batch = { bytes, viewerIds: [viewerId] };
    queueMicrotask(() => this.#flushBatch());
  }

  #flushBatch(): void {
    if (this.#batch !== null) this.#tell({ kind: "viewers-sent", ...this.#batch });
    this.#batch = null;
  }

  #addViewer(id: string): Viewer {
    const viewer = new Viewer(id, this.#webRtc);
    this.#viewers.set(id, viewer);
    viewer.on("told", (message) => this.#tell({ kind: "viewer-told", viewerId: id, message }));
    viewer.on("socketSent", ({ bytes }) => this.#sendBySocket(id, bytes));
    viewer.on("streamsChanged", () => this.#updateWants());
    viewer.on("keyFrameRequested", (request) => this.#encoders.requestKeyFrame(request.codec));
    viewer.on("inputAccepted", ({ sequence, event, receivedAt }) => {
      const allowed = this.#arbiter.filter(id, event);
      if (allowed !== null) this.#render.handleInput({ viewerId: id, sequence, receivedAt, event: allowed });
    });
    viewer.on("inputRejected", ({ reason }) => {
      this.#report.count("rejectedInputs");
      this.#tell({ kind: "log", level: "debug", text: `viewer ${id} sent bad input: ${reason}` });
    });
    viewer.on("lost", ({ reason, way }) =>
      this.#tell({ kind: way === "socket" ? "viewer-stuck" : "viewer-closed", viewerId: id, reason }),
    );
    return viewer;
  }

  #removeViewer(id: string): void {
    const viewer = this.#viewers.get(id);
    this.#viewers.delete(id);
    void viewer?.close();
    this.#arbiter.remove(id);
    this.#shown.forget(id);
    this.#updateWants();
  }

  async #answerWhep(viewerId: string, sdp: string): Promise<void> {
    const viewer = this.#addViewer(viewerId);
    viewer.on("lost", () => this.#removeViewer(viewerId));
    try {
      this.#tell({ kind: "whep-answered", viewerId, sdp: await viewer.answerWhole(sdp) });
    } catch (error) {
      this.#removeViewer(viewerId);
      this.#tell({ kind: "whep-refused", viewerId, error: toPlainError(error) });
    }
  }

  /** Draws while anybody is on the way; encodes what those take who are there; a new one gets a key frame at once. */
  #updateWants(): void {
    const viewers = [...this.#viewers.values()];
    const isWatched = this.#outlets.isWatching || viewers.some(({ isWatching }) => isWatching);
    this.#outlets.handleWatched(isWatched);
    this.#render.setWatched(isWatched);
    const codecs = new Set(viewers.flatMap((viewer) => viewer.codecs));
    this.#encoders.setWanted(codecs);
    for (const codec of codecs) {
      if (viewers.some((viewer) => viewer.needsKeyFrame(codec))) this.#encoders.requestKeyFrame(codec);
    }
  }

  #tellSentFrames(): void {
    for (const viewer of this.#viewers.values()) viewer.tellSentFrames();
  }

  #reportSecond(): void {
    for (const viewer of this.#viewers.values()) {
      const { packets, bytes, retransmitted } = viewer.takeCounts();
      this.#report.count("sentPackets", packets);
      this.#report.count("sentBytes", bytes);
      this.#report.count("retransmittedPackets", retransmitted);
    }
    this.#report.cpu("transport", this.#cpuMs());
    const report = this.#report.take([...this.#viewers.values()].filter(({ isWatching }) => isWatching).length);
    this.#tell({ kind: "report", report });
    if (report.encoded === 0) return;
    const pulse = { kind: "pulse", ...this.#lastSecond, encodeMs: median(report.stageMs.encode) } as const;
    for (const viewer of this.#viewers.values()) viewer.sendPulse(pulse);
  }

  /** What a viewer asks for alone must not end the scene of the others. */
  #refuse(codec: VideoCodec, { message }: StreamError): void {
    for (const [viewerId, viewer] of this.#viewers) {
      if (!viewer.codecs.includes(codec)) continue;
      this.#tell({ kind: "viewer-told", viewerId, message: { kind: "error", code: "no-encoder", message } });
    }
  }

  #end(error: unknown): void {
    if (!this.#closed) this.#fail(error);
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
