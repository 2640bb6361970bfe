/**
 * Owns what an event log says of a server (`options.eventLog`): who comes, leaves and steers, how the scenes do, and all input that
 * reached them. No token, link, key or id of a viewer is in it. Main process.
 */

import { type Milliseconds, now } from "../shared/time.ts";
import { EventFile, type EventFileOptions } from "./monitoring/event-file.ts";
import { openLog } from "./monitoring/log.ts";
import { type LoggedEvent, lineOf } from "./monitoring/logged-events.ts";
import type { ResolvedOptions } from "./options/options.ts";
import { packageVersion } from "./platform/package-file.ts";
import { fileOfScene } from "./platform/scene-address.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import { sceneUrlOf } from "./room-of.ts";

export type EventRecorderOptions = Pick<EventFileOptions, "path" | "told" | "limits" | "write"> & {
  readonly rooms: Rooms;
  readonly version: string;
  /** The path of the scene, or of the first of several. */
  readonly scene: string;
  /** The path of the scene of a room, where there are several; default null. */
  readonly sceneOf?: ((room: string) => string) | null;
  readonly maxFps: number;
};

/** Opens the log that the options of a server ask for. Throws as the constructor. */
export function openEventRecorder(
  { eventLog, sceneUrl, scenes, render, logLevel, logFormat }: ResolvedOptions,
  rooms: Rooms,
): EventRecorder {
  const log = openLog({ logLevel, logFormat });
  return new EventRecorder({
    rooms,
    path: eventLog ?? "",
    version: packageVersion(),
    scene: placeOf(sceneUrl),
    sceneOf: scenes === null ? null : (room) => placeOf(sceneUrlOf(room, { scenes, sceneUrl })),
    maxFps: render.maxFps,
    told: (level, sentence) => log[level](sentence),
  });
}

/** Its path; its address where another program makes the pictures. */
function placeOf(sceneUrl: URL): string {
  return fileOfScene(sceneUrl) ?? sceneUrl.href;
}

/** The number of no viewer: theirs begin with 1. */
const BY_PROGRAM = 0;

export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #file: EventFile;
  readonly #begun = now();
  /** What each room is called in the log. */
  readonly #names = new Map<Room, string>();
  #files = 0;
  #rooms = 0;
  #viewers = 0;

  /** Before the first room is made. Throws `TypeError` where the file cannot be opened. The caller closes it. */
  constructor(options: EventRecorderOptions) {
    const { rooms, path, told, limits, write } = options;
    this.#options = options;
    this.#file = new EventFile({
      path,
      told,
      opening: () => this.#opening(),
      lost: (lines) => this.#line({ kind: "lost", lines }),
      ...(limits === undefined ? {} : { limits }),
      ...(write === undefined ? {} : { write }),
    });
    rooms.on("opened", ({ room }) => this.#follow(room));
    rooms.on("closed", ({ room }) => {
      this.#note({ kind: "room-closed", room: this.#nameOf(room) });
      this.#names.delete(room);
    });
  }

  /** Writes what there is. Idempotent. */
  close(): Promise<void> {
    this.#note({ kind: "ended" });
    return this.#file.close();
  }

  #opening(): string[] {
    const { version, scene, maxFps } = this.#options;
    this.#files += 1;
    const rooms = [...this.#names.keys()].map((room) => this.#line(this.#roomOf(room)));
    return [this.#line({ kind: "began", version, scene, maxFps, continues: this.#files > 1 }), ...rooms];
  }

  #follow(room: Room): void {
    const { rooms } = this.#options;
    this.#rooms += 1;
    this.#names.set(room, rooms.isPrivate ? `private-${this.#rooms}` : room.name);
    this.#note(this.#roomOf(room));
    const numbers = new Map<string, number>();
    // Who comes may have control before it is told that it came.
    const numberOf = (viewerId: string): number => {
      const known = numbers.get(viewerId);
      if (known !== undefined) return known;
      this.#viewers += 1;
      numbers.set(viewerId, this.#viewers);
      return this.#viewers;
    };
    const name = this.#nameOf(room);
    room.on("viewerJoined", ({ viewerId, entry }) => {
      const { name: called, role } = room.people.personOf(entry);
      this.#note({ kind: "joined", room: name, viewer: numberOf(viewerId), name: called, role, way: entry.way });
    });
    room.on("viewerLeft", ({ viewerId }) => {
      this.#note({ kind: "left", room: name, viewer: numberOf(viewerId) });
      // Of what it held down the scene's process may still tell that it was let go.
      setTimeout(() => numbers.delete(viewerId), 10_000).unref();
    });
    room.on("statusChanged", (event) => this.#note({ kind: "status", room: name, ...event }));
    room.on("sceneTold", ({ viewerId, told }) => {
      this.#note({ room: name, viewer: viewerId === null ? BY_PROGRAM : numberOf(viewerId), ...told });
    });
    room.session.on("resized", ({ size: { width, height } }) =>
      this.#note({ kind: "size", room: name, width, height }),
    );
    room.session.on("parametersChanged", ({ values }) => this.#note({ kind: "parameters", room: name, values }));
    room.session.on("inputsTold", ({ inputs }) => {
      for (const { viewerId, at, event } of inputs) {
        this.#note({ kind: "input", room: name, viewer: numberOf(viewerId), event }, at);
      }
    });
    this.#followControl(room, name, numberOf);
  }

  #followControl(room: Room, name: string, numberOf: (viewerId: string) => number): void {
    let told = "";
    room.people.control.on("changed", () => {
      const { mode, locked } = room.people.control;
      const { holder } = room.people;
      const text = JSON.stringify([mode, locked, holder]);
      if (text === told) return;
      told = text;
      const who = holder === null ? null : numberOf(holder);
      this.#note({ kind: "control", room: name, mode, locked, holder: who });
    });
  }

  #roomOf(room: Room): LoggedEvent {
    const { width, height } = room.announcer.size;
    const scene = this.#options.sceneOf?.(room.name);
    const { sceneState: state, parameters } = room.session;
    const told = {
      kind: "room",
      room: this.#nameOf(room),
      width,
      height,
      state,
      parameters: parameters.values,
    } as const;
    return { ...told, ...(scene === undefined ? {} : { scene }) };
  }

  #nameOf(room: Room): string {
    return this.#names.get(room) ?? "";
  }

  #note(event: LoggedEvent, at: Milliseconds = now()): void {
    this.#file.write(this.#line(event, at));
  }

  #line(event: LoggedEvent, at: Milliseconds = now()): string {
    return lineOf(event, at, Math.max(0, at - this.#begun));
  }
}
