/** Owns what a program may do with a running server, whose life server-life.ts owns. In the main process. */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { StreamError } from "../shared/errors.ts";
import type { SceneStatus } from "../shared/signaling.ts";
import type { TunnelUsage } from "../shared/tunnel.ts";
import type { PictureSize } from "../shared/video.ts";
import type { LinkInfo, LinkOptions, Links } from "./access/links.ts";
import { pathOf, roomIn } from "./access/room-name.ts";
import type { ProgramFront } from "./http/program-front.ts";
import type { Trace } from "./monitoring/trace-document.ts";
import { type ProgramServer, programServerOf } from "./options/network-options.ts";
import { type ResolvedOptions, resolveOptions, type StreamServerOptions } from "./options/options.ts";
import { RoomHandle, type ViewerInfo } from "./room-handle.ts";
import { ServerLife } from "./server-life.ts";
import type { RendererInfo } from "./session/session-protocol.ts";
import { linkTo, pageAt, pageUrl } from "./share/addresses.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";
import type { StreamServerParts } from "./stream-server-parts.ts";
import { type TraceOptions, Traces } from "./tracing.ts";

export type StreamServerStart = {
  /** Told when the server can be reached, which is before the scene is there. */
  readonly listening?: (server: StreamServer) => void;
};

/**
 * Starts to render a scene and to stream it. Resolves when viewers can watch; with `scenes` when they can choose, before any is
 * started. Throws `TypeError` on bad options; rejects with a `StreamError` when the port is taken, the scene is missing, invalid or
 * throws, or OpenGL or an encoder is missing.
 */
export async function createStreamServer(options: StreamServerOptions): Promise<StreamServer> {
  return StreamServer.start(resolveOptions(options));
}

const unknownAddress =
  "The address of the page is not known: your program's server does not listen yet, or options.server is null. Give it as options.http.publicUrl.";

/** A scene among several. */
export type SceneInfo = {
  readonly name: string;
  /** The address of its page. */
  readonly url: string;
};

/** A running server; made by `createStreamServer`. Its owner closes it. */
export class StreamServer {
  readonly #life: ServerLife;
  readonly #traces: Traces;

  /** For `createStreamServer` and tests. */
  static async start(
    options: ResolvedOptions,
    parts: StreamServerParts = {},
    { listening }: StreamServerStart = {},
  ): Promise<StreamServer> {
    const life = new ServerLife(options, parts);
    const server = new StreamServer(life);
    try {
      await life.start(() => listening?.(server));
    } catch (error) {
      await life.close();
      throw error;
    }
    return server;
  }

  private constructor(life: ServerLife) {
    this.#life = life;
    this.#traces = new Traces(life.rooms);
  }

  /**
   * The address of the page: `http.publicUrl`, else the one for a browser on this machine. Throws `StreamError` "not-allowed" in a
   * program's server while that does not listen on a port.
   */
  get url(): string {
    if (this.#life.options.server === undefined) return pageUrl(this.#life.options, this.port);
    const { http } = this.#life.options;
    const page = this.#origin === null ? http.publicUrl : pageAt(http, this.#origin);
    if (page === null) throw new StreamError("not-allowed", unknownAddress);
    return page;
  }

  /** The same with the token, if there is one: who comes by it is a host. */
  get link(): string {
    return linkTo(this.url, this.#life.options.access.token);
  }

  /**
   * The same with a link for others, of the role controller and good for a week; null where no token is asked for, and when
   * the server is closed.
   */
  get inviteLink(): string | null {
    const token = this.#life.openDoor?.inviteToken ?? null;
    return token === null ? null : linkTo(this.url, token);
  }

  /** The public link for others; null without `options.share` and while the tunnel does not work. */
  get shareLink(): string | null {
    return this.#life.openDoor === null ? null : (this.#life.sharing?.link ?? null);
  }

  /** How much went through the share link's tunnel this month; null without `options.share`. */
  get shareUsage(): TunnelUsage | null {
    return this.#life.sharing?.usage ?? null;
  }

  /** The port that is listened on; in a program's server that server's, and 0 while it does not listen on any. */
  get port(): number {
    if (this.#life.options.server !== undefined) return this.#origin === null ? 0 : Number(new URL(this.#origin).port);
    return this.#life.port ?? 0;
  }

  /**
   * Stands in a server of your program: what comes below `http.basePath` is ours from now on, upgrades included, and all else is
   * left to its listeners. For a server that was made with `server: null`, or as one more. Throws `StreamError` "not-allowed" where
   * we have a port of our own, "closed" when we are closed.
   */
  attach(server: ProgramServer): void {
    const front = this.#front;
    const given = programServerOf(server);
    if (given == null) throw new TypeError("server must be an http.Server or https.Server of Node.");
    front.attach(given);
  }

  /**
   * Answers a request below `http.basePath`; for `app.use` of express, in which `app.use("/view", server.handle)` wants the base
   * path "/view", and for any program with requests of Node. What is not ours, or comes when we are closed, goes on to `next`;
   * without one it is answered by 404. Throws as `attach`.
   */
  readonly handle = (request: IncomingMessage, response: ServerResponse, next?: () => void): void => {
    if (!this.#life.isClosed && this.#front.handle(request, response)) return;
    if (next !== undefined) return next();
    response.writeHead(404, { "Content-Type": "text/plain" }).end("There is nothing here.\n");
  };

  /**
   * Takes over the connection of a request to upgrade below `http.basePath`; says whether it was one, so that others may look at
   * those that are not. Not needed where we are attached. Throws as `attach`.
   */
  readonly handleUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    return !this.#life.isClosed && this.#front.handleUpgrade(request, socket, head);
  };

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
    return this.#life.rooms.renderer;
  }

  /**
   * The room of this name, "" for the shared one; of several scenes "spheres/" is the shared one of the scene "spheres". Without a
   * name it is the shared room; where rooms are private the first one, of several scenes the oldest. Throws `StreamError`
   * "not-allowed" where there is no such room now.
   */
  room(name?: string): RoomHandle {
    const room = name === undefined ? this.#life.rooms.first : this.#life.rooms.find(name);
    if (room === null) throw new StreamError("not-allowed", `There is no room "${name}" right now.`);
    return new RoomHandle(room, this.#life.rooms, this.#life);
  }

  /** The rooms that there are, the oldest first. */
  rooms(): readonly RoomHandle[] {
    return this.#life.rooms.all.map((room) => new RoomHandle(room, this.#life.rooms, this.#life));
  }

  /** The scenes of a server of several, whether they run or not; none of a server of one. Throws as `url`. */
  scenes(): readonly SceneInfo[] {
    return [...(this.#life.options.scenes?.keys() ?? [])].map((name) => ({
      name,
      url: new URL(pathOf(roomIn(name, "")), this.url).href,
    }));
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
    const page = door.pageOf(options.room ?? "");
    if (page === null) throw new StreamError("not-allowed", unknownAddress);
    const { token, ...link } = await links.make(options);
    return { ...link, link: linkTo(page, token) };
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
    if (this.#life.openDoor === null) throw new StreamError("closed", "The server was closed.");
    return await this.#traces.take(options);
  }

  /** Calls `listener` at every `name` event. Returns a function that takes it off again. */
  on<Name extends keyof StreamServerEvents>(
    name: Name,
    listener: (event: StreamServerEvents[Name]) => void,
  ): () => void {
    return this.#life.events.on(name, listener);
  }

  /** Ends every viewer, the scenes' processes and the port. Idempotent; resolves within two seconds. */
  close(): Promise<void> {
    return this.#life.close();
  }

  /** The same as `close`, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #front(): ProgramFront {
    const { front } = this.#life.door;
    if (front !== null) return front;
    const sentence =
      "This server listens on a port of its own. To stand in your program's, it is made with options.server.";
    throw new StreamError("not-allowed", sentence);
  }

  /** Of the program's server. */
  get #origin(): string | null {
    return this.#life.openDoor?.front?.origin ?? null;
  }

  get #linking(): { readonly door: ServerLife["door"]; readonly links: Links } {
    const { door } = this.#life;
    if (door.links !== null) return { door, links: door.links };
    throw new StreamError("not-allowed", "This server asks for no token, so there is nothing that a link could allow.");
  }
}
