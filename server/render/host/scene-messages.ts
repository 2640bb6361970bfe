/**
 * Owns the messages between a scene and its viewers' pages, in the render thread: what the scene sends is bounded and put
 * into the form for the way; what comes is given to the scene's listeners at once, so before the next frame.
 */

import { decodeMessage, encodeMessage, type MessageBody, type MessageData } from "../../../shared/custom-message.ts";
import type { Milliseconds } from "../../../shared/time.ts";
import { SendAllowance } from "../../platform/send-allowance.ts";
import type { MessageSender } from "../render-protocol.ts";
import type { SceneMessages, SceneViewer } from "../scene.ts";

export type SceneMailboxOptions = {
  /** Sends a message to a person, or to everybody (null). */
  readonly post: (to: number | null, body: MessageBody) => void;
  /** A listener of the scene threw, or the promise that it gave was rejected. */
  readonly onError: (error: unknown) => void;
  readonly clock?: () => Milliseconds;
};

type Listener = (data: MessageData, from: SceneViewer) => unknown;

/** The messages of one scene, until it is replaced. */
export class SceneMailbox {
  /** What the scene gets. */
  readonly api: SceneMessages;
  readonly #options: SceneMailboxOptions;
  readonly #listeners = new Set<Listener>();
  readonly #allowance: SendAllowance;
  #closed = false;

  constructor(options: SceneMailboxOptions) {
    this.#options = options;
    this.#allowance = new SendAllowance("A scene", options.clock);
    this.api = {
      broadcast: (data) => this.#send(null, data),
      send: (viewerId, data) => this.#send(personOf(viewerId), data),
      onMessage: (listener) => this.#listen(listener),
    };
  }

  /** Gives a viewer's message to the scene. What a listener throws never stops the others. */
  deliver(from: MessageSender, body: MessageBody): void {
    if (this.#listeners.size === 0) return;
    const data = decodeMessage(body);
    const { person: id, name, role, hasControl } = from;
    for (const listener of [...this.#listeners]) this.#call(listener, data, { id, name, role, hasControl });
  }

  /** The scene is over: its listeners hear nothing more, and what it still sends goes nowhere. */
  close(): void {
    this.#closed = true;
    this.#listeners.clear();
  }

  #send(to: number | null, data: MessageData): void {
    const body = encodeMessage(data);
    if (this.#closed) return;
    this.#allowance.take(body);
    this.#options.post(to, body);
  }

  #listen(listener: Listener): () => void {
    if (typeof listener !== "function") throw new TypeError("listener must be a function.");
    // A function of its own, so that one that listens twice is taken off once.
    const own: Listener = (data, from) => listener(data, from);
    if (!this.#closed) this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  #call(listener: Listener, data: MessageData, from: SceneViewer): void {
    try {
      // An asynchronous listener must not end the thread by what it throws.
      Promise.resolve(listener(data, from)).catch(this.#options.onError);
    } catch (error) {
      this.#options.onError(error);
    }
  }
}

function personOf(viewerId: number): number {
  if (!Number.isInteger(viewerId) || viewerId < 1) throw new TypeError("viewerId must be a whole number from 1.");
  return viewerId;
}
