/** Owns a running server: joins its rooms to the HTTP server. In the main process, which draws nothing. */

import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Emitter } from "../shared/emitter.ts";
import { StreamError } from "../shared/errors.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import type { LinkInfo, LinkOptions, Links } from "./access/links.ts";
import type { EventRecorder } from "./event-recorder.ts";
import type { FrontDoor } from "./front-door.ts";
import type { Trace } from "./monitoring/trace-document.ts";
import { type ResolvedOptions, resolveOptions, type StreamServerOptions } from "./options/options.ts";
import type { ParameterTexts } from "./platform/parameters.ts";
import { Entrance } from "./room/entrance.ts";
import { Places } from "./room/places.ts";
import { Rooms } from "./room/rooms.ts";
import { RoomHandle, type ViewerInfo } from "./room-handle.ts";
import { roomOf } from "./room-of.ts";
import { reportRoom } from "./room-reports.ts";
import type { RendererInfo } from "./session/session-protocol.ts";
import { linkTo, originOf, pageUrl } from "./share/addresses.ts";
import type { Share } from "./share/share.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";
import type { StreamServerParts } from "./stream-server-parts.ts";
import { type TraceOptions, Traces } from "./tracing.ts";

export type StreamServerStart = {
  /** Told when the server can be reached, which is before the scene is there. */
  readonly listening?: (server: StreamServer) => void;
};

type State =
  /** The scene comes up, and the port is not listened on yet. */
  | { readonly kind: "starting" }
  /** `share` is null where no link was asked for, and until the scene is live. */
  | { readonly kind: "open"; readonly door: FrontDoor; readonly share: Share | null }
  | { readonly kind: "closed"; readonly port: number; readonly done: Promise<void> };

/**
 * Starts to render a scene and to stream it. Resolves when viewers can watch. Throws `TypeError` on bad options; rejects
 * with a `StreamError` when the port is taken, the scene is missing, invalid or throws, or OpenGL or an encoder is missing.
 */
export async function createStreamServer(options: StreamServerOptions): Promise<StreamServer> {
  return StreamServer.start(resolveOptions(options));
}

/** A running server; made by `createStreamServer`. Its owner closes it. */
export class StreamServer {
  readonly #options: ResolvedOptions;
  readonly #parts: StreamServerParts;
  readonly #emitter = new Emitter<StreamServerEvents>();
  readonly #rooms: Rooms;
  readonly #entrance: Entrance;
  readonly #traces: Traces;
  #recorder: EventRecorder | null = null;
  readonly #close = (): void => void this.close();
  #state: State = { kind: "starting" };

  /** For `createStreamServer` and tests. */
  static async start(
    options: ResolvedOptions,
    parts: StreamServerParts = {},
    { listening }: StreamServerStart = {},
  ): Promise<StreamServer> {
    if (options.signal?.aborted) throw wasClosed();
    const path = fileURLToPath(options.sceneUrl);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
      throw new StreamError("scene-missing", `There is no scene file ${path}.`);
    }
    const server = new StreamServer(options, parts);
    try {
      await server.#openEventLog();
      // First of all: the scene takes longer to come up than all the rest, so the rest is loaded meanwhile.
      const { session } = server.#rooms.start();
      await server.#open();
      listening?.(server);
      await session.ready;
      await server.#openShare();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  private constructor(options: ResolvedOptions, parts: StreamServerParts) {
    this.#options = options;
    this.#parts = parts;
    const makeRoom = (name: string, link: ParameterTexts) => roomOf(name, options, this.#entrance.budgets, parts, link);
    this.#rooms = new Rooms({ ...options.rooms, make: makeRoom });
    this.#rooms.on("opened", ({ room }) => reportRoom(room, this.#emitter));
    this.#rooms.on("closed", ({ room }) => this.#emitter.emit("roomClosed", { room: room.name }));
    this.#traces = new Traces(this.#rooms);
    this.#entrance = new Entrance({ rooms: this.#rooms, places: new Places(options.viewers.max, options.access) });
    options.signal?.addEventListener("abort", this.#close, { once: true });
  }

  /** The address of the page, for a browser on this machine. */
  get url(): string {
    return pageUrl(this.#options, this.port);
  }

  /** The same with the token, if there is one: who comes by it is a host. */
  get link(): string {
    return linkTo(this.url, this.#options.access.token);
  }

  /**
   * The same with a link for others, of the role controller and good for a week; null where no token is asked for, and when
   * the server is closed.
   */
  get inviteLink(): string | null {
    const token = this.#state.kind === "open" ? this.#state.door.inviteToken : null;
    return token === null ? null : linkTo(this.url, token);
  }

  /** The public link for others; null without `options.share` and while the tunnel does not work. */
  get shareLink(): string | null {
    return this.#share?.link ?? null;
  }

  /** The port that is listened on. */
  get port(): number {
    if (this.#state.kind === "closed") return this.#state.port;
    return this.#state.kind === "open" ? this.#state.door.port : this.#options.http.port;
  }

  /** The title of `room()`; so are the two that follow. */
  get title(): string {
    return this.room().title;
  }

  /** The size of the picture in pixels. */
  get size(): PictureSize {
    return this.room().size;
  }

  /** How its scene does. */
  get status(): SceneStatus {
    return this.room().status;
  }

  /** What draws; null until a scene was drawn. */
  get renderer(): RendererInfo | null {
    return this.#rooms.first.announcer.renderer;
  }

  /**
   * The room of this name, "" for the shared one. Without a name it is the shared room, or, where rooms are private, the first
   * one. Throws `StreamError` "not-allowed" where there is no such room now.
   */
  room(name?: string): RoomHandle {
    const room = name === undefined ? this.#rooms.first : this.#rooms.find(name);
    if (room === null) throw new StreamError("not-allowed", `There is no room "${name}" right now.`);
    return new RoomHandle(room, this.#rooms);
  }

  /** The rooms that there are, the oldest first. */
  rooms(): readonly RoomHandle[] {
    return this.#rooms.all.map((room) => new RoomHandle(room, this.#rooms));
  }

  /** Those who watch, in all rooms. */
  viewers(): readonly ViewerInfo[] {
    return this.rooms().flatMap((room) => room.viewers());
  }

  /**
   * Makes a link with a role of its own. Rejects with `TypeError` naming the field and its rule, and with a `StreamError`
   * "not-allowed" where the server asks for no token.
   */
  async createLink(options: LinkOptions): Promise<LinkInfo & { readonly link: string }> {
    const { door, links } = this.#linking;
    const { token, ...link } = await links.make(options);
    return { ...link, link: linkTo(door.pageOf(link.room ?? ""), token) };
  }

  /** The links that were made and have not expired. Throws as `createLink`. */
  links(): readonly LinkInfo[] {
    return this.#linking.links.list();
  }

  /** Takes a link back and sends those out who came by it. False where there is none. Throws as `createLink`. */
  revokeLink(id: string): boolean {
    return this.#linking.links.revoke(id);
  }

  /**
   * Takes a trace of what all processes and the pages do in the next seconds, 5 where none are given and 60 at most, or until
   * `signal` aborts: as JSON text it is what ui.perfetto.dev opens. Rejects with `TypeError` on bad options, with a `StreamError`
   * "not-allowed" while another is taken, "closed" when the server is closed.
   */
  async trace(options: TraceOptions = {}): Promise<Trace> {
    if (this.#state.kind !== "open") throw wasClosed();
    return await this.#traces.take(options);
  }

  /** Calls `listener` at every `name` event. Returns a function that takes it off again. */
  on<Name extends keyof StreamServerEvents>(
    name: Name,
    listener: (event: StreamServerEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Ends every viewer, the scenes' processes and the port. Idempotent; resolves within two seconds. */
  close(): Promise<void> {
    if (this.#state.kind === "closed") return this.#state.done;
    const done = Promise.withResolvers<void>();
    const state = this.#state;
    this.#state = { kind: "closed", port: this.port, done: done.promise };
    done.resolve(this.#end(state));
    return done.promise;
  }

  /** The same as `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #share(): Share | null {
    return this.#state.kind === "open" ? this.#state.share : null;
  }

  get #linking(): { readonly door: FrontDoor; readonly links: Links } {
    if (this.#state.kind !== "open") throw wasClosed();
    const { door } = this.#state;
    if (door.links !== null) return { door, links: door.links };
    throw new StreamError("not-allowed", "This server asks for no token, so there is nothing that a link could allow.");
  }

  async #openEventLog(): Promise<void> {
    if (this.#options.eventLog === null) return;
    const { openEventRecorder } = await import("./event-recorder.ts");
    this.#recorder = openEventRecorder(this.#options, this.#rooms);
  }

  async #open(): Promise<void> {
    const { FrontDoor } = await import("./front-door.ts");
    const { http, access, logLevel } = this.#options;
    const door = await FrontDoor.open({
      http,
      access,
      logLevel,
      parts: this.#parts.http,
      rooms: this.#rooms,
      entrance: this.#entrance,
      events: this.#emitter,
      sharedPage: () => this.#share?.pageUrl ?? null,
    });
    if (this.#state.kind !== "closed") {
      this.#state = { kind: "open", door, share: null };
      return;
    }
    await door.close();
    throw wasClosed();
  }

  /** What comes of the share link is an event; the server goes on without it. */
  async #openShare(): Promise<void> {
    const { http, share } = this.#options;
    if (share === null) return;
    const { Share } = await import("./share/share.ts");
    if (this.#state.kind !== "open") throw wasClosed();
    const { door } = this.#state;
    const opened = new Share({
      ...share,
      ...this.#parts.share,
      token: door.inviteToken,
      target: originOf(http, door.port),
      setHost: (host) => door.setShareHost(host),
    });
    this.#state = { kind: "open", door, share: opened };
    opened.on("changed", (event) => this.#emitter.emit("shareChanged", event));
    // Not before who started the server had the time to listen.
    setImmediate(() => {
      if (this.#state.kind === "open") void opened.open();
    });
  }

  async #end(state: Exclude<State, { readonly kind: "closed" }>): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#close);
    this.#entrance.close();
    const outside = state.kind === "open" ? [state.share?.close(), state.door.close()] : [];
    await Promise.all([...outside, this.#rooms.close()]);
    await this.#recorder?.close();
    this.#emitter.emit("closed", {});
  }
}

function wasClosed(): StreamError {
  return new StreamError("closed", "The server was closed.");
}
