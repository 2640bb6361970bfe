/**
 * Owns the viewers of a scene in its process: they come and go, get the frames, and are told what concerns all of them. What
 * they say and send goes to the parts that are named in the options.
 */

import { toPlainError } from "../../../shared/errors.ts";
import type { StreamPulse } from "../../../shared/feedback.ts";
import type { ServerMessage } from "../../../shared/signaling.ts";
import { now } from "../../../shared/time.ts";
import { viewerNumber } from "../../../shared/trace.ts";
import { chromaOf, type StreamCodec } from "../../../shared/video.ts";
import { trace } from "../../platform/trace.ts";
import type { ConnectionMessage, FromSession } from "../../session/session-protocol.ts";
import { OutgoingFeedback } from "../../transport/outgoing-feedback.ts";
import type { InputPath } from "../input/input-path.ts";
import type { OutgoingPacket, PacketOutput } from "../outputs/output.ts";
import type { QualityDirector } from "../quality/quality-director.ts";
import type { ReportCollector } from "../report-collector.ts";
import { type ShownInput, ShownInputs } from "../shown-inputs.ts";
import { SocketBatch } from "../socket-batch.ts";
import type { ViewerWindow } from "../steering-window.ts";
import { PeoplePointers } from "./people-pointers.ts";
import type { VideoStream } from "./video-stream.ts";
import { Viewer } from "./viewer.ts";
import type { OpenWebRtc } from "./viewer-events.ts";
import type { AcceptedInput } from "./viewer-input.ts";

export type ViewersOptions = {
  /** What viewers are sent now, the best first. */
  readonly codecs: () => readonly StreamCodec[];
  readonly openWebRtc: OpenWebRtc;
  /** Whether viewers see each other's pointers. */
  readonly presence: boolean;
  readonly input: Pick<InputPath, "handle" | "remove">;
  /** Follows what they wish and what their ways carry. */
  readonly director: Pick<QualityDirector, "follow" | "remove">;
  readonly report: ReportCollector;
  /** To the main process. */
  readonly send: (message: FromSession) => void;
  /** Called when one may have another window. */
  readonly windowsChanged: () => void;
  /** Called when one came, went, looks away or looks again. */
  readonly watchingChanged: () => void;
};

export class Viewers implements PacketOutput {
  readonly #options: ViewersOptions;
  readonly #viewers = new Map<string, Viewer>();
  /** Null where viewers do not see each other. */
  readonly #pointers: PeoplePointers | null;
  readonly #shown = new ShownInputs();
  readonly #sockets: SocketBatch;

  constructor(options: ViewersOptions) {
    this.#options = options;
    this.#pointers = options.presence ? new PeoplePointers() : null;
    this.#sockets = new SocketBatch(options.send);
  }

  get isWatching(): boolean {
    return this.watching > 0;
  }

  /** How many watch. */
  get watching(): number {
    return [...this.#viewers.values()].filter(({ isWatching }) => isWatching).length;
  }

  /** Whether one of them takes 4:4:4, which shows what I420 has lost. */
  get takesFullChroma(): boolean {
    return this.streams.some(({ codec }) => chromaOf(codec) === "444");
  }

  /** The streams on which frames are sent now. */
  get streams(): readonly VideoStream[] {
    return [...this.#viewers.values()].flatMap(({ streams }) => streams);
  }

  /** The windows of all who are there, in the order in which they came. */
  get windows(): readonly ViewerWindow[] {
    return [...this.#viewers.values()].map(({ id, window }) => ({ viewerId: id, window }));
  }

  join(id: string, person: number, paused: boolean, socketMaxBps?: number): Viewer {
    const { send, codecs, openWebRtc } = this.#options;
    const viewer = new Viewer(id, {
      codecs,
      openWebRtc,
      paused,
      socketMaxBps,
      sendMessage: (message) => this.sendMessage(id, message),
      sendBytes: (bytes) => this.#sockets.send(id, bytes),
    });
    this.#viewers.set(id, viewer);
    this.#pointers?.add(id, person, (pointers) => viewer.sendFeedback("pointer", pointers));
    viewer.on("streamsChanged", () => this.#options.watchingChanged());
    this.#options.director.follow(viewer);
    viewer.on("wishChanged", () => this.#options.windowsChanged());
    viewer.on("pauseChanged", ({ paused: isAway }) => this.#followPause(id, isAway));
    viewer.on("pointersReady", () => this.#pointers?.greet(id));
    viewer.on("inputAccepted", (input) => this.#handleInput(viewer, input));
    viewer.on("inputRejected", ({ reason }) => {
      this.#options.report.count("rejectedInputs");
      send({ kind: "log", level: "debug", text: `Viewer ${id} sent input that cannot be read: ${reason}` });
    });
    viewer.on("lost", ({ reason, way }) =>
      send({ kind: way === "socket" ? "viewer-stuck" : "viewer-closed", viewerId: id, reason }),
    );
    return viewer;
  }

  leave(id: string): void {
    const viewer = this.#viewers.get(id);
    this.#viewers.delete(id);
    void viewer?.close();
    this.#options.input.remove(id);
    this.#pointers?.remove(id);
    this.#shown.forget(id);
    this.#options.director.remove(id);
  }

  /** Lets in a viewer that has no page of ours, and answers its offer. */
  async answerWhep(id: string, person: number, sdp: string): Promise<void> {
    const viewer = this.join(id, person, false);
    viewer.on("lost", () => this.leave(id));
    try {
      this.#options.send({ kind: "whep-answered", viewerId: id, sdp: await viewer.answerWhole(sdp) });
    } catch (error) {
      this.leave(id);
      this.#options.send({ kind: "whep-refused", viewerId: id, error: toPlainError(error) });
    }
  }

  /** Takes what a viewer's page said. One that is not known may just have left. */
  handleMessage(id: string, message: ConnectionMessage): void {
    this.#viewers.get(id)?.handleMessage(message);
  }

  /** Takes a binary message of a viewer's WebSocket, or of its input by HTTP. */
  handleBytes(id: string, bytes: Uint8Array): void {
    this.#viewers.get(id)?.handleBytes(bytes);
  }

  /** `frame` is the first to show these inputs. Told before it is encoded. */
  noteShown(frame: number, inputs: readonly ShownInput[]): void {
    this.#shown.add(frame, inputs);
  }

  /** Sends a frame to every viewer that takes frames of its encoder: packetized once, numbered and encrypted for each. */
  handlePacket(outgoing: OutgoingPacket): void {
    for (const viewer of this.#viewers.values()) this.#sendFrame(viewer, outgoing);
    this.#sockets.flush();
  }

  sendMessage(id: string, message: ServerMessage): void {
    this.#options.send({ kind: "send-viewer-message", viewerId: id, message });
  }

  /** Before the picture is there: who asks for it now has it without a round trip. */
  sendRestBegun(picture: string): void {
    for (const viewer of this.#viewers.values()) viewer.sendRestBegun(picture);
  }

  sendPulse(pulse: StreamPulse): void {
    const feedback = new OutgoingFeedback(pulse);
    for (const viewer of this.#viewers.values()) viewer.sendFeedback("control", feedback);
  }

  /** Notes in the report what was sent since the last call. */
  reportSent(): void {
    for (const viewer of this.#viewers.values()) this.#options.report.noteSent(viewer.takeCounts());
  }

  async close(): Promise<void> {
    this.#pointers?.close();
    await Promise.allSettled([...this.#viewers.values()].map((viewer) => viewer.close()));
  }

  #sendFrame(viewer: Viewer, { packet, frame, restPicture }: OutgoingPacket): void {
    let echo: ReturnType<ShownInputs["takeNewest"]> = null;
    const handedAt = now();
    const counts = viewer.send(frame, (name, way) => {
      const sentAt = now();
      if (trace.isOn) trace.span("sent", handedAt, sentAt, frame.number, viewerNumber(viewer.id), name);
      if (restPicture !== null) viewer.sendRest(way, name, restPicture);
      echo ??= this.#shown.takeNewest(viewer.id, frame.number);
      if (echo === null) return;
      const { sequence, receivedAt } = echo;
      viewer.sendEcho(way, name, sequence, sentAt - receivedAt);
      const queueMs = viewer.queueMs(way);
      const waitedMs = Math.max(0, packet.renderedAt - receivedAt) + (sentAt - handedAt) + queueMs;
      this.#options.report.noteAnswer(waitedMs, sentAt - receivedAt + queueMs);
    });
    this.#options.report.noteFrames(counts);
  }

  #handleInput(viewer: Viewer, { sequence, event, receivedAt }: AcceptedInput): void {
    // Its connections take a moment to end.
    if (this.#viewers.get(viewer.id) !== viewer) return;
    this.#pointers?.note(viewer.id, event);
    this.#options.input.handle(viewer.id, sequence, event, receivedAt);
    if (trace.isOn) trace.span("input", receivedAt, now(), 0, viewerNumber(viewer.id), sequence);
  }

  #followPause(id: string, paused: boolean): void {
    if (paused) return this.#pointers?.hide(id);
    // What it did meanwhile was shown to others; an echo of it now would tell of a delay that there was not.
    this.#shown.forget(id);
    this.#pointers?.greet(id);
  }
}
