/** Owns what page and scene say to each other: messages of their own making, and the state of the scene. */

import {
  decodeMessage,
  encodeMessage,
  type Json,
  type MessageBody,
  type MessageData,
} from "../../shared/custom-message.ts";
import { Emitter } from "../../shared/emitter.ts";
import { type ClientMessage, MAX_STATE_LENGTH } from "../../shared/signaling.ts";

export type SceneChannelEvents = {
  readonly messageReceived: { readonly data: MessageData };
  readonly sceneStateChanged: { readonly state: Json | null };
};

export class SceneChannel extends Emitter<SceneChannelEvents> {
  readonly #send: (message: ClientMessage) => void;
  #text: string | null = null;
  #state: Json | null = null;

  constructor(send: (message: ClientMessage) => void) {
    super();
    this.#send = send;
  }

  /** The newest state that the scene gave; null where it gives none. */
  get state(): Json | null {
    return this.#state;
  }

  /** Throws `TypeError` where `data` cannot be sent. */
  send(data: MessageData): void {
    this.#send({ kind: "message", ...encodeMessage(data) });
  }

  /** Throws `TypeError` where `state` is not JSON or is too long. */
  setState(state: Json): void {
    const text: string | undefined = JSON.stringify(state);
    if (text === undefined) throw new TypeError("state must be a JSON value.");
    if (text.length > MAX_STATE_LENGTH) {
      throw new TypeError(`state must have at most ${MAX_STATE_LENGTH} characters as JSON, not ${text.length}.`);
    }
    this.#send({ kind: "scene-state", state: text });
  }

  handleMessage(body: MessageBody): void {
    this.emit("messageReceived", { data: decodeMessage(body) });
  }

  handleState(text: string | null): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#state = text === null ? null : (JSON.parse(text) as Json);
    this.emit("sceneStateChanged", { state: this.#state });
  }
}
