/**
 * Owns how what comes in by HTTP reaches the rooms: viewers, WHEP players, pictures; and what is logged and measured of it.
 * In the main process.
 */

import type { Emitter } from "../shared/emitter.ts";
import { StreamError } from "../shared/errors.ts";
import type { Admission } from "./access/identity.ts";
import type { Links } from "./access/links.ts";
import { entryOf } from "./entry.ts";
import { HttpServer, type HttpServerOptions } from "./http/http-server.ts";
import type { ControlsHandler } from "./http/routes/control-routes.ts";
import type { ExactHandler } from "./http/routes/exact-routes.ts";
import type { PictureHandler } from "./http/routes/picture-routes.ts";
import { logHttp, logRooms, logServer } from "./logged-events.ts";
import type { Health } from "./monitoring/health.ts";
import { openLog } from "./monitoring/log.ts";
import { Metrics } from "./monitoring/metrics.ts";
import type { ResolvedOptions } from "./options/options.ts";
import type { Entrance } from "./room/entrance.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import { measureRoom } from "./room-reports.ts";
import { originOf } from "./share/addresses.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";

export type FrontDoorOptions = Pick<ResolvedOptions, "http" | "access" | "logLevel"> & {
  readonly parts: Partial<HttpServerOptions> | undefined;
  readonly rooms: Rooms;
  readonly entrance: Entrance;
  /** The events of the server, for its log. */
  readonly events: Emitter<StreamServerEvents>;
  /** The address of the page by the share link; null while there is none. */
  sharedPage(): string | null;
};

export class FrontDoor {
  /** Null where no token is asked for, so that there is nothing that a link could allow. */
  readonly links: Links | null;
  /** What a link for others carries, of the role controller and good for a week; null where no token is asked for. */
  readonly inviteToken: string | null;
  readonly #options: FrontDoorOptions;
  readonly #http: HttpServer;

  /** Listens. Rejects as `HttpServer.start`. The caller closes it. */
  static async open(options: FrontDoorOptions): Promise<FrontDoor> {
    const { rooms, entrance, events } = options;
    const { places } = entrance;
    const log = openLog(options.logLevel);
    logServer(log, events);
    logRooms(log, rooms);
    const metrics = new Metrics();
    measureRooms(rooms, entrance, metrics);
    const entry = entryOf(options.access, log.warn);
    const links = entry.kind === "token" ? entry.links : null;
    const inviteToken = (await links?.standardToken()) ?? null;
    const http = await HttpServer.start({
      ...options.http,
      ...options.parts,
      entry,
      metrics,
      pageOf: (room, origin) => pageOf(options, room, origin),
      places,
      health: (room) => healthOf(rooms, entrance, room),
      picturesOf: (admission) => picturesOf(rooms, entrance, admission),
      controlsOf: (admission) => controlsOf(rooms, admission),
      exactOf: (admission) => exactOf(rooms, admission),
      newRoom: rooms.isPrivate ? () => rooms.nameForNewcomer() : null,
      whep: {
        offered: (sdp, admission) => {
          requireRoom(rooms, admission);
          return entrance.answerWhep(sdp, admission);
        },
        ended: (id) => rooms.all.some((room) => room.endWhep(id)),
      },
    });
    http.on("viewerGreeted", (viewer) => entrance.enter(viewer));
    logHttp(log, http);
    links?.on("revoked", ({ id }) => {
      http.endResponses(({ linkId }) => linkId === id);
      entrance.handleRevoked(id);
    });
    return new FrontDoor(options, http, links, inviteToken);
  }

  private constructor(options: FrontDoorOptions, http: HttpServer, links: Links | null, inviteToken: string | null) {
    this.#options = options;
    this.#http = http;
    this.links = links;
    this.inviteToken = inviteToken;
  }

  /** The port that is listened on. */
  get port(): number {
    return this.#http.port;
  }

  /** The address of the page of a room, as others reach it. */
  pageOf(room: string): string {
    return pageOf(this.#options, room, originOf(this.#options.http, this.port));
  }

  /** The host name of the share link, which is answered to while there is one. */
  setShareHost(host: string | null): void {
    this.#http.setShareHost(host);
  }

  /** Stops listening and ends every connection. */
  close(): Promise<void> {
    return this.#http.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** By the share link while there is one, else as the server is reached at `origin`. */
function pageOf({ http, sharedPage }: FrontDoorOptions, room: string, origin: string): string {
  const base = sharedPage() ?? `${origin}${http.basePath}/`;
  return room === "" ? base : new URL(`s/${room}/`, base).href;
}

function measureRooms(rooms: Rooms, entrance: Entrance, metrics: Metrics): void {
  const countLive = () => metrics.setRoomsLive(rooms.all.filter(({ status }) => status === "live").length);
  const follow = (room: Room): void => {
    measureRoom(room, metrics);
    room.on("statusChanged", countLive);
    for (const name of ["viewerJoined", "viewerLeft"] as const) {
      room.on(name, () => metrics.setViewers(entrance.count));
    }
  };
  for (const room of rooms.all) follow(room);
  rooms.on("opened", ({ room }) => follow(room));
  rooms.on("closed", ({ room }) => {
    countLive();
    metrics.forgetRoom(room.name);
  });
  countLive();
}

/** Of the rooms that there are, or the one that is asked about; without a shared one, none at all is well too. */
function healthOf(rooms: Rooms, entrance: Entrance, room: string | null): Health {
  const healths = rooms.all.map(({ announcer }) => announcer.health);
  const own = healths.filter((health) => health.room === room);
  return {
    ok: healths.every(({ status }) => status === "live"),
    renderer: rooms.first.announcer.renderer,
    rooms: room === null ? healths : own,
    viewers: room === null ? entrance.count : own.reduce((sum, { viewers }) => sum + viewers, 0),
    waiting: entrance.waiting,
  };
}

function picturesOf(rooms: Rooms, entrance: Entrance, admission: Admission): PictureHandler {
  requireRoom(rooms, admission);
  const room = entrance.open(admission);
  return {
    size: () => room.announcer.size,
    watch: (form, watcher) => room.jpegStreams.watch(form, watcher),
    take: (form, known) => room.session.pictures.takeSnapshot(form, known),
  };
}

function exactOf(rooms: Rooms, admission: Admission): ExactHandler {
  const room = rooms.find(admission.room);
  if (room === null) throw new StreamError("not-allowed", "There is no such room.");
  const { viewers, session } = room;
  return {
    isViewer: (viewerId) => viewers.get(viewerId) !== null,
    take: (picture, bitrateBps) => session.exactPicture.take(picture, bitrateBps),
    whenOver: (over) => session.exactPicture.on("changed", over),
    whenReceived: (viewerId, request, received) =>
      room.on("exactReceived", (receipt) => {
        if (receipt.viewerId === viewerId && receipt.request === request) received(receipt.bytes);
      }),
  };
}

function controlsOf(rooms: Rooms, { room: name, identity: { role } }: Admission): ControlsHandler {
  const room = rooms.find(name);
  if (room === null) throw new StreamError("no-room");
  const { panels, session } = room;
  return {
    list: () => (session.status.kind === "starting" ? null : session.panels.controls),
    set: (values) => {
      if (role === "viewer") throw new StreamError("not-allowed", "Your link only lets you watch.");
      if (role !== "host" && !panels.areOpenToControllers) {
        throw new StreamError("not-allowed", "Hosts alone give control in this room, so only they set controls here.");
      }
      panels.setAll(values);
    },
  };
}

/** A request that stands alone would start a scene that nobody finds again. */
function requireRoom(rooms: Rooms, { room }: Admission): void {
  if (!rooms.isPrivate || room !== "") return;
  throw new StreamError("not-allowed", "Every viewer has a room of their own here. Name the room: /s/<name>/…");
}
