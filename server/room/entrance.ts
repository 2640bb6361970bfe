/**
 * Owns who is let in, in the main process: viewers of all rooms come through it, and are given a seat.
 *
 * EN1 There are so many places (places.ts), in all rooms. Who comes when they are taken, or needs a room for which there is
 *     no place, waits, and is let in as soon as there is one; those who came first first. At most 100 wait; the next is
 *     refused. A host waits for no place, and for a room before all others.
 * EN2 Who waits is told its position at every change. A WHEP player cannot wait and is refused.
 * EN3 A viewer whose right ends, because its link expires or is revoked, is sent out within a second; so is a program that makes
 *     pictures.
 */

import { StreamError } from "../../shared/errors.ts";
import type { Admission, Identity } from "../access/identity.ts";
import type { NewViewer, Seat } from "../access/viewer-connection.ts";
import { MessageBudgets } from "./message-budgets.ts";
import type { Places } from "./places.ts";
import type { Room } from "./room.ts";
import type { Rooms } from "./rooms.ts";

export type EntranceOptions = {
  readonly rooms: Rooms;
  readonly places: Places;
};

const MAX_WAITING = 100;
const CHECK_MS = 1_000;
const crowded = "All places are taken, and too many people are waiting already. Try again later.";

export class Entrance {
  /** How much viewers may say, whichever room they are in. */
  readonly budgets: MessageBudgets = new MessageBudgets();
  readonly #options: EntranceOptions;
  #waiting: NewViewer[] = [];
  /** WHEP players who wait for the answer to their offer. */
  readonly #arriving = new Set<Admission>();
  /** To whom their positions were sent last, in that order. */
  #sentTo = "";
  readonly #checks: NodeJS.Timeout;

  constructor(options: EntranceOptions) {
    this.#options = options;
    const { rooms } = options;
    rooms.on("opened", ({ room }) => this.#follow(room));
    rooms.on("closed", () => this.#admit());
    this.#checks = setInterval(() => this.#check(), CHECK_MS);
    this.#checks.unref();
  }

  get places(): Places {
    return this.#options.places;
  }

  /** How many viewers are in. */
  get count(): number {
    return this.#options.rooms.all.reduce((sum, { viewers }) => sum + viewers.count, 0);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes a viewer in, now or later. */
  enter(viewer: NewViewer): void {
    const { admission, connection } = viewer;
    const isKept = this.#options.places.isKept(admission);
    const others = this.#waiting.map((waiting) => waiting.admission);
    const isCrowded = !isKept && others.length >= MAX_WAITING;
    const refusal = isCrowded ? crowded : this.#options.places.refusalFor(admission, others, MAX_WAITING);
    if (refusal !== null) return connection.end("too-many-viewers", refusal);
    connection.setSeat(this.#waitingSeat(viewer));
    if (isKept) this.#waiting.unshift(viewer);
    else this.#waiting.push(viewer);
    this.#admit();
  }

  /** Lets a WHEP player in. Rejects with a `StreamError`. */
  async answerWhep(sdp: string, admission: Admission): Promise<{ id: string; answer: string }> {
    const isFull = this.#isFull && !this.#options.places.isKept(admission);
    const full = isFull ? "All places are taken. Try again later." : null;
    const refusal = full ?? this.#refusalFor(admission);
    if (refusal !== null) throw new StreamError("too-many-viewers", refusal);
    this.#arriving.add(admission);
    try {
      return await this.open(admission).answerWhep(sdp, admission);
    } finally {
      this.#arriving.delete(admission);
    }
  }

  /** Sends everybody out who came by this link. */
  handleRevoked(linkId: string): void {
    this.#sendOut((identity) => identity.linkId === linkId);
  }

  close(): void {
    clearInterval(this.#checks);
  }

  get #isFull(): boolean {
    return this.count + this.#arriving.size >= this.#options.places.max;
  }

  /** PC2 */
  #refusalFor(admission: Admission): string | null {
    const inside = this.#options.rooms.all.flatMap(({ viewers }) => [...viewers.entries.values()]);
    return this.#options.places.refusalFor(admission, [...inside, ...this.#arriving]);
  }

  /** The room that is asked for, opened where `admission` may open one. Throws `StreamError` where there is none to be had. */
  open(admission: Admission): Room {
    const { rooms, places } = this.#options;
    const { room, identity, parameters: link } = admission;
    return rooms.open(room, { role: identity.role, isKept: places.isKept(admission), link });
  }

  /** Before a viewer is in, what comes from it is of no use. */
  #waitingSeat(viewer: NewViewer): Seat {
    return { handleMessage: () => undefined, handleBytes: () => undefined, leave: () => this.#forget(viewer) };
  }

  #forget(viewer: NewViewer): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== viewer);
    this.#admit();
  }

  #follow(room: Room): void {
    // Who is sent out has not closed its connection yet; others may come in at once.
    room.on("viewerLeft", () => queueMicrotask(() => this.#admit()));
  }

  /** Lets in whom there is place for. */
  #admit(): void {
    const left: NewViewer[] = [];
    const queue = this.#waiting;
    this.#waiting = [];
    for (const viewer of queue) if (!this.#tryToAdmit(viewer)) left.push(viewer);
    this.#waiting = [...left, ...this.#waiting];
    this.#sendPositions();
  }

  #tryToAdmit(viewer: NewViewer): boolean {
    if (this.#isFull && !this.#options.places.isKept(viewer.admission)) return false;
    if (this.#refusalFor(viewer.admission) !== null) return false;
    try {
      this.open(viewer.admission).enter(viewer);
      return true;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      if (error.code === "too-many-rooms") return false;
      viewer.connection.end(error.code, error.message);
      return true;
    }
  }

  #sendPositions(): void {
    const told = this.#waiting.map(({ viewerId }) => viewerId).join(" ");
    if (told === this.#sentTo) return;
    this.#sentTo = told;
    for (const [index, { connection }] of this.#waiting.entries()) {
      connection.sendMessage({ kind: "queued", position: index + 1, waiting: this.#waiting.length });
    }
  }

  #check(): void {
    const now = Date.now();
    this.#sendOut(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
    this.#options.rooms.check(this.#waiting.length > 0);
  }

  #sendOut(isDue: (identity: Identity) => boolean): void {
    const sentence = new StreamError("link-ended").message;
    for (const { viewers, source } of this.#options.rooms.all) {
      if (source?.identity != null && isDue(source.identity)) source.end("link-ended", sentence);
      for (const [viewerId, { identity }] of [...viewers.entries]) {
        if (isDue(identity)) viewers.end(viewerId, "link-ended", sentence);
      }
    }
    for (const viewer of this.#waiting.filter(({ admission: { identity } }) => isDue(identity))) {
      viewer.connection.end("link-ended", sentence);
      this.#forget(viewer);
    }
  }
}
