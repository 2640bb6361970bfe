/** Owns recording a scene that nobody watches: its process, without a page. Main process. */

import type { ResolvedOptions } from "./options/options.ts";
import { noParameters } from "./platform/given-parameters.ts";
import type { ResolvedRecord } from "./recordings/record-options.ts";
import { Recording } from "./recordings/recording.ts";
import type { RecordingInfo } from "./recordings/recording-info.ts";
import { configOf } from "./room-of.ts";
import { Session } from "./session/session.ts";
import type { OutputHandle } from "./session/session-outputs.ts";

/** A scene that is being recorded. Its owner closes it. */
export class SceneRecorder {
  readonly #session: Session;
  readonly #recording: Recording;
  readonly #handle: OutputHandle;

  /** Starts the scene. Rejects with `StreamError` where it, or the file, cannot be. */
  static async start(
    options: ResolvedOptions,
    { file, ...record }: ResolvedRecord & { readonly file: string },
  ): Promise<SceneRecorder> {
    const recording = new Recording(file, record);
    const parameters = { ...noParameters, ...options.parameters };
    const session = Session.start({ config: configOf(options), parameters });
    const recorder = new SceneRecorder(session, recording);
    await session.ready.catch((error: unknown) => recorder.close().then(() => Promise.reject(error)));
    return recorder;
  }

  private constructor(session: Session, recording: Recording) {
    this.#session = session;
    this.#recording = recording;
    this.#handle = session.outputs.want(recording);
  }

  get info(): RecordingInfo {
    return this.#recording.info;
  }

  /** Resolves when it is over, because it has all of its seconds, was stopped or failed. */
  get over(): Promise<void> {
    return this.#recording.over;
  }

  /** Ends it in order. */
  stop(): void {
    this.#handle.end();
  }

  /** Ends the scene. Idempotent. */
  async close(): Promise<void> {
    await this.#session.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
