/**
 * Owns who watches a scene, in the main process: each process of the scene that goes live is told anew who is there, who
 * looks away and who has control.
 */

import type { ConnectionMessage, ToSession } from "./session-protocol.ts";

/** What the scene's process is told of a viewer that joins. */
export type JoiningViewer = {
  /** Its number among the people. */
  readonly person: number;
  /** Whether it looks away. */
  readonly paused: boolean;
};

export class SessionViewers {
  readonly #send: (message: ToSession) => void;
  readonly #viewers = new Map<string, JoiningViewer>();
  #controllers: readonly string[] = [];

  /** `send` sends nothing while the scene is not live. */
  constructor(send: (message: ToSession) => void) {
    this.#send = send;
  }

  join(viewerId: string, { person, paused }: JoiningViewer): void {
    this.#viewers.set(viewerId, { person, paused });
    this.#send({ kind: "viewer-joined", viewerId, person, paused });
  }

  leave(viewerId: string): void {
    this.#viewers.delete(viewerId);
    this.#controllers = this.#controllers.filter((controller) => controller !== viewerId);
    this.#send({ kind: "viewer-left", viewerId });
  }

  say(viewerId: string, message: ConnectionMessage): void {
    const viewer = this.#viewers.get(viewerId);
    if (message.kind === "pause" && viewer !== undefined) {
      this.#viewers.set(viewerId, { ...viewer, paused: message.paused });
    }
    this.#send({ kind: "viewer-said", viewerId, message });
  }

  setControllers(viewerIds: readonly string[]): void {
    this.#controllers = [...viewerIds];
    this.#send({ kind: "control-changed", viewerIds: this.#controllers });
  }

  /** A process of the scene is live that knows of nobody yet. */
  handleLive(): void {
    for (const [viewerId, viewer] of this.#viewers) this.#send({ kind: "viewer-joined", viewerId, ...viewer });
    this.#send({ kind: "control-changed", viewerIds: this.#controllers });
  }
}
