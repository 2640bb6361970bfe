/** Owns what a program that runs a server knows of a room, and may do with it and its viewers. In the main process. */

import type { Json, MessageData } from "../shared/custom-message.ts";
import { StreamError } from "../shared/errors.ts";
import type { ControlMode, Role } from "../shared/people.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import type { OutputInfo } from "./outputs/output-info.ts";
import type { Outputs } from "./outputs/outputs.ts";
import type { RoomOutputs } from "./outputs/room-outputs.ts";
import { parseParameterValues } from "./platform/given-parameters.ts";
import type { ParameterValues } from "./platform/parameters.ts";
import { RecordingHandle } from "./recording-handle.ts";
import type { ClipOptions, RecordOptions } from "./recordings/record-options.ts";
import type { RecordingInfo } from "./recordings/recording-info.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { RoomRecordings } from "./recordings/room-recordings.ts";
import type { Room } from "./room/room.ts";
import type { RoomStats } from "./room/room-stats.ts";
import { type SnapshotOptions, snapshotForm, stateText, wantedSize } from "./room/room-wishes.ts";
import type { Rooms } from "./room/rooms.ts";
import type { ViewerEntry, ViewerWay } from "./room/viewer-directory.ts";
import { RoomControls } from "./room-controls.ts";
import { RoomDataHandle } from "./room-data-handle.ts";

/** Somebody who watches. */
export type ViewerInfo = {
  /** What `grant` and `kick` take; not to be told to other viewers. */
  readonly viewerId: string;
  /** The name under `/s/`, "" for the shared room; of several scenes with the scene's name and a slash before it. */
  readonly room: string;
  /** By the page's WebSocket, by WHEP, or by plain HTTP. */
  readonly way: ViewerWay;
  readonly name: string;
  readonly role: Role;
  /** Whether its input reaches the scene. */
  readonly hasControl: boolean;
  /** Whether it waits for control. */
  readonly isAsking: boolean;
  /** Whether its page is hidden or paused. */
  readonly isAway: boolean;
};

/** What `setControl` changes; what is left out stays. */
export type ControlSetting = {
  readonly mode?: ControlMode;
  /** Whether hosts alone give control. */
  readonly locked?: boolean;
};

/** A room of a server; given by `server.room`. It may have ended: then its status is `closed` and nobody is in it. */
export class RoomHandle {
  readonly #room: Room;
  readonly #rooms: Pick<Rooms, "end">;
  readonly #recordings: RoomRecordings | null;
  readonly #outputs: RoomOutputs | null;

  /** For `StreamServer`. */
  constructor(
    room: Room,
    rooms: Pick<Rooms, "end">,
    { recordings, outputs }: { readonly recordings: Pick<Recordings, "of">; readonly outputs: Pick<Outputs, "of"> },
  ) {
    this.#room = room;
    this.#rooms = rooms;
    this.#recordings = recordings.of(room.name);
    this.#outputs = outputs.of(room.name);
  }

  /** The name under `/s/`, "" for the shared room; of several scenes with the scene's name and a slash before it. */
  get name(): string {
    return this.#room.name;
  }

  /** The title of the scene; until it says its own, the name of its file. */
  get title(): string {
    return this.#room.announcer.title;
  }

  /** The size of the picture in pixels. */
  get size(): PictureSize {
    return this.#room.announcer.size;
  }

  /** The values of the scene's parameters; none before it was there. */
  get parameters(): ParameterValues {
    return this.#room.session.parameters.values;
  }

  /** The newest state of the scene; null where it gives none. */
  get state(): Json | null {
    const { sceneState } = this.#room.session;
    return sceneState === null ? null : (JSON.parse(sceneState) as Json);
  }

  /** How its scene does. */
  get status(): SceneStatus {
    return this.#room.status;
  }

  /** The number of the scene's process, for monitoring; null while there is none. */
  get pid(): number | null {
    return this.#room.session.pid;
  }

  /**
   * Starts the scene again in a new process, with the state that it gave last: one that runs, and one that is `down`. Does
   * nothing before it was live once, and after it ended.
   */
  restart(): void {
    this.#room.session.restart();
  }

  /** The controls that its scene offers. */
  get controls(): RoomControls {
    return new RoomControls(this.#room);
  }

  /** The data that programs give its scene. */
  get data(): RoomDataHandle {
    return new RoomDataHandle(this.#room.session.data);
  }

  /** How the room did in the last second: rate, sizes, encoders, and what each stage took. */
  stats(): RoomStats {
    return this.#room.stats;
  }

  /**
   * Has the scene's parameters take these values, now or as soon as it is live, and in each process after this one. The scene hears of it
   * by `parametersChanged()`, or is begun anew with its state. Resolves when it has them. Rejects with `TypeError` naming the
   * parameter and the rule; with `StreamError` "scene-failed" where the scene threw, and goes on with those before; "room-lost" where
   * its process fell meanwhile; "closed".
   */
  async setParameters(values: ParameterValues): Promise<void> {
    await this.#room.session.parameters.set(parseParameterValues("values", values));
  }

  /** Has the scene take a state, now or as soon as it is live. Throws `TypeError` for what is no JSON or over 16 384 characters. */
  setState(state: Json): void {
    this.#room.session.setSceneState(stateText(state));
  }

  /**
   * Sends a message to the pages of all viewers, or of one: JSON of at most 16 384 characters or 32 768 bytes, 200 a second. They get it
   * as a message of the scene, with `from: "server"`. Throws `TypeError` where it cannot be sent, and `StreamError` "too-fast", or
   * "not-allowed" where there is no such viewer, or it plays by WHEP.
   */
  send(data: MessageData, viewerId?: string): void {
    this.#room.relay.sendFromServer(data, viewerId);
  }

  /**
   * Takes a picture of the scene as a file of PNG, JPEG or WebP; while nobody watches it is drawn for it. Rejects with `TypeError` naming
   * the option and its rule, and with `StreamError`: "room-lost" while the scene is not live, "too-many-viewers" where 16 are being
   * taken.
   */
  async snapshot(options: SnapshotOptions = {}): Promise<Uint8Array> {
    const { pictures, wantedSize: wanted } = this.#room.session;
    const { bytes } = await pictures.takeSnapshot(snapshotForm(options, wanted.fixed ?? this.size), []);
    if (bytes === null) throw new StreamError("encoder-failed", "There is no picture yet.");
    return bytes;
  }

  /**
   * Records what is shown, from now on or as soon as the scene is live, into a file, from the packets that viewers get. Rejects with
   * `TypeError` naming the option and its rule, with `StreamError` "output-failed" where the file cannot be written, "too-fast" where
   * four recordings run, "closed" where the room has ended.
   */
  async record(options: RecordOptions = {}): Promise<RecordingHandle> {
    const recordings = this.#recorded;
    return await Promise.resolve(new RecordingHandle(recordings.start(options), recordings));
  }

  /** The files that this server recorded of the room, and is recording, the newest first; at most some hundred. */
  get recordings(): readonly RecordingInfo[] {
    return this.#recordings?.infos ?? [];
  }

  /**
   * Saves the last seconds (`recordings.replaySeconds`) to a file, which begins at a key frame. Rejects with `TypeError` naming the
   * option and its rule, with `StreamError` "not-allowed" where none are held, "output-failed" where there are none yet, or the file
   * cannot be written.
   */
  async saveReplay(options: ClipOptions = {}): Promise<RecordingInfo> {
    return await this.#recorded.saveReplay(options);
  }

  /** What of the room is sent on to servers of others now, and what failed. */
  get outputs(): readonly OutputInfo[] {
    return this.#outputs?.infos ?? [];
  }

  /**
   * Sends what is shown on to a server of others, by RTMP, RTMPS, SRT or WHIP, as H.264 without sound, until it is ended: where the server
   * cannot be reached it is tried again and again, as `outputs` and the event `outputChanged` tell. Throws `TypeError` where the address
   * is none of `options.outputs`, `StreamError` "too-fast" where there are 8, "closed" where the room has ended.
   */
  startOutput(address: string): OutputInfo {
    if (this.#outputs === null) throw new StreamError("closed");
    return this.#outputs.start(address);
  }

  /** Ends what is sent on, by its `id`. False where there is none of that name. */
  endOutput(id: string): boolean {
    return this.#outputs?.end(id) ?? false;
  }

  /**
   * Gives the picture a size in pixels, even numbers from 16 to 8192 and no more than 2560x1440 of them, or than the server was started
   * with; null lets it follow the window of the person who steers. It stays so when the scene's process is started again.
   * Throws `TypeError`.
   */
  resize(size: PictureSize | null): void {
    const { session } = this.#room;
    session.wantedSize.want(wantedSize(size, session.maxPixels));
  }

  /**
   * Ends the room: everybody is told, and its process is gone when this resolves. Rejects with `StreamError` "not-allowed" for the shared
   * room, which ends with the server.
   */
  async close(): Promise<void> {
    await this.#rooms.end(this.#room);
  }

  /** Those who watch, in the order in which they came. */
  viewers(): readonly ViewerInfo[] {
    return [...this.#room.viewers.entries].map(([viewerId, entry]) => viewerInfo(this.#room, viewerId, entry));
  }

  /** Gives control to a viewer. Throws `StreamError` "not-allowed" where it is not in the room or cannot steer. */
  grant(viewerId: string): void {
    this.#room.people.control.give(this.#find(viewerId).person);
  }

  /**
   * Sends a viewer out. They can come again by their link, unless it is revoked. Throws `StreamError` "not-allowed" where it is
   * not in the room.
   */
  kick(viewerId: string): void {
    this.#find(viewerId);
    this.#room.viewers.end(viewerId, "kicked", new StreamError("kicked").message);
  }

  /** Changes who steers. */
  setControl({ mode, locked }: ControlSetting): void {
    const { control } = this.#room.people;
    if (mode !== undefined) control.setMode(mode);
    if (locked !== undefined) control.setLocked(locked);
  }

  get #recorded(): RoomRecordings {
    if (this.#recordings === null) throw new StreamError("closed");
    return this.#recordings;
  }

  #find(viewerId: string): ViewerEntry {
    const entry = this.#room.viewers.get(viewerId);
    if (entry === null) throw new StreamError("not-allowed", "There is no viewer with this id in the room.");
    return entry;
  }
}

export function viewerInfo(room: Room, viewerId: string, entry: ViewerEntry): ViewerInfo {
  const { name, role, hasControl, isAsking, isAway } = room.people.personOf(entry);
  return { viewerId, room: room.name, way: entry.way, name, role, hasControl, isAsking, isAway };
}
