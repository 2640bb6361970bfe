/** Owns a running server: joins the scene's session to the HTTP server. In the main process, which draws nothing. */

import { randomUUID } from "node:crypto";
import { statSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Emitter } from "../shared/emitter.ts";
import { StreamError } from "../shared/errors.ts";
import type { SceneState } from "../shared/signaling.ts";
import type { PictureSize } from "../shared/video.ts";
import { iceHostOf, linkTo, originOf, pageUrl } from "./addresses.ts";
import type { HttpServer, HttpServerOptions } from "./http/http-server.ts";
import type { Metrics } from "./http/metrics.ts";
import { JpegStreams } from "./jpeg-streams.ts";
import { type ResolvedOptions, resolveOptions, type StreamServerOptions } from "./options.ts";
import { SceneAnnouncer } from "./scene-announcer.ts";
import { Session, type SessionOptions, type SessionState } from "./session/session.ts";
import type { RendererInfo, SessionConfig, SessionReport } from "./session/session-protocol.ts";
import type { Share, ShareOptions } from "./share.ts";
import { iceServersFor } from "./transport/ice-servers.ts";
import { ViewerDirectory, type ViewerLine, type ViewerWay } from "./viewer-directory.ts";

export type StreamServerEvents = {
  viewerJoined: { readonly viewerId: string; readonly way: ViewerWay };
  viewerLeft: { readonly viewerId: string };
  /** The stream came up, fell or ended; `detail` is a sentence for people. */
  stateChanged: { readonly state: SceneState; readonly detail: string | null };
  /** What the scene's process did in the last second. */
  reported: { readonly report: SessionReport };
  /** The scene threw and the stream goes on with what it has; null when it works again. */
  noticed: { readonly text: string | null };
  /** The share link is there, or it is not, and `detail` says why in a sentence. */
  shareChanged: { readonly link: string | null; readonly detail: string | null };
  /** The server was closed, by `close()` or by `options.signal`. */
  closed: Record<never, never>;
};

/** What only tests replace. */
export type StreamServerParts = {
  readonly session?: Pick<SessionOptions, "processUrl" | "backends" | "whepDeadlineMs">;
  readonly http?: Pick<HttpServerOptions, "pageDirectory" | "socket" | "httpViewer" | "multipart">;
  readonly share?: Pick<ShareOptions, "load" | "retryMs">;
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
  readonly #session: Session;
  readonly #parts: StreamServerParts;
  readonly #emitter = new Emitter<StreamServerEvents>();
  readonly #viewers = new ViewerDirectory();
  readonly #announcer: SceneAnnouncer;
  readonly #jpegStreams: JpegStreams;
  readonly #close = (): void => void this.close();
  #http: HttpServer | null = null;
  #share: Share | null = null;
  #metrics: Metrics | null = null;
  #closed: Promise<void> | null = null;

  /** For `createStreamServer` and tests. */
  static async start(options: ResolvedOptions, parts: StreamServerParts = {}): Promise<StreamServer> {
    if (options.signal?.aborted) throw new StreamError("closed");
    const path = fileURLToPath(options.sceneUrl);
    if (!statSync(path, { throwIfNoEntry: false })?.isFile()) {
      throw new StreamError("scene-missing", `There is no scene file ${path}.`);
    }
    const server = new StreamServer(options, parts);
    try {
      await server.#listen();
      await server.#session.ready;
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
    this.#announcer = new SceneAnnouncer({
      viewers: this.#viewers,
      title: basename(fileURLToPath(options.sceneUrl)).replace(/\.[^.]*$/, ""),
      size: options.render.size,
      iceServers: (viewerId) => iceServersFor(options.ice, viewerId),
    });
    // First of all: the scene takes longer to come up than all the rest, so the rest is loaded meanwhile.
    this.#session = Session.start({ config: configOf(options), ...parts.session });
    const session = this.#session;
    session.on("stateChanged", ({ state }) => this.#handleState(state));
    session.on("told", ({ viewerId, message }) => this.#viewers.tell(viewerId, message));
    session.on("sent", ({ viewerIds, bytes }) => this.#viewers.send(viewerIds, bytes));
    session.on("viewerStuck", ({ viewerId }) => this.#viewers.cut(viewerId));
    session.on("viewerClosed", ({ viewerId }) => {
      if (this.#viewers.wayOf(viewerId) === "whep") this.#viewers.remove(viewerId);
    });
    this.#viewers.on("joined", (event) => this.#emitter.emit("viewerJoined", event));
    this.#viewers.on("left", (event) => {
      session.leave(event.viewerId);
      this.#emitter.emit("viewerLeft", event);
    });
    session.on("noticed", ({ text }) => this.#handleNotice(text));
    session.on("titleChanged", ({ title }) => this.#announcer.setTitle(title));
    this.#jpegStreams = new JpegStreams(session.pictures);
    session.pictures.on("jpegEncoded", () => this.#metrics?.countJpegEncoded());
    session.on("reported", ({ report }) => {
      this.#metrics?.handleReport(report);
      this.#emitter.emit("reported", { report });
    });
    options.signal?.addEventListener("abort", this.#close, { once: true });
  }

  /** The address of the page, for a browser on this machine. */
  get url(): string {
    return pageUrl(this.#options, this.port);
  }

  /** The same with the token, if there is one, for who may watch. */
  get link(): string {
    return linkTo(this.url, this.#options.access.token);
  }

  /** The public link with the token; null without `options.share` and while the tunnel does not work. */
  get shareLink(): string | null {
    return this.#share?.link ?? null;
  }

  get port(): number {
    return this.#http?.port ?? this.#options.http.port;
  }

  get title(): string {
    return this.#announcer.title;
  }

  /** The size of the picture in pixels. */
  get size(): PictureSize {
    return this.#announcer.size;
  }

  /** Who draws. */
  get renderer(): RendererInfo | null {
    return this.#announcer.renderer;
  }

  get state(): SceneState {
    return this.#announcer.state;
  }

  /** The number of viewers, by page, by WHEP and by plain HTTP. */
  get viewers(): number {
    return this.#viewers.count;
  }

  /** The number of the scene's process, for monitoring; null while there is none. */
  get sessionPid(): number | null {
    return this.#session.pid;
  }

  /** Calls `listener` at every `name` event. Returns a function that takes it off again. */
  on<Name extends keyof StreamServerEvents>(
    name: Name,
    listener: (event: StreamServerEvents[Name]) => void,
  ): () => void {
    return this.#emitter.on(name, listener);
  }

  /** Ends every viewer, the scene's process and the port. Idempotent; resolves within two seconds. */
  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #end(): Promise<void> {
    this.#options.signal?.removeEventListener("abort", this.#close);
    await Promise.all([this.#share?.close(), this.#http?.close(), this.#session.close()]);
    this.#emitter.emit("closed", {});
  }

  async #listen(): Promise<void> {
    const [{ HttpServer }, { Metrics }, { openLog }, { logHttp, logServer }] = await Promise.all([
      import("./http/http-server.ts"),
      import("./http/metrics.ts"),
      import("./log.ts"),
      import("./event-log.ts"),
    ]);
    const log = openLog(this.#options.logLevel);
    logServer(log, this, this.#session);
    this.#metrics = new Metrics();
    this.#metrics.setSessionsLive(this.state === "live" ? 1 : 0);
    for (const name of ["joined", "left"] as const) {
      this.#viewers.on(name, () => this.#metrics?.setViewers(this.#viewers.count));
    }
    const http = await HttpServer.start({
      ...this.#options.http,
      ...this.#parts.http,
      token: this.#options.access.token,
      metrics: this.#metrics,
      health: () => this.#announcer.health,
      pictures: {
        size: () => this.size,
        watch: (form, watcher) => this.#jpegStreams.watch(form, watcher),
        take: (form, known) => this.#session.pictures.takeStill(form, known),
      },
      whep: { offered: (sdp) => this.#handleWhepOffer(sdp), ended: (id) => this.#handleWhepEnd(id) },
    });
    this.#http = http;
    if (this.#closed !== null) {
      await http.close();
      throw new StreamError("closed");
    }
    logHttp(log, http);
    http.on("viewerGreeted", ({ socket }) => {
      const viewerId = randomUUID();
      socket.on("said", ({ message }) => this.#session.say(viewerId, message));
      socket.on("sent", ({ bytes }) => this.#session.send(viewerId, bytes));
      socket.on("closed", () => this.#viewers.remove(viewerId));
      this.#handleViewer(viewerId, "page", socket);
    });
    http.on("httpViewerGreeted", ({ viewer }) => {
      viewer.on("sent", ({ bytes }) => this.#session.send(viewer.id, bytes));
      viewer.on("closed", () => this.#viewers.remove(viewer.id));
      this.#handleViewer(viewer.id, "http", viewer);
    });
  }

  /** What comes of the share link is an event; the server goes on without it. */
  async #openShare(): Promise<void> {
    const { http, share, access } = this.#options;
    if (share === null) return;
    const { Share } = await import("./share.ts");
    const opened = new Share({
      ...share,
      ...access,
      ...this.#parts.share,
      target: originOf(http, this.port),
      setHost: (host) => this.#http?.setShareHost(host),
    });
    this.#share = opened;
    opened.on("changed", (event) => this.#emitter.emit("shareChanged", event));
    // Not before who started the server had the time to listen.
    setImmediate(() => this.#closed ?? void opened.open());
  }

  #handleViewer(viewerId: string, way: ViewerWay, line: ViewerLine): void {
    this.#announcer.welcome(viewerId, line);
    this.#viewers.add(viewerId, way, line);
    this.#session.join(viewerId);
    this.#announcer.inform(line);
  }

  async #handleWhepOffer(sdp: string): Promise<{ id: string; answer: string }> {
    const id = randomUUID();
    const answer = await this.#session.whep(id, sdp);
    this.#viewers.add(id, "whep", null);
    return { id, answer };
  }

  #handleWhepEnd(id: string): boolean {
    return this.#viewers.wayOf(id) === "whep" && this.#viewers.remove(id);
  }

  #handleState(state: SessionState): void {
    if (state.kind === "closed") return;
    this.#metrics?.setSessionsLive(state.kind === "live" ? 1 : 0);
    if (state.kind === "live") {
      this.#announcer.setReady(state.ready);
    } else {
      this.#handleNotice(null);
      this.#viewers.removeAll("whep");
    }
    if (state.kind === "restarting") this.#metrics?.handleRestart();
    const sentence = "error" in state ? state.error.message : null;
    this.#emitter.emit("stateChanged", this.#announcer.setState(state.kind, sentence));
  }

  #handleNotice(text: string | null): void {
    if (this.#announcer.setNotice(text)) this.#emitter.emit("noticed", { text });
  }
}

function configOf(options: ResolvedOptions): SessionConfig {
  const { sceneUrl, render, encode, watch, ice } = options;
  return { sceneUrl: sceneUrl.href, ...render, ...encode, watch, iceHost: iceHostOf(options), ice };
}
