/**
 * Owns what a viewer does besides watching: the people and control, messages and state of the scene, links, pauses, what
 * it prefers. The public face of these parts; `Viewer` feeds them.
 */

import type { ConsoleLine } from "../shared/console.ts";
import type { Json, MessageData } from "../shared/custom-message.ts";
import { Emitter } from "../shared/emitter.ts";
import type { StreamErrorCode } from "../shared/errors.ts";
import type { PersonPointer } from "../shared/feedback.ts";
import { type ControlMode, cleanName, type Person, type Role } from "../shared/people.ts";
import {
  type ClientMessage,
  PROTOCOL_VERSION,
  type Preference,
  type ServerMessage,
  type StreamQuality,
} from "../shared/signaling.ts";
import { ServerLink } from "./link/server-link.ts";
import { type AccessLink, AccessLinks, type LinkWish, type NewAccessLink } from "./people/access-links.ts";
import { Company, type Control } from "./people/company.ts";
import { Pause } from "./people/pause.ts";
import { SceneChannel } from "./scene/scene-channel.ts";
import { linkWithState } from "./scene/state-link.ts";
import { ViewWishes } from "./streams/view-wishes.ts";
import type { ViewerStats } from "./streams/viewer-stats.ts";
import type { ResolvedViewerOptions } from "./viewer-options.ts";
import type { ViewerState } from "./viewer-state.ts";

export type ViewerEvents = {
  readonly stateChanged: { readonly state: ViewerState };
  /** Once a second. */
  readonly statsUpdated: { readonly stats: ViewerStats };
  /** The scene threw and goes on; a sentence for people. Null takes it back. */
  readonly noticeChanged: { readonly text: string | null };
  /** The scene printed something to its console; hosts are told. */
  readonly consolePrinted: ConsoleLine;
  readonly titleChanged: { readonly title: string };
  /** Somebody came, went, or is another than before. */
  readonly peopleChanged: { readonly people: readonly Person[] };
  readonly controlChanged: { readonly control: Control };
  /** The holder or a host refused our asking for control. */
  readonly controlRefused: { readonly sentence: string };
  /** The server left something out that this viewer wanted; a sentence for people. */
  readonly refused: { readonly code: StreamErrorCode; readonly sentence: string };
  /** The scene sent a message. */
  readonly messageReceived: { readonly data: MessageData };
  readonly sceneStateChanged: { readonly state: Json | null };
  /** Where the pointers of others are now; those that did not move are not told again. */
  readonly pointersMoved: { readonly pointers: readonly PersonPointer[] };
  /** The place in the queue; null when it is over. */
  readonly queueChanged: { readonly queue: Queue | null };
  readonly pausedChanged: { readonly isPaused: boolean };
  /** What the server sends this viewer is of another quality; null before it says so. */
  readonly qualityChanged: { readonly quality: StreamQuality | null };
};

/** The place in the queue where all places are taken; `position` counts from 1. */
export type Queue = { readonly position: number; readonly waiting: number };

/** Somebody of `people`, or its number. */
export type PersonRef = Person | number;

export abstract class Together extends Emitter<ViewerEvents> {
  protected readonly link: ServerLink;
  protected readonly company: Company;
  protected readonly channel: SceneChannel;
  protected readonly pauses: Pause;
  protected readonly view: ViewWishes;
  readonly #links: AccessLinks;
  #name: string | null;
  /** The name of the last hello. */
  #toldName: string | null = null;
  #queue: Queue | null = null;

  constructor(options: ResolvedViewerOptions) {
    super();
    const { url, token, name, pauseWhenHidden, preference, maxBitrateBps } = options;
    this.#name = name;
    const link = new ServerLink({ url, token, hello: () => this.#makeHello() });
    this.link = link;
    this.#links = new AccessLinks(() => link.addressOf("links"));
    this.company = new Company((request) => link.send({ kind: "control", request }));
    this.channel = new SceneChannel((message) => link.send(message));
    this.pauses = new Pause(pauseWhenHidden ? document : null);
    this.view = new ViewWishes((message) => link.send(message), { shown: null, preference, maxBitrateBps });
    this.company.on("peopleChanged", (event) => this.emit("peopleChanged", event));
    this.company.on("controlChanged", (event) => this.emit("controlChanged", event));
    this.channel.on("messageReceived", (event) => this.emit("messageReceived", event));
    this.channel.on("sceneStateChanged", (event) => this.emit("sceneStateChanged", event));
  }

  /** Who watches, ourselves included; at most 200 of them are told of. Only ourselves where `presence` is off. */
  get people(): readonly Person[] {
    return this.company.people;
  }

  /** How many watch. */
  get peopleCount(): number {
    return this.company.total;
  }

  /** Which of `people` this viewer is; null before the server said it. */
  get me(): Person | null {
    return this.company.me;
  }

  /** Who steers. */
  get control(): Control {
    return this.company.control;
  }

  /** What this viewer may do; null before the server said it. */
  get role(): Role | null {
    return this.company.role;
  }

  /** Whether names and pointers are passed on between viewers. */
  get presence(): boolean {
    return this.company.presence;
  }

  /** Whether this viewer may make links. */
  get canLink(): boolean {
    return this.company.canLink;
  }

  /** The place in the queue; null while it waits in none. */
  get queue(): Queue | null {
    return this.#queue;
  }

  /** What this viewer is to be called; the server may have its own name for it. Throws `TypeError` where nothing is left. */
  setName(name: string): void {
    const clean = cleanName(name);
    if (clean === null) throw new TypeError("name must have a character that can be seen.");
    this.#name = clean;
    this.link.send({ kind: "name", name: clean });
  }

  /** Asks for control: given at once where it is free, else its holder and the hosts are asked. */
  askForControl(): void {
    this.company.request({ action: "ask" });
  }

  /** Takes the asking back. */
  withdrawAsk(): void {
    this.company.request({ action: "withdraw" });
  }

  /** Gives control up. */
  releaseControl(): void {
    this.company.request({ action: "release" });
  }

  /** Takes control, as a host. */
  takeControl(): void {
    this.company.request({ action: "take" });
  }

  /** Gives control to somebody, as its holder or a host. */
  grantControl(person: PersonRef): void {
    this.company.request({ action: "grant", person: numberOf(person) });
  }

  /** Refuses control to somebody who asks, as its holder or a host. */
  refuseControl(person: PersonRef): void {
    this.company.request({ action: "refuse", person: numberOf(person) });
  }

  /** Sends somebody out, as a host. */
  kick(person: PersonRef): void {
    this.company.request({ action: "kick", person: numberOf(person) });
  }

  /** Has control given by hosts alone, or by the mode again, as a host. */
  lockControl(locked: boolean): void {
    this.company.request({ action: "lock", locked });
  }

  /** Changes who steers, as a host. */
  setControlMode(mode: ControlMode): void {
    this.company.request({ action: "mode", mode });
  }

  /** Sends the scene a message. Throws `TypeError` where it is too long or cannot be sent. */
  send(data: MessageData): void {
    this.channel.send(data);
  }

  /** The newest state that the scene gave; null where it gives none. */
  get sceneState(): Json | null {
    return this.channel.state;
  }

  /** Has the scene take a state that it gave before. Throws `TypeError` where it is too long or no JSON. */
  setSceneState(state: Json): void {
    this.channel.setState(state);
  }

  /** This page's address with the state of the scene in its fragment; null where the scene gives none. */
  stateLink(): string | null {
    const { state } = this.channel;
    return state === null ? null : linkWithState(location.href, state);
  }

  /** Makes a link for others, as a host. Rejects with an `Error` in the server's words. */
  createLink(wish: LinkWish): Promise<NewAccessLink> {
    return this.#links.create({ room: this.company.room, ...wish });
  }

  /** The links that hold. Rejects with an `Error` in the server's words. */
  listLinks(): Promise<AccessLink[]> {
    return this.#links.list();
  }

  /** Ends a link: whoever came by it is sent out. Rejects with an `Error` in the server's words. */
  revokeLink(id: string): Promise<void> {
    return this.#links.revoke(id);
  }

  /** No frames are sent until `resume()`; the last picture stays. */
  pause(): void {
    this.pauses.ask(true);
  }

  /** Takes `pause()` back. A hidden page stays paused. */
  resume(): void {
    this.pauses.ask(false);
  }

  get isPaused(): boolean {
    return this.pauses.isPaused;
  }

  /** What is given up first on a slow way. */
  get preference(): Preference {
    return this.view.preference;
  }

  /** Throws `TypeError`. */
  setPreference(preference: Preference): void {
    this.view.setPreference(preference);
  }

  /** The most that the pictures may take, in bits a second; null for what the server gives. */
  get maxBitrateBps(): number | null {
    return this.view.maxBitrateBps;
  }

  /** 100 000 to 200 000 000 bits a second, or null. Throws `TypeError`. */
  setMaxBitrate(maxBitrateBps: number | null): void {
    this.view.setMaxBitrate(maxBitrateBps);
  }

  /** To be called with each message; true where it was one of these parts'. */
  protected handleTogether(message: ServerMessage): boolean {
    switch (message.kind) {
      case "queued":
        this.setQueue({ position: message.position, waiting: message.waiting });
        return true;
      case "people":
        this.company.handlePeople(message);
        return true;
      case "message":
        this.channel.handleMessage(message);
        return true;
      case "scene-state":
        this.channel.handleState(message.state);
        return true;
      default:
        return false;
    }
  }

  /** To be called with each welcome, before anything else of it. */
  protected welcomeTogether(welcome: Extract<ServerMessage, { readonly kind: "welcome" }>): void {
    this.setQueue(null);
    this.link.enterRoom(welcome.room);
    this.company.handleWelcome(welcome);
    // By HTTP there is no hello that would have told the name, and it may have been changed in the queue.
    const told = this.link.kind === "http" ? null : this.#toldName;
    if (this.#name !== null && this.#name !== told) this.link.send({ kind: "name", name: this.#name });
    if (this.isPaused) this.link.send({ kind: "pause", paused: true });
  }

  protected setQueue(queue: Queue | null): void {
    const before = this.#queue;
    if (queue?.position === before?.position && queue?.waiting === before?.waiting) return;
    this.#queue = queue;
    this.emit("queueChanged", { queue });
  }

  #makeHello(): ClientMessage {
    this.#toldName = this.#name;
    return { kind: "hello", protocol: PROTOCOL_VERSION, ...(this.#name === null ? {} : { name: this.#name }) };
  }
}

function numberOf(person: PersonRef): number {
  return typeof person === "number" ? person : person.number;
}
