/**
 * Owns who sees the scene's cursor, in the main process.
 *
 * CR1 It is for those who steer, at once and when it changes; whoever loses control has the usual one again.
 * CR2 While no scene runs it is the usual one.
 */

import type { Cursor } from "../../shared/cursor.ts";
import type { Session } from "../session/session.ts";
import type { People } from "./people.ts";
import type { ViewerDirectory } from "./viewer-directory.ts";

export type CursorRelayOptions = {
  readonly session: Session;
  readonly viewers: ViewerDirectory;
  readonly people: People;
};

export class CursorRelay {
  readonly #options: CursorRelayOptions;
  #cursor: Cursor = "default";
  /** Those who steer. */
  #steering: ReadonlySet<string> = new Set();

  constructor(options: CursorRelayOptions) {
    this.#options = options;
    const { session, people } = options;
    session.on("cursorChanged", ({ cursor }) => this.#setCursor(cursor));
    session.on("statusChanged", ({ status }) => {
      if (status.kind !== "live") this.#setCursor("default");
    });
    people.on("steeringChanged", ({ viewerIds }) => this.#setSteering(new Set(viewerIds)));
  }

  /** CR2 */
  #setCursor(cursor: Cursor): void {
    if (cursor === this.#cursor) return;
    this.#cursor = cursor;
    for (const viewerId of this.#steering) this.#send(viewerId, cursor);
  }

  /** CR1 */
  #setSteering(steering: ReadonlySet<string>): void {
    const before = this.#steering;
    this.#steering = steering;
    if (this.#cursor === "default") return;
    for (const viewerId of before) if (!steering.has(viewerId)) this.#send(viewerId, "default");
    for (const viewerId of steering) if (!before.has(viewerId)) this.#send(viewerId, this.#cursor);
  }

  #send(viewerId: string, cursor: Cursor): void {
    this.#options.viewers.sendMessage(viewerId, { kind: "cursor", cursor });
  }
}
