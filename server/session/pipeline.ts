/**
 * Owns the stages of a scene and how they are joined, in the scene's process. Read `#follow`, `#forward` and `#sendTo` to
 * go with a frame from the scene to the viewers, and `#addViewer` to go with an input back.
 */

import { type StreamError, toPlainError } from "../../shared/errors.ts";
import { now } from "../../shared/time.ts";
import { type VideoCodec, videoCodecs } from "../../shared/video.ts";
import type { PacketMessage } from "../encode/encode-protocol.ts";
import { allocateFrameRing, type FrameRingInit } from "../frames/frame-ring.ts";
import type { RendererInfo } from "../render/render-protocol.ts";
import { Renderer, type RendererEvents } from "../render/renderer.ts";
import { cpuMeter } from "../threads.ts";
import { OutgoingFeedback } from "../transport/outgoing-feedback.ts";
import { PortPool } from "../transport/port-pool.ts";
import type { OutgoingFrame } from "../transport/transport.ts";
import { prepareCertificate, type WebRtcOptions } from "../transport/webrtc-transport.ts";
import { EncoderSet } from "./encoder-set.ts";
import { FramePacketizer } from "./frame-packetizer.ts";
import { InputPath } from "./input-path.ts";
import { KeyFrameWishes } from "./key-frame-wishes.ts";
import { PeoplePointers } from "./people-pointers.ts";
import { outletReaders, PictureOutlets } from "./picture-outlets.ts";
import type { FromSession, MessagesFrom, SessionConfig, ToSession } from "./session-protocol.ts";
import { ReportCollector } from "./session-report.ts";
import { ShownInputs } from "./shown-inputs.ts";
import { SocketBatch } from "./socket-batch.ts";
import { Viewer } from "./viewer.ts";

const REPORT_MS = 1000;
const TELL_SENT_MS = 500;

type ToPipeline = Exclude<ToSession, { readonly kind: "start" | "stop" }>;

export class Pipeline {
  readonly renderer: RendererInfo;
  readonly title: string;
  readonly messagesFrom: MessagesFrom;
  readonly #tell: (message: FromSession) => void;
  readonly #fail: (error: unknown) => void;
  readonly #webRtc: WebRtcOptions;
  readonly #render: Renderer;
  readonly #encoders: EncoderSet;
  readonly #keyFrames: KeyFrameWishes;
  readonly #outlets: PictureOutlets;
  readonly #packetizer = new FramePacketizer();
  readonly #viewers = new Map<string, Viewer>();
  readonly #input: InputPath;
  /** Null where viewers do not see each other. */
  readonly #pointers: PeoplePointers | null;
  readonly #shown = new ShownInputs();
  readonly #report = new ReportCollector();
  readonly #cpuMs = cpuMeter();
  readonly #reporter: NodeJS.Timeout;
  readonly #teller: NodeJS.Timeout;
  readonly #sockets: SocketBatch;
  #closed = false;

  /**
   * Starts the render thread and the encoder of the first codec. The scene begins in `state`, JSON text, or its own. Rejects
   * with `StreamError`, then nothing runs.
   */
  static async start(
    config: SessionConfig,
    state: string | null,
    tell: (message: FromSession) => void,
    fail: (error: unknown) => void,
  ): Promise<Pipeline> {
    const ring = allocateFrameRing(config.size, videoCodecs.length + outletReaders);
    const encoders = new EncoderSet(ring, config.maxFps, config.bitrateBps);
    const { sceneUrl, size, maxFps, watch } = config;
    const [render, encoder] = await Promise.allSettled([
      Renderer.start({ sceneUrl, size, maxFps, watch, ring, state }),
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
    this.#sockets = new SocketBatch(tell);
    this.#fail = fail;
    this.#render = render;
    this.#encoders = encoders;
    this.#keyFrames = new KeyFrameWishes((codec, reason) => encoders.requestKeyFrame(codec, reason));
    this.#outlets = new PictureOutlets(ring, videoCodecs.length);
    this.renderer = render.ready.renderer;
    this.title = render.ready.title;
    this.messagesFrom = render.ready.messagesFrom;
    this.#pointers = config.presence ? new PeoplePointers() : null;
    this.#input = new InputPath({
      pass: (input) => render.handleInput(input),
      tellActive: (viewerIds) => this.#tell({ kind: "viewers-active", viewerIds }),
    });
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
    this.#teller = setInterval(() => {
      for (const viewer of this.#viewers.values()) viewer.tellSentFrames();
    }, TELL_SENT_MS);
  }

  /** Takes what the main process says. Unknown viewers are ignored: they may have just left. */
  handle(message: ToPipeline): void {
    switch (message.kind) {
      case "viewer-joined":
        this.#addViewer(message.viewerId, message.person, message.paused);
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
        void this.#answerWhep(message.viewerId, message.person, message.sdp);
        break;
      case "control-changed":
        this.#input.setControllers(message.viewerIds);
        break;
      case "message-sent":
        this.#render.sendMessage(message.from, message.body);
        break;
      case "state-wanted":
        this.#render.setState(message.state);
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
    for (const timer of [this.#reporter, this.#teller]) clearInterval(timer);
    this.#input.close();
    this.#keyFrames.close();
    this.#pointers?.close();
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
        this.#tell({ kind: "scene-reloaded", title: message.title, messagesFrom: message.messagesFrom });
        break;
      case "message":
        this.#tell({ kind: "message-told", to: message.to, body: message.body });
        break;
      case "state":
        this.#tell({ kind: "state-changed", state: message.state });
        break;
      case "report":
        this.#report.noteRendered(message);
    }
  }

  /** From an encoder to every viewer that takes its codec: packetized once, numbered and encrypted for each. */
  #forward(packet: PacketMessage): void {
    const begun = now();
    const frame = this.#packetizer.packetize(packet);
    this.#report.noteEncoded(packet);
    for (const viewer of this.#viewers.values()) this.#sendTo(viewer, frame);
    this.#sockets.flush();
    this.#report.time("send", now() - begun);
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

  #addViewer(id: string, person: number, paused: boolean): Viewer {
    const viewer = new Viewer(id, this.#webRtc, paused);
    this.#viewers.set(id, viewer);
    this.#pointers?.add(id, person, (pointers) => viewer.sendFeedback("pointer", pointers));
    viewer.on("told", (message) => this.#tell({ kind: "viewer-told", viewerId: id, message }));
    viewer.on("socketSent", ({ bytes }) => this.#sockets.send(id, bytes));
    viewer.on("streamsChanged", () => this.#updateWants());
    viewer.on("keyFrameRequested", (request) => this.#keyFrames.wish(id, request.codec, "loss"));
    viewer.on("pauseChanged", ({ paused: isAway }) => this.#followPause(id, isAway));
    viewer.on("pointersReady", () => this.#pointers?.greet(id));
    viewer.on("inputAccepted", ({ sequence, event, receivedAt }) => {
      // Its connections take a moment to end.
      if (this.#viewers.get(id) !== viewer) return;
      this.#pointers?.note(id, event);
      this.#input.handle(id, sequence, event, receivedAt);
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

  #followPause(id: string, paused: boolean): void {
    if (paused) return this.#pointers?.hide(id);
    // What it did meanwhile was shown to others; an echo of it now would tell of a delay that there was not.
    this.#shown.forget(id);
    this.#pointers?.greet(id);
  }

  #removeViewer(id: string): void {
    const viewer = this.#viewers.get(id);
    this.#viewers.delete(id);
    void viewer?.close();
    this.#input.remove(id);
    this.#pointers?.remove(id);
    this.#shown.forget(id);
    this.#keyFrames.remove(id);
    this.#updateWants();
  }

  async #answerWhep(viewerId: string, person: number, sdp: string): Promise<void> {
    const viewer = this.#addViewer(viewerId, person, false);
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
    const isWatched = this.#outlets.isWatching || viewers.some((viewer) => viewer.isWatching);
    this.#outlets.handleWatched(isWatched);
    this.#render.setWatched(isWatched);
    const codecs = new Set(viewers.flatMap((viewer) => viewer.codecs));
    this.#encoders.setWanted(codecs);
    for (const viewer of viewers) {
      for (const codec of viewer.codecs) {
        if (viewer.needsKeyFrame(codec)) this.#keyFrames.wish(viewer.id, codec, "start");
      }
    }
  }

  #reportSecond(): void {
    for (const viewer of this.#viewers.values()) this.#report.noteSent(viewer.takeCounts());
    this.#report.cpu("transport", this.#cpuMs());
    const report = this.#report.take([...this.#viewers.values()].filter(({ isWatching }) => isWatching).length);
    this.#tell({ kind: "report", report });
    if (report.encoded === 0) return;
    const pulse = new OutgoingFeedback(this.#report.pulseOf(report));
    for (const viewer of this.#viewers.values()) viewer.sendFeedback("control", pulse);
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
