/** Owns what a program that runs a server knows of a room, and may do with it and its viewers. In the main process. */

import { StreamError } from "../shared/errors.ts";
import type { ControlMode, Role } from "../shared/people.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import type { Room } from "./room/room.ts";
import type { ViewerEntry, ViewerWay } from "./room/viewer-directory.ts";

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

  /** For `StreamServer`. */
  constructor(room: Room) {
    this.#room = room;
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

  /** Those who watch, in the order in which they came. */
  viewers(): readonly ViewerInfo[] {
    return [...this.#room.viewers.entries].map(([viewerId, entry]) => viewerInfo(this.#room, viewerId, entry));
  }

  /** Gives control to a viewer. Throws `StreamError` "not-allowed" where it is not in the room or cannot steer. */
  grant(viewerId: string): void {
    this.#room.people.control.give(this.#find(viewerId).person);
  }

  /**
   * Sends a viewer out. Who has a link can come again, unless it is revoked. Throws `StreamError` "not-allowed" where it is
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
