/** Owns how what comes in by HTTP reaches the rooms: viewers, WHEP players, pictures. In the main process. */

import { randomUUID } from "node:crypto";
import { StreamError } from "../shared/errors.ts";
import type { Entry } from "./access/access-gate.ts";
import type { Visit } from "./access/identity.ts";
import { HttpServer, type HttpServerOptions } from "./http/http-server.ts";
import type { PictureHandler } from "./http/routes/picture-routes.ts";
import type { StillHandler } from "./http/routes/still-routes.ts";
import type { Health } from "./monitoring/health.ts";
import type { Metrics } from "./monitoring/metrics.ts";
import type { ResolvedHttp } from "./options/network-options.ts";
import type { Entrance } from "./room/entrance.ts";
import type { Rooms } from "./room/rooms.ts";

export type FrontDoorOptions = {
  readonly http: ResolvedHttp;
  readonly parts: Partial<HttpServerOptions> | undefined;
  readonly entry: Entry;
  readonly rooms: Rooms;
  readonly entrance: Entrance;
  readonly metrics: Metrics;
  /** The address of the page of a room, for who reaches us as `origin`. */
  pageOf(room: string, origin: string): string;
};

/** Listens. Rejects as `HttpServer.start`. The caller closes it. */
export async function openFrontDoor(options: FrontDoorOptions): Promise<HttpServer> {
  const { entry, rooms, entrance, metrics, pageOf } = options;
  const http = await HttpServer.start({
    ...options.http,
    ...options.parts,
    entry,
    metrics,
    pageOf,
    health: () => healthOf(rooms, entrance),
    picturesOf: (visit) => picturesOf(rooms, visit),
    stillsOf: (visit) => stillsOf(rooms, visit),
    newRoom: rooms.isPrivate ? () => rooms.nameForNewcomer() : null,
    whep: {
      offered: (sdp, visit) => {
        requireRoom(rooms, visit);
        return entrance.whep(sdp, visit);
      },
      ended: (id) => rooms.all.some((room) => room.endWhep(id)),
    },
  });
  http.on("viewerGreeted", ({ socket, visit, name }) => {
    const viewerId = randomUUID();
    socket.on("said", ({ message }) => entrance.say(viewerId, message));
    socket.on("sent", ({ bytes }) => entrance.send(viewerId, bytes));
    socket.on("closed", () => entrance.leave(viewerId));
    entrance.enter({ viewerId, way: "page", line: socket, identity: visit.identity, name }, visit.room);
  });
  http.on("httpViewerGreeted", ({ viewer, visit }) => {
    viewer.on("said", ({ message }) => entrance.say(viewer.id, message));
    viewer.on("sent", ({ bytes }) => entrance.send(viewer.id, bytes));
    viewer.on("closed", () => entrance.leave(viewer.id));
    const { identity, room } = visit;
    entrance.enter({ viewerId: viewer.id, way: "http", line: viewer, identity, name: null }, room);
  });
  return http;
}

/** Of the scenes that run; without one that is common, none at all is well too. */
function healthOf(rooms: Rooms, entrance: Entrance): Health {
  const scenes = rooms.all.map(({ announcer }) => announcer.health);
  return {
    ok: scenes.every(({ state }) => state === "live"),
    renderer: rooms.first.announcer.renderer,
    scenes,
    viewers: entrance.count,
    waiting: entrance.waiting,
  };
}

function picturesOf(rooms: Rooms, visit: Visit): PictureHandler {
  requireRoom(rooms, visit);
  const room = rooms.open(visit.room);
  return {
    size: () => room.announcer.size,
    watch: (form, watcher) => room.jpegStreams.watch(form, watcher),
    take: (form, known) => room.session.pictures.takeStill(form, known),
  };
}

function stillsOf(rooms: Rooms, visit: Visit): StillHandler {
  const room = rooms.find(visit.room);
  if (room === null) throw new StreamError("not-allowed", "There is no such room.");
  const { viewers, session } = room;
  return {
    isViewer: (viewerId) => viewers.get(viewerId) !== null,
    take: (picture, bitrateBps) => session.exactStill.take(picture, bitrateBps),
    whenOver: (over) => session.exactStill.on("changed", over),
    whenReceived: (viewerId, still, received) =>
      room.on("stillReceived", (receipt) => {
        if (receipt.viewerId === viewerId && receipt.still === still) received(receipt.bytes);
      }),
  };
}

/** A request that stands alone would start a scene that nobody finds again. */
function requireRoom(rooms: Rooms, { room }: Visit): void {
  if (!rooms.isPrivate || room !== "") return;
  throw new StreamError("not-allowed", "Each viewer has a scene of its own here. Name its room: /s/<name>/…");
}
