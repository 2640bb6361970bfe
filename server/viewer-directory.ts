/** Owns who watches, in the main process: each viewer with the line to it. It knows nothing of what is said. */

import { Emitter } from "../shared/emitter.ts";
import type { ServerMessage } from "../shared/signaling.ts";

/** By the page's WebSocket, by WHEP, which has no line of its own, or by plain HTTP. */
export type ViewerWay = "page" | "whep" | "http";

/** How the server reaches a viewer. Both drop what a viewer that is gone can no longer get. */
export type ViewerLine = {
  tell(message: ServerMessage): void;
  /** Sends a binary message (shared/socket-message.ts). */
  send(bytes: Uint8Array): void;
  /** Cuts the line; the viewer may come back as another one. */
  cut(): void;
};

export type ViewerDirectoryEvents = {
  joined: { readonly viewerId: string; readonly way: ViewerWay };
  left: { readonly viewerId: string };
};

type Entry = { readonly way: ViewerWay; readonly line: ViewerLine | null };

export class ViewerDirectory extends Emitter<ViewerDirectoryEvents> {
  readonly #entries = new Map<string, Entry>();

  get count(): number {
    return this.#entries.size;
  }

  wayOf(viewerId: string): ViewerWay | null {
    return this.#entries.get(viewerId)?.way ?? null;
  }

  add(viewerId: string, way: ViewerWay, line: ViewerLine | null): void {
    this.#entries.set(viewerId, { way, line });
    this.emit("joined", { viewerId, way });
  }

  /** Takes a viewer out; false when it was not there. */
  remove(viewerId: string): boolean {
    if (!this.#entries.delete(viewerId)) return false;
    this.emit("left", { viewerId });
    return true;
  }

  /** Takes everybody out who came by `way`. */
  removeAll(way: ViewerWay): void {
    for (const [viewerId, entry] of this.#entries) if (entry.way === way) this.remove(viewerId);
  }

  tell(viewerId: string, message: ServerMessage): void {
    this.#entries.get(viewerId)?.line?.tell(message);
  }

  /** Tells everybody; `messageFor` may say something else to each. */
  broadcast(messageFor: (viewerId: string) => ServerMessage): void {
    for (const viewerId of this.#entries.keys()) this.tell(viewerId, messageFor(viewerId));
  }

  send(viewerIds: readonly string[], bytes: Uint8Array): void {
    for (const viewerId of viewerIds) this.#entries.get(viewerId)?.line?.send(bytes);
  }

  cut(viewerId: string): void {
    this.#entries.get(viewerId)?.line?.cut();
  }
}
