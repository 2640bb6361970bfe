/**
 * Owns the stages of a scene and how they are joined, in the scene's process. Read `#follow`, `#forward` and `#sendTo` to
 * go with a frame from the scene to the viewers, and `#addViewer` to go with an input back.
 */

import { toPlainError } from "../../shared/errors.ts";
import { now } from "../../shared/time.ts";
import { videoCodecs } from "../../shared/video.ts";
import type { PacketMessage } from "../encode/video/encode-protocol.ts";
import { allocateFrameRing, type FrameRingInit } from "../frames/frame-ring.ts";
import { cpuMeter } from "../platform/threads.ts";
import type { RendererInfo } from "../render/render-protocol.ts";
import { Renderer, type RendererEvents } from "../render/renderer.ts";
import type { FromSession, MessagesFrom, SessionConfig, ToSession } from "../session/session-protocol.ts";
import { PortPool } from "../transport/ice/port-pool.ts";
import { OutgoingFeedback } from "../transport/outgoing-feedback.ts";
import type { OutgoingFrame } from "../transport/transport.ts";
import { prepareCertificate, type WebRtcOptions } from "../transport/webrtc-transport.ts";
import { FramePacketizer } from "./frame-packetizer.ts";
import { InputPath } from "./input/input-path.ts";
import { outletReaders, PictureOutlets } from "./outputs/picture-outlets.ts";
import { EncoderSet, encoderReaders } from "./quality/encoder-set.ts";
import { QualityDirector } from "./quality/quality-director.ts";
import { RestWatch } from "./rest-watch.ts";
import { ReportCollector } from "./session-report.ts";
import { ShownInputs } from "./shown-inputs.ts";
import { SocketBatch } from "./socket-batch.ts";
import { PeoplePointers } from "./viewers/people-pointers.ts";
import { Viewer } from "./viewers/viewer.ts";

const REPORT_MS = 1000;

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
  readonly #director: QualityDirector;
  readonly #outlets: PictureOutlets;
  readonly #packetizer = new FramePacketizer();
  readonly #rest: RestWatch;
  readonly #viewers = new Map<string, Viewer>();
  readonly #input: InputPath;
  /** Null where viewers do not see each other. */
  readonly #pointers: PeoplePointers | null;
  readonly #shown = new ShownInputs();
  readonly #report = new ReportCollector();
  readonly #loggedGlErrors = new Set<string>();
  readonly #cpuMs = cpuMeter();
  readonly #reporter: NodeJS.Timeout;
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
    const ring = allocateFrameRing(config.size, encoderReaders + outletReaders);
    const encoders = new EncoderSet(ring, config.maxFps, config.bitrateBps);
    const { sceneUrl, size, maxFps, watch } = config;
    const [render, encoder] = await Promise.allSettled([
      Renderer.start(
        { sceneUrl, size, maxFps, watch, ring, state, asGpu: null },
        {
          progressed: (report) => tell({ kind: "start-progressed", ...report }),
          printed: ({ level, text }) => tell({ kind: "console-printed", level, text }),
          filesFound: (files) => tell({ kind: "files-found", files }),
        },
      ),
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
    this.#director = new QualityDirector({
      limits: { ...config, ...config.quality },
      preference: config.quality.preference,
      encoders,
      streams: () => [...this.#viewers.values()].flatMap((viewer) => viewer.streams),
    });
    this.#outlets = new PictureOutlets(ring, encoderReaders);
    this.#rest = new RestWatch({
      nameOf: (frame) => this.#outlets.pictureName(frame),
      begun: (picture) => this.#tellRestBegun(picture),
      changed: (picture) => this.#tell({ kind: "rest-changed", picture }),
    });
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
    encoders.on("failed", (error) => this.#end(error));
    this.#director.on("told", (told) => this.#tell({ kind: "viewer-told", ...told }));
    this.#outlets.on("told", (message) => this.#tell(message));
    this.#outlets.on("wantsChanged", () => this.#updateWants());
    this.#outlets.on("worked", ({ cpuMs }) => this.#report.cpu("encode", cpuMs));
    this.#outlets.on("failed", (error) => this.#end(error));
    prepareCertificate().catch(fail);
    this.#reporter = setInterval(() => this.#reportSecond(), REPORT_MS);
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
    clearInterval(this.#reporter);
    this.#input.close();
    this.#director.close();
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
      case "resting":
        this.#rest.noteBegun(message.frame);
        break;
      case "notice":
        this.#tell({ kind: "notice", text: message.text });
        break;
      case "console":
        this.#tell({ kind: "console-printed", level: message.level, text: message.text });
        break;
      case "files":
        this.#tell({ kind: "files-found", files: message.files });
        break;
      case "gl-errors":
        this.#noteGlErrors(message.name, message.count);
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

  /** Each is counted; the first of a name is in the log. */
  #noteGlErrors(name: string, count: number): void {
    this.#report.count("glErrors", count);
    if (this.#loggedGlErrors.has(name)) return;
    this.#loggedGlErrors.add(name);
    const text = `OpenGL reported ${name} while the scene was drawn; further ones are counted in /metrics`;
    this.#tell({ kind: "log", level: "warn", text });
  }

  /** From an encoder to every viewer that takes its frames: packetized once, numbered and encrypted for each. */
  #forward(packet: PacketMessage): void {
    const begun = now();
    const frame = this.#packetizer.packetize(packet);
    this.#report.noteEncoded(packet);
    this.#director.noteEncoded(packet);
    const rest = this.#rest.note(packet);
    for (const viewer of this.#viewers.values()) this.#sendTo(viewer, frame, rest);
    this.#sockets.flush();
    this.#report.time("send", now() - begun);
  }

  /** Before the picture is there: who asks for it now has it without a round trip. */
  #tellRestBegun(picture: string): void {
    this.#tell({ kind: "rest-begun", picture });
    for (const viewer of this.#viewers.values()) viewer.tellRestBegun(picture);
  }

  /** `rest` is the name of the picture that the frame shows, where it is the one of the scene at rest. */
  #sendTo(viewer: Viewer, frame: OutgoingFrame, rest: string | null): void {
    let echo: ReturnType<ShownInputs["takeNewest"]> = null;
    const counts = viewer.send(frame, (name, way) => {
      if (rest !== null) viewer.tellRest(way, name, rest);
      echo ??= this.#shown.takeNewest(viewer.id, frame.number);
      if (echo !== null) viewer.sendEcho(way, name, echo.sequence, now() - echo.receivedAt);
    });
    this.#report.noteFrames(counts);
  }

  #addViewer(id: string, person: number, paused: boolean): Viewer {
    const viewer = new Viewer(id, this.#webRtc, paused);
    this.#viewers.set(id, viewer);
    this.#pointers?.add(id, person, (pointers) => viewer.sendFeedback("pointer", pointers));
    viewer.on("told", (message) => this.#tell({ kind: "viewer-told", viewerId: id, message }));
    viewer.on("socketSent", ({ bytes }) => this.#sockets.send(id, bytes));
    viewer.on("streamsChanged", () => this.#updateWants());
    this.#director.follow(viewer);
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
    this.#director.remove(id);
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
    const isWatched = this.#outlets.isWatching || [...this.#viewers.values()].some((viewer) => viewer.isWatching);
    this.#outlets.handleWatched(isWatched);
    this.#render.setWatched(isWatched);
    this.#director.update();
  }

  #reportSecond(): void {
    for (const viewer of this.#viewers.values()) this.#report.noteSent(viewer.takeCounts());
    this.#report.cpu("transport", this.#cpuMs());
    const watching = [...this.#viewers.values()].filter(({ isWatching }) => isWatching).length;
    const report = this.#report.take(watching, this.#encoders.running);
    this.#tell({ kind: "report", report });
    if (report.encoded === 0) return;
    const pulse = new OutgoingFeedback(this.#report.pulseOf(report));
    for (const viewer of this.#viewers.values()) viewer.sendFeedback("control", pulse);
  }

  #end(error: unknown): void {
    if (!this.#closed) this.#fail(error);
  }
}
