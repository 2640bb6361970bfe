/**
 * Owns what is known of the scene that runs on the server, and what page and scene say to each other: messages of their
 * own making, and the state of the scene.
 */

import {
  decodeMessage,
  encodeMessage,
  type Json,
  type MessageBody,
  type MessageData,
  type MessageSource,
} from "../../shared/custom-message.ts";
import { Emitter } from "../../shared/emitter.ts";
import { type ClientMessage, MAX_STATE_LENGTH, type ServerMessage } from "../../shared/signaling.ts";
import type { PictureSize } from "../../shared/video.ts";
import { linkWithState } from "./state-link.ts";
import type { ViewerScene } from "./viewer-scene.ts";

export type RemoteSceneEvents = {
  readonly titleChanged: { readonly title: string };
  readonly noticeChanged: { readonly text: string | null };
  readonly stateChanged: { readonly state: Json | null };
  readonly messageReceived: { readonly data: MessageData; readonly from: MessageSource };
};

type Welcome = Extract<ServerMessage, { readonly kind: "welcome" }>;

export class RemoteScene implements ViewerScene {
  readonly #emitter = new Emitter<RemoteSceneEvents>();
  readonly #send: (message: ClientMessage) => void;
  #title = "";
  #size: PictureSize | null = null;
  #notice: string | null = null;
  /** As it came. */
  #stateText: string | null = null;
  #state: Json | null = null;
  #startUrl: string | null = null;
  #isStudio = false;

  constructor(send: (message: ClientMessage) => void) {
    this.#send = send;
  }

  on<Name extends keyof RemoteSceneEvents>(name: Name, listener: (event: RemoteSceneEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  get title(): string {
    return this.#title;
  }

  get size(): PictureSize | null {
    return this.#size;
  }

  get notice(): string | null {
    return this.#notice;
  }

  get state(): Json | null {
    return this.#state;
  }

  get startUrl(): string | null {
    return this.#startUrl;
  }

  get isStudio(): boolean {
    return this.#isStudio;
  }

  send(data: MessageData): void {
    this.#send({ kind: "message", ...encodeMessage(data) });
  }

  setState(state: Json): void {
    const text: string | undefined = JSON.stringify(state);
    if (text === undefined) throw new TypeError("state must be a JSON value.");
    if (text.length > MAX_STATE_LENGTH) {
      throw new TypeError(`state must have at most ${MAX_STATE_LENGTH} characters as JSON, not ${text.length}.`);
    }
    this.#send({ kind: "scene-state", state: text });
  }

  restart(): void {
    this.#send({ kind: "restart" });
  }

  stateLink(): string | null {
    return this.#state === null ? null : linkWithState(location.href, this.#state);
  }

  handleSize(size: PictureSize): void {
    this.#size = size;
  }

  /** `addressOf` knows the room's address, which is `<scene>/` or `<scene>/s/<room>/` where there is a start page. */
  handleWelcome({ title, room, hasStart, isStudio }: Welcome, addressOf: (path: string) => string): void {
    this.#startUrl = hasStart === true ? addressOf(room === null ? "../" : "../../../") : null;
    this.#isStudio = isStudio === true;
    this.handleTitle(title);
  }

  handleTitle(title: string): void {
    if (this.#title === title) return;
    this.#title = title;
    this.#emitter.emit("titleChanged", { title });
  }

  handleNotice(text: string | null): void {
    if (this.#notice === text) return;
    this.#notice = text;
    this.#emitter.emit("noticeChanged", { text });
  }

  handleMessage({ from = "scene", ...body }: MessageBody & { readonly from?: MessageSource }): void {
    this.#emitter.emit("messageReceived", { data: decodeMessage(body), from });
  }

  handleState(text: string | null): void {
    if (text === this.#stateText) return;
    this.#stateText = text;
    this.#state = text === null ? null : (JSON.parse(text) as Json);
    this.#emitter.emit("stateChanged", { state: this.#state });
  }
}
