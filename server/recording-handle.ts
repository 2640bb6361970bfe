/** Owns what a program that runs a server may do with a recording that it began. In the main process. */

import type { Recording } from "./recordings/recording.ts";
import type { RecordingInfo } from "./recordings/recording-info.ts";
import type { RoomRecordings } from "./recordings/room-recordings.ts";

/** A recording; given by `room.record`. */
export class RecordingHandle {
  readonly #recording: Recording;
  readonly #recordings: RoomRecordings;

  /** For `RoomHandle`. */
  constructor(recording: Recording, recordings: RoomRecordings) {
    this.#recording = recording;
    this.#recordings = recordings;
  }

  /** The newest of its files: it goes on in another one when the scene's process was started again. */
  get info(): RecordingInfo {
    return this.#recording.info;
  }

  /** All of its files, the newest first. */
  get files(): readonly RecordingInfo[] {
    return this.#recording.infos;
  }

  /** Resolves when it is over, because it was stopped, has all of its seconds, or failed: then `error` says why. */
  get over(): Promise<RecordingInfo> {
    return this.#recording.over.then(() => this.info);
  }

  /** Ends it; resolves when its file is whole. Idempotent. */
  stop(): Promise<RecordingInfo> {
    return this.#recordings.stop(this.#recording);
  }
}
