/** Owns what viewers are told of the scene, in the main process: its title, size, status and troubles, at every change. */

import { sep } from "node:path";
import { type IceServer, PROTOCOL_VERSION, type SceneStatus, type ServerMessage } from "../../shared/signaling.ts";
import type { PictureSize } from "../../shared/video.ts";
import { nameInScene, sceneOf } from "../access/room-name.ts";
import type { Health } from "../monitoring/health.ts";
import type { RendererInfo } from "../session/session-protocol.ts";
import type { SessionReady } from "../session/session-run.ts";
import type { ViewerDirectory, ViewerEntry } from "./viewer-directory.ts";

const MAX_TITLE_LENGTH = 256;
const MAX_SENTENCE_LENGTH = 4096;

type Message<Kind extends ServerMessage["kind"]> = Extract<ServerMessage, { readonly kind: Kind }>;

export type SceneAnnouncerOptions = {
  readonly viewers: ViewerDirectory;
  /** Until the scene says its own. */
  readonly title: string;
  readonly size: PictureSize;
  /** The name of the room; "" for the shared one. */
  readonly room: string;
  /** Where the scene lies, which is nobody's business who watches: its files are named from there. */
  readonly folder: string;
  readonly presence: boolean;
  /** Whether links can be made for this server. */
  readonly hasLinks: boolean;
  /** Whether hosts arrange the picture. Default false. */
  readonly isStudio?: boolean;
  iceServers(viewerId: string): readonly IceServer[];
};

export class SceneAnnouncer {
  readonly #options: SceneAnnouncerOptions;
  readonly #viewers: ViewerDirectory;
  #title: string;
  #size: PictureSize;
  #renderer: RendererInfo | null = null;
  #statusMessage: Message<"status"> = { kind: "status", status: "starting", detail: null };
  #notice: Message<"notice"> | null = null;
  /** Whether the scene, which is live, does not answer. */
  isHanging = false;

  constructor(options: SceneAnnouncerOptions) {
    this.#options = options;
    this.#viewers = options.viewers;
    this.#title = options.title;
    this.#size = options.size;
  }

  get title(): string {
    return this.#title;
  }

  get size(): PictureSize {
    return this.#size;
  }

  get renderer(): RendererInfo | null {
    return this.#renderer;
  }

  get status(): SceneStatus {
    return this.#statusMessage.status;
  }

  get health(): Health["rooms"][number] {
    const status = this.isHanging && this.status === "live" ? "hanging" : this.status;
    const { room } = this.#options;
    const scene = sceneOf(room);
    const named = scene === "" ? {} : { scene };
    return { room, ...named, title: this.#title, status, viewers: this.#viewers.count };
  }

  get statusMessage(): Message<"status"> {
    return this.#statusMessage;
  }

  /** Null while there is nothing to say. */
  get notice(): Message<"notice"> | null {
    return this.#notice;
  }

  /**
   * Returns the status with its whole sentence. Of the end of the room viewers hear by the end of their connections, with its
   * reason.
   */
  setStatus(status: SceneStatus, sentence: string | null): { status: SceneStatus; detail: string | null } {
    const detail = sentence === null ? null : clip(sentence, MAX_SENTENCE_LENGTH);
    this.#statusMessage = { kind: "status", status, detail: detail && this.#withoutFolder(detail) };
    if (status !== "closed") this.#viewers.broadcast(this.#statusMessage);
    return { status, detail };
  }

  /** Who was welcomed before the scene had a name is welcomed again. There is no connection yet that could suffer. */
  setReady({ title: fullTitle, size, renderer }: SessionReady): void {
    const title = clip(fullTitle, MAX_TITLE_LENGTH);
    const isNew = this.#title !== title || this.#size.width !== size.width || this.#size.height !== size.height;
    this.#title = title;
    this.#size = size;
    this.#renderer = renderer;
    if (isNew) this.#viewers.sendEach((viewerId, entry) => this.welcomeFor(viewerId, entry));
  }

  setSize(size: PictureSize): void {
    this.#size = size;
    this.#viewers.broadcast({ kind: "size", size });
  }

  setTitle(title: string): void {
    this.#title = clip(title, MAX_TITLE_LENGTH);
    this.#viewers.broadcast({ kind: "title", title: this.#title });
  }

  /** Returns whether it is another one than before. */
  setNotice(text: string | null): boolean {
    const told = text === null ? null : clip(this.#withoutFolder(text), MAX_SENTENCE_LENGTH);
    const notice: Message<"notice"> = { kind: "notice", text: told };
    if (notice.text === (this.#notice?.text ?? null)) return false;
    this.#notice = notice.text === null ? null : notice;
    this.#viewers.broadcast(notice);
    return true;
  }

  #withoutFolder(sentence: string): string {
    return sentence.replaceAll(`${this.#options.folder}${sep}`, "");
  }

  /** The first message to a viewer. */
  welcomeFor(viewerId: string, { person, identity }: ViewerEntry): Message<"welcome"> {
    const { presence, hasLinks, iceServers } = this.#options;
    // A page knows by its address of which scene it is.
    const room = nameInScene(this.#options.room);
    return {
      kind: "welcome",
      protocol: PROTOCOL_VERSION,
      viewerId,
      title: this.#title,
      size: this.#size,
      iceServers: iceServers(viewerId),
      person,
      role: identity.role,
      room: room === "" ? null : room,
      presence,
      canLink: hasLinks && identity.role === "host",
      ...(sceneOf(this.#options.room) === "" ? {} : { hasStart: true }),
      ...(this.#options.isStudio === true ? { isStudio: true } : {}),
    };
  }
}

function clip(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`;
}
