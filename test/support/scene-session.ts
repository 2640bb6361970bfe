/**
 * Owns a test's session of a real scene, without a server around it, and viewers that take video from it as a WebSocket
 * would: every frame is noted and acknowledged.
 */

import { resolveOptions } from "../../server/options/options.ts";
import { Session } from "../../server/session/session.ts";
import type { SessionReport } from "../../server/session/session-report.ts";
import type { PersonPointer } from "../../shared/feedback.ts";
import type { InputEvent } from "../../shared/input.ts";
import type { ServerMessage, ViewWish } from "../../shared/signaling.ts";
import {
  encodeAck,
  encodeSocketInput,
  parseServerSocketMessage,
  type SocketFrame,
} from "../../shared/socket-message.ts";
import { now } from "../../shared/time.ts";
import type { VideoCodec } from "../../shared/video.ts";

export type SceneSessionOptions = {
  readonly state?: string;
  readonly presence?: boolean;
  readonly followsWindow?: boolean;
  readonly maxFps?: number;
};

export class SceneSession {
  readonly session: Session;
  readonly reports: SessionReport[] = [];
  readonly states: (string | null)[] = [];
  readonly #viewers = new Map<string, SessionViewer>();

  /** Starts the scene at this URL and waits until it is live. The caller closes it. */
  static async start(scene: string, options: SceneSessionOptions = {}): Promise<SceneSession> {
    const started = new SceneSession(scene, options);
    await started.session.ready;
    return started;
  }

  private constructor(
    scene: string,
    { state, presence = true, followsWindow = false, maxFps = 60 }: SceneSessionOptions,
  ) {
    const size = { width: 320, height: 192 };
    const { sceneUrl, render, encode, quality, ice } = resolveOptions({ scene, render: { size, maxFps } });
    const kept = { watch: false, iceHost: "127.0.0.1", ice, presence };
    const config = { sceneUrl: sceneUrl.href, ...render, followsWindow, ...encode, quality, ...kept };
    this.session = Session.start({ config, sceneState: state ?? null });
    this.session.on("reported", ({ report }) => this.reports.push(report));
    this.session.on("viewerMessageSent", ({ viewerId, message }) => this.#viewers.get(viewerId)?.told.push(message));
    this.session.on("sceneStateChanged", ({ state: changed }) => this.states.push(changed));
    this.session.on("viewerBytesSent", ({ viewerIds, bytes }) => {
      for (const viewerId of viewerIds) this.#viewers.get(viewerId)?.handle(bytes);
    });
  }

  /** Lets a viewer in that asks for video at once. */
  join(viewerId: string, person: number, paused = false, codec: VideoCodec = "h264"): SessionViewer {
    const viewer = new SessionViewer(this.session, viewerId);
    this.#viewers.set(viewerId, viewer);
    this.session.viewers.join(viewerId, { person, paused });
    this.session.viewers.handleMessage(viewerId, { kind: "stream", connection: 1, codecs: [codec] });
    return viewer;
  }

  /** Kills the process and waits until the next one is live. */
  async restart(): Promise<void> {
    const killed = this.session.pid ?? 0;
    const live = new Promise<void>((resolve) => {
      this.session.on("statusChanged", ({ status }) => status.kind === "live" && resolve());
    });
    process.kill(killed, "SIGKILL");
    await live;
  }

  async close(): Promise<void> {
    await this.session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

export class SessionViewer {
  readonly id: string;
  readonly frames: (SocketFrame & { readonly at: number })[] = [];
  /** Everything that it was told of the others' pointers, in order. */
  readonly pointers: PersonPointer[] = [];
  /** What it was told in words. */
  readonly told: ServerMessage[] = [];
  /** The kinds of feedback that came. */
  readonly feedback: string[] = [];
  readonly #session: Session;
  /** How many bits a second its way carries; null for no limit. */
  carriesBps: number | null = null;
  #wayFreeAt = 0;
  #sequence = 0;
  #ordered = 0;

  constructor(session: Session, id: string) {
    this.#session = session;
    this.id = id;
  }

  handle(bytes: Uint8Array): void {
    const message = parseServerSocketMessage(bytes);
    if (message === null) return;
    if (message.kind === "frame") {
      this.frames.push({ ...message, at: now() });
      this.#acknowledge(message.frame, bytes.byteLength);
    } else {
      this.feedback.push(message.feedback.kind);
      if (message.feedback.kind === "pointers") this.pointers.push(...message.feedback.pointers);
    }
  }

  /** Acknowledges a frame when its way would have carried it. */
  #acknowledge(frame: number, bytes: number): void {
    const acknowledge = () => this.#session.viewers.handleBytes(this.id, encodeAck(frame));
    if (this.carriesBps === null) return acknowledge();
    this.#wayFreeAt = Math.max(now(), this.#wayFreeAt) + (bytes * 8000) / this.carriesBps;
    setTimeout(acknowledge, this.#wayFreeAt - now());
  }

  setView(wish: Partial<ViewWish>): void {
    this.#session.viewers.handleMessage(this.id, {
      kind: "view",
      shown: null,
      preference: "auto",
      maxBitrateBps: null,
      ...wish,
    });
  }

  setPaused(paused: boolean): void {
    this.#session.viewers.handleMessage(this.id, { kind: "pause", paused });
  }

  /** Sends events as a page does that has nothing but its WebSocket: all of them in order. */
  input(...events: readonly InputEvent[]): void {
    for (const event of events) {
      this.#sequence += 1;
      this.#session.viewers.handleBytes(
        this.id,
        encodeSocketInput({ sequence: this.#sequence, ordered: this.#ordered, event }),
      );
      if (event.kind !== "pointer" || event.phase !== "move" || event.button !== -1) this.#ordered += 1;
    }
  }
}
