/**
 * Owns who hears what the scene wants of pointers, its cursor and whether it is dragged, in the main process.
 *
 * CR1 It is for those who steer, at once and when it changes; for whoever loses control there is nothing to want again.
 * CR2 While no scene runs nothing is wanted. What a scene wants is told once it is live, after the welcome that makes pages begin anew.
 */

import { isSameWish, noWish, type PointerWish } from "../../shared/cursor.ts";
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
  #wish: PointerWish = noWish;
  /** What those who steer were told last. */
  #told: PointerWish = noWish;
  /** Those who steer. */
  #steering: ReadonlySet<string> = new Set();

  /** To be made after what welcomes viewers when the scene is live. */
  constructor(options: CursorRelayOptions) {
    this.#options = options;
    const { session, people } = options;
    session.on("cursorChanged", ({ cursor, takesDrags }) => {
      this.#wish = { cursor, takesDrags };
      if (session.status.kind === "live") this.#tell();
    });
    session.on("statusChanged", ({ status }) => {
      if (status.kind !== "live") this.#wish = noWish;
      this.#tell();
    });
    people.on("steeringChanged", ({ viewerIds }) => this.#setSteering(new Set(viewerIds)));
  }

  /** CR2 */
  #tell(): void {
    if (isSameWish(this.#wish, this.#told)) return;
    this.#told = this.#wish;
    for (const viewerId of this.#steering) this.#send(viewerId, this.#told);
  }

  /** CR1 */
  #setSteering(steering: ReadonlySet<string>): void {
    const before = this.#steering;
    this.#steering = steering;
    if (isSameWish(this.#told, noWish)) return;
    for (const viewerId of before) if (!steering.has(viewerId)) this.#send(viewerId, noWish);
    for (const viewerId of steering) if (!before.has(viewerId)) this.#send(viewerId, this.#told);
  }

  #send(viewerId: string, { cursor, takesDrags }: PointerWish): void {
    this.#options.viewers.sendMessage(viewerId, { kind: "cursor", cursor, ...(takesDrags ? { takesDrags } : {}) });
  }
}
