/**
 * Owns the port: the page, signalling on `/signal` or by plain HTTP on `/viewer`, WHEP on `/whep`, Motion JPEG on
 * `/stream.mjpg`, stills on `/snapshot.png`, `.jpg` and `.webp`, `/healthz` and `/metrics`. Every path stands at the root
 * or under the base path, and every link is relative, so a proxy may mount it under any prefix. What is answered to whom,
 * access.ts says; whatever stands behind the guard in `#makeApp` wants the token.
 */

import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from "express";
import { WebSocketServer } from "ws";
import { Emitter } from "../../shared/emitter.ts";
import { MAX_SIGNALING_BYTES } from "../../shared/signaling.ts";
import type { ResolvedHttp } from "../network-options.ts";
import type { RendererInfo } from "../session/session-protocol.ts";
import { AccessGate, type Refusal } from "./access-gate.ts";
import { accessRoutes, sendRefusal } from "./access-routes.ts";
import { unmount } from "./base-path.ts";
import type { HttpViewer, HttpViewerOptions } from "./http-viewer.ts";
import { HttpViewers } from "./http-viewers.ts";
import { listen, makeServer } from "./listening.ts";
import type { Metrics } from "./metrics.ts";
import type { MultipartOptions } from "./multipart-stream.ts";
import { pageFiles, securityHeaders } from "./page-files.ts";
import { type PictureHandler, pictureRoutes } from "./pictures.ts";
import { closeCodes, SignalingSocket, type SignalingSocketOptions } from "./signaling-socket.ts";
import { type WhepHandler, whepRoutes } from "./whep.ts";

/** What `/healthz` says. */
export type Health = {
  /** Whether every scene is streamed. */
  readonly ok: boolean;
  /** Who draws; null until a scene was drawn. */
  readonly renderer: RendererInfo | null;
  readonly scenes: readonly { readonly title: string; readonly state: string; readonly viewers: number }[];
  readonly viewers: number;
};

export type HttpServerOptions = ResolvedHttp & {
  /** What everybody must show who wants to watch; null asks for nothing. */
  readonly token: string | null;
  readonly whep: WhepHandler;
  readonly pictures: PictureHandler;
  readonly metrics: Metrics;
  health(): Health;
  /** Default: the built page of this package. */
  readonly pageDirectory?: string;
  readonly socket?: SignalingSocketOptions;
  readonly httpViewer?: HttpViewerOptions;
  readonly multipart?: MultipartOptions;
};

export type HttpServerEvents = {
  /** A viewer said hello on its socket. */
  viewerGreeted: { readonly socket: SignalingSocket };
  /** A viewer came by plain HTTP. */
  httpViewerGreeted: { readonly viewer: HttpViewer };
  /** A request was not answered as it wished; a sentence for the log. */
  refused: { readonly reason: string; readonly detail: string };
  /** A request met an error of ours. */
  failed: { readonly error: unknown };
};

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #gate: AccessGate;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<SignalingSocket>();
  readonly #httpViewers: HttpViewers;
  readonly #emitter = new Emitter<HttpServerEvents>();
  #port: number;
  #closed: Promise<void> | null = null;

  /** Listens. Rejects with a `StreamError`: `port-taken`, `listen-failed` or `tls-invalid`. */
  static async start(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await server.#listen();
    return server;
  }

  private constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#gate = new AccessGate(options);
    this.#httpViewers = new HttpViewers(options.httpViewer);
    this.#httpViewers.on("greeted", (event) => this.#emitter.emit("httpViewerGreeted", event));
    this.#server = makeServer(options.tls, this.#makeApp());
    this.#webSockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: MAX_SIGNALING_BYTES,
    });
    this.#server.on("upgrade", (request, socket, head) => this.#handleUpgrade(request, socket, head));
  }

  /** The port that is listened on. */
  get port(): number {
    return this.#port;
  }

  /** The host name of the share link, which is answered to while there is one. */
  setShareHost(host: string | null): void {
    this.#gate.setShareHost(host);
  }

  on<Name extends keyof HttpServerEvents>(name: Name, listener: (event: HttpServerEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Stops listening and ends every connection. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.close(closeCodes.goingAway, "The server stops.");
      this.#httpViewers.close();
      this.#server.closeAllConnections();
    });
    return this.#closed;
  }

  async #listen(): Promise<void> {
    this.#port = await listen(this.#server, this.#options.host, this.#options.port);
    this.#server.on("error", (error) => this.#emitter.emit("failed", { error }));
  }

  #makeApp(): Express {
    const app = express();
    app.disable("x-powered-by");
    app.disable("etag");
    app.use(securityHeaders(this.#options.frameAncestors));
    app.use((request, response, next) => this.#unmount(request, response, next));
    app.use(this.#refusing((request) => this.#gate.refuseHost(request)));
    app.use(this.#refusing((request) => (changes(request) ? this.#gate.refuseOrigin(request) : null)));
    app.get("/healthz", (request, response) => this.#answerHealth(request, response));
    app.use(
      "/access",
      accessRoutes(this.#gate, (refusal, request) => this.#noteRefusal(refusal, request)),
    );
    app.use(pageFiles(this.#options.pageDirectory));
    // Whatever comes from here on wants the token.
    app.use(this.#refusing((request) => this.#gate.refuseStranger(request)));
    this.#addRoutes(app);
    app.use((_request, response) => sendText(response, 404, "There is nothing here."));
    app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
      this.#handleError(error, request, response, next);
    });
    return app;
  }

  #addRoutes(app: Express): void {
    app.get("/metrics", async (_request, response) => {
      const { metrics } = this.#options;
      response.set({ "Content-Type": metrics.contentType, "Cache-Control": "no-store" }).send(await metrics.text());
    });
    app.use("/whep", whepRoutes(this.#options.whep));
    app.use("/viewer", this.#httpViewers.routes());
    app.use(pictureRoutes(this.#options.pictures, this.#options.metrics, this.#options.multipart));
    app.all("/signal", (_request, response) => {
      sendText(response.set("Upgrade", "websocket"), 426, "This address is for WebSockets.");
    });
  }

  #unmount(request: Request, response: Response, next: NextFunction): void {
    const mounted = unmount(request.url, this.#options.basePath);
    if (mounted.kind === "moved") return response.redirect(308, mounted.to);
    request.url = mounted.url;
    next();
  }

  /** Who has not shown the token hears whether the server is well, and no more. */
  #answerHealth(request: Request, response: Response): void {
    const health = this.#options.health();
    const isKnown = this.#gate.refuseStranger(request) === null;
    response
      .status(health.ok ? 200 : 503)
      .set("Cache-Control", "no-store")
      .json(isKnown ? health : { ok: health.ok });
  }

  #refusing(refusalOf: (request: Request) => Refusal | null): RequestHandler {
    return (request, response, next) => {
      const refusal = refusalOf(request);
      if (refusal === null) return next();
      this.#noteRefusal(refusal, request);
      sendRefusal(response, refusal);
    };
  }

  #noteRefusal({ reason }: Refusal, request: IncomingMessage): void {
    const { host = "none", origin = "none" } = request.headers;
    const detail = `from ${this.#gate.callerOf(request).address}, origin ${origin}, host ${host}`;
    this.#emitter.emit("refused", { reason, detail });
  }

  #handleError(error: unknown, request: Request, response: Response, next: NextFunction): void {
    const status = statusOf(error);
    if (status >= 500) this.#emitter.emit("failed", { error });
    else this.#emitter.emit("refused", { reason: `a request, with ${status}`, detail: request.path });
    if (response.headersSent) return next(error);
    sendText(response, status, status >= 500 ? "The server failed." : "The request could not be understood.");
  }

  #handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const mounted = unmount(request.url ?? "", this.#options.basePath);
    if (mounted.kind === "moved" || URL.parse(mounted.url, "http://host")?.pathname !== "/signal") {
      return refuseUpgrade(socket, "404 Not Found");
    }
    const gate = this.#gate;
    const refusal = gate.refuseHost(request) ?? gate.refuseOrigin(request) ?? gate.refuseStranger(request);
    if (refusal !== null) {
      this.#noteRefusal(refusal, request);
      return refuseUpgrade(socket, `${refusal.status} ${STATUS_CODES[refusal.status]}`);
    }
    if (this.#closed !== null) return refuseUpgrade(socket, "503 Service Unavailable");
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      const viewer = new SignalingSocket(webSocket, this.#options.socket);
      this.#sockets.add(viewer);
      viewer.on("closed", () => this.#sockets.delete(viewer));
      viewer.on("refused", ({ reason }) => {
        this.#emitter.emit("refused", { reason: "a message of a viewer", detail: reason });
      });
      viewer.on("greeted", () => this.#emitter.emit("viewerGreeted", { socket: viewer }));
    });
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

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function sendText(response: Response, status: number, sentence: string): void {
  response.status(status).type("text/plain").send(`${sentence}\n`);
}
