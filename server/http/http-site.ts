/**
 * Owns what is answered: the page, signalling on `/signal` or by plain HTTP on `/viewer`, WHEP on `/whep`, Motion JPEG on
 * `/stream.mjpg`, frames of programs on `/frames`, snapshots on `/snapshot.png`, `.jpg` and `.webp`, exact pictures on `/exact`,
 * `/hls`, `/controls`, `/data`, `/recordings`, `/replay`, `/outputs`, `/movies`, `/jobs`, `/links`, `/healthz` and `/metrics`. Every
 * path stands at the root, for the shared room, and under `/s/<room>`; of several scenes both of it stands under `/<scene>`, and at the root what they have in common
 * (`#addSharedRoutes`). All of it is perhaps under a base path (visits.ts). What is of a room, room-routes.ts answers.
 * What is answered to whom, access-gate.ts says; whatever stands behind the guard in `#makeApp` wants the right to be in the room.
 * By which port it comes, http-server.ts knows. In the main process.
 */

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import { Emitter } from "../../shared/emitter.ts";
import { AccessGate, isRefusal, type Refusal } from "../access/access-gate.ts";
import type { Admission, Identity } from "../access/identity.ts";
import type { NewProgram } from "../access/program-connection.ts";
import { sceneOf } from "../access/room-name.ts";
import type { NewViewer } from "../access/viewer-connection.ts";
import { parameterTextsIn } from "../platform/given-parameters.ts";
import { linkTo } from "../share/addresses.ts";
import { type Mount, queryOf } from "./base-path.ts";
import { DataSite } from "./data/data-site.ts";
import type { HttpSiteOptions } from "./http-site-options.ts";
import { LastingResponses } from "./lasting-responses.ts";
import { MovieSite } from "./movies/movie-site.ts";
import { forOtherSites } from "./other-sites.ts";
import { pageFiles, securityHeaders } from "./page-files.ts";
import { refuse } from "./refusals.ts";
import { askForBody, holdBack, limitBody } from "./request-bodies.ts";
import { RequestLimits } from "./request-limits.ts";
import { addRoomRoutes } from "./room-routes.ts";
import { accessRoutes, driverRoute, sendRefusal } from "./routes/access-routes.ts";
import { jobRoutes, zipPlaces } from "./routes/job-routes.ts";
import { linkRoutes } from "./routes/link-routes.ts";
import { scenesRoute } from "./routes/scene-routes.ts";
import { healthRoute, metricsRoute } from "./routes/watch-routes.ts";
import { HttpViewers } from "./viewers/http-viewers.ts";
import { SocketDoor } from "./viewers/socket-door.ts";
import { Visits } from "./visits.ts";

const nowhere = "There is nothing here.";
const belowNames = `${nowhere} What belongs to a scene is below its name, as /<scene>/watch or /<scene>/data.`;

export type HttpSiteEvents = {
  /** A viewer said hello on its socket, or came by plain HTTP. */
  viewerGreeted: NewViewer;
  /** A program came that makes the pictures of a room. */
  programGreeted: NewProgram;
  /** A request was not answered as it wished; a sentence for the log, which needs it once where it `isToldOnce`. */
  refused: { readonly reason: string; readonly detail: string; readonly isToldOnce?: boolean };
  /** A request met an error of ours. */
  failed: { readonly error: unknown };
};

export class HttpSite extends Emitter<HttpSiteEvents> {
  /** Answers requests. */
  readonly app: Express;
  readonly #options: HttpSiteOptions;
  readonly #mount: Mount;
  readonly #gate: AccessGate;
  readonly #door: SocketDoor;
  readonly #httpViewers: HttpViewers;
  readonly #lasting: LastingResponses;
  readonly #data: DataSite;
  readonly #movies: MovieSite;
  readonly #zips = new LastingResponses(zipPlaces);
  readonly #limits = new RequestLimits();
  readonly #visits = new Visits();

  /** The caller closes it. */
  constructor(options: HttpSiteOptions, mount: Mount) {
    super();
    this.#options = options;
    this.#mount = mount;
    this.#gate = new AccessGate(options);
    this.#lasting = new LastingResponses(options.places);
    this.#httpViewers = new HttpViewers(options.places, options.httpViewer);
    this.#httpViewers.on("greeted", (viewer) => this.emit("viewerGreeted", viewer));
    this.#data = new DataSite({
      dataOf: (...asked) => options.dataOf(...asked),
      allows: (admission) => this.#limits.take("data", admission),
      failed: (error) => this.emit("failed", { error }),
    });
    this.#movies = new MovieSite({
      movies: options.movies,
      allows: (admission, count) => this.#limits.take("movies", admission, count),
    });
    this.app = this.#makeApp();
    this.#door = this.#makeDoor();
  }

  /** Answers a request whose client holds its body back until it is told; only that of data is not asked for at once. */
  handleExpecting(request: IncomingMessage, response: ServerResponse): void {
    holdBack(request);
    if (!/\/data\/[^/]*$/.test(request.url?.split("?")[0] ?? "")) askForBody(request, response);
    this.app(request, response);
  }

  /** Takes over the connection of a request to upgrade. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#noteTunnelled(request);
    void this.#door.handleUpgrade(request, socket, head);
  }

  /** The host name of the share link, which is answered to while there is one. */
  setShareHost(host: string | null): void {
    this.#gate.setShareHost(host);
  }

  /** Ends the responses that go on and whose asker `isDue`. */
  endResponses(isDue: (identity: Identity) => boolean): void {
    this.#lasting.end(isDue);
    this.#data.end(isDue);
    this.#movies.end(isDue);
    this.#zips.end(isDue);
  }

  /** Ends every viewer. */
  close(): void {
    this.#lasting.close();
    this.#data.close();
    this.#movies.close();
    this.#zips.close();
    this.#door.close();
    this.#httpViewers.close();
  }

  #makeDoor(): SocketDoor {
    const { socket, scenes, maxFramePixels } = this.#options;
    const [gate, limits, mount] = [this.#gate, this.#limits, this.#mount];
    const elsewhere = (path: string) => this.#data.socketsAt(path);
    const names = scenes?.names ?? null;
    const door = new SocketDoor({ gate, limits, mount, scenes: names, socket, maxFramePixels, elsewhere });
    door.on("greeted", (viewer) => this.emit("viewerGreeted", viewer));
    door.on("programGreeted", (program) => this.emit("programGreeted", program));
    door.on("refused", ({ refusal, request }) => this.#noteRefusal(refusal, request));
    door.on("messageRefused", ({ reason }) => {
      this.emit("refused", { reason: "a message of a viewer", detail: reason });
    });
    return door;
  }

  #makeApp(): Express {
    const app = express();
    app.disable("x-powered-by");
    app.disable("etag");
    app.use((request, _response, next) => {
      this.#noteTunnelled(request);
      limitBody(request);
      next();
    });
    app.use(securityHeaders(this.#options.frameAncestors));
    app.use(this.#visits.unmounting(this.#mount, this.#options.scenes?.names ?? null));
    app.use(this.#refusing((request) => this.#gate.refuseHost(request)));
    app.use(forOtherSites((request) => this.#gate.allowedSiteOf(request)));
    const roomOf = (request: Request): string | null => this.#visits.roomOf(request);
    this.#addOpenRoutes(app, roomOf);
    app.use(this.#refusing((request) => (changes(request) ? this.#gate.refuseOrigin(request) : null)));
    app.get("/", this.#visits.sendingToOwnRoom(this.#options.newRoom));
    const { pageDirectory, jobs = null } = this.#options;
    app.use(
      pageFiles({ isStart: (request) => roomOf(request) === null, hasJobs: jobs !== null, given: pageDirectory }),
    );
    // Whatever comes from here on wants the right to be in the room.
    app.use((request, response, next) => this.#identify(request, response, next));
    this.#addSharedRoutes(app);
    const notHere = (_request: Request, response: Response): void => {
      refuse(response, 404, this.#options.scenes === null ? nowhere : belowNames);
    };
    app.use((request, response, next) => (roomOf(request) === null ? notHere(request, response) : next()));
    const maxBpsOf = (request: Request): number | null => this.#maxBpsFor(this.#visits.admissionOf(request));
    addRoomRoutes(app, {
      options: this.#options,
      limits: this.#limits,
      lasting: this.#lasting,
      httpViewers: this.#httpViewers,
      data: this.#data,
      admissionOf: (request) => this.#visits.admissionOf(request),
      maxBpsOf,
      mayShow: this.#refusing((request) => this.#gate.refuseShowing(request)),
    });
    app.use(notHere);
    app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
      this.#handleError(error, request, response, next);
    });
    return app;
  }

  /** What is answered to whoever asks, though not to all the same. */
  #addOpenRoutes(app: Express, roomOf: (request: Request) => string | null): void {
    const { health } = this.#options;
    const identify = (request: Request) => this.#gate.identify(request, roomOf(request));
    app.get("/healthz", healthRoute({ health, roomOf, identify }));
    app.get("/access/driver", driverRoute(this.#gate));
    const refused = (refusal: Refusal, request: Request) => this.#noteRefusal(refusal, request);
    app.use("/access", accessRoutes(this.#gate, { roomOf, refused }));
  }

  /** What is not of a room. */
  #addSharedRoutes(app: Express): void {
    const admissionOf = (request: Request): Admission => this.#visits.admissionOf(request);
    const { metrics, entry, scenes } = this.#options;
    app.get("/metrics", metricsRoute(metrics, admissionOf));
    app.use("/links", this.#limits.guard("links", "POST", admissionOf));
    app.use(
      "/links",
      linkRoutes({
        entry,
        identityOf: (request) => admissionOf(request).identity,
        sceneOf: (request) => sceneOf(admissionOf(request).room),
        linkFor: (token, room, request) => this.#linkFor(token, room, request),
      }),
    );
    app.use(
      "/movies",
      this.#refusing((request) => this.#gate.refuseShowing(request)),
      this.#movies.routes(admissionOf),
    );
    app.use(jobRoutes({ jobs: this.#options.jobs ?? null, admissionOf, zips: this.#zips }));
    app.get("/scenes", (request, response, next) => {
      if (scenes !== null && this.#visits.roomOf(request) === null) {
        scenesRoute(scenes, admissionOf)(request, response, next);
      } else refuse(response, 404, "Here is only one scene.");
    });
  }

  /** The address of a link, for whoever reaches us as the one who asks does. */
  #linkFor(token: string, room: string | null, request: Request): string {
    const { isSecure, host = "localhost" } = this.#gate.sourceOf(request);
    return linkTo(this.#options.pageOf(room ?? "", `${isSecure ? "https" : "http"}://${host}`), token);
  }

  #noteTunnelled(request: IncomingMessage): void {
    const { tunnel = null } = this.#options;
    if (tunnel !== null && this.#gate.sourceOf(request).isTunnelled) tunnel.came(request.socket);
  }

  /** What pictures may take of the way to who asks, in bits a second; null where nothing is held. */
  #maxBpsFor({ isTunnelled = false }: Admission): number | null {
    return isTunnelled ? (this.#options.tunnel?.maxBps ?? null) : null;
  }

  async #identify(request: Request, response: Response, next: NextFunction): Promise<void> {
    const room = this.#visits.roomOf(request);
    const identity = await this.#gate.identify(request, room);
    if (isRefusal(identity)) {
      this.#noteRefusal(identity, request);
      return sendRefusal(response, identity);
    }
    const { address, isTunnelled } = this.#gate.sourceOf(request);
    const parameters = parameterTextsIn(queryOf(request));
    this.#visits.admit(request, { identity, room: room ?? "", address, isTunnelled, parameters });
    next();
  }

  #refusing(refusalOf: (request: Request) => Refusal | null): RequestHandler {
    return (request, response, next) => {
      const refusal = refusalOf(request);
      if (refusal === null) return next();
      this.#noteRefusal(refusal, request);
      sendRefusal(response, refusal);
    };
  }

  #noteRefusal({ reason, isToldOnce = false }: Refusal, request: IncomingMessage): void {
    const { host = "none", origin = "none" } = request.headers;
    const detail = `from ${this.#gate.sourceOf(request).address}, origin ${origin}, host ${host}`;
    this.emit("refused", { reason, detail, isToldOnce });
  }

  #handleError(error: unknown, request: Request, response: Response, next: NextFunction): void {
    const status = statusOf(error);
    if (status >= 500) this.emit("failed", { error });
    else this.emit("refused", { reason: `a request, with ${status}`, detail: request.path });
    if (response.headersSent) return next(error);
    const sentence = status >= 500 ? "Something went wrong on the server." : "The request could not be understood.";
    refuse(response, status, sentence);
  }
}

function changes({ method }: Request): boolean {
  return !["GET", "HEAD", "OPTIONS"].includes(method);
}

/** The status of an error that express or its body parser made, 500 for any other. */
function statusOf(error: unknown): number {
  const status: unknown = error instanceof Error && "status" in error ? error.status : 500;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}
