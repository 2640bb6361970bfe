/**
 * Owns how what comes in by HTTP reaches the rooms: viewers, WHEP players, pictures; and what is logged and measured of it.
 * In the main process.
 */

import type { Emitter } from "../shared/emitter.ts";
import type { Entry } from "./access/access-gate.ts";
import type { Links } from "./access/links.ts";
import { pathOf, sceneOf } from "./access/room-name.ts";
import { entryOf } from "./entry.ts";
import type { Hls } from "./hls/hls.ts";
import { hlsOf } from "./hls-answers.ts";
import { HttpServer } from "./http/http-server.ts";
import type { ProgramFront } from "./http/program-front.ts";
import type { JobDesk } from "./job-desk.ts";
import { openLog } from "./monitoring/log.ts";
import { Metrics, type TunnelCount } from "./monitoring/metrics.ts";
import type { Movies } from "./movies/movies.ts";
import type { ResolvedMovies } from "./options/movie-options.ts";
import type { ResolvedOptions } from "./options/options.ts";
import { outputsOf } from "./output-answers.ts";
import type { Outputs } from "./outputs/outputs.ts";
import { takeProgram } from "./program-entrance.ts";
import { recordingsOf } from "./recording-answers.ts";
import type { Recordings } from "./recordings/recordings.ts";
import type { Entrance } from "./room/entrance.ts";
import type { Room } from "./room/room.ts";
import type { Rooms } from "./room/rooms.ts";
import { controlsOf, dataOf, exactOf, healthOf, picturesOf, requireRoom } from "./room-answers.ts";
import { measureHls, measureOutputs, measureRecordings, measureRoom } from "./room-reports.ts";
import { previewOf, SceneShelf } from "./scene-shelf.ts";
import { logHls, logHttp, logOutputs, logRecordings, logRooms, logServer } from "./server-log.ts";
import { maxPixelsOf } from "./session/session-launcher.ts";
import { originOf, pageAt } from "./share/addresses.ts";
import type { Sharing } from "./sharing.ts";
import type { StreamServerEvents } from "./stream-server-events.ts";
import type { StreamServerParts } from "./stream-server-parts.ts";

export type FrontDoorOptions = Pick<
  ResolvedOptions,
  "http" | "access" | "logLevel" | "logFormat" | "server" | "scenes" | "sceneUrl" | "render" | "movies"
> & {
  readonly parts: StreamServerParts;
  readonly rooms: Rooms;
  readonly entrance: Entrance;
  readonly recordings: Recordings;
  readonly outputs: Outputs;
  readonly hls: Hls;
  readonly jobs: JobDesk | null;
  /** The events of the server, for its log. */
  readonly events: Emitter<StreamServerEvents>;
  /** The share link; null where none was asked for. */
  readonly sharing: Pick<Sharing, "pageUrl" | "tunnel"> | null;
};

type FrontDoorParts = Pick<FrontDoor, "links" | "inviteToken"> & {
  readonly http: HttpServer;
  readonly movies: Movies | null;
  readonly metrics: Metrics;
};

export class FrontDoor {
  /** Null where no token is asked for, so that there is nothing that a link could allow. */
  readonly links: Links | null;
  /** What a link for others carries, of the role controller and good for a week; null where no token is asked for. */
  readonly inviteToken: string | null;
  readonly #options: FrontDoorOptions;
  readonly #http: HttpServer;
  readonly #movies: Movies | null;
  readonly #metrics: Metrics;

  /** Listens. Rejects as `HttpServer.start`. The caller closes it. */
  static async open(options: FrontDoorOptions): Promise<FrontDoor> {
    const { rooms, events } = options;
    const log = openLog(options);
    logServer(log, events);
    logRooms(log, rooms);
    logRecordings(log, options.recordings);
    logOutputs(log, options.outputs);
    logHls(log, options.hls);
    const entry = entryOf(options, log.warn);
    const links = entry.kind === "token" ? entry.links : null;
    const inviteToken = (await links?.standardToken()) ?? null;
    const metrics = new Metrics(options.scenes !== null);
    measureRooms(rooms, metrics);
    measureRecordings(options.recordings, metrics);
    measureOutputs(options.outputs, metrics);
    measureHls(options.hls, metrics);
    const movies = await openMovies(options.movies, log.warn);
    const http = await startHttp(options, entry, { metrics, movies });
    logHttp(log, http);
    links?.on("revoked", ({ id }) => {
      http.endResponses(({ linkId }) => linkId === id);
      options.entrance.handleRevoked(id);
    });
    return new FrontDoor(options, { http, movies, links, inviteToken, metrics });
  }

  private constructor(options: FrontDoorOptions, { http, movies, links, inviteToken, metrics }: FrontDoorParts) {
    this.#options = options;
    this.#http = http;
    this.#movies = movies;
    this.#metrics = metrics;
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

  /** The address of the page of a room, as others reach it; null while it is not known. */
  pageOf(room: string): string | null {
    const { http } = this.#options;
    const origin = this.port === null ? (this.front?.origin ?? null) : originOf(http, this.port);
    if (origin === null && http.publicUrl === null) return null;
    return pageOf(this.#options, room, origin ?? "");
  }

  /** The host name of the share link, which is answered to while there is one. */
  setShareHost(host: string | null): void {
    this.#http.setShareHost(host);
  }

  /** Something went through the share link's tunnel, and so much went out by it in this month. */
  countTunnelled(count: TunnelCount): void {
    this.#metrics.countTunnelled(count);
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    await Promise.all([this.#http.close(), this.#movies?.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Loads what gives frames of movies only where there are any. */
async function openMovies(options: ResolvedMovies, warned: (sentence: string) => void): Promise<Movies | null> {
  if (options === null) return null;
  const { moviesOf } = await import("./movies-of.ts");
  return moviesOf(options, warned);
}

async function startHttp(
  options: FrontDoorOptions,
  entry: Entry,
  { metrics, movies }: { readonly metrics: Metrics; readonly movies: Movies | null },
): Promise<HttpServer> {
  const { http, server, parts, rooms, recordings, outputs, hls, jobs, entrance, sharing, scenes } = options;
  const shelf = scenes === null ? null : new SceneShelf(scenes, rooms);
  const started = await HttpServer.start({
    ...http,
    ...parts.http,
    server,
    entry,
    metrics,
    tunnel: sharing?.tunnel ?? null,
    pageOf: (room, origin) => pageOf(options, room, origin),
    maxFramePixels: maxPixelsOf(options.render),
    places: entrance.places,
    health: (room) => healthOf(rooms, { recordings, outputs, hls }, entrance, room),
    picturesOf: (admission) => picturesOf(rooms, entrance, admission),
    hlsOf: (admission) => hlsOf(rooms, entrance, hls, admission),
    controlsOf: (admission) => controlsOf(rooms, admission),
    dataOf: (admission, isFilled) => dataOf(rooms, entrance, admission, isFilled),
    exactOf: (admission) => exactOf(rooms, admission),
    recordingsOf: (admission) => recordingsOf(rooms, recordings, admission),
    outputsOf: (admission) => outputsOf(rooms, outputs, admission),
    movies,
    jobs,
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
  started.on("programGreeted", (program) => takeProgram(program, options));
  return started;
}

/** By the share link while there is one, else by the public address, else as the server is reached at `origin`. */
function pageOf({ http, sharing }: FrontDoorOptions, room: string, origin: string): string {
  const base = sharing?.pageUrl ?? pageAt(http, origin);
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
