/**
 * Owns how what comes in by HTTP reaches the rooms: viewers, WHEP players, pictures; and what is logged and measured of it.
 * In the main process.
 */

import type { Emitter } from "../shared/emitter.ts";
import { StreamError } from "../shared/errors.ts";
import type { Entry } from "./access/access-gate.ts";
import type { Links } from "./access/links.ts";
import { pathOf, sceneOf } from "./access/room-name.ts";
import { entryOf } from "./entry.ts";
import { HttpServer } from "./http/http-server.ts";
import type { ProgramFront } from "./http/program-front.ts";
import { logHttp, logRooms, logServer } from "./logged-events.ts";
import { openLog } from "./monitoring/log.ts";
import { Metrics } from "./monitoring/metrics.ts";
import type { ResolvedOptions } from "./options/options.ts";
import type { Entrance } from "./room/entrance.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import { exactOf, healthOf, picturesOf, requireRoom } from "./room-answers.ts";
import { measureRoom } from "./room-reports.ts";
import { previewOf, SceneShelf } from "./scene-shelf.ts";
import { originOf } from "./share/addresses.ts";
import type { Share } from "./share/share.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";
import type { StreamServerParts } from "./stream-server-parts.ts";

export type FrontDoorOptions = Pick<ResolvedOptions, "http" | "access" | "logLevel" | "server" | "share" | "scenes"> & {
  readonly parts: StreamServerParts;
  readonly rooms: Rooms;
  readonly entrance: Entrance;
  /** The events of the server, for its log, and of the share link. */
  readonly events: Emitter<StreamServerEvents>;
};

export class FrontDoor {
  /** Null where no token is asked for, so that there is nothing that a link could allow. */
  readonly links: Links | null;
  /** What a link for others carries, of the role controller and good for a week; null where no token is asked for. */
  readonly inviteToken: string | null;
  readonly #options: FrontDoorOptions;
  readonly #http: HttpServer;
  #share: Share | null = null;
  #closed: Promise<void> | null = null;

  /** Listens. Rejects as `HttpServer.start`. The caller closes it. */
  static async open(options: FrontDoorOptions): Promise<FrontDoor> {
    const { rooms, events, access } = options;
    const log = openLog(options.logLevel);
    logServer(log, events);
    logRooms(log, rooms);
    const entry = entryOf(access, log.warn);
    const links = entry.kind === "token" ? entry.links : null;
    const inviteToken = (await links?.standardToken()) ?? null;
    let door: FrontDoor | null = null;
    const http = await startHttp(options, entry, (room, origin) =>
      pageOf(options.http, door?.share ?? null, room, origin),
    );
    logHttp(log, http);
    links?.on("revoked", ({ id }) => {
      http.endResponses(({ linkId }) => linkId === id);
      options.entrance.handleRevoked(id);
    });
    door = new FrontDoor(options, http, links, inviteToken);
    return door;
  }

  private constructor(options: FrontDoorOptions, http: HttpServer, links: Links | null, inviteToken: string | null) {
    this.#options = options;
    this.#http = http;
    this.links = links;
    this.inviteToken = inviteToken;
  }

  /** The port of our own that is listened on; null where there is none. */
  get port(): number | null {
    return this.#http.port;
  }

  /** By which a program gives us requests; null where we have a port of our own. */
  get front(): ProgramFront | null {
    return this.#http.front;
  }

  /** The share link; null where none was asked for, and until it is being opened. */
  get share(): Share | null {
    return this.#share;
  }

  /** The address of the page of a room, as others reach it; null while it is not known. */
  pageOf(room: string): string | null {
    const { http } = this.#options;
    const origin = this.port === null ? (this.front?.origin ?? null) : originOf(http, this.port);
    if (origin === null && http.publicUrl === null) return null;
    return pageOf(http, this.#share, room, origin ?? "");
  }

  /** What comes of the share link is an event; the server goes on without it. */
  async openShare(): Promise<void> {
    const { http, share, parts, events } = this.#options;
    if (share === null || this.port === null) return;
    const { Share } = await import("./share/share.ts");
    if (this.#closed !== null) throw new StreamError("closed", "The server was closed.");
    const opened = new Share({
      ...share,
      ...parts.share,
      token: this.inviteToken,
      target: originOf(http, this.port),
      setHost: (host) => this.#http.setShareHost(host),
    });
    this.#share = opened;
    opened.on("changed", (event) => events.emit("shareChanged", event));
    // Not before who started the server had the time to listen.
    setImmediate(() => {
      if (this.#closed === null) void opened.open();
    });
  }

  /** Stops listening and ends every connection. */
  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#share?.close(), this.#http.close()]).then(() => undefined);
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

async function startHttp(
  { http, server, parts, rooms, entrance, scenes }: FrontDoorOptions,
  entry: Entry,
  pageOf: (room: string, origin: string) => string,
): Promise<HttpServer> {
  const metrics = new Metrics(scenes !== null);
  const shelf = scenes === null ? null : new SceneShelf(scenes, rooms);
  measureRooms(rooms, metrics);
  const started = await HttpServer.start({
    ...http,
    ...parts.http,
    server,
    entry,
    metrics,
    pageOf,
    places: entrance.places,
    health: (room) => healthOf(rooms, entrance, room),
    picturesOf: (admission) => picturesOf(rooms, entrance, admission),
    exactOf: (admission) => exactOf(rooms, admission),
    scenes: shelf,
    previewOf: async ({ room }, known) =>
      (await previewOf(rooms.find(room), known)) ?? (await shelf?.still(sceneOf(room))) ?? null,
    newRoom: rooms.isPrivate ? () => rooms.nameForNewcomer() : null,
    whep: {
      offered: (sdp, admission) => {
        requireRoom(rooms, admission);
        return entrance.answerWhep(sdp, admission);
      },
      ended: (id) => rooms.all.some((room) => room.endWhep(id)),
    },
  });
  started.on("viewerGreeted", (viewer) => entrance.enter(viewer));
  return started;
}

/** By the share link while there is one, else by the public address, else as the server is reached at `origin`. */
function pageOf(http: ResolvedOptions["http"], share: Share | null, room: string, origin: string): string {
  const base = share?.pageUrl ?? http.publicUrl ?? `${origin}${http.basePath}/`;
  return new URL(pathOf(room), base).href;
}

function measureRooms(rooms: Rooms, metrics: Metrics): void {
  const countLive = () => metrics.setRoomsLive(rooms.all.filter(({ status }) => status === "live").length);
  const countViewers = (scene: string): void => {
    const own = rooms.all.filter(({ name }) => sceneOf(name) === scene);
    metrics.setViewers(
      scene,
      own.reduce((sum, { viewers }) => sum + viewers.count, 0),
    );
  };
  const follow = (room: Room): void => {
    measureRoom(room, metrics);
    room.on("statusChanged", countLive);
    for (const name of ["viewerJoined", "viewerLeft"] as const) {
      room.on(name, () => countViewers(sceneOf(room.name)));
    }
  };
  for (const room of rooms.all) follow(room);
  rooms.on("opened", ({ room }) => follow(room));
  rooms.on("closed", ({ room }) => {
    countLive();
    countViewers(sceneOf(room.name));
    metrics.forgetRoom(room.name);
  });
  countLive();
}
