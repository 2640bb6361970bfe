/** Owns what is recorded of all rooms of a server, and what their viewers are told of it. In the main process. */

import { join } from "node:path";
import { Emitter } from "../../shared/emitter.ts";
import type { StreamError } from "../../shared/errors.ts";
import type { Role } from "../../shared/people.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import type { ResolvedRecordings } from "../options/recording-options.ts";
import type { Room } from "../room/room.ts";
import type { RecordDefaults } from "./record-options.ts";
import type { RecordingInfo } from "./recording-info.ts";
import { RoomRecordings } from "./room-recordings.ts";

export type RecordingsEvents = {
  /** As RoomRecordings tells it. */
  readonly changed: { readonly room: string; readonly info: RecordingInfo };
  readonly warned: { readonly room: string; readonly error: StreamError };
};

type RecordingMessage = Extract<ServerMessage, { readonly kind: "recording" }>;

export type RecordingsOptions = Pick<ResolvedRecordings, "folder" | "cutRests" | "replaySeconds"> &
  Pick<RecordDefaults, "codec"> & { readonly bitrateBps: number };

export class Recordings extends Emitter<RecordingsEvents> {
  readonly #options: RecordingsOptions;
  readonly #rooms = new Map<string, RoomRecordings>();

  constructor(options: RecordingsOptions) {
    super();
    this.#options = options;
  }

  /** A room was opened. */
  follow(room: Room): void {
    const { name, session, announcer, viewers } = room;
    const { codec, cutRests, replaySeconds, bitrateBps } = this.#options;
    const recordings = new RoomRecordings({
      outputs: session.outputs,
      folder: this.folderOf(name),
      defaults: { codec, cutRests },
      replaySeconds,
      bitrateBps,
      title: () => announcer.title,
    });
    this.#rooms.set(name, recordings);
    const messageFor = (role: Role): RecordingMessage => ({
      kind: "recording",
      isOn: recordings.counts.running > 0,
      replaySeconds: role === "host" ? replaySeconds : null,
    });
    recordings.on("changed", ({ info }) => {
      viewers.sendEach((_viewerId, { identity }) => messageFor(identity.role));
      this.emit("changed", { room: name, info });
    });
    recordings.on("warned", ({ error }) => this.emit("warned", { room: name, error }));
    viewers.on("joined", ({ entry: { identity, connection } }) => {
      const message = messageFor(identity.role);
      // Who comes takes it that nothing is recorded and nothing held.
      if (message.isOn || message.replaySeconds !== null) connection?.sendMessage(message);
      recordings.replay?.setWatched(true);
    });
    viewers.on("left", () => {
      if (viewers.count === 0) recordings.replay?.setWatched(false);
    });
  }

  /** A room is no more. */
  forget(name: string): void {
    this.#rooms.get(name)?.close();
    this.#rooms.delete(name);
  }

  /** Null where there is no such room now. */
  of(name: string): RoomRecordings | null {
    return this.#rooms.get(name) ?? null;
  }

  get all(): readonly RoomRecordings[] {
    return [...this.#rooms.values()];
  }

  /** Where the recordings of a room lie; its name has letters, digits and slashes (room-name.ts). */
  folderOf(name: string): string {
    return join(this.#options.folder, name);
  }

  close(): void {
    for (const recordings of this.all) recordings.close();
  }
}
