/**
 * Owns the port: the page, signalling on `/signal`, WHEP on `/whep`, `/healthz` and `/metrics`. Every path stands at the
 * root and every link is relative, so a proxy may mount it under any prefix that it takes off again.
 */

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { WebSocketServer } from "ws";
import { Emitter } from "../../shared/emitter.ts";
import { StreamError } from "../../shared/errors.ts";
import { MAX_SIGNALING_BYTES } from "../../shared/signaling.ts";
import type { RendererInfo } from "../session/session-protocol.ts";
import { isAllowedHost, isAllowedOrigin } from "./access.ts";
import type { Metrics } from "./metrics.ts";
import { pageFiles, securityHeaders } from "./page-files.ts";
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

export type HttpServerOptions = {
  readonly host: string;
  readonly port: number;
  readonly whep: WhepHandler;
  readonly metrics: Metrics;
  health(): Health;
  /** Default: the built page of this package. */
  readonly pageDirectory?: string;
  readonly socket?: SignalingSocketOptions;
};

export type HttpServerEvents = {
  /** A viewer said hello on its socket. */
  viewerGreeted: { readonly socket: SignalingSocket };
  /** A request was not answered as it wished; a sentence for the log. */
  refused: { readonly reason: string; readonly detail: string };
  /** A request met an error of ours. */
  failed: { readonly error: unknown };
};

export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server;
  readonly #webSockets: WebSocketServer;
  readonly #sockets = new Set<SignalingSocket>();
  readonly #emitter = new Emitter<HttpServerEvents>();
  #port: number;
  #closed: Promise<void> | null = null;

  /** Listens. Rejects with a `StreamError`: `port-taken` or `listen-failed`. */
  static async start(options: HttpServerOptions): Promise<HttpServer> {
    const server = new HttpServer(options);
    await server.#listen();
    return server;
  }

  private constructor(options: HttpServerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, this.#makeApp());
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

  on<Name extends keyof HttpServerEvents>(name: Name, listener: (event: HttpServerEvents[Name]) => void): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Stops listening and ends every connection. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.close(closeCodes.goingAway, "The server stops.");
      this.#server.closeAllConnections();
    });
    return this.#closed;
  }

  #listen(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => reject(listenError(error, host, port));
      this.#server.once("error", fail);
      this.#server.listen(port, host, () => {
        this.#server.off("error", fail);
        this.#server.on("error", (error) => this.#emitter.emit("failed", { error }));
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  #makeApp(): Express {
    const app = express();
    app.disable("x-powered-by");
    app.disable("etag");
    app.use(securityHeaders());
    app.use((request, response, next) => this.#requireHost(request, response, next));
    app.get("/healthz", (_request, response) => {
      const health = this.#options.health();
      response
        .status(health.ok ? 200 : 503)
        .set("Cache-Control", "no-store")
        .json(health);
    });
    app.get("/metrics", async (_request, response) => {
      const { metrics } = this.#options;
      response.set({ "Content-Type": metrics.contentType, "Cache-Control": "no-store" }).send(await metrics.text());
    });
    app.use("/whep", whepRoutes(this.#options.whep));
    app.all("/signal", (_request, response) => {
      sendText(response.set("Upgrade", "websocket"), 426, "This address is for WebSockets.");
    });
    app.use(pageFiles(this.#options.pageDirectory));
    app.use((_request, response) => sendText(response, 404, "There is nothing here."));
    app.use((error: unknown, request: Request, response: Response, next: NextFunction) => {
      this.#handleError(error, request, response, next);
    });
    return app;
  }

  #requireHost(request: Request, response: Response, next: NextFunction): void {
    if (isAllowedHost(request.headers.host, this.#options.host)) return next();
    this.#emitter.emit("refused", { reason: "a request for another host", detail: request.headers.host ?? "" });
    sendText(response, 403, "This server does not answer to that host name.");
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
    const { host, origin } = request.headers;
    if (URL.parse(request.url ?? "", "http://host")?.pathname !== "/signal") {
      return refuseUpgrade(socket, "404 Not Found");
    }
    if (!isAllowedHost(host, this.#options.host) || !isAllowedOrigin(origin, host)) {
      const detail = `origin ${origin ?? "none"}, host ${host ?? "none"}`;
      this.#emitter.emit("refused", { reason: "a WebSocket of another web site", detail });
      return refuseUpgrade(socket, "403 Forbidden");
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

function listenError(cause: Error, host: string, port: number): StreamError {
  if ("code" in cause && cause.code === "EADDRINUSE") {
    return new StreamError("port-taken", `Port ${port} on ${host} is in use.`, { cause });
  }
  return new StreamError("listen-failed", `Could not listen on ${host}, port ${port}: ${cause.message}.`, { cause });
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
