/**
 * Owns the rooms of a server, each with a process of its own: makes and ends them. In the main process.
 *
 * RM1 Where rooms are shared, room "" is there from start to end; those with names are made when somebody comes.
 * RM2 Where rooms are private, there is no room "": who comes there gets a room of its own under a name that nobody
 *     guesses. The first is started with the server, so that a scene which does not work is known at once.
 * RM3 There are at most `max` rooms, and one more for a host for whom a place is kept.
 * RM4 A room that everybody left, a program that makes its pictures included, is ended after `emptyMs`, and its state forgotten. While somebody waits for a place, a
 *     room in which nobody came and no input reached the scene for `idleMs` is ended, the longest idle first.
 * RM5 Viewers make no rooms: they come to those that there are. A private room that nobody entered yet is not there for them.
 * RM6 Of several scenes none is started with the server: the shared room of each is made when somebody comes, viewers too, and ends
 *     as one with a name does. The rooms of all of them are counted together.
 * RM7 A link that opens a room sets the parameters of its scene that the scene lets links set, and one that comes to the first of
 *     private rooms, which nobody entered yet, too. Who comes to a room that runs finds it as it is.
 */

import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import type { Role } from "../../shared/people.ts";
import { nameInScene, roomIn, sceneOf } from "../access/room-name.ts";
import type { ResolvedRooms } from "../options/people-options.ts";
import type { ParameterTexts } from "../platform/parameters.ts";
import { randomWord } from "../platform/random-word.ts";
import type { RendererInfo } from "../session/session-protocol.ts";
import type { Room } from "./room.ts";

/** Which rooms there may be, and how one is made. `hasSeveralScenes`: default false. */
export type RoomsParts = ResolvedRooms & {
  readonly hasSeveralScenes?: boolean;
  make(name: string, link: ParameterTexts): Room;
};

/** Who wants a room. */
export type RoomSeeker = {
  readonly role: Role;
  /** Whether it is a host for whom a place is kept. */
  readonly isKept: boolean;
  /** What its link says of the scene's parameters. Default nothing. */
  readonly link?: ParameterTexts | undefined;
};

export type RoomsEvents = {
  readonly opened: { readonly room: Room };
  /** A room is no more; there is place for another. */
  readonly closed: { readonly room: Room };
};

export class Rooms extends Emitter<RoomsEvents> {
  readonly #parts: RoomsParts;
  /** Each room with when it was last occupied, on the clock of `performance.now()`. */
  readonly #rooms = new Map<Room, number>();
  #first: Room | null = null;
  #spare: Room | null = null;
  /** The spare, until somebody entered it. */
  #unclaimed: Room | null = null;
  #closed = false;

  constructor(parts: RoomsParts) {
    super();
    this.#parts = parts;
  }

  get hasSeveralScenes(): boolean {
    return this.#parts.hasSeveralScenes === true;
  }

  get isPrivate(): boolean {
    return this.#parts.kind === "private";
  }

  get all(): readonly Room[] {
    return [...this.#rooms.keys()];
  }

  /** What draws; null until a scene was drawn. */
  get renderer(): RendererInfo | null {
    return this.all.map(({ announcer }) => announcer.renderer).find((renderer) => renderer !== null) ?? null;
  }

  /** The shared room; where rooms are private, the first one; of several scenes the oldest. Of a server that is started. */
  get first(): Room {
    const first = this.#first ?? this.all[0];
    if (first !== undefined) return first;
    if (this.#closed) throw new StreamError("closed", "The server was closed.");
    throw new StreamError("not-allowed", "No scene is running right now.");
  }

  /** Makes the first room (RM1, RM2). Once, and never of several scenes (RM6). */
  start(): Room {
    this.#first = this.#make(this.isPrivate ? newName() : "");
    if (this.isPrivate) this.#spare = this.#unclaimed = this.#first;
    return this.#first;
  }

  /** The name, within its scene, of a private room for somebody who will come to it soon. */
  nameForNewcomer(): string {
    return this.#takeSpare()?.name ?? newName();
  }

  find(name: string): Room | null {
    return this.all.find((room) => room.name === name) ?? null;
  }

  /**
   * The room of this name, made if need be; the shared one is a new one where rooms are private. Throws `StreamError` "too-many-rooms"
   * when there is no place for it, "no-room" where who seeks it may not make it (RM5), "not-allowed" when there may not be
   * such a room.
   */
  open(name: string, { role, isKept, link = {} }: RoomSeeker): Room {
    if (this.#closed) throw new StreamError("closed", "The server was closed.");
    if (role === "viewer" && !this.#isLazy(name)) return this.#openForViewer(name, link);
    const isNew = this.isPrivate && isShared(name);
    const room = isNew ? this.#takeSpare() : this.find(name);
    if (room !== null) {
      if (room === this.#unclaimed) {
        this.#unclaimed = null;
        // Where the scene does not take it, it says so to its viewers.
        room.session.parameters.openByLink(link).catch(() => undefined);
      } else room.session.passOver(link);
      this.#rooms.set(room, performance.now());
      return room;
    }
    if (!this.isPrivate && !this.#parts.named && !this.#isLazy(name))
      throw new StreamError("not-allowed", "This server has only one room.");
    if (this.#rooms.size >= this.#parts.max + (isKept ? 1 : 0)) {
      const sentence = `The server is already running ${this.#parts.max} rooms, and no more are allowed.`;
      throw new StreamError("too-many-rooms", sentence);
    }
    return this.#make(isNew ? roomIn(sceneOf(name), newName()) : name, link);
  }

  /** Ends what is due (RM4); to be called every second. */
  check(isAwaited: boolean): void {
    const now = performance.now();
    for (const [room, occupiedAt] of this.#rooms) {
      if (room.isOccupied) this.#rooms.set(room, now);
      else if (this.#isMortal(room) && now - occupiedAt >= this.#parts.emptyMs) void this.#end(room);
    }
    if (!isAwaited || this.#rooms.size < this.#parts.max) return;
    const idle = this.all
      .filter((room) => this.#isMortal(room) && now - room.usedAt >= this.#parts.idleMs)
      .toSorted((a, b) => a.usedAt - b.usedAt)[0];
    if (idle !== undefined) void this.#end(idle);
  }

  /** Ends a room for the program that runs the server. Throws `StreamError` "not-allowed" for the shared one, which ends with that. */
  async end(room: Room): Promise<void> {
    if (room.name === "") throw new StreamError("not-allowed", "The shared room is there until the server is closed.");
    if (room === this.#spare) this.#spare = this.#unclaimed = null;
    await this.#end(room, "closed");
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.all.map((room) => room.close()));
  }

  /** RM5. */
  #openForViewer(name: string, link: ParameterTexts): Room {
    const room = this.find(name);
    if (room !== null && room !== this.#unclaimed) {
      this.#rooms.set(room, performance.now());
      room.session.passOver(link);
      return room;
    }
    const sentence =
      "There is no such room right now, and a link for viewers opens none. It opens when somebody else does.";
    const rootSentence = "Each has a room of their own here. To watch in one, ask somebody in it for its address.";
    throw new StreamError("no-room", this.isPrivate && isShared(name) ? rootSentence : sentence);
  }

  /** Whether it is one that waits for the first who comes (RM6). */
  #isLazy(name: string): boolean {
    return this.hasSeveralScenes && !this.isPrivate && isShared(name);
  }

  /** The first of private rooms is nobody's until somebody comes. */
  #takeSpare(): Room | null {
    const spare = this.#spare;
    this.#spare = null;
    if (spare !== null) this.#rooms.set(spare, performance.now());
    return spare;
  }

  #isMortal(room: Room): boolean {
    return room.name !== "" && room !== this.#spare;
  }

  #make(name: string, link: ParameterTexts = {}): Room {
    const room = this.#parts.make(name, link);
    this.#rooms.set(room, performance.now());
    this.emit("opened", { room });
    return room;
  }

  async #end(room: Room, code: "room-idle" | "closed" = "room-idle"): Promise<void> {
    if (!this.#rooms.delete(room)) return;
    await room.end(code, new StreamError(code).message);
    this.emit("closed", { room });
  }
}

function isShared(name: string): boolean {
  return nameInScene(name) === "";
}

/** A name that nobody guesses. */
function newName(): string {
  return randomWord(16);
}
