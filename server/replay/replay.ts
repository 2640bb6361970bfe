/** Owns how a scene is started for a replay: with a page on which others watch, or alone. Main process. */

import { resolveOptions } from "../options/options.ts";
import { noParameters } from "../platform/given-parameters.ts";
import { isFrameSource } from "../platform/scene-address.ts";
import { configOf } from "../room-of.ts";
import { Session } from "../session/session.ts";
import { exactForm, type SceneConfig } from "../session/session-protocol.ts";
import { StreamServer } from "../stream-server.ts";
import type { Recording } from "./recording.ts";
import { type ReplayOptions, ReplayPlayer } from "./replay-player.ts";

/** How long a scene has to come to rest before its picture is taken. */
const REST_DEADLINE_MS = 10_000;

export type ReplaySetting = {
  readonly recording: Recording;
  /** The path of the scene, where it is not the one of the log. */
  readonly scene: string | null;
  readonly speed: ReplayOptions["speed"];
  /** The port of the page; null for none. */
  readonly port: number | null;
  readonly signal: AbortSignal;
};

const notPlayed =
  "The pictures of this log were another program's, which is not in it. Name a scene to play the input into.";

/** A scene that waits for its replay, and afterwards is as it left it. Its owner closes it. */
export class Replay {
  /** The address at which it can be watched; null for none. */
  readonly url: string | null;
  readonly #setting: ReplaySetting;
  readonly #session: Session;
  readonly #server: StreamServer | null;

  /** Starts the scene. Rejects with `StreamError`, throws `TypeError` where the scene cannot be one. */
  static async start(setting: ReplaySetting): Promise<Replay> {
    const { recording, scene, speed, port, signal } = setting;
    const options = resolveOptions({
      scene: scene ?? recording.scene,
      render: { maxFps: Math.max(1, recording.maxFps) },
      http: { port: port ?? 0 },
      rooms: { named: false },
      // Who watches is not to steer.
      access: { authenticate: () => ({ role: "viewer" }) },
      signal,
    });
    if (isFrameSource(options.sceneUrl)) throw new TypeError(notPlayed);
    const inputs = speed === "max" ? "stepped" : "played";
    // As large as it may become, since its size follows that of the log.
    const config: Partial<SceneConfig> = { size: recording.size, followsWindow: true, inputs };
    // In another scene some may be of no use.
    const parameters = { ...noParameters, options: recording.parameters, isFirst: false };
    const beginning = { sceneState: recording.state, parameters };
    if (port === null) {
      const session = Session.start({ config: { ...configOf(options), ...config }, ...beginning });
      const replay = new Replay(setting, session, null);
      await session.ready.catch((error: unknown) => replay.close().then(() => Promise.reject(error)));
      return replay;
    }
    const { promise: session, resolve: made } = Promise.withResolvers<Session>();
    const server = await StreamServer.start(options, { replay: { config, ...beginning, made } });
    return new Replay(setting, await session, server);
  }

  private constructor(setting: ReplaySetting, session: Session, server: StreamServer | null) {
    this.#setting = setting;
    this.#session = session;
    this.#server = server;
    this.url = server?.url ?? null;
  }

  /** Plays the log. Resolves with how many inputs it has. Rejects with a `StreamError` where the scene ends, or the signal stops it. */
  play(progressed: ReplayOptions["progressed"]): Promise<number> {
    const { speed, signal, recording } = this.#setting;
    return new ReplayPlayer({ session: this.#session, speed, signal, progressed }).play(recording.steps);
  }

  /** The picture as PNG, once it stays as it is, finely drawn; of a scene that never rests the one after ten seconds. */
  async takePicture(): Promise<Uint8Array> {
    const deadline = performance.now() + REST_DEADLINE_MS;
    let before = new Uint8Array();
    for (;;) {
      const { bytes } = await this.#session.pictures.takeSnapshot(exactForm("png"), []);
      const picture = Buffer.from(bytes ?? []);
      if (picture.equals(before) || performance.now() > deadline) return picture;
      before = picture;
    }
  }

  /** Idempotent. */
  async close(): Promise<void> {
    await (this.#server ?? this.#session).close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
