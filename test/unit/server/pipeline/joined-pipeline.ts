/** Owns a pipeline of a test whose stages are stand-ins (fake-stages.ts), with viewers that take video over their WebSockets. */

import { vi } from "vitest";
import { Pipeline } from "../../../../server/pipeline/pipeline.ts";
import type { ConnectionMessage, FromSession } from "../../../../server/session/session-protocol.ts";
import type { SessionReport } from "../../../../server/session/session-report.ts";
import type { StreamError } from "../../../../shared/errors.ts";
import type { InputEvent } from "../../../../shared/input.ts";
import type { ServerMessage } from "../../../../shared/signaling.ts";
import {
  encodeAck,
  encodeSocketInput,
  parseServerSocketMessage,
  type SocketFrame,
} from "../../../../shared/socket-message.ts";
import type { ChromaWish, StreamCodec, VideoCodec } from "../../../../shared/video.ts";
import { FakeEncoders, FakeMirrors, FakeOutlets, FakeRenderer, FakeTransport } from "./fake-stages.ts";

export const size = { width: 1280, height: 720 };
export const whole = { size, maxFps: 60, bitrateBps: 8_000_000 };
const FRAME_MS = 16;

type JoinedPipelineOptions = {
  codec?: VideoCodec | null;
  chroma?: ChromaWish;
  presence?: boolean;
  followsWindow?: boolean;
};

/** Runs in the virtual time of vitest's fake timers. */
export class JoinedPipeline {
  readonly encoders = new FakeEncoders();
  readonly render = new FakeRenderer();
  readonly outlets = new FakeOutlets();
  readonly mirrors = new FakeMirrors();
  readonly transports: FakeTransport[] = [];
  readonly sent: FromSession[] = [];
  readonly failures: unknown[] = [];
  readonly pipeline: Pipeline;
  /** Why no connection by WebRTC can be opened; null where it can. */
  refusal: StreamError | null = null;
  readonly #viewers = new Map<string, SocketViewer>();

  constructor({ codec = null, chroma = "auto", presence = true, followsWindow = false }: JoinedPipelineOptions = {}) {
    const quality = { preference: "auto", minBitrateBps: 150_000 } as const;
    this.pipeline = new Pipeline(
      { ...whole, followsWindow, quality, codec, chroma, presence },
      {
        render: this.render,
        encoders: this.encoders,
        outlets: this.outlets,
        mirrors: this.mirrors,
        openWebRtc: (_offer, codecs) => {
          if (this.refusal !== null) throw this.refusal;
          const transport = new FakeTransport(codecs[0]);
          this.transports.push(transport);
          return transport;
        },
        callWebRtc: () => {
          throw new Error("No server of others is called here.");
        },
        send: (message) => this.#take(message),
        fail: (error) => void this.failures.push(error),
      },
    );
  }

  /** Lets a viewer in that asks for video over its WebSocket at once. */
  join(
    id: string,
    { paused = false, codec = "h264" }: { paused?: boolean; codec?: StreamCodec | readonly StreamCodec[] } = {},
  ): SocketViewer {
    const viewer = new SocketViewer(this.pipeline, id);
    this.#viewers.set(id, viewer);
    this.pipeline.handle({ kind: "viewer-joined", viewerId: id, person: this.#viewers.size, paused });
    viewer.say({ kind: "stream", connection: 1, codecs: [codec].flat() });
    return viewer;
  }

  /** Lets a viewer in by WebRTC; gives the stand-in for its way. */
  joinByWebRtc(id: string, connection = 1): FakeTransport {
    this.pipeline.handle({ kind: "viewer-joined", viewerId: id, person: 9, paused: false });
    this.pipeline.handle({
      kind: "viewer-message-received",
      viewerId: id,
      message: { kind: "offer", connection, sdp: "an offer" },
    });
    const transport = this.transports.at(-1);
    if (transport === undefined) throw new Error("No way was opened.");
    transport.emit("connected", {});
    return transport;
  }

  leave(id: string): void {
    this.pipeline.handle({ kind: "viewer-left", viewerId: id });
  }

  setControl(...viewerIds: string[]): void {
    this.pipeline.handle({ kind: "control-changed", viewerIds });
  }

  /** Lets the scene move: a frame each 16 ms, of every encoder that is wanted. */
  async move(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += FRAME_MS) {
      this.encoders.encode();
      await vi.advanceTimersByTimeAsync(FRAME_MS);
    }
  }

  /** Lets the scene rest: encoders give nothing but key frames that are asked for. */
  async rest(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += FRAME_MS) {
      this.encoders.encode(false);
      await vi.advanceTimersByTimeAsync(FRAME_MS);
    }
  }

  get reports(): SessionReport[] {
    return this.sent.flatMap((message) => (message.kind === "report" ? message.report : []));
  }

  kinds(...kinds: FromSession["kind"][]): FromSession[] {
    return this.sent.filter(({ kind }) => kinds.includes(kind));
  }

  close(): Promise<void> {
    return this.pipeline.close();
  }

  #take(message: FromSession): void {
    this.sent.push(message);
    if (message.kind === "send-viewer-message") this.#viewers.get(message.viewerId)?.told.push(message.message);
    if (message.kind !== "send-viewer-bytes") return;
    for (const viewerId of message.viewerIds) this.#viewers.get(viewerId)?.take(message.bytes);
  }
}

export class SocketViewer {
  readonly frames: SocketFrame[] = [];
  readonly told: ServerMessage[] = [];
  readonly feedback: unknown[] = [];
  /** How long each acknowledgement takes. */
  delayMs = 5;
  readonly #pipeline: Pipeline;
  readonly #id: string;
  #sequence = 0;
  #ordered = 0;

  constructor(pipeline: Pipeline, id: string) {
    this.#pipeline = pipeline;
    this.#id = id;
  }

  say(message: ConnectionMessage): void {
    this.#pipeline.handle({ kind: "viewer-message-received", viewerId: this.#id, message });
  }

  setMaxBitrate(maxBitrateBps: number | null): void {
    this.say({ kind: "view", shown: null, preference: "auto", maxBitrateBps });
  }

  send(bytes: Uint8Array): void {
    this.#pipeline.handle({ kind: "viewer-bytes-received", viewerId: this.#id, messages: [bytes] });
  }

  /** Sends an ordered event. */
  press(event: InputEvent): void {
    this.#sequence += 1;
    this.send(encodeSocketInput({ sequence: this.#sequence, ordered: this.#ordered, event }));
    this.#ordered += 1;
  }

  take(bytes: Uint8Array): void {
    const message = parseServerSocketMessage(bytes);
    if (message === null) throw new Error("The server sent what no page knows.");
    if (message.kind !== "frame") return void this.feedback.push(message.feedback);
    this.frames.push(message);
    setTimeout(() => this.send(encodeAck(message.frame)), this.delayMs);
  }
}
