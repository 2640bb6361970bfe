/** Owns what a program that runs a server knows of its viewers and may do with them. In the main process. */

import { StreamError } from "../shared/errors.ts";
import type { ControlMode, Role } from "../shared/people.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import type { ViewerEntry, ViewerWay } from "./room/viewer-directory.ts";

/** Somebody who watches. */
export type ViewerInfo = {
  /** What `grant` and `kick` take; not to be told to other viewers. */
  readonly viewerId: string;
  /** The name under `/s/`; "" for the common scene. */
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

export class PeopleDesk {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  viewers(): ViewerInfo[] {
    return this.#rooms.all.flatMap((room) =>
      [...room.viewers.entries].map(([viewerId, entry]) => viewerInfo(room, viewerId, entry)),
    );
  }

  /** Throws `StreamError` "not-allowed" where nobody of this id is there or it cannot have control. */
  grant(viewerId: string): void {
    const { room, entry } = this.#find(viewerId);
    room.company.control.give(entry.person);
  }

  /** Throws `StreamError` "not-allowed" where nobody of this id is there. */
  kick(viewerId: string): void {
    const { room } = this.#find(viewerId);
    room.viewers.end(viewerId, "kicked", new StreamError("kicked").message);
  }

  /** Throws `StreamError` "not-allowed" where there is no such room. */
  setControl({ room: name, mode, locked }: ControlSetting): void {
    const control = this.#roomOf(name).company.control;
    if (mode !== undefined) control.setMode(mode);
    if (locked !== undefined) control.setLocked(locked);
  }

  #roomOf(name: string | undefined): Room {
    if (name === undefined) return this.#rooms.first;
    const room = this.#rooms.find(name);
    if (room === null) throw new StreamError("not-allowed", `There is no room "${name}" now.`);
    return room;
  }

  #find(viewerId: string): { readonly room: Room; readonly entry: ViewerEntry } {
    for (const room of this.#rooms.all) {
      const entry = room.viewers.get(viewerId);
      if (entry !== null) return { room, entry };
    }
    throw new StreamError("not-allowed", "There is no viewer of this id now.");
  }
}

/** What of a room's control is to change. */
export type ControlSetting = {
  /** Default: the common scene. */
  readonly room?: string;
  readonly mode?: ControlMode;
  /** Whether hosts alone give control. */
  readonly locked?: boolean;
};

export function viewerInfo(room: Room, viewerId: string, entry: ViewerEntry): ViewerInfo {
  const { name, role, hasControl, isAsking, isAway } = room.company.personOf(entry);
  return { viewerId, room: room.name, way: entry.way, name, role, hasControl, isAsking, isAway };
}
