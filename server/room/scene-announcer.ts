/** Owns what viewers are told of the scene, in the main process: its title, size, state and troubles, at every change. */

import { type IceServer, PROTOCOL_VERSION, type SceneStatus, type ServerMessage } from "../../shared/signaling.ts";
import type { PictureSize } from "../../shared/video.ts";
import type { Health } from "../monitoring/health.ts";
import type { RendererInfo } from "../session/session-protocol.ts";
import type { SessionReady } from "../session/session-run.ts";
import type { ViewerDirectory, ViewerEntry, ViewerLine } from "./viewer-directory.ts";

const LONGEST_TITLE = 256;
const LONGEST_SENTENCE = 4096;

export type SceneAnnouncerOptions = {
  readonly viewers: ViewerDirectory;
  /** Until the scene says its own. */
  readonly title: string;
  readonly size: PictureSize;
  /** The name of the room; "" for the common scene. */
  readonly room: string;
  readonly presence: boolean;
  /** Whether links can be made for this server. */
  readonly hasLinks: boolean;
  iceServers(viewerId: string): readonly IceServer[];
};

export class SceneAnnouncer {
  readonly #options: SceneAnnouncerOptions;
  readonly #viewers: ViewerDirectory;
  #title: string;
  #size: PictureSize;
  #renderer: RendererInfo | null = null;
  #status: Extract<ServerMessage, { readonly kind: "status" }> = { kind: "status", status: "starting", detail: null };
  #notice: string | null = null;

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

  get state(): SceneStatus {
    return this.#status.status;
  }

  get health(): Health["scenes"][number] {
    return { room: this.#options.room, title: this.#title, state: this.state, viewers: this.#viewers.count };
  }

  /** The first words to a viewer. */
  welcome(viewerId: string, entry: ViewerEntry): void {
    entry.line?.tell(this.#welcomeFor(viewerId, entry));
  }

  /** What follows once the viewer is in the session. */
  inform(line: ViewerLine): void {
    line.tell(this.#status);
    if (this.#notice !== null) line.tell({ kind: "notice", text: this.#notice });
  }

  /** Returns the state with its sentence as viewers are told it. */
  setState(state: SceneStatus, sentence: string | null): { state: SceneStatus; detail: string | null } {
    const detail = sentence === null ? null : clip(sentence, LONGEST_SENTENCE);
    this.#status = { kind: "status", status: state, detail };
    this.#viewers.broadcast(this.#status);
    return { state, detail };
  }

  /** Who was welcomed before the scene had a name is welcomed again. There is no connection yet that could suffer. */
  setReady({ title: fullTitle, size, renderer }: SessionReady): void {
    const title = clip(fullTitle, LONGEST_TITLE);
    const isNew = this.#title !== title || this.#size.width !== size.width || this.#size.height !== size.height;
    this.#title = title;
    this.#size = size;
    this.#renderer = renderer;
    if (isNew) this.#viewers.tellEach((viewerId, entry) => this.#welcomeFor(viewerId, entry));
  }

  setTitle(title: string): void {
    this.#title = clip(title, LONGEST_TITLE);
    this.#viewers.broadcast({ kind: "title", title: this.#title });
  }

  /** Returns whether it is another one than before. */
  setNotice(text: string | null): boolean {
    const notice = text === null ? null : clip(text, LONGEST_SENTENCE);
    if (notice === this.#notice) return false;
    this.#notice = notice;
    this.#viewers.broadcast({ kind: "notice", text: notice });
    return true;
  }

  #welcomeFor(viewerId: string, { person, identity }: ViewerEntry): ServerMessage {
    const { room, presence, hasLinks, iceServers } = this.#options;
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
    };
  }
}

function clip(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
