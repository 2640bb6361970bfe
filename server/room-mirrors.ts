/**
 * Owns that studios are given the pictures of other rooms of the server: opens these, and tells the studio where they are in trouble. In the
 * main process; the pictures go from process to process.
 *
 * UX1 A room that a studio shows is kept as if somebody watched it, and opened where it is not there.
 * UX2 A studio that is gone, or whose process fell, wants nothing any more; its next process asks again.
 */

import { sceneOf } from "./access/room-name.ts";
import type { MirrorAsked } from "./render/render-protocol.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import type { SessionStatus } from "./session/session.ts";

type Mirror = { readonly studio: Room; readonly mirrorId: string; readonly target: Room };

export class RoomMirrors {
  readonly #rooms: Rooms;
  readonly #scenes: ReadonlyMap<string, URL> | null;
  readonly #mirrors = new Map<string, Mirror>();

  /** Of all rooms of a server; `scenes` are its scenes where there are several. */
  constructor(rooms: Rooms, scenes: ReadonlyMap<string, URL> | null) {
    this.#rooms = rooms;
    this.#scenes = scenes;
    rooms.on("opened", ({ room }) => this.#follow(room));
    rooms.on("closed", ({ room }) => this.#forget(room, "The room was closed."));
  }

  #follow(room: Room): void {
    const { session } = room;
    session.on("mirrorAsked", (asked) => this.#handle(room, asked));
    session.on("mirrorRefused", ({ mirrorId }) => this.#fail(mirrorId, "Its pictures could not be shared."));
    session.on("statusChanged", ({ status }) => this.#handleStatus(room, status));
  }

  #handle(studio: Room, { mirrorId, room, wish }: MirrorAsked): void {
    const key = `${studio.name} ${mirrorId}`;
    const known = this.#mirrors.get(key);
    if (wish === null) {
      this.#mirrors.delete(key);
      return known?.target.session.mirrors.want(key, null);
    }
    try {
      const target = known?.target ?? this.#open(studio, room);
      this.#mirrors.set(key, { studio, mirrorId, target });
      target.session.mirrors.want(key, wish);
      studio.session.mirrors.tell(mirrorId, troubleOf(target.session.status));
    } catch (error) {
      studio.session.mirrors.tell(mirrorId, error instanceof Error ? error.message : String(error));
    }
  }

  /** Throws what `Rooms.open` does, and an `Error` where there can be no such room. */
  #open(studio: Room, name: string): Room {
    if (name === studio.name) throw new Error("A studio cannot show itself.");
    const scene = sceneOf(name);
    const isKnown = this.#scenes === null ? scene === "" : this.#scenes.has(scene);
    if (!isKnown) throw new Error("There is no such scene on this server.");
    return this.#rooms.open(name, { role: "host", isKept: false });
  }

  #handleStatus(room: Room, status: SessionStatus): void {
    // UX2
    if (status.kind !== "live") this.#endOf(room);
    const trouble = troubleOf(status);
    for (const { studio, mirrorId, target } of this.#mirrors.values()) {
      if (target === room) studio.session.mirrors.tell(mirrorId, trouble);
    }
  }

  #forget(room: Room, why: string): void {
    this.#endOf(room);
    for (const [key, { target }] of [...this.#mirrors]) if (target === room) this.#fail(key, why);
  }

  /** What a studio wanted. */
  #endOf(studio: Room): void {
    for (const [key, mirror] of [...this.#mirrors]) {
      if (mirror.studio !== studio) continue;
      this.#mirrors.delete(key);
      mirror.target.session.mirrors.want(key, null);
    }
  }

  #fail(key: string, why: string): void {
    const mirror = this.#mirrors.get(key);
    if (mirror === undefined) return;
    this.#mirrors.delete(key);
    mirror.target.session.mirrors.want(key, null);
    mirror.studio.session.mirrors.tell(mirror.mirrorId, why);
  }
}

/** While a room starts, or is started again, its last picture stays. */
function troubleOf(status: SessionStatus): string | null {
  switch (status.kind) {
    case "starting":
    case "live":
    case "restarting":
      return null;
    case "down":
      return "The scene fell again and again.";
    case "failed":
      return "The scene could not be started.";
    case "closed":
      return "The room was closed.";
  }
}
