/** Owns who watches a room, in the main process: each viewer with the line to it. It knows nothing of what is said. */

import { Emitter } from "../../shared/emitter.ts";
import type { StreamErrorCode } from "../../shared/errors.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import type { Identity } from "../access/identity.ts";

/** By the page's WebSocket, by WHEP, which has no line of its own, or by plain HTTP. */
export type ViewerWay = "page" | "whep" | "http";

/** How the server reaches a viewer. All of it drops what a viewer that is gone can no longer get. */
export type ViewerLine = {
  tell(message: ServerMessage): void;
  /** Sends a binary message (shared/socket-message.ts). */
  send(bytes: Uint8Array): void;
  /** Cuts the line; the viewer may come back as another one. */
  cut(): void;
  /** Says why it is over and ends the line. A page does not come back by itself then. */
  end(code: StreamErrorCode, sentence: string): void;
};

export type ViewerEntry = {
  readonly way: ViewerWay;
  readonly identity: Identity;
  /** Its number among the people of the room. */
  readonly person: number;
  /** Null for WHEP. */
  readonly line: ViewerLine | null;
};

export type ViewerDirectoryEvents = {
  joined: { readonly viewerId: string; readonly entry: ViewerEntry };
  left: { readonly viewerId: string; readonly entry: ViewerEntry };
};

export class ViewerDirectory extends Emitter<ViewerDirectoryEvents> {
  readonly #entries = new Map<string, ViewerEntry>();

  get count(): number {
    return this.#entries.size;
  }

  /** Those that are there, in the order in which they came. */
  get entries(): ReadonlyMap<string, ViewerEntry> {
    return this.#entries;
  }

  get(viewerId: string): ViewerEntry | null {
    return this.#entries.get(viewerId) ?? null;
  }

  add(viewerId: string, entry: ViewerEntry): void {
    this.#entries.set(viewerId, entry);
    this.emit("joined", { viewerId, entry });
  }

  /** Takes a viewer out; false when it was not there. */
  remove(viewerId: string): boolean {
    const entry = this.#entries.get(viewerId);
    if (entry === undefined) return false;
    this.#entries.delete(viewerId);
    this.emit("left", { viewerId, entry });
    return true;
  }

  /** Takes everybody out who came by `way`. */
  removeAll(way: ViewerWay): void {
    for (const [viewerId, entry] of this.#entries) if (entry.way === way) this.remove(viewerId);
  }

  tell(viewerId: string, message: ServerMessage): void {
    this.#entries.get(viewerId)?.line?.tell(message);
  }

  /** Tells a viewer what it did wrong. */
  refuse(viewerId: string, code: StreamErrorCode, message: string): void {
    this.tell(viewerId, { kind: "error", code, message });
  }

  /** Tells everybody the same. */
  broadcast(message: ServerMessage): void {
    for (const { line } of this.#entries.values()) line?.tell(message);
  }

  /** Tells each what `messageFor` says. */
  tellEach(messageFor: (viewerId: string, entry: ViewerEntry) => ServerMessage): void {
    for (const [viewerId, entry] of this.#entries) entry.line?.tell(messageFor(viewerId, entry));
  }

  send(viewerIds: readonly string[], bytes: Uint8Array): void {
    for (const viewerId of viewerIds) this.#entries.get(viewerId)?.line?.send(bytes);
  }

  cut(viewerId: string): void {
    this.#entries.get(viewerId)?.line?.cut();
  }

  /** Ends a viewer for good, whatever way it came. */
  end(viewerId: string, code: StreamErrorCode, sentence: string): void {
    this.#entries.get(viewerId)?.line?.end(code, sentence);
    this.remove(viewerId);
  }
}
