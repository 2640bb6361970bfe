/** Owns who watches a room, in the main process: each viewer with its connection. It knows nothing of what is sent. */

import { Emitter } from "../../shared/emitter.ts";
import type { StreamErrorCode } from "../../shared/errors.ts";
import type { ServerMessage } from "../../shared/signaling.ts";
import type { Identity } from "../access/identity.ts";
import type { ViewerConnection } from "../access/viewer-connection.ts";

/** By the page's WebSocket, by WHEP, which has no connection of its own here, or by plain HTTP; a program, by the WebSocket of pages. */
export type ViewerWay = "page" | "whep" | "http" | "program";

export type ViewerEntry = {
  readonly way: ViewerWay;
  readonly identity: Identity;
  /** Where it comes from. */
  readonly address: string;
  /** Its number among the people of the room. */
  readonly person: number;
  /** Null for WHEP. */
  readonly connection: ViewerConnection | null;
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

  sendMessage(viewerId: string, message: ServerMessage): void {
    this.#entries.get(viewerId)?.connection?.sendMessage(message);
  }

  /** Tells a viewer what it did wrong. */
  refuse(viewerId: string, code: StreamErrorCode, message: string): void {
    this.sendMessage(viewerId, { kind: "error", code, message });
  }

  /** Sends everybody the same. */
  broadcast(message: ServerMessage): void {
    for (const { connection } of this.#entries.values()) connection?.sendMessage(message);
  }

  /** Sends each what `messageFor` says. */
  sendEach(messageFor: (viewerId: string, entry: ViewerEntry) => ServerMessage): void {
    for (const [viewerId, entry] of this.#entries) entry.connection?.sendMessage(messageFor(viewerId, entry));
  }

  sendBytes(viewerIds: readonly string[], bytes: Uint8Array): void {
    for (const viewerId of viewerIds) this.#entries.get(viewerId)?.connection?.sendBytes(bytes);
  }

  cut(viewerId: string): void {
    this.#entries.get(viewerId)?.connection?.cut();
  }

  /** Ends a viewer for good, whatever way it came. */
  end(viewerId: string, code: StreamErrorCode, sentence: string): void {
    this.#entries.get(viewerId)?.connection?.end(code, sentence);
    this.remove(viewerId);
  }
}
