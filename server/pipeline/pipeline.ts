/**
 * Owns the stages of a scene and how they are joined, in the scene's process. Read `#follow` and packet-path.ts to go with a frame
 * from the scene to what takes it, and on in viewers/viewers.ts, where an input comes back.
 */

import { codecOf, type PictureSize } from "../../shared/video.ts";
import { cpuMeter } from "../platform/threads.ts";
import type { RendererInfo } from "../render/render-protocol.ts";
import type { Renderer, RendererEvents } from "../render/renderer.ts";
import type { FromSession, MessagesFrom, SessionConfig, ToSession } from "../session/session-protocol.ts";
import { followWindows } from "./followed-windows.ts";
import { GlErrorLog } from "./gl-error-log.ts";
import { InputPath } from "./input/input-path.ts";
import { InputTeller } from "./input/input-teller.ts";
import type { Output } from "./outputs/output.ts";
import { OutputOutlets } from "./outputs/output-outlets.ts";
import type { Sink, SinkHandle } from "./outputs/sink.ts";
import { Sinks } from "./outputs/sinks.ts";
import { PacketPath } from "./packet-path.ts";
import type { PipelineConfig, PipelineParts } from "./pipeline-parts.ts";
import { QualityDirector } from "./quality/quality-director.ts";
import { sentCodecs } from "./quality/sent-codecs.ts";
import { SteeringPreference } from "./quality/steering-preference.ts";
import { ReportCollector } from "./report-collector.ts";
import { sceneNews } from "./scene-news.ts";
import { tellScene } from "./scene-wishes.ts";
import { type StagesBeginning, startStages } from "./stages.ts";
import type { SteeringWindow } from "./steering-window.ts";
import { Viewers } from "./viewers/viewers.ts";

const REPORT_MS = 1000;
type ToPipeline = Exclude<ToSession, { readonly kind: "start" | "stop" | "trace-wanted" | "data-sent" }>;

export class Pipeline {
  readonly renderer: RendererInfo;
  readonly title: string;
  readonly messagesFrom: MessagesFrom;
  /** Whether the render thread comes back from what it does. */
  readonly renderPulse: Renderer["pulse"];
  readonly #parts: PipelineParts;
  readonly #send: (message: FromSession) => void;
  readonly #director: QualityDirector;
  readonly #viewers: Viewers;
  readonly #sinks = new Sinks();
  readonly #sentOutputs: OutputOutlets;
  /** All that comes out of the scene, in the order in which it is served. */
  readonly #outputs: readonly Output[];
  readonly #packets: PacketPath;
  readonly #input: InputPath;
  /** Null where nobody wants to be told of input. */
  readonly #teller: InputTeller | null;
  readonly #report = new ReportCollector();
  readonly #glErrors = new GlErrorLog((text) => this.#send({ kind: "log", level: "warn", text }));
  readonly #cpuMs = cpuMeter();
  readonly #preference: SteeringPreference;
  /** Null in a replay, which has the sizes of its log. */
  readonly #window: SteeringWindow | null;
  readonly #reporter: NodeJS.Timeout;
  /** Whether a replay is played, which is drawn though nobody watches. */
  #isPlaying: boolean;
  #closed = false;

  /**
   * Starts the render thread and the encoder of the first codec. Rejects with `StreamError`, then nothing runs.
   */
  static async start(
    config: SessionConfig,
    beginning: StagesBeginning,
    send: (message: FromSession) => void,
    fail: (error: unknown) => void,
  ): Promise<Pipeline> {
    return new Pipeline(config, await startStages(config, beginning, send, fail));
  }

  /** Joins stages that run. */
  constructor(config: PipelineConfig, parts: PipelineParts) {
    const { render, encoders, outlets, mirrors, openWebRtc, send } = parts;
    this.#parts = parts;
    this.#send = send;
    const { preference } = config.quality;
    this.#preference = new SteeringPreference(preference, (changed) => render.setPreference(changed));
    this.renderer = render.ready.renderer;
    this.title = render.ready.title;
    this.messagesFrom = render.ready.messagesFrom;
    this.renderPulse = render.pulse;
    this.#director = new QualityDirector({
      limits: { ...config, ...config.quality },
      preference,
      encoders,
      streams: () => this.#viewers.streams,
      sinks: this.#sinks,
      send: (viewerId, message) => this.#viewers.sendMessage(viewerId, message),
    });
    const tellsInputs = config.inputs === "viewers-told";
    this.#teller = tellsInputs ? new InputTeller((inputs) => send({ kind: "inputs-told", inputs })) : null;
    this.#input = new InputPath({
      pass: (input) => {
        this.#teller?.note(input);
        render.handleInput(input);
      },
      sendActive: (viewerIds) => send({ kind: "viewers-active", viewerIds }),
      steered: (viewerId) => this.#window?.noteSteered(viewerId),
    });
    this.#viewers = new Viewers({
      codecs: () => sentCodecs(config, encoders.content),
      openWebRtc,
      presence: config.presence,
      input: this.#input,
      director: this.#director,
      report: this.#report,
      send,
      windowsChanged: () => this.#window?.update(),
      watchingChanged: () => this.#updateWatched(),
    });
    const callable = sentCodecs({ ...config, chroma: "420" }, "surfaces").map(codecOf);
    this.#sentOutputs = new OutputOutlets({
      sinks: this.#sinks,
      send,
      call: (peer) => parts.callWebRtc(peer, callable),
    });
    this.#noteScene(render.ready);
    this.#isPlaying = config.inputs === "played" || config.inputs === "stepped";
    this.#window = this.#isPlaying ? null : this.#followWindows(config.size, !config.followsWindow);
    this.#outputs = [this.#viewers, this.#sinks, outlets, mirrors];
    this.#packets = new PacketPath({
      ...{ director: this.#director, report: this.#report, viewers: this.#viewers, sinks: this.#sinks, send },
      nameOf: (frame) => outlets.pictureName(frame),
    });
    this.#listen();
    if (this.#isPlaying) this.#updateWatched();
    this.#reporter = setInterval(() => this.#reportSecond(), REPORT_MS);
  }

  /** Gives the packets of the scene to a sink until it is closed. Throws `TypeError` where its wishes cannot be (sink.ts). */
  addSink(sink: Sink): SinkHandle {
    return this.#sinks.add(sink);
  }

  #listen(): void {
    const { render, encoders, outlets, mirrors } = this.#parts;
    const end = (error: unknown) => (this.#closed ? undefined : this.#parts.fail(error));
    render.on("messageReceived", (message) => this.#follow(message));
    render.on("ended", end);
    encoders.on("packetEncoded", (packet) => this.#packets.handle(packet));
    encoders.on("failed", end);
    this.#sinks.on("watchingChanged", () => this.#updateWatched());
    this.#sinks.on("ended", ({ error }) => this.#send({ kind: "log", level: "warn", text: error.message }));
    outlets.on("watchingChanged", () => this.#updateWatched());
    outlets.on("worked", ({ cpuMs }) => this.#report.cpu("encode", cpuMs));
    outlets.on("failed", end);
    this.#sentOutputs.work.on("worked", ({ cpuMs }) => this.#report.cpu("mux", cpuMs));
    mirrors.on("watchingChanged", () => this.#updateWatched());
    mirrors.on("worked", ({ cpuMs }) => this.#report.cpu("encode", cpuMs));
    mirrors.on("failed", end);
  }

  /** Takes what the main process says. Unknown viewers are ignored: they may have just left. */
  handle(message: ToPipeline): void {
    switch (message.kind) {
      case "viewer-joined":
        this.#viewers.join(message.viewerId, message.person, message.paused, message.socketMaxBps);
        break;
      case "viewer-message-received":
        this.#viewers.handleMessage(message.viewerId, message.message);
        break;
      case "viewer-bytes-received":
        for (const bytes of message.messages) this.#viewers.handleBytes(message.viewerId, bytes);
        break;
      case "viewer-left":
        this.#viewers.leave(message.viewerId);
        this.#window?.update();
        break;
      case "whep-offered":
        void this.#viewers.answerWhep(message.viewerId, message.person, message.sdp);
        break;
      case "control-changed":
        this.#input.setControllers(message.viewerIds);
        this.#preference.setControllers(message.viewerIds, this.#viewers.streams);
        this.#window?.setControllers(message.viewerIds);
        break;
      case "scene-message-received":
      case "scene-state-wanted":
      case "parameters-wanted":
      case "inputs-played":
      case "source-opened":
      case "frame-arrived":
      case "mirror-told":
        tellScene(this.#parts.render, message, this.#window);
        break;
      case "panel-changed":
        this.#parts.render.setPanel(message.change);
        if (message.viewerId !== null) this.#window?.noteSteered(message.viewerId);
        break;
      case "size-wanted":
        this.#window?.fix(message.size);
        break;
      case "size-played":
        this.#resize(message.size);
        break;
      case "output-wish":
        this.#sentOutputs.handle(message.wish);
        break;
      case "mirror-wanted":
        this.#parts.mirrors.handle(message);
        break;
      case "jpeg-wanted":
      case "jpeg-unwanted":
      case "snapshot-wanted":
        this.#parts.outlets.handle(message);
    }
  }

  /** Ends what comes out of the scene, and its threads. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#reporter);
    this.#input.close();
    this.#teller?.close();
    this.#window?.close();
    this.#director.close();
    await Promise.allSettled([this.#viewers.close(), this.#sinks.close()]);
    const { render, encoders, outlets, mirrors } = this.#parts;
    const parts = [render, encoders, outlets, mirrors, this.#sentOutputs];
    await Promise.allSettled(parts.map((part) => part.close()));
  }

  /** From the render thread. */
  #follow(message: RendererEvents["messageReceived"]): void {
    switch (message.kind) {
      case "inputs-shown":
        return this.#viewers.noteShown(message.frame, message.inputs);
      case "resting":
        return this.#packets.noteResting(message.frame);
      case "gl-errors":
        this.#report.count("glErrors", message.count);
        this.#glErrors.note(message.name);
        break;
      case "played":
        this.#isPlaying = !message.isLast;
        this.#updateWatched();
        this.#send({ kind: "inputs-played" });
        break;
      case "report":
        return this.#report.noteRendered(message);
      case "size-met":
        return this.#resize(message.size);
      default:
        if (message.kind === "reloaded") this.#noteScene(message);
        this.#send(sceneNews(message));
    }
  }

  #noteScene({ content, isPanorama = false }: Pick<Renderer["ready"], "content" | "isPanorama">): void {
    this.#parts.encoders.setContent(content);
    this.#sentOutputs.setPanorama(isPanorama);
  }

  #followWindows(size: PictureSize, isFixed: boolean): SteeringWindow {
    const windows = () => this.#viewers.windows;
    return followWindows(this.#parts.render, { size, isFixed, windows, resize: (to) => this.#resize(to) });
  }

  /** The encoders are told first, so that the first picture of this size finds them ready. */
  #resize(size: PictureSize): void {
    this.#send({ kind: "picture-resized", size });
    this.#director.resize(size);
    this.#parts.render.resize(size);
  }

  /** Draws while anybody is on the way; encodes what those take who are there; a new one gets a key frame at once. */
  #updateWatched(): void {
    const isWatched = this.#isPlaying || this.#outputs.some(({ isWatching }) => isWatching);
    this.#parts.outlets.handleWatched(isWatched);
    const { outlets, mirrors } = this.#parts;
    this.#parts.render.setRgbaWanted(this.#viewers.takesFullChroma || outlets.isWatching || mirrors.isWatching);
    this.#parts.render.setWatched(isWatched);
    this.#director.update();
  }

  #reportSecond(): void {
    this.#preference.update(this.#viewers.streams);
    this.#viewers.reportSent();
    this.#report.cpu("transport", this.#cpuMs());
    const estimates = this.#viewers.streams.map(({ transport }) => transport.estimate);
    const report = this.#report.take(this.#viewers.watching, this.#parts.encoders.running, estimates);
    this.#send({ kind: "report", report });
    if (report.encoded > 0) this.#viewers.sendPulse(this.#report.pulseOf(report));
  }
}
