/**
 * Owns who is let in, in the main process: viewers of all rooms come and go through it.
 *
 * EN1 At most `most` viewers are in at once, in all rooms. Who comes later, or needs a room for which there is no place,
 *     waits, and is let in as soon as there is one; those who came first first. At most 100 wait; the next is refused.
 * EN2 Who waits is told its position at every change. A WHEP player cannot wait and is refused, as it is while others do.
 * EN3 A viewer whose right ends, because its link expires or is revoked, is sent out within a second.
 */

import { StreamError } from "../../shared/errors.ts";
import type { ViewerMessage } from "../../shared/signaling.ts";
import type { Identity, Visit } from "../access/identity.ts";
import type { Guest, Room } from "./room.ts";
import type { Rooms } from "./rooms.ts";

export type EntranceOptions = {
  readonly rooms: Rooms;
  /** The most viewers. */
  readonly most: number;
};

type Waiting = { readonly guest: Guest; readonly room: string };

const MOST_WAITING = 100;
const CHECK_MS = 1_000;

export class Entrance {
  readonly #options: EntranceOptions;
  readonly #inside = new Map<string, Room>();
  #waiting: Waiting[] = [];
  /** WHEP players who wait for the answer to their offer. */
  #arriving = 0;
  /** What was last said to those who wait. */
  #told = "";
  readonly #checks: NodeJS.Timeout;

  constructor(options: EntranceOptions) {
    this.#options = options;
    const { rooms } = options;
    rooms.on("opened", ({ room }) => this.#follow(room));
    rooms.on("closed", () => this.#admit());
    this.#checks = setInterval(() => this.#check(), CHECK_MS);
    this.#checks.unref();
  }

  /** How many viewers are in. */
  get count(): number {
    return this.#options.rooms.all.reduce((sum, { viewers }) => sum + viewers.count, 0);
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Takes somebody in, now or later; `viewerId` must never have been used. */
  enter(guest: Guest, room: string): void {
    if (this.#waiting.length >= MOST_WAITING) {
      return guest.line.end("too-many-viewers", "All places are taken, and too many wait already. Try again later.");
    }
    this.#waiting.push({ guest, room });
    this.#admit();
  }

  /** The line of a viewer is gone. */
  leave(viewerId: string): void {
    const room = this.#inside.get(viewerId);
    this.#inside.delete(viewerId);
    room?.leave(viewerId);
    this.#waiting = this.#waiting.filter(({ guest }) => guest.viewerId !== viewerId);
    this.#admit();
  }

  /** Takes what a viewer says; before it is in, that is of no use. */
  say(viewerId: string, message: ViewerMessage): void {
    this.#inside.get(viewerId)?.say(viewerId, message);
  }

  send(viewerId: string, bytes: Uint8Array): void {
    this.#inside.get(viewerId)?.send(viewerId, bytes);
  }

  /** Lets a WHEP player in. Rejects with a `StreamError`. */
  async whep(sdp: string, { identity, room }: Visit): Promise<{ id: string; answer: string }> {
    if (this.#waiting.length > 0 || this.#isFull) throw new StreamError("too-many-viewers");
    this.#arriving += 1;
    try {
      return await this.#options.rooms.open(room).whep(sdp, identity);
    } finally {
      this.#arriving -= 1;
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
    return this.count + this.#arriving >= this.#options.most;
  }

  #follow(room: Room): void {
    room.on("viewerLeft", ({ viewerId }) => {
      this.#inside.delete(viewerId);
      // Who is sent out has not closed its line yet; others may come in at once.
      queueMicrotask(() => this.#admit());
    });
  }

  /** Lets in whom there is place for. */
  #admit(): void {
    const left: Waiting[] = [];
    const queue = this.#waiting;
    this.#waiting = [];
    for (const waiting of queue) if (!this.#tryToAdmit(waiting)) left.push(waiting);
    this.#waiting = [...left, ...this.#waiting];
    this.#tellPositions();
  }

  #tryToAdmit({ guest, room: name }: Waiting): boolean {
    if (this.#isFull) return false;
    try {
      const room = this.#options.rooms.open(name);
      this.#inside.set(guest.viewerId, room);
      room.enter(guest);
      return true;
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      if (error.code === "too-many-rooms") return false;
      guest.line.end(error.code, error.message);
      return true;
    }
  }

  #tellPositions(): void {
    const told = this.#waiting.map(({ guest }) => guest.viewerId).join(" ");
    if (told === this.#told) return;
    this.#told = told;
    for (const [index, { guest }] of this.#waiting.entries()) {
      guest.line.tell({ kind: "queued", position: index + 1, waiting: this.#waiting.length });
    }
  }

  #check(): void {
    const now = Date.now();
    this.#sendOut(({ expiresAt }) => expiresAt !== null && expiresAt <= now);
    this.#options.rooms.check(this.#waiting.length > 0);
  }

  #sendOut(isDue: (identity: Identity) => boolean): void {
    const sentence = new StreamError("link-ended").message;
    for (const { viewers } of this.#options.rooms.all) {
      for (const [viewerId, { identity }] of [...viewers.entries]) {
        if (isDue(identity)) viewers.end(viewerId, "link-ended", sentence);
      }
    }
    for (const { guest } of this.#waiting.filter(({ guest: { identity } }) => isDue(identity))) {
      guest.line.end("link-ended", sentence);
      this.leave(guest.viewerId);
    }
  }
}
