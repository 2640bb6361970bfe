/**
 * Owns the stages of a scene and how they are joined, in the scene's process. Read `#follow` and `#forward` to go with a frame
 * from the scene to what takes it, and on in viewers/viewers.ts, where an input comes back.
 */

import { now } from "../../shared/time.ts";
import { type PictureSize, streamCodecs } from "../../shared/video.ts";
import type { PacketMessage } from "../encode/video/encode-protocol.ts";
import { allocateFrameRing } from "../frames/frame-ring.ts";
import { ReaderPool } from "../frames/reader-pool.ts";
import { wallClock } from "../platform/clock.ts";
import { cpuMeter } from "../platform/threads.ts";
import { trace } from "../platform/trace.ts";
import type { RendererInfo } from "../render/render-protocol.ts";
import { Renderer, type RendererEvents } from "../render/renderer.ts";
import type { FromSession, MessagesFrom, SessionConfig, ToSession } from "../session/session-protocol.ts";
import { prepareCertificate } from "../transport/certificate.ts";
import { PortPool } from "../transport/ice/port-pool.ts";
import { WebRtcTransport } from "../transport/webrtc-transport.ts";
import { FramePacketizer } from "./frame-packetizer.ts";
import { InputPath } from "./input/input-path.ts";
import { InputTeller } from "./input/input-teller.ts";
import type { Output } from "./outputs/output.ts";
import { PictureOutlets } from "./outputs/picture-outlets.ts";
import type { Sink, SinkHandle } from "./outputs/sink.ts";
import { Sinks } from "./outputs/sinks.ts";
import { MAX_WINDOW_PIXELS } from "./picture-size.ts";
import { graphicsOf, type PipelineConfig, type PipelineParts } from "./pipeline-parts.ts";
import { EncoderSet } from "./quality/encoder-set.ts";
import { QualityDirector } from "./quality/quality-director.ts";
import { sentCodecs } from "./quality/sent-codecs.ts";
import { SteeringPreference } from "./quality/steering-preference.ts";
import { RestWatch } from "./rest-watch.ts";
import { sceneNews } from "./scene-news.ts";
import { ReportCollector } from "./session-report.ts";
import { SteeringWindow } from "./steering-window.ts";
import type { OpenWebRtc } from "./viewers/viewer.ts";
import { Viewers } from "./viewers/viewers.ts";

const REPORT_MS = 1000;
/**
 * How many threads may read frames: one for each codec, two for single pictures, two for viewers with slower ways and four for
 * sinks. Memory of the ring that none of them uses is never touched, and costs nothing.
 */
const MAX_READERS: number = streamCodecs.length + 8;

type ToPipeline = Exclude<ToSession, { readonly kind: "start" | "stop" | "trace-wanted" }>;

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
  /** All that comes out of the scene, in the order in which it is served. */
  readonly #outputs: readonly Output[];
  readonly #packetizer = new FramePacketizer();
  readonly #rest: RestWatch;
  readonly #input: InputPath;
  /** Null where nobody wants to be told of input. */
  readonly #teller: InputTeller | null;
  readonly #report = new ReportCollector();
  readonly #loggedGlErrors = new Set<string>();
  readonly #cpuMs = cpuMeter();
  readonly #preference: SteeringPreference;
  /** Null where the size is fixed. */
  readonly #window: SteeringWindow | null;
  readonly #reporter: NodeJS.Timeout;
  /** Whether a replay is played, which is drawn though nobody watches. */
  #isPlaying: boolean;
  #closed = false;

  /**
   * Starts the render thread and the encoder of the first codec. The scene begins in `state`, JSON text, or its own. Rejects
   * with `StreamError`, then nothing runs.
   */
  static async start(
    config: SessionConfig,
    state: string | null,
    send: (message: FromSession) => void,
    fail: (error: unknown) => void,
  ): Promise<Pipeline> {
    const ring = allocateFrameRing(config.size, MAX_READERS, config.followsWindow ? MAX_WINDOW_PIXELS : undefined);
    const readers = new ReaderPool(MAX_READERS);
    const { sceneUrl, size, maxFps, bitrateBps, watch, iceHost, ice, scale, quality } = config;
    const drawing = { scale, preference: quality.preference, ...graphicsOf(config) };
    const encoders = new EncoderSet({ ring, readers, maxFps, bitrateBps });
    const [render, encoder] = await Promise.allSettled([
      Renderer.start(
        { sceneUrl, size, maxFps, watch, ring, state, isStepped: config.inputs === "stepped", ...drawing },
        {
          progressed: (report) => send({ kind: "start-progressed", ...report }),
          printed: ({ level, text }) => send({ kind: "console-printed", level, text }),
          filesFound: (files) => send({ kind: "files-found", files }),
        },
      ),
      // What a scene is made of is known when it is there.
      encoders.start(sentCodecs(config, "surfaces")[0] ?? "h264"),
    ]);
    if (render.status === "rejected" || encoder.status === "rejected") {
      await Promise.allSettled([render.status === "fulfilled" ? render.value.close() : null, encoders.close()]);
      throw render.status === "rejected" ? render.reason : (encoder as PromiseRejectedResult).reason;
    }
    prepareCertificate().catch(fail);
    const outlets = new PictureOutlets({ ring, readers, send });
    const webRtc = { iceHost, ice, ports: ice.ports === null ? null : new PortPool(ice.ports) };
    const openWebRtc: OpenWebRtc = (offer, codecs) => new WebRtcTransport(offer, { ...webRtc, codecs });
    return new Pipeline(config, { render: render.value, encoders, outlets, openWebRtc, send, fail });
  }

  /** Joins stages that run. */
  constructor(config: PipelineConfig, parts: PipelineParts) {
    const { render, encoders, outlets, openWebRtc, send } = parts;
    this.#parts = parts;
    this.#send = send;
    const { preference } = config.quality;
    this.#preference = new SteeringPreference(preference, (changed) => render.setPreference(changed));
    this.renderer = render.ready.renderer;
    this.title = render.ready.title;
    this.messagesFrom = render.ready.messagesFrom;
    this.renderPulse = render.pulse;
    encoders.setContent(render.ready.content);
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
    this.#isPlaying = config.inputs === "played" || config.inputs === "stepped";
    this.#window = config.followsWindow && !this.#isPlaying ? this.#followWindow(config.size) : null;
    this.#outputs = [this.#viewers, this.#sinks, outlets];
    this.#rest = new RestWatch({
      nameOf: (frame) => outlets.pictureName(frame),
      begun: (picture) => this.#sendRestBegun(picture),
      changed: (picture) => send({ kind: "rest-changed", picture }),
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
    const { render, encoders, outlets } = this.#parts;
    const end = (error: unknown) => this.#end(error);
    render.on("messageReceived", (message) => this.#follow(message));
    render.on("ended", end);
    encoders.on("packetEncoded", (packet) => this.#forward(packet));
    encoders.on("failed", end);
    this.#sinks.on("watchingChanged", () => this.#updateWatched());
    this.#sinks.on("ended", ({ error }) => this.#send({ kind: "log", level: "warn", text: error.message }));
    outlets.on("watchingChanged", () => this.#updateWatched());
    outlets.on("worked", ({ cpuMs }) => this.#report.cpu("encode", cpuMs));
    outlets.on("failed", end);
  }

  /** Takes what the main process says. Unknown viewers are ignored: they may have just left. */
  handle(message: ToPipeline): void {
    switch (message.kind) {
      case "viewer-joined":
        this.#viewers.join(message.viewerId, message.person, message.paused);
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
        this.#parts.render.sendMessage(message.from, message.body);
        break;
      case "scene-state-wanted":
        this.#parts.render.setState(message.state);
        break;
      case "panel-changed":
        this.#parts.render.setPanel(message.change);
        break;
      case "inputs-played":
        this.#parts.render.play(message);
        break;
      case "size-played":
        this.#resize(message.size);
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
    const { render, encoders, outlets } = this.#parts;
    await Promise.allSettled([render.close(), encoders.close(), outlets.close()]);
  }

  /** From the render thread. */
  #follow(message: RendererEvents["messageReceived"]): void {
    switch (message.kind) {
      case "inputs-shown":
        this.#viewers.noteShown(message.frame, message.inputs);
        break;
      case "resting":
        this.#rest.noteBegun(message.frame);
        break;
      case "gl-errors":
        this.#noteGlErrors(message.name, message.count);
        break;
      case "played":
        this.#isPlaying = !message.isLast;
        this.#updateWatched();
        this.#send({ kind: "inputs-played" });
        break;
      case "report":
        this.#report.noteRendered(message);
        break;
      default:
        if (message.kind === "reloaded") this.#parts.encoders.setContent(message.content);
        this.#send(sceneNews(message));
    }
  }

  #followWindow(size: PictureSize): SteeringWindow {
    const { isGpu } = this.renderer;
    const windows = () => this.#viewers.windows;
    return new SteeringWindow({ clock: wallClock, isGpu, size, windows, changed: (to) => this.#resize(to) });
  }

  /** The encoders are told first, so that the first picture of this size finds them ready. */
  #resize(size: PictureSize): void {
    this.#send({ kind: "picture-resized", size });
    this.#director.resize(size);
    this.#parts.render.resize(size);
  }

  /** Each is counted; the first of a name is in the log. */
  #noteGlErrors(name: string, count: number): void {
    this.#report.count("glErrors", count);
    if (this.#loggedGlErrors.has(name)) return;
    this.#loggedGlErrors.add(name);
    const text = `OpenGL reported ${name} while the scene was being drawn. From now on this error is only counted, in /metrics.`;
    this.#send({ kind: "log", level: "warn", text });
  }

  /** From an encoder to everything that takes packets. */
  #forward(packet: PacketMessage): void {
    const begun = now();
    const traced = trace.begin();
    const frame = this.#packetizer.packetize(packet);
    trace.end("packetize", traced, packet.frame);
    this.#report.noteEncoded(packet);
    this.#director.noteEncoded(packet);
    const outgoing = { packet, frame, restPicture: this.#rest.note(packet) };
    const sending = trace.begin();
    for (const output of [this.#viewers, this.#sinks]) output.handlePacket(outgoing);
    trace.end("send", sending, packet.frame);
    this.#report.time("send", now() - begun);
  }

  #sendRestBegun(picture: string): void {
    this.#send({ kind: "rest-begun", picture });
    this.#viewers.sendRestBegun(picture);
  }

  /** Draws while anybody is on the way; encodes what those take who are there; a new one gets a key frame at once. */
  #updateWatched(): void {
    const isWatched = this.#isPlaying || this.#outputs.some(({ isWatching }) => isWatching);
    this.#parts.outlets.handleWatched(isWatched);
    this.#parts.render.setRgbaWanted(this.#viewers.takesFullChroma || this.#parts.outlets.isWatching);
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

  #end(error: unknown): void {
    if (!this.#closed) this.#parts.fail(error);
  }
}
