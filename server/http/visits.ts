/**
 * Owns where each request goes and as what it came: its room, by the address, and its admission, once somebody looked. Every link
 * is relative, so a proxy may mount all of it under any prefix.
 */

import type { IncomingMessage } from "node:http";
import type { RequestHandler } from "express";
import type { Admission } from "../access/identity.ts";
import { nameInScene } from "../access/room-name.ts";
import { type Mount, splitRoom } from "./base-path.ts";
import { refuse } from "./refusals.ts";

export class Visits {
  readonly #rooms = new WeakMap<IncomingMessage, string | null>();
  readonly #admissions = new WeakMap<IncomingMessage, Admission>();

  /** Takes the base path and the room off. */
  unmounting(mount: Mount, scenes: ReadonlySet<string> | null): RequestHandler {
    return (request, response, next) => {
      const mounted = mount(request);
      if (mounted === null) return refuse(response, 404, "There is nothing here.");
      if (mounted.kind === "moved") return response.redirect(308, mounted.to);
      const split = splitRoom(mounted.url, scenes);
      if (split.kind === "moved") return response.redirect(308, split.to);
      if (split.kind === "nowhere") return refuse(response, 404, "There is no such room.");
      request.url = split.url;
      this.#rooms.set(request, split.room);
      next();
    };
  }

  /** Sends those who go to the shared room to one of their own; nobody where `newRoom` is null. */
  sendingToOwnRoom(newRoom: (() => string) | null): RequestHandler {
    return (request, response, next) => {
      const room = this.roomOf(request);
      if (newRoom === null || room === null || nameInScene(room) !== "") return next();
      const query = URL.parse(request.url, "http://host")?.search ?? "";
      // Relative, so that it holds under any path prefix; the browser keeps the fragment with the token.
      response.set("Cache-Control", "no-store").redirect(307, `s/${newRoom()}/${query}`);
    };
  }

  /** Null where it leads to no scene, but to what several have in common. */
  roomOf(request: IncomingMessage): string | null {
    return this.#rooms.get(request) ?? null;
  }

  /** It may be in the room that it goes to. */
  admit(request: IncomingMessage, admission: Admission): void {
    this.#admissions.set(request, admission);
  }

  /** Throws where nobody has looked, which is an error of ours. */
  admissionOf(request: IncomingMessage): Admission {
    const admission = this.#admissions.get(request);
    if (admission === undefined) throw new Error("The request was not identified.");
    return admission;
  }
}
