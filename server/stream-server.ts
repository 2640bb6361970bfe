/** Owns a running server: joins its rooms to the HTTP server. In the main process, which draws nothing. */

import { statSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Emitter } from "../shared/emitter.ts";
import { StreamError } from "../shared/errors.ts";
import type { SceneState } from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import type { Entry } from "./access/access-gate.ts";
import type { LinkInfo, LinkOptions, Links } from "./access/links.ts";
import type { HttpServer, HttpServerOptions } from "./http/http-server.ts";
import type { Metrics } from "./monitoring/metrics.ts";
import { type ResolvedOptions, resolveOptions, type StreamServerOptions } from "./options/options.ts";
import { type ControlSetting, PeopleDesk, type ViewerInfo } from "./people-desk.ts";
import { Entrance } from "./room/entrance.ts";
import { Room } from "./room/room.ts";
import { Rooms } from "./room/rooms.ts";
import { reportRoom } from "./room-reports.ts";
import type { SessionOptions } from "./session/session.ts";
import type { RendererInfo, SessionConfig } from "./session/session-protocol.ts";
import { iceHostOf, linkTo, originOf, pageUrl } from "./share/addresses.ts";
import type { Share, ShareOptions } from "./share/share.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";
import { iceServersFor } from "./transport/ice/ice-servers.ts";

/** What only tests replace. */
export type StreamServerParts = {
  readonly session?: Pick<SessionOptions, "processUrl" | "backends" | "whepDeadlineMs">;
  readonly http?: Pick<HttpServerOptions, "pageDirectory" | "socket" | "httpViewer" | "multipart">;
  readonly share?: Pick<ShareOptions, "load" | "retryMs">;
};

export type StreamServerStart = {
  /** Told when the server can be reached, which is before the scene is there. */
  readonly listening?: (server: StreamServer) => void;
};

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
  readonly #desk: PeopleDesk;
  readonly #close = (): void => void this.close();
  #entry: Entry | null = null;
  #http: HttpServer | null = null;
  #share: Share | null = null;
  #metrics: Metrics | null = null;
  #guestToken: string | null = null;
  #closed: Promise<void> | null = null;

  /** For `createStreamServer` and tests. */
  static async start(
    options: ResolvedOptions,
    parts: StreamServerParts = {},
    { listening }: StreamServerStart = {},
  ): Promise<StreamServer> {
    if (options.signal?.aborted) throw new StreamError("closed");
    const path = fileURLToPath(options.sceneUrl);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
      throw new StreamError("scene-missing", `There is no scene file ${path}.`);
    }
    const server = new StreamServer(options, parts);
    try {
      // First of all: the scene takes longer to come up than all the rest, so the rest is loaded meanwhile.
      const { session } = server.#rooms.start();
      await server.#listen();
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
    this.#rooms = new Rooms({ ...options.sessions, make: (name) => this.#makeRoom(name) });
    this.#rooms.on("opened", ({ room }) => this.#followRoom(room));
    this.#rooms.on("closed", ({ room }) => {
      this.#countScenes();
      this.#metrics?.setEncoders(room.name, null);
      this.#emitter.emit("roomClosed", { room: room.name });
    });
    this.#entrance = new Entrance({ rooms: this.#rooms, most: options.viewers.most });
    this.#desk = new PeopleDesk(this.#rooms);
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

  /** The same with a link for others, of the role controller and good for a week; null where no token is asked for. */
  get guestLink(): string | null {
    return this.#guestToken === null ? null : linkTo(this.url, this.#guestToken);
  }

  /** The public link for others; null without `options.share` and while the tunnel does not work. */
  get shareLink(): string | null {
    return this.#share?.link ?? null;
  }

  get port(): number {
    return this.#http?.port ?? this.#options.http.port;
  }

  /** The title of the common scene, or of the first one; so are the four that follow. */
  get title(): string {
    return this.#rooms.first.announcer.title;
  }

  /** The size of the picture in pixels. */
  get size(): PictureSize {
    return this.#rooms.first.announcer.size;
  }

  /** Who draws. */
  get renderer(): RendererInfo | null {
    return this.#rooms.first.announcer.renderer;
  }

  get state(): SceneState {
    return this.#rooms.first.state;
  }

  /** The number of the scene's process, for monitoring; null while there is none. */
  get sessionPid(): number | null {
    return this.#rooms.first.session.pid;
  }

  /** Those who watch, in all rooms, in the order in which they came. */
  viewers(): readonly ViewerInfo[] {
    return this.#desk.viewers();
  }

  /** Gives control to a viewer. Throws `StreamError` "not-allowed" where it is gone or cannot steer. */
  grant(viewerId: string): void {
    this.#desk.grant(viewerId);
  }

  /** Sends a viewer out. Who has a link can come again, unless it is revoked. Throws `StreamError` "not-allowed". */
  kick(viewerId: string): void {
    this.#desk.kick(viewerId);
  }

  /** Changes who steers. Throws `StreamError` "not-allowed" where there is no such room. */
  setControl(setting: ControlSetting): void {
    this.#desk.setControl(setting);
  }

  /**
   * Makes a link with a role of its own. Rejects with `TypeError` naming the field and its rule, and with a `StreamError`
   * "not-allowed" where the server asks for no token.
   */
  async createLink(options: LinkOptions): Promise<LinkInfo & { readonly link: string }> {
    const { token, ...link } = await this.#links.make(options);
    return { ...link, link: linkTo(this.#pageOf(link.room ?? "", originOf(this.#options.http, this.port)), token) };
  }

  /** The links that were made and have not expired. Throws as `createLink`. */
  links(): readonly LinkInfo[] {
    return this.#links.list();
  }

  /** Takes a link back and sends those out who came by it. False where there is none. Throws as `createLink`. */
  revokeLink(id: string): boolean {
    return this.#links.revoke(id);
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
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #links(): Links {
    if (this.#entry?.kind === "token") return this.#entry.links;
    throw new StreamError("not-allowed", "This server asks for no token, so there is nothing that a link could allow.");
  }
  #makeRoom(name: string): Room {
    const { sceneUrl, ice, control, access } = this.#options;
    return new Room({
      name,
      title: basename(fileURLToPath(sceneUrl)).replace(/\.[^.]*$/, ""),
      control,
      hasLinks: access.token !== null && access.authenticate === null,
      iceServers: (viewerId) => iceServersFor(ice, viewerId),
      config: configOf(this.#options),
      ...this.#parts.session,
    });
  }

  #followRoom(room: Room): void {
    reportRoom(room, this.#emitter, () => this.#metrics);
    room.on("stateChanged", () => this.#countScenes());
    for (const name of ["viewerJoined", "viewerLeft"] as const) {
      room.on(name, () => this.#metrics?.setViewers(this.#entrance.count));
    }
  }

  #countScenes(): void {
    this.#metrics?.setSessionsLive(this.#rooms.all.filter(({ state }) => state === "live").length);
  }

  async #listen(): Promise<void> {
    const [{ openFrontDoor }, { Metrics }, { entryOf }, { openLog }, { logHttp, logRooms, logServer }] =
      await Promise.all([
        import("./front-door.ts"),
        import("./monitoring/metrics.ts"),
        import("./entry.ts"),
        import("./monitoring/log.ts"),
        import("./event-log.ts"),
      ]);
    const log = openLog(this.#options.logLevel);
    logServer(log, this);
    logRooms(log, this.#rooms);
    this.#metrics = new Metrics();
    this.#countScenes();
    this.#entry = entryOf(this.#options.access, log.warn);
    const http = await openFrontDoor({
      http: this.#options.http,
      parts: this.#parts.http,
      entry: this.#entry,
      rooms: this.#rooms,
      entrance: this.#entrance,
      metrics: this.#metrics,
      pageOf: (room, origin) => this.#pageOf(room, origin),
    });
    this.#http = http;
    if (this.#closed !== null) {
      await http.close();
      throw new StreamError("closed");
    }
    logHttp(log, http);
    if (this.#entry.kind === "token") await this.#followLinks(this.#entry.links, http);
  }

  async #followLinks(links: Links, http: HttpServer): Promise<void> {
    links.on("revoked", ({ id }) => {
      http.endResponses(({ linkId }) => linkId === id);
      this.#entrance.handleRevoked(id);
    });
    this.#guestToken = await links.standardToken();
  }

  /** The address of a room's page: by the share link while there is one, else as the server is reached at `origin`. */
  #pageOf(room: string, origin: string): string {
    const base = this.#share?.pageUrl ?? `${origin}${this.#options.http.basePath}/`;
    return room === "" ? base : new URL(`s/${room}/`, base).href;
  }

  /** What comes of the share link is an event; the server goes on without it. */
  async #openShare(): Promise<void> {
    const { http, share } = this.#options;
    if (share === null) return;
    const { Share } = await import("./share/share.ts");
    const opened = new Share({
      ...share,
      ...this.#parts.share,
      token: this.#guestToken,
      target: originOf(http, this.port),
      setHost: (host) => this.#http?.setShareHost(host),
    });
    this.#share = opened;
    opened.on("changed", (event) => this.#emitter.emit("shareChanged", event));
    // Not before who started the server had the time to listen.
    setImmediate(() => this.#closed ?? void opened.open());
  }

  async #end(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#close);
    this.#entrance.close();
    await Promise.all([this.#share?.close(), this.#http?.close(), this.#rooms.close()]);
    this.#emitter.emit("closed", {});
  }
}

function configOf(options: ResolvedOptions): SessionConfig {
  const { sceneUrl, render, encode, quality, watch, ice, viewers } = options;
  const { presence } = viewers;
  const iceHost = iceHostOf(options);
  return { sceneUrl: sceneUrl.href, ...render, ...encode, quality, watch, iceHost, ice, presence };
}
