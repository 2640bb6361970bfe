/**
 * Owns who watches a scene, in the main process, and what they send to its process. Each process of the scene that goes live
 * is told anew who is there, who looks away and who has control.
 */

import type { StreamError } from "../../shared/errors.ts";
import type { ConnectionMessage, FromSession, ToSession } from "./session-protocol.ts";
import { ViewerInbox } from "./viewer-inbox.ts";
import { WhepOffers } from "./whep-offers.ts";

/** What the scene's process is told of a viewer that joins. */
export type JoiningViewer = {
  /** Its number among the people. */
  readonly person: number;
  /** Whether it looks away. */
  readonly paused: boolean;
  /** What video may take of its WebSocket, in bits a second; without it as much as of other ways. */
  readonly socketMaxBps?: number;
};

type WhepMessage = Extract<FromSession, { readonly kind: "whep-answered" } | { readonly kind: "whep-refused" }>;

export class SessionViewers {
  readonly #send: (message: ToSession, taken?: () => void) => boolean;
  readonly #offers: WhepOffers;
  readonly #inboxes = new Map<string, ViewerInbox>();
  readonly #viewers = new Map<string, JoiningViewer>();
  #controllers: readonly string[] = [];

  /**
   * `send` returns false, and sends nothing, while the scene is not live; it calls `taken` once the message no longer waits
   * on this side, or never, where the process falls.
   */
  constructor(send: (message: ToSession, taken?: () => void) => boolean, whepDeadlineMs: number) {
    this.#send = send;
    this.#offers = new WhepOffers(send, whepDeadlineMs);
  }

  /** Lets a viewer in, now or as soon as the scene is live. `viewerId` must never have been used. */
  join(viewerId: string, viewer: JoiningViewer): void {
    this.#viewers.set(viewerId, viewer);
    this.#send({ kind: "viewer-joined", viewerId, ...viewer });
  }

  leave(viewerId: string): void {
    this.#offers.handleLeft(viewerId);
    this.#viewers.delete(viewerId);
    this.#inboxes.delete(viewerId);
    this.#controllers = this.#controllers.filter((controller) => controller !== viewerId);
    this.#send({ kind: "viewer-left", viewerId });
  }

  /**
   * Takes what a viewer says of its connections. Said at another time than while live it is about a connection that is over
   * (SS2), but for its pauses, which count for the next process too.
   */
  handleMessage(viewerId: string, message: ConnectionMessage): void {
    const viewer = this.#viewers.get(viewerId);
    if (message.kind === "pause" && viewer !== undefined) {
      this.#viewers.set(viewerId, { ...viewer, paused: message.paused });
    }
    this.#send({ kind: "viewer-message-received", viewerId, message });
  }

  /** Takes a binary message of a viewer, at the same times. */
  handleBytes(viewerId: string, bytes: Uint8Array): void {
    const inbox = this.#inboxes.get(viewerId) ?? this.#openInbox(viewerId);
    inbox.handle(bytes);
  }

  /** Input of these viewers reaches the scene from now on, and that of no others. */
  setControllers(viewerIds: readonly string[]): void {
    const [before, after] = [new Set(this.#controllers), new Set(viewerIds)];
    for (const [viewerId, inbox] of this.#inboxes) if (before.has(viewerId) !== after.has(viewerId)) inbox.sendAll();
    this.#controllers = [...viewerIds];
    this.#send({ kind: "control-changed", viewerIds: this.#controllers });
  }

  /** Answers a WHEP offer; `leave` ends its connection. Rejects with a `StreamError`. */
  async answerWhep(viewerId: string, person: number, sdp: string): Promise<string> {
    try {
      return await this.#offers.offer(viewerId, person, sdp);
    } catch (error) {
      this.leave(viewerId);
      throw error;
    }
  }

  /** The scene's process answered an offer. */
  handleWhep(message: WhepMessage): void {
    this.#offers.handle(message);
  }

  /** A process of the scene is live that knows of nobody yet. */
  handleLive(): void {
    // What waited for the process before is of no use to this one (SS2).
    this.#inboxes.clear();
    for (const [viewerId, viewer] of this.#viewers) this.#send({ kind: "viewer-joined", viewerId, ...viewer });
    this.#send({ kind: "control-changed", viewerIds: this.#controllers });
  }

  /** The process fell, or it is over. */
  refuse(error: StreamError): void {
    this.#offers.refuse(error);
  }

  #openInbox(viewerId: string): ViewerInbox {
    const inbox = new ViewerInbox((messages, taken) => {
      return this.#send({ kind: "viewer-bytes-received", viewerId, messages }, taken);
    });
    this.#inboxes.set(viewerId, inbox);
    return inbox;
  }
}
