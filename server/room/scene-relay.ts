/**
 * Owns what the scene of a room and its viewers send each other, in the main process: custom messages and the scene's
 * state.
 *
 * SR1 a viewer sends at most 50 messages and 256 KiB a second (bursts of twice that), and four states; what is more is left
 *     out, and the viewer is told so.
 * SR2 messages are for who has control unless the scene takes everybody's; a state always is. A program, which has none, may send both
 *     as a host, and as a controller where not only hosts give control, as it may set controls.
 * SR3 who joins is sent the newest state.
 * SR4 the program that runs the server sends as much as a scene may, and hears the messages of viewers that the scene was given.
 */

import { encodeMessage, type MessageBody, type MessageData } from "../../shared/custom-message.ts";
import { StreamError } from "../../shared/errors.ts";
import type { PanelChange } from "../../shared/panels.ts";
import type { ServerMessage, ViewerMessage } from "../../shared/signaling.ts";
import { now } from "../../shared/time.ts";
import { BucketTable } from "../platform/bucket-table.ts";
import { SendAllowance } from "../platform/send-allowance.ts";
import type { Session } from "../session/session.ts";
import type { People } from "./people.ts";
import type { ViewerDirectory, ViewerEntry } from "./viewer-directory.ts";

/** What a viewer says to the scene. */
export type SceneMessage = Extract<ViewerMessage, { readonly kind: "message" | "scene-state" }>;

const MESSAGES_PER_SECOND = 50;
const BYTES_PER_SECOND = 256 * 1024;
const STATES_PER_SECOND = 4;

/** What a viewer told the scene; of a message only its size. */
export type SceneTold =
  | { readonly kind: "state"; readonly state: string }
  | { readonly kind: "message"; readonly bytes: number }
  | { readonly kind: "panel"; readonly change: PanelChange };

export type SceneRelayOptions = {
  readonly session: Session;
  readonly viewers: ViewerDirectory;
  readonly people: People;
  /** A viewer told the scene something. */
  readonly told: (viewerId: string, told: SceneTold) => void;
  /** The scene was given this message of a viewer. */
  readonly heard: (viewerId: string, body: MessageBody) => void;
};

export class SceneRelay {
  readonly #options: SceneRelayOptions;
  /** By viewers (SR1). */
  readonly #messages = allowances(MESSAGES_PER_SECOND);
  readonly #bytes = allowances(BYTES_PER_SECOND);
  readonly #states = allowances(STATES_PER_SECOND);
  /** SR4. */
  readonly #fromServer = new SendAllowance("A program");

  constructor(options: SceneRelayOptions) {
    this.#options = options;
    const { session, viewers } = options;
    session.on("sceneMessageSent", ({ to, body }) => this.#send(to, { kind: "message", ...body }));
    session.on("sceneStateChanged", ({ state }) => viewers.broadcast({ kind: "scene-state", state }));
    viewers.on("left", ({ viewerId }) => {
      for (const table of [this.#messages, this.#bytes, this.#states]) table.forget(viewerId);
    });
  }

  /** What a newcomer is sent of the state (SR3). */
  get sceneState(): ServerMessage {
    return { kind: "scene-state", state: this.#options.session.sceneState };
  }

  handleMessage(viewerId: string, message: SceneMessage): void {
    const { viewers, people, session, told } = this.#options;
    const entry = viewers.get(viewerId);
    if (entry === null) return;
    const sender = people.senderOf(entry);
    const isForAll = message.kind === "message" && session.messagesFrom === "everyone";
    if (!sender.hasControl && !isForAll && !this.#mayAsProgram(entry)) {
      return viewers.refuse(viewerId, "no-control", "You need control to send this to the scene.");
    }
    if (!this.#isAllowed(viewerId, message)) {
      return viewers.refuse(
        viewerId,
        "too-fast",
        "You are sending the scene too much at once, so part of it was ignored.",
      );
    }
    if (message.kind === "scene-state") {
      session.setSceneState(message.state);
      return told(viewerId, { kind: "state", state: message.state });
    }
    const body = "json" in message ? { json: message.json } : { base64: message.base64 };
    if (!session.handleSceneMessage(sender, body)) {
      const sentence = "The scene is not running right now, so it did not receive the message.";
      return viewers.refuse(viewerId, "room-lost", sentence);
    }
    told(viewerId, { kind: "message", bytes: sizeOf(message) });
    this.#options.heard(viewerId, body);
  }

  /**
   * Sends a message of the program, to one viewer or to all (SR4). Throws `TypeError` naming the rule, and `StreamError` "too-fast",
   * or "not-allowed" where there is no such viewer, or it takes no messages.
   */
  sendFromServer(data: MessageData, viewerId: string | undefined): void {
    const { viewers } = this.#options;
    const message: ServerMessage = { kind: "message", from: "server", ...encodeMessage(data) };
    const entry = viewerId === undefined ? null : viewers.get(viewerId);
    if (viewerId !== undefined && entry === null) {
      throw new StreamError("not-allowed", "There is no viewer with this id in the room.");
    }
    if (entry?.connection === null) throw new StreamError("not-allowed", "Players by WHEP take no messages.");
    this.#fromServer.take(message);
    if (viewerId === undefined) viewers.broadcast(message);
    else viewers.sendMessage(viewerId, message);
  }

  /** Has the scene started again, as a host. */
  handleRestart(viewerId: string): void {
    const { viewers, session } = this.#options;
    if (viewers.get(viewerId)?.identity.role === "host") return session.restart();
    viewers.refuse(viewerId, "not-allowed", "Only a host may have the scene started again.");
  }

  /** SR2. */
  #mayAsProgram({ way, identity: { role } }: ViewerEntry): boolean {
    const { mode } = this.#options.people.control;
    return way === "program" && (role === "host" || (role === "controller" && mode !== "host"));
  }

  /** SR1. */
  #isAllowed(viewerId: string, message: SceneMessage): boolean {
    if (message.kind === "scene-state") return this.#states.take(viewerId);
    return this.#messages.take(viewerId) && this.#bytes.take(viewerId, sizeOf(message));
  }

  #send(to: number | null, message: ServerMessage): void {
    const { viewers } = this.#options;
    if (to === null) return viewers.broadcast(message);
    const isMeant = (entry: ViewerEntry): boolean => entry.person === to;
    [...viewers.entries.values()].find(isMeant)?.connection?.sendMessage(message);
  }
}

function sizeOf(message: Extract<SceneMessage, { readonly kind: "message" }>): number {
  return "json" in message ? message.json.length : message.base64.length;
}

function allowances(perSecond: number): BucketTable {
  return new BucketTable({ clock: now, perSecond, burst: 2 * perSecond });
}
